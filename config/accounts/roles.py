"""Who may what: the standard roles, the departments, and what is nobody's. Pure data, held complete by a test.

Law: whoever adds a permission puts it into a role here, or among what is nobody's.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(NamedTuple):
    """A standard group. Who holds one that stands `alone` holds no other group."""

    name: str
    purpose: str | Promise
    may: frozenset[str]
    alone: bool = False


def _may(app: str, verbs: str, models: str) -> frozenset[str]:
    return frozenset(f"{app}.{verb}_{model}" for verb in verbs.split() for model in models.split())


def _all(*parts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*parts)


# ── what is read ──
_LISTS = _may(
    "registry",
    "view",
    "programme programmerule district headerword rememberedcolumn listimport importevent entry linecorrection upload",
)
_POOL = _may(
    "enterprises",
    "view",
    "enterprise formername matchdecision judgement reviewitem reviewsample listresolution parting poolrebuild "
    "recognition dispute finding poolmember renewal",
)
_EDITIONS = _may(
    "enterprises",
    "view",
    "edition editionmember editionchange editionreminder guardlimit expectedlist guardresult overruling specialday",
)
_VOICE = _may("enterprises", "view", "objection objectionevent objectionanswer objectionfile objectionreminder")
_WATCHES = _may("enterprises", "view", "watch mail")
_PUSHES = _may(
    "pushes",
    "view",
    "institution membership contact accesskey channel channelsecret profile package delivery attempt sending letter "
    "invitation peopleevent profilerequest receipt receiptsdeleted secretevent",
)
_FIGURES = frozenset({"financing.see_statistics"}) | _may("financing", "view", "target evaluation")
_FEEDBACK = _may("financing", "view", "feedback listmistake")
_SYSTEM = frozenset({"watching.see_system", "keeping.view_keepingrun"})
_LOGS = frozenset({"admin.view_logentry", "auditing.view_event", "auditing.export_event", "registry.view_export"})
_ACCOUNTS = _may("auth", "view", "user group") | _may("registry", "view", "importright")

# ── the roles ──
CLERK, CHECKER, REVIEWER, PUSHER = "经办员", "复核员", "匹配审核员", "推送管理员"
SYSTEM, SECURITY, AUDITOR = "系统管理员", "安全管理员", "审计员"

ROLES = (
    Role(
        CLERK,
        _("Imports the lists of the own department, corrects their lines. Confirms nothing."),
        _all(_LISTS, _POOL, _EDITIONS, _FIGURES, {"registry.add_listimport"}),
    ),
    Role(
        CHECKER,
        _("Confirms and withdraws what others imported, has the second word on objections and matches, "
          "overrules guards and seals."),
        _all(_LISTS, _POOL, _EDITIONS, _VOICE, _FIGURES, _FEEDBACK, {
            "registry.confirm_listimport", "enterprises.confirm_objection", "enterprises.reopen_reviewitem",
            "enterprises.overrule_edition", "enterprises.seal_edition", "financing.see_enterprises",
        }),
    ),
    Role(
        REVIEWER,
        _("Settles doubtful matches, one by one and many at once, and works on objections."),
        _all(_LISTS, _POOL, _EDITIONS, _VOICE, _may("financing", "view", "listmistake"), {
            "enterprises.settle_reviewitem", "enterprises.bulk_settle_reviewitem", "enterprises.settle_objection",
            "financing.settle_listmistake",
        }),
    ),
    Role(
        PUSHER,
        _("Keeps institutions, their people, cuts, channels and keys, and sees to it that editions arrive."),
        _all(
            _EDITIONS, _PUSHES, _FIGURES, _FEEDBACK, _may("registry", "view", "programme district"),
            _may("pushes", "add change", "institution channel"),
            _may("pushes", "add change delete", "contact membership"),
            {
                "pushes.add_profile", "pushes.add_invitation", "pushes.add_accesskey", "pushes.change_accesskey",
                "pushes.resend_delivery", "pushes.pause_channel", "pushes.try_channel", "pushes.keep_secrets",
                "pushes.answer_profilerequest", "financing.make_evaluation",
            },
        ),
    ),
    Role(
        SYSTEM,
        _("Keeps the catalogue, the rules, the limits and the calendar, and the system's state. "
          "Confirms and seals nothing, and opens no accounts."),
        _all(
            _LISTS, _may("enterprises", "view", "poolrebuild renewal watch mail"), _EDITIONS,
            _may("pushes", "view", "delivery attempt letter receiptsdeleted"),
            _SYSTEM,
            _may("registry", "add change", "programme district"),
            _may("registry", "add change delete", "programmerule headerword"),
            _may("registry", "change delete", "rememberedcolumn"),
            _may("enterprises", "add change delete", "guardlimit expectedlist specialday renewal"),
            _may("financing", "view add change delete", "target"),
        ),
        alone=True,
    ),
    Role(
        SECURITY,
        _("Opens and closes accounts, gives roles, says which department imports what, frees who is locked out. "
          "Changes no business data."),
        _all(
            _ACCOUNTS, _may("auth", "add change", "user"), _may("registry", "add change delete", "importright"),
            {"registry.view_programme", "accounts.reset_second_factor", "accounts.unlock_account"},
        ),
        alone=True,
    ),
    Role(
        AUDITOR,
        _("Reads everything and every record, and changes nothing."),
        _all(_LISTS, _POOL, _EDITIONS, _VOICE, _WATCHES, _PUSHES, _FIGURES, _FEEDBACK, _ACCOUNTS, _SYSTEM, _LOGS),
        alone=True,
    ),
)  # fmt: skip

# Which department somebody is of says which lists he may import (registry's `ImportRight`), and nothing else.
DEPARTMENTS = ("科技局", "工业和信息化局", "市场监督管理局", "发展和改革委员会")

# ── what nobody may, superusers apart ──
# Rows that acts write, and rows that stay: to add, change or delete them by hand is nobody's.
_WRITTEN_BY_ACTS = {
    "registry": "importevent entry linecorrection upload",
    "enterprises": "enterprise formername matchdecision judgement reviewitem reviewsample listresolution parting "
    "poolrebuild recognition dispute finding poolmember edition editionmember editionchange editionreminder "
    "guardresult overruling objection objectionevent objectionanswer objectionfile objectionreminder watch mail "
    "namekeys",
    "pushes": "package delivery attempt sending letter peopleevent profilerequest receipt receiptsdeleted secretevent "
    "channelsecret packagepassword",
    "financing": "feedback listmistake evaluation",
    "admin": "logentry",
    "auth": "permission",
    "contenttypes": "contenttype",
    "sessions": "session",
    "account": "emailaddress emailconfirmation",
    "mfa": "authenticator",
}
NOBODYS = _all(
    *(_may(app, "add change delete", models) for app, models in _WRITTEN_BY_ACTS.items()),
    _may("auth", "add change delete", "group"),  # a bureau's own groups are its superuser's to make
    _may("auth", "delete", "user"),  # accounts are closed; what they did stays theirs
    _may("auth", "view", "permission"),
    _may("contenttypes", "view", "contenttype"),
    _may("sessions", "view", "session"),
    _may("account", "view", "emailaddress emailconfirmation"),
    _may("mfa", "view", "authenticator"),
    _may("enterprises", "view", "namekeys"),
    _may("pushes", "view", "packagepassword"),
    _may("registry", "change delete", "listimport"),
    _may("registry", "delete", "programme district"),
    _may("registry", "add", "rememberedcolumn"),
    _may("pushes", "delete", "institution channel profile accesskey invitation"),
    _may("pushes", "change", "profile invitation"),
)
