"""The bureau's desk for institutions, and the record of what went out, which nobody edits."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from pushes import agreeing, password_actions
from pushes.admin import channels, deliveries, keys, people, receipts, requests
from pushes.admin.channels import ChannelInline
from pushes.admin.people import MembershipInline, note_members
from pushes.admin.showing import Shown, ShownAdmin
from pushes.formats.offered import COLUMNS
from pushes.forms import FORMAT_LABELS, ProfileForm
from pushes.models import Contact, Institution, Membership, Package, Profile
from registry.queries import district_names, programme_names

__all__ = ["channels", "deliveries", "keys", "people", "receipts", "requests"]


class AgreedProfiles(Shown, admin.TabularInline):
    """Every version so far, as it was agreed."""

    model = Profile
    verbose_name_plural = _("agreed profiles")
    fields = [
        "version", "agreed_programmes", "agreed_districts", "include_name_only", "agreed_columns", "agreed_annexes",
        "agreed_formats", "agreed_at",
    ]  # fmt: skip
    readonly_fields = ["agreed_programmes", "agreed_districts", "agreed_columns", "agreed_annexes", "agreed_formats"]
    extra = 0

    @admin.display(description=_("programmes"))
    def agreed_programmes(self, profile: Profile) -> str:
        return _named(profile.programmes, programme_names()) or gettext("all programmes")

    @admin.display(description=_("districts"))
    def agreed_districts(self, profile: Profile) -> str:
        return _named(profile.districts, district_names()) or gettext("all districts")

    @admin.display(description=_("columns of the tables"))
    def agreed_columns(self, profile: Profile) -> str:
        return _named(profile.columns, COLUMNS) or gettext("all columns")

    @admin.display(description=_("named lists and points"))
    def agreed_annexes(self, profile: Profile) -> str:
        return _named(profile.annexes, programme_names()) or pgettext("annexes", "none")

    @admin.display(description=_("file formats"))
    def agreed_formats(self, profile: Profile) -> str:
        return _named(profile.formats, FORMAT_LABELS)


def _named(chosen: list[str], names: Mapping[str, Any]) -> str:
    return "、".join(str(names.get(code, code)) for code in chosen)


class NewProfile(admin.StackedInline):
    """The next version, for packages to come."""

    model = Profile
    form = ProfileForm
    verbose_name = _("next profile")
    verbose_name_plural = _("next profile")
    extra = 0
    max_num = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).none()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "state", "contract_until"]
    list_filter = ["state", "kind"]
    search_fields = ["code", "name", "contract_number"]
    actions = [password_actions.renew, password_actions.drop]
    inlines = [AgreedProfiles, NewProfile, ChannelInline, ContactInline, MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Institution | None = None) -> list[str]:
        """Ids of deliveries and of letters are made of the code: another one would have all of them told again."""
        return ["code"] if obj else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A profile is not saved as typed: it becomes the next version, agreed now."""
        if formset.model is not Profile:
            super().save_formset(request, form, formset, change)
            if formset.model is Membership and formset.has_changed():
                note_members(request, form.instance, formset)
            return
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for typed in formset.save(commit=False):
            formset.new_objects.append(
                agreeing.agree(
                    institution=form.instance,
                    programmes=typed.programmes,
                    districts=typed.districts,
                    include_name_only=typed.include_name_only,
                    columns=typed.columns,
                    formats=typed.formats,
                    annexes=typed.annexes,
                    now=timezone.now(),
                )
            )


@admin.register(Package)
class PackageAdmin(ShownAdmin):
    list_display = ["__str__", "edition", "since", "members", "added", "removed", "changed", "size", "built_at"]
    list_filter = ["edition"]
    list_select_related = ["edition", "since"]
