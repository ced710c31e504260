"""Rights that change while their person is signed in. Law: new rights, fewer or more, begin with a new sign-in."""

from typing import Any

from django.contrib.auth.models import User

from config.accounts import sessions

_RIGHTS = ("is_active", "is_staff", "is_superuser")


def before_saving(sender: Any, instance: User, update_fields: Any = None, raw: bool = False, **_more: Any) -> None:
    """Whether this saving changes what the person may."""
    if raw or instance.pk is None or (update_fields is not None and not set(_RIGHTS) & set(update_fields)):
        return
    before = User.objects.filter(pk=instance.pk).values(*_RIGHTS).first()
    if before and before != {name: getattr(instance, name) for name in _RIGHTS}:
        sessions.end_all(instance)


def rights_changed(sender: Any, instance: Any, action: str, reverse: bool, pk_set: Any, **_more: Any) -> None:
    """Groups or single permissions of a person, or people of a group, whichever side was changed."""
    if action not in ("post_add", "post_remove", "pre_clear") or (pk_set is not None and not pk_set):
        return
    if not reverse:
        people = [instance]
    elif pk_set is None:
        people = list(instance.user_set.all())
    else:
        people = list(User.objects.filter(pk__in=pk_set))
    for person in people:
        sessions.end_all(person)
