"""Roles as they are given at the accounts' desk. Law: whoever holds a role is staff, and nobody else is.

The database holds the same law (see the migration of roles); here it is said in words.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from config.accounts.roles import DEPARTMENTS, ROLES

PURPOSES = {role.name: role.purpose for role in ROLES}
ALONE = [role.name for role in ROLES if role.alone]
_ORDER = {name: at for at, name in enumerate([*PURPOSES, *DEPARTMENTS])}


class RoleField(forms.ModelMultipleChoiceField):
    """Every group with what it is for."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}：{told(obj)}"


def told(group: Group) -> str:
    """What a group is for."""
    if group.name in PURPOSES:
        return str(PURPOSES[group.name])
    if group.name in DEPARTMENTS:
        return gettext("A department: its clerks import the programmes that it has the right to.")
    return gettext("A group that the bureau made itself.")


def refuse_together(groups: Iterable[Group]) -> None:
    """Raise `ValidationError` where one of them stands alone and there are others."""
    names = [group.name for group in groups]
    alone = [name for name in names if name in ALONE]
    if alone and len(names) > 1:
        raise ValidationError(
            gettext("“%(role)s” is given with no other role: administrators and auditors are kept apart."),
            params={"role": alone[0]},
            code="stands_alone",
        )


class AccountForm(UserChangeForm):
    """An account of the bureau, with its roles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("groups")
        if field is not None:
            known = sorted(Group.objects.all(), key=lambda one: (_ORDER.get(one.name, len(_ORDER)), one.name))
            roles = self.fields["groups"] = RoleField(
                Group.objects.all(),
                label=gettext_lazy("Roles and departments"),
                required=False,
                help_text=gettext_lazy("Whoever holds a role is staff. Without one, the account opens nothing here."),
            )
            roles.choices = [(one.pk, roles.label_from_instance(one)) for one in known]

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        refuse_together(groups)
        return groups

    def save(self, commit: bool = True) -> Any:
        """Staff are those who hold a role; that of a superuser is the superuser's own to say."""
        user = super().save(commit=False)
        if "groups" in self.cleaned_data and "is_staff" not in self.fields:
            user.is_staff = user.is_superuser or bool(self.cleaned_data["groups"])
        elif self.cleaned_data.get("groups"):
            user.is_staff = True
        if commit:
            user.save()
            self.save_m2m()
        return user


def belongs_to_an_institution(user: User) -> bool:
    """Whether it is an institution's person: those hold no role."""
    return hasattr(user, "institution_membership")
