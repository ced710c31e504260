"""What letters say (no reads, no writes). Law: a letter names what happened and what to do, and holds no data.

Each gives a subject and the words beneath it, in the site's language.
"""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from enterprises.mail_words import Words, in_the_sites_language
from enterprises.models import Edition
from pushes.models import Channel, Delivery, Institution, Invitation, ProfileRequest, SecretEvent
from pushes.models.secret_event import KEY_ACTS


@in_the_sites_language
def paused_to_institution(channel: Channel) -> Words:
    facts = {"kind": channel.get_kind_display(), "why": channel.paused_why}
    return Words(
        _("Your channel “%(kind)s” is paused") % facts,
        _lines(
            _("Editions could not be delivered by your channel “%(kind)s”, and it is paused.") % facts,
            _("Reason: %(why)s") % facts,
            _("Please see what keeps your side from receiving, then tell the bureau: what is owed is sent at once."),
            _address("pushes:deliveries"),
        ),
    )


@in_the_sites_language
def paused_to_bureau(channel: Channel) -> Words:
    facts = {"channel": str(channel), "why": channel.paused_why}
    return Words(
        _("Paused: %(channel)s") % facts,
        _lines(
            _("Nothing goes out by %(channel)s any more until somebody ends its pause.") % facts,
            _("Reason: %(why)s") % facts,
            _("See its attempts in the admin, send a trial, then end the pause: what is owed is delivered at once."),
            _address("admin:pushes_delivery_channel", channel.pk),
        ),
    )


@in_the_sites_language
def withdrawn(edition: Edition) -> Words:
    facts = {"label": edition.label}
    return Words(
        _("%(label)s was withdrawn: please do not use it") % facts,
        _lines(
            _("The edition %(label)s, which was delivered to you, was withdrawn and must not be used any more.")
            % facts,
            _("The reason stands on its page. A corrected edition will be delivered like any other."),
            _address("pushes:edition", edition.label),
        ),
    )


@in_the_sites_language
def not_taken(delivery: Delivery) -> Words:
    facts = {"label": delivery.edition.label, "day": localdate(delivery.delivered_at).isoformat()}
    return Words(
        _("%(label)s lies ready and was not taken yet") % facts,
        _lines(
            _("The edition %(label)s was delivered to you on %(day)s, and nobody has downloaded or acknowledged it.")
            % facts,
            _("Please download it, or acknowledge on its page that you have it."),
            _address("pushes:edition", delivery.edition.label),
        ),
    )


@in_the_sites_language
def late(edition: Edition, institutions: Sequence[Institution]) -> Words:
    facts = {"label": edition.label, "count": len(institutions)}
    return Words(
        _("%(label)s has not reached %(count)s institutions") % facts,
        _lines(
            _("The edition %(label)s has been sealed for a day and has not reached these institutions:") % facts,
            *(f"· {institution}" for institution in institutions),
            _("The attempts in the admin say why. You are told each day until it has."),
            _address("admin:pushes_delivery_changelist"),
        ),
    )


@in_the_sites_language
def invitation(one: Invitation, token: str) -> Words:
    facts = {
        "name": one.name,
        "institution": one.institution.name,
        "role": one.get_role_display(),
        "day": localtime(one.expires_at).strftime("%Y-%m-%d %H:%M"),
    }
    return Words(
        _("Invitation to the Zhengzhou registry of technology enterprises"),
        _lines(
            _("%(name)s, you are invited to open an account for %(institution)s, in the role %(role)s.") % facts,
            _("Open this address before %(day)s and set your password. It is good once, and for you alone:") % facts,
            _address("pushes:invitation", token),
            _("If you expect no such invitation, leave this mail alone: without you nothing is opened."),
        ),
    )


@in_the_sites_language
def asked_to_bureau(asked: ProfileRequest) -> Words:
    facts = {"institution": asked.institution.name, "kind": asked.get_kind_display()}
    return Words(
        _("%(institution)s asks for %(kind)s") % facts,
        _lines(
            _("%(institution)s asks for %(kind)s. Its wish and its reason stand in the admin.") % facts,
            _("Please agree or decline there: nothing changes before."),
            _address("admin:pushes_profilerequest_change", asked.pk),
        ),
    )


@in_the_sites_language
def taken_back_to_bureau(asked: ProfileRequest) -> Words:
    facts = {"institution": asked.institution.name, "kind": asked.get_kind_display()}
    return Words(
        _("%(institution)s took its request back") % facts,
        _lines(_("%(institution)s does not ask for %(kind)s any more. There is nothing to do.") % facts),
    )


@in_the_sites_language
def answered_to_institution(asked: ProfileRequest) -> Words:
    facts = {"kind": asked.get_kind_display(), "state": asked.get_state_display()}
    room = "pushes:profile" if asked.channel is None else "pushes:channels"
    return Words(
        _("Your request for %(kind)s: %(state)s") % facts,
        _lines(
            _("The bureau has answered your request for %(kind)s: %(state)s.") % facts,
            _("The answer stands on this page. What was agreed to holds from the next edition on."),
            _address(room),
        ),
    )


@in_the_sites_language
def secret_touched(event: SecretEvent) -> Words:
    facts = {
        "person": event.by.get_full_name() or event.by.get_username(),
        "act": event.get_act_display(),
        "subject": event.subject,
        "at": localtime(event.at).strftime("%Y-%m-%d %H:%M"),
    }
    return Words(
        _("A secret or key of yours was touched: %(subject)s") % facts,
        _lines(
            _("%(at)s: %(person)s %(act)s (%(subject)s).") % facts,
            _("If your institution did not want this, end or revoke it at once on the page, and call the bureau."),
            _address("pushes:api-keys" if event.act in KEY_ACTS else "pushes:channels"),
        ),
    )


def _lines(*lines: str) -> str:
    return "\n".join(lines)


def _address(view: str, *args: object) -> str:
    return f"{settings.SITE_ADDRESS}{reverse(view, args=args)}"
