"""Forms of the subsidies' desks: rules, a file of claims, a sheet to make, a reason."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.opening import SUFFIXES
from financing.errors import SubsidyRuleMoved
from financing.models import Applicants, Base, Subsidy, SubsidyRule
from financing.subsidies.claiming import MOST_MEGABYTES
from registry.queries import recognition_names
from registry.rule_forms import DatedRuleFormSet

_STEP = re.compile(r"([^\s:：=]{1,50})\s*[:：=]\s*([0-9]{1,14}(?:\.[0-9]{1,2})?)")


class RuleForm(forms.ModelForm):
    """A rule; what the database would refuse is said in words."""

    steps_text = forms.CharField(
        label=gettext_lazy("amounts by grade"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A line for each grade: its name, a colon, the amount in yuan."),
    )
    programmes = forms.MultipleChoiceField(
        label=gettext_lazy("programmes"),
        required=False,
        help_text=gettext_lazy("Of growth: whose loans count. None chosen: those of all members of the pool."),
    )

    class Meta:
        model = SubsidyRule
        fields = (
            "effective_from", "effective_to", "base", "rate", "threshold", "cap", "cap_per", "once", "programmes",
            "years_back", "source", "clause", "to_confirm", "note",
        )  # fmt: skip

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        chosen = self.fields["programmes"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - it is, above
        chosen.choices = list(recognition_names().items())
        if self.instance.pk:
            steps = self.instance.amounts.items()
            self.initial["steps_text"] = "\n".join(f"{grade}：{amount}" for grade, amount in steps)

    def clean_steps_text(self) -> dict[str, str]:
        steps: dict[str, str] = {}
        for line in self.cleaned_data["steps_text"].splitlines():
            if not line.strip():
                continue
            found = _STEP.fullmatch(line.strip())
            if not found or found[1] in steps or not Decimal(found[2]):
                raise ValidationError(_("“%(line)s” is not read: write a grade once, as 一等：300000") % {"line": line})
            steps[found[1]] = f"{Decimal(found[2]):.2f}"
        return steps

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        by_grade = facts.get("base") == Base.GRADE
        steps, percent = facts.get("steps_text") or {}, facts.get("rate")
        if by_grade and (not steps or percent is not None):
            self.add_error("steps_text", _("Where the grade decides, give amounts by grade and no rate."))
        if facts.get("base") and not by_grade and (steps or percent is None or not 0 < percent <= 100):
            self.add_error("rate", _("Give a rate above 0 and up to 100, and no amounts by grade."))
        if facts.get("cap") is not None and facts["cap"] <= 0:
            self.add_error("cap", _("A limit is above nothing; leave it empty where there is none."))
        if facts.get("years_back") is not None and facts["years_back"] > 5:
            self.add_error("years_back", _("Five years at most."))
        start, end = facts.get("effective_from"), facts.get("effective_to")
        if start and end and end <= start:
            self.add_error("effective_to", _("The rule ends before it begins."))
        self.instance.steps = steps
        return facts

    def validate_constraints(self) -> None:
        """Overlap is judged over all rules of the form together, by the formset; the rest is judged above."""


class RuleFormSet(DatedRuleFormSet):
    """A subsidy's rules: at most one in force on any day."""

    moved = SubsidyRuleMoved


class ClaimsForm(forms.Form):
    """A file of claims of one subsidy. The import mixin hands over its formats and resources."""

    subsidy = forms.ModelChoiceField(
        Subsidy.objects.exclude(applicants=Applicants.BANKS), label=pgettext_lazy("policy", "subsidy")
    )
    file = forms.FileField(label=gettext_lazy("File"), max_length=200, allow_empty_file=True)

    def __init__(self, formats: Sequence[type[Any]], resources: Sequence[type[Any]], **words: Any) -> None:
        super().__init__(**words)
        self.fields["file"].widget.attrs["accept"] = ",".join(SUFFIXES)
        self.fields["file"].help_text = _(
            "%(kinds)s, by the template; at most %(megabytes)s MB. It is taken in whole, or not at all."
        ) % {"kinds": "、".join(one.removeprefix(".") for one in SUFFIXES), "megabytes": MOST_MEGABYTES}


class SheetForm(forms.Form):
    """Of which subsidy and year a sheet is made."""

    subsidy = forms.ModelChoiceField(Subsidy.objects.all(), label=pgettext_lazy("policy", "subsidy"))
    year = forms.IntegerField(
        label=pgettext_lazy("subsidy sheet", "year"),
        min_value=2015,
        max_value=2100,
        help_text=gettext_lazy("The year claimed for. Of which year the loans are that count, the rule says."),
    )


class ReasonForm(forms.Form):
    """Why something is left out, sent back or withdrawn."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)
