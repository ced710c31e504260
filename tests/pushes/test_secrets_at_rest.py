"""Stored secrets say nothing without the installation's key, and outlive its change."""

import pytest
from pytest_django import Settings

from pushes import errors
from pushes.secrets_at_rest import disclose, enclose


def test_a_secret_comes_back_and_is_not_seen() -> None:
    stored = enclose("口令 s3cret")
    assert disclose(stored) == "口令 s3cret"
    assert "s3cret" not in stored and stored != enclose("口令 s3cret")


def test_a_former_key_still_opens_and_the_new_one_closes(settings: Settings) -> None:
    settings.SECRETS_KEY = "the first long random text"
    stored = enclose("s3cret")
    settings.SECRETS_KEY, settings.SECRETS_OLD_KEYS = "the second one", ["the first long random text"]
    assert disclose(stored) == "s3cret"
    fresh = enclose("s3cret")
    settings.SECRETS_OLD_KEYS = []
    assert disclose(fresh) == "s3cret"
    with pytest.raises(errors.SecretUnreadable):
        disclose(stored)


@pytest.mark.parametrize("stored", ["", "s3cret", "gAAAA"])
def test_what_was_never_enclosed_is_refused(stored: str) -> None:
    with pytest.raises(errors.SecretUnreadable):
        disclose(stored)
