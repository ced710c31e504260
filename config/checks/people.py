"""People at the door and what one alone may do. Law: what a usual inspection asks for is the least."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.checks.rule import Rule

_LOCKOUT_TRIES, _LOCKOUT_MINUTES, _IDLE_MINUTES, _PASSWORD_DAYS, _PASSWORD_CLASSES = 5, 10, 30, 90, 3


def _weak_lockout(settings: Any) -> str:
    found = f"LOCKOUT_TRIES={settings.LOCKOUT_TRIES}, LOCKOUT_MINUTES={settings.LOCKOUT_MINUTES}"
    weak = settings.LOCKOUT_TRIES > _LOCKOUT_TRIES or settings.LOCKOUT_MINUTES < _LOCKOUT_MINUTES
    return found if weak else ""


def _weak_passwords(settings: Any) -> str:
    found = []
    if settings.PASSWORD_CLASSES < _PASSWORD_CLASSES:
        found.append(f"PASSWORD_CLASSES={settings.PASSWORD_CLASSES}")
    if not 0 < settings.PASSWORD_DAYS <= _PASSWORD_DAYS:
        found.append(f"PASSWORD_DAYS={settings.PASSWORD_DAYS}")
    return ", ".join(found)


def _long_sessions(settings: Any) -> str:
    minutes = settings.SESSION_COOKIE_AGE // 60
    kept = settings.SESSION_SAVE_EVERY_REQUEST and settings.SESSION_COOKIE_HTTPONLY
    return f"IDLE_MINUTES={minutes}" if minutes > _IDLE_MINUTES or not kept else ""


RULES = [
    Rule(
        "config.E201",
        lambda settings: "staff" not in settings.MFA_REQUIRED,
        _("MFA_REQUIRED does not name staff: a stolen password alone opens the bureau's desk."),
        _("Set MFA_REQUIRED=staff,institutions, or take it out of the environment."),
    ),
    Rule(
        "config.W202",
        lambda settings: "institutions" not in settings.MFA_REQUIRED,
        _("MFA_REQUIRED does not name institutions: a stolen password alone opens an institution's rooms."),
        _("Set MFA_REQUIRED=staff,institutions, or take it out of the environment."),
    ),
    Rule(
        "config.W203",
        _weak_lockout,
        _("Passwords can be tried too often: %(found)s."),
        _("Set LOCKOUT_TRIES to 5 or fewer and LOCKOUT_MINUTES to 10 or more."),
    ),
    Rule(
        "config.W204",
        _weak_passwords,
        _("Passwords may be plainer or older than an inspection accepts: %(found)s."),
        _("Set PASSWORD_CLASSES to 3 or 4 and PASSWORD_DAYS to 90 or fewer."),
    ),
    Rule(
        "config.W205",
        _long_sessions,
        _("A desk that was left stays open too long: %(found)s."),
        _("Set IDLE_MINUTES to 30 or fewer."),
    ),
    Rule(
        "config.W206",
        lambda settings: not settings.STAFF_SESSIONS,
        _("STAFF_SESSIONS=0: an account of staff can be used by several people at once."),
        _("Set STAFF_SESSIONS to 1, or to as many devices as one person uses."),
    ),
    Rule(
        "config.W207",
        lambda settings: not settings.CONFIRM_NEEDS_SECOND_PERSON,
        _("CONFIRM_NEEDS_SECOND_PERSON is off: one person alone publishes a list."),
        _("Set CONFIRM_NEEDS_SECOND_PERSON=yes."),
    ),
    Rule(
        "config.W208",
        lambda settings: settings.OVERRULE_ALONE,
        _("OVERRULE_ALONE is on: whoever made an edition may overrule its red guards alone."),
        _("Take OVERRULE_ALONE out of the environment."),
    ),
    Rule(
        "config.W209",
        lambda settings: settings.LIST_KEEPS_PERSONS,
        _("LIST_KEEPS_PERSONS is on: names and numbers of persons in lists are kept, which the duty does not need."),
        _("Take LIST_KEEPS_PERSONS out of the environment."),
    ),
    Rule(
        "config.W210",
        lambda settings: not settings.MAIL_CONFIGURED,
        _("EMAIL_URL is not set: invitations, new passwords, notices and warnings reach nobody."),
        _("Set EMAIL_URL=smtp+tls://user:password@host:587 and MAIL_FROM."),
    ),
]
