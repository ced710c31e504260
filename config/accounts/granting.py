"""After each migration the standard groups have exactly what the table of roles says; a bureau's own are left alone.

Law: it may be run at any time, and twice does no harm. Permissions are made app by app, so it works app by app.
"""

from typing import Any

from django.apps import apps as current
from django.apps.registry import Apps
from django.db import router

from config.accounts.roles import DEPARTMENTS, ROLES


def bring_up(app_config: Any, using: str, apps: Apps = current, **_more: Any) -> None:
    """Django's signal that an app was migrated, or its tables emptied, once its permissions are made."""
    try:
        group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # migrated to a time before there were accounts
        return
    if not router.allow_migrate_model(using, group):
        return
    known = {
        one.codename: one.pk for one in permission.objects.using(using).filter(content_type__app_label=app_config.label)
    }
    if known:
        _grant(group, _wanted(app_config.label, known), set(known.values()), using)


def make_groups(group: Any, using: str) -> None:
    """Make the standard groups that are missing."""
    names = [*(role.name for role in ROLES), *DEPARTMENTS]
    group.objects.using(using).bulk_create([group(name=name) for name in names], ignore_conflicts=True)


def _wanted(label: str, known: dict[str, int]) -> dict[str, set[int]]:
    """Standard group → its permissions in one app, by id. A department by itself may nothing."""
    wanted: dict[str, set[int]] = {name: set() for name in DEPARTMENTS}
    for role in ROLES:
        codes = {code for app, _dot, code in (one.partition(".") for one in role.may) if app == label}
        wanted[role.name] = {known[code] for code in codes if code in known}
    return wanted


def _grant(group: Any, wanted: dict[str, set[int]], of_app: set[int], using: str) -> None:
    make_groups(group, using)
    ids = dict(group.objects.using(using).filter(name__in=wanted).values_list("name", "pk"))
    through = group.permissions.through
    held = through.objects.using(using).filter(group_id__in=ids.values(), permission_id__in=of_app)
    has = set(held.values_list("group_id", "permission_id"))
    should = {(ids[name], pk) for name, permissions in wanted.items() for pk in permissions}
    for group_id, pk in has - should:
        held.filter(group_id=group_id, permission_id=pk).delete()
    through.objects.using(using).bulk_create(
        [through(group_id=group_id, permission_id=pk) for group_id, pk in should - has], ignore_conflicts=True
    )
