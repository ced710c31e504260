"""What areas and acts of the log are called. Law: each that is written has its words; a test holds it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

AREAS: list[tuple[str, Words]] = [
    ("sign_in", _("sign-in")),
    ("account", _("accounts and roles")),
    ("second_factor", _("second factors")),
    ("list", _("list imports")),
    ("correction", _("corrections of lines")),
    ("decision", _("match decisions of people")),
    ("enterprise", _("who an enterprise is")),
    ("edition", _("editions")),
    ("objection", _("objections")),
    ("catalogue", _("catalogue and rules")),
    ("setting", _("limits and calendar")),
    ("institution", _("institutions and their people")),
    ("channel", _("channels")),
    ("secret", _("secrets and passwords")),
    ("key", _("access keys")),
    ("delivery", _("deliveries")),
    ("financing", _("feedback on financing")),
    ("download", _("downloads and exports")),
    ("refusal", pgettext_lazy("area of the log", "refused")),
    ("desk", _("notes of the desk")),
    ("log", _("this log")),
]
_AREA = dict(AREAS)

ACTS: dict[str, Words] = {
    "created": _("created"),
    "changed": pgettext_lazy("act of the log", "changed"),
    "deleted": pgettext_lazy("act of the log", "deleted"),
    "superseded": _("superseded"),
    # sign-ins
    "signed_in": _("signed in"),
    "signed_out": _("signed out"),
    "failed": _("sign-in failed"),
    "locked": _("locked out after failed tries"),
    # accounts
    "password_set": _("password set"),
    "superuser": _("superuser's rights given or taken"),
    "activity": _("account opened or closed"),
    "role": _("role given or taken"),
    "permission": _("permission given or taken"),
    "membership": _("assigned to an institution"),
    "address": _("e-mail address"),
    # lists
    "staged": _("staged"),
    "confirmed": _("confirmed"),
    "withdrawn": pgettext_lazy("act of the log", "withdrawn"),
    "rejected": _("rejected"),
    "corrected": _("line corrected"),
    # decisions
    "same": _("judged: one enterprise"),
    "different": _("judged: two enterprises"),
    "alone": _("judged: an enterprise of its own"),
    "taken_back": _("judgement taken back"),
    "assigned": _("assigned"),
    "put_back": _("put back as unsure"),
    "reopened": _("reopened"),
    "merged": _("merged with another, or parted"),
    # editions
    "draft": _("cut"),
    "sealed": _("sealed"),
    "overruled": _("red guards overruled"),
    # objections
    "received": _("objection received"),
    "in_work": _("being checked"),
    "asked": _("information asked for"),
    "answered": _("information given"),
    "proposed": _("decision proposed"),
    "upheld": _("upheld"),
    "partly": _("partly upheld"),
    "cleared": _("contact and files deleted"),
    # institutions
    "active": _("set active"),
    "suspended": _("suspended"),
    "ended": _("contract ended"),
    "contact": _("contact"),
    "open": _("asked for a change"),
    "agreed": _("agreed to"),
    "declined": _("declined"),
    "paused": _("paused, or pause ended"),
    "revoked": _("revoked"),
    "sent_by_hand": _("sent by hand"),
    "invited": _("invited"),
    "invited_again": _("invitation sent again"),
    "joined": _("account opened"),
    "role_changed": _("role changed"),
    "removed": _("account closed"),
    "signing_made": _("made a new signing secret"),
    "pair_made": _("made a new key pair"),
    "password_kept": _("set the server's password"),
    "former_ended": _("ended the former secrets"),
    "key_made": _("made an access key"),
    "key_rotated": _("replaced an access key"),
    "key_revoked": _("revoked an access key"),
    # feedback
    "waiting": _("feedback received"),
    "reading": _("feedback being read"),
    "faulty": _("feedback found faulty"),
    "in_force": _("feedback put in force"),
    "replaced": _("feedback replaced by a later one"),
    "unreadable": _("feedback could not be read"),
    "dropped": _("feedback dropped"),
    "mended": _("reported mistake: corrected"),
    "awaited": _("reported mistake: right, list awaited"),
    "as_published": _("reported mistake: as published"),
    # evaluations
    "evaluated": _("half-yearly evaluation made"),
    # the rest
    "noted": _("noted"),
    "downloaded": _("downloaded"),
    "refused": _("act refused"),
    "forbidden": _("page refused (403)"),
    "exported": _("log exported"),
    "retired": _("old events deleted"),
}
# Where an act is called otherwise than elsewhere.
_OF_AREA: dict[tuple[str, str], Words] = {
    ("objection", "rejected"): _("not upheld"),
    ("objection", "withdrawn"): _("withdrawn by the enterprise"),
    ("second_factor", "created"): _("set up"),
    ("second_factor", "changed"): _("renewed or used up"),
    ("second_factor", "deleted"): _("removed"),
}


# What details beside changes are called.
DETAILS: dict[str, Words] = {
    "filters": _("filters"),
    "kind": _("format"),
    "before": _("older than"),
    "last": _("last number"),
    "events": _("events"),
    "second_factor": _("second factor"),
}


def area_words(area: str) -> str:
    return str(_AREA.get(area, area))


def act_words(area: str, act: str) -> str:
    return str(_OF_AREA.get((area, act)) or ACTS.get(act, act))


def masked_words() -> str:
    """In the place of a value that the log does not hold."""
    return _now("changed (not kept)")
