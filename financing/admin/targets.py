"""The policy's targets: data that the bureau keeps itself."""

from typing import Any

from django import forms
from django.contrib import admin
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

    @admin.display(description=_("programmes"))
    def of_programmes(self, target: Target) -> Any:
        names = programme_names()
        return "、".join(names.get(code, code) for code in target.programmes) or _("all members")
