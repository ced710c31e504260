"""What watchers are told (no writes). Law: what was published of their enterprise, in plain words, and its end."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.mail_words import Words, in_the_sites_language
from enterprises.models import ChangeKind, Edition, EditionChange, Enterprise, Recognition, Watch
from enterprises.watch_links import end_address
from enterprises.wording import CHANGE_CAUSES
from registry.queries import programme_names


@in_the_sites_language
def asked(enterprise: Enterprise, address: str) -> Words:
    facts = {"name": enterprise.name}
    return Words(
        _("Please confirm: news of “%(name)s”") % facts,
        "\n".join(
            (
                _("Somebody asked that this address be told when something becomes of “%(name)s” in the registry.")
                % facts,
                _("If that was you, confirm it within 48 hours:"),
                address,
                _("If it was not, do nothing: the address is deleted then."),
            )
        ),
    )


@in_the_sites_language
def ending(watch: Watch, recognition: Recognition, today: date) -> Words:
    assert recognition.valid_to is not None  # noqa: S101 - it was looked up by its end
    facts = {
        "name": watch.enterprise.name, "programme": recognition.programme.name,
        "day": recognition.valid_to.isoformat(), "days": (recognition.valid_to - today).days,
    }  # fmt: skip
    return Words(
        _("“%(programme)s” of “%(name)s” runs out on %(day)s") % facts,
        _text(
            watch,
            _("The recognition “%(programme)s” of “%(name)s” runs out on %(day)s, in %(days)s days.") % facts,
            _("Ask the body that recognised it in time about its renewal."),
        ),
    )


@in_the_sites_language
def changed(watch: Watch, edition: Edition, change: EditionChange) -> Words:
    facts = {"name": watch.enterprise.name, "label": edition.label, "day": edition.as_of.isoformat()}
    happened = {
        ChangeKind.ADDED: _("“%(name)s” is on the list %(label)s (as of %(day)s) for the first time, or again."),
        ChangeKind.REMOVED: _("“%(name)s” is not on the list %(label)s (as of %(day)s) any more."),
        ChangeKind.CHANGED: _("The record of “%(name)s” on the list %(label)s (as of %(day)s) has changed."),
    }[ChangeKind(change.kind)]
    names = programme_names()
    reasons = dict.fromkeys(
        f"· {names[one['programme']]}{_(': ')}{CHANGE_CAUSES[one['cause']]}"
        if one["programme"] in names
        else f"· {CHANGE_CAUSES[one['cause']]}"
        for one in change.causes
    )
    return Words(
        _("News of “%(name)s” on the list %(label)s") % facts,
        _text(watch, happened % facts, _("Why:"), *reasons, _("If something is wrong, you can object on its page.")),
    )


def _text(watch: Watch, *lines: str) -> str:
    page = f"{settings.SITE_ADDRESS}{reverse('enterprises:lookup')}?q={watch.enterprise.public_id}"
    return "\n".join((*lines, page, "", _("One click ends these mails:"), end_address(watch)))
