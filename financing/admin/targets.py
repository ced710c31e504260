"""The policy's targets: data that the bureau keeps itself."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from financing.models import Target
from registry.queries import programme_names


class TargetForm(forms.ModelForm):
    """A target; its programmes are chosen by name."""

    programmes = forms.MultipleChoiceField(
        label=_("programmes"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: programme_names().items(),
        help_text=_("Several count together, each enterprise once. None chosen means all members."),
    )  # fmt: skip

    class Meta:
        model = Target
        fields = ["name", "programmes", "measure", "value", "unit", "due", "source", "position"]


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin):
    form = TargetForm
    list_display = ["name", "of_programmes", "measure", "value", "unit", "due", "source"]
    list_filter = ["measure", "due"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with the names of programmes asked for once."""
        found, names = super().get_changelist_instance(request), programme_names()
        for target in found.result_list:
            target.names = "、".join(names.get(code, code) for code in target.programmes)
        return found

    @admin.display(description=_("programmes"))
    def of_programmes(self, target: Target) -> Any:
        return target.names or _("all members")  # type: ignore[attr-defined]  # given with the list
