"""The product's settings, with one view more to compare the look-up with."""

from config.settings import *  # noqa: F403 - settings are the names of this module

ROOT_URLCONF = "tests.bench.lookup_urls"
