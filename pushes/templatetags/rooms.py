"""The frame of the institutions' rooms: which there are for whoever is in, and which one this is."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import template
from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pushes.access import Access
from pushes.models import Role

register = template.Library()

# The first part of each room's address → what it is called, and for whom it is. Apps to the right add their own by
# `institution_rooms` of their AppConfig; theirs come before the manual.
_ROOMS: dict[str, tuple[Any, Role]] = {
    "": (_("Editions"), Role.READER),
    "members": (_("Member list"), Role.READER),
    "matches": (_("Compare customers"), Role.READER),
    "deliveries": (_("Deliveries"), Role.READER),
    "channels": (_("Channels and keys"), Role.READER),
    "profile": (_("Agreed cut"), Role.READER),
    "people": (_("People"), Role.ADMINISTRATOR),
}
_MANUAL: dict[str, tuple[Any, Role]] = {"manual": (_("Manual"), Role.READER)}


class Room(NamedTuple):
    """A room of the navigation."""

    address: str
    name: str
    current: bool


@register.simple_tag(takes_context=True)
def rooms(context: dict[str, Any]) -> Sequence[Room]:
    """The rooms that are open to whoever is in; none where nobody is."""
    access: Access | None = getattr(context["request"], "access", None)
    if access is None:
        return ()
    here = _room_of(context["request"].path)
    return [
        Room(_address(room), str(name), room == here) for room, (name, least) in _all().items() if access.may(least)
    ]


def _all() -> dict[str, tuple[Any, Role]]:
    added = {
        room: (name, Role(least))
        for config in apps.get_app_configs()
        for room, (name, least) in getattr(config, "institution_rooms", {}).items()
    }
    return _ROOMS | added | _MANUAL


def _address(room: str) -> str:
    home = reverse("pushes:editions")
    return f"{home}{room}/" if room else home


def _room_of(path: str) -> str:
    """The room to which an address belongs."""
    parts = [*path.removeprefix(reverse("pushes:editions")).split("/"), "", ""]
    if parts[0] == "editions":
        return "members" if parts[2] == "members" else ""
    return "channels" if parts[0] == "api-keys" else parts[0]
