"""The bureau's desk for institutions, and the record of what went out, which nobody edits."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pushes import agreeing
from pushes.admin import deliveries, receipts
from pushes.admin.showing import Shown, ShownAdmin
from pushes.forms import ProfileForm
from pushes.models import Channel, Contact, Institution, Membership, Package, Profile
from registry.queries import programme_names

__all__ = ["deliveries", "receipts"]


class AgreedProfiles(Shown, admin.TabularInline):
    """Every version so far, as it was agreed."""

    model = Profile
    verbose_name_plural = _("agreed profiles")
    fields = ["version", "agreed_programmes", "include_name_only", "agreed_at"]
    readonly_fields = ["agreed_programmes"]
    extra = 0

    @admin.display(description=_("programmes"))
    def agreed_programmes(self, profile: Profile) -> str:
        if not profile.programmes:
            return gettext("all programmes")
        names = programme_names()
        return "、".join(names.get(code, code) for code in profile.programmes)


class NewProfile(admin.TabularInline):
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


class ChannelInline(admin.TabularInline):
    model = Channel
    extra = 0
    readonly_fields = ["paused"]  # a pause has a page of its own, which asks why


class ContactInline(admin.TabularInline):
    model = Contact
    extra = 0


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(Institution)
class InstitutionAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "kind", "state", "contract_until"]
    list_filter = ["state", "kind"]
    search_fields = ["code", "name", "contract_number"]
    inlines = [AgreedProfiles, NewProfile, ChannelInline, ContactInline, MembershipInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A profile is not saved as typed: it becomes the next version, agreed now."""
        if formset.model is not Profile:
            super().save_formset(request, form, formset, change)
            return
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for typed in formset.save(commit=False):
            formset.new_objects.append(
                agreeing.agree(
                    institution=form.instance,
                    programmes=typed.programmes,
                    include_name_only=typed.include_name_only,
                    now=timezone.now(),
                )
            )


@admin.register(Package)
class PackageAdmin(ShownAdmin):
    list_display = ["__str__", "edition", "members", "added", "removed", "changed", "size", "built_at"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
