"""The admin's lists in the order of the bureau's work: what is done daily first, what is set once last.

Law: only an order. What may be seen is the admin's own word; a list that is named nowhere stands among the records.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_RECORDS = "records"
_ROOMS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "lists": (_("Published lists"), ("registry.listimport", "registry.upload", "registry.entry")),
    "matches": (
        _("Enterprises and matches"),
        (
            "enterprises.reviewitem", "enterprises.enterprise", "enterprises.finding", "enterprises.matchdecision",
            "enterprises.judgement",
        ),
    ),
    "editions": (
        _("Pool, editions and objections"),
        ("enterprises.edition", "enterprises.objection", "enterprises.poolrebuild"),
    ),
    "pushes": (
        _("Institutions and deliveries"),
        (
            "pushes.delivery", "pushes.institution", "pushes.profilerequest", "pushes.laggard", "pushes.channel",
            "pushes.accesskey", "pushes.invitation", "pushes.package", "pushes.letter",
        ),
    ),
    "financing": (
        _("Financing"),
        (
            "financing.statistic", "financing.evaluation", "financing.feedback", "financing.listmistake",
            "financing.subsidysheet", "financing.subsidyclaim",
        ),
    ),
    _RECORDS: (_("Records"), ("registry.export", "pushes.receipt", "pushes.attempt")),
    "accounts": (_("Accounts"), ("auth.user", "auth.group")),
    "settings": (
        _("Settings"),
        (
            "registry.programme", "registry.indicator", "registry.district", "registry.headerword",
            "registry.rememberedcolumn",
            "enterprises.expectedlist", "enterprises.guardlimit", "enterprises.renewal", "enterprises.specialday",
            "financing.target", "financing.subsidy",
        ),
    ),
}  # fmt: skip
_OF_ACCOUNTS = ("auth", "accounts", "account", "mfa")


class Room(NamedTuple):
    """Lists that belong together, as the admin's own index describes each."""

    code: str
    name: Any
    models: list[dict[str, Any]]


@register.filter
def in_rooms(app_list: Iterable[Mapping[str, Any]]) -> list[Room]:
    """The admin's index in rooms; one without a list is left out."""
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {code: [] for code in _ROOMS}
    for app in app_list:
        for model in app["models"]:
            code, place = _place(f"{app['app_label']}.{model['object_name'].lower()}")
            found[code].append((place, model))
    return [
        Room(code, name, [model for _place, model in sorted(found[code], key=lambda pair: pair[0])])
        for code, (name, _labels) in _ROOMS.items()
        if found[code]
    ]


def _place(label: str) -> tuple[str, int]:
    for code, (_name, labels) in _ROOMS.items():
        if label in labels:
            return code, labels.index(label)
    code = "accounts" if label.partition(".")[0] in _OF_ACCOUNTS else _RECORDS
    return code, len(_ROOMS[code][1])
