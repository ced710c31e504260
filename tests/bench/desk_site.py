"""The product's settings, with one view more to compare the desk's pages with."""

from config.settings import *  # noqa: F403 - settings are the names of this module

ROOT_URLCONF = "tests.bench.desk_urls"
MFA_REQUIRED, PASSWORD_DAYS = [], 0
