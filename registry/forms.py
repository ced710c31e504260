"""What staff may fill in. Law: a form checks and translates; it never writes, the acts do."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import errors
from registry.columns import folded
from registry.correcting import CORRECTABLE
from registry.errors import RuleMoved
from registry.models import (
    Entry,
    Indicator,
    IndicatorKind,
    ListImport,
    NoticeKind,
    PeriodKind,
    Programme,
    ProgrammeKind,
    Upload,
)
from registry.rule_forms import DatedRuleFormSet
from registry.staging import Notice

PASTE_MAX = 600_000  # characters; three bytes each stay below what a request may hold besides files
IN_THE_FUTURE = gettext_lazy("The date of publication lies in the future. Compare it with the notice.")


def _words(name: str) -> dict[str, Any]:
    """Label, help and length of a field, as the model has them."""
    field: Any = ListImport._meta.get_field(name)
    words = {"label": capfirst(field.verbose_name), "help_text": field.help_text}
    return words | ({"max_length": field.max_length} if field.max_length else {})


def _day(name: str, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(**_words(name), required=required, widget=widget)


class NoticeForm(forms.Form):
    """What the notice says of its list."""

    title = forms.CharField(**_words("title"))
    document_number = forms.CharField(**_words("document_number"), required=False)
    publisher = forms.CharField(**_words("publisher"), required=False)
    source_url = forms.URLField(**_words("source_url"), required=False, assume_scheme="https")
    batch = forms.CharField(**_words("batch"), required=False)
    published_on = _day("published_on", required=True)
    valid_from = _day("valid_from")
    valid_to = _day("valid_to")
    is_full = forms.BooleanField(**_words("is_full"), required=False)
    province_wide = forms.BooleanField(**_words("province_wide"), required=False)

    def clean_source_url(self) -> str:
        url: str = self.cleaned_data["source_url"]
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError(_("Give an address that starts with http:// or https://."))
        return url

    def clean_published_on(self) -> date:
        day: date = self.cleaned_data["published_on"]
        if day > localdate():
            raise ValidationError(IN_THE_FUTURE)
        return day

    def clean(self) -> dict[str, Any]:
        facts = self.cleaned_data
        if facts.get("valid_from") and facts.get("valid_to") and facts["valid_from"] > facts["valid_to"]:
            self.add_error("valid_to", _("The period ends before it begins."))
        return facts


class SidecarForm(NoticeForm):
    """What a sidecar in the drop folder says of its list: the same facts, by their names in JSON."""

    programme = forms.ModelChoiceField(Programme.objects.all(), to_field_name="code")
    notice = forms.ChoiceField(choices=NoticeKind.choices)
    title = forms.CharField(**_words("title"), required=False)
    sheet = forms.CharField(max_length=100, required=False)


def notice_of_sidecar(file_name: str, facts: Mapping[str, Any]) -> Notice:
    """The notice that a sidecar's facts make; raises `BadSidecar`, which names each fault by its key."""
    strange = sorted(set(facts) - set(SidecarForm.base_fields))
    form = SidecarForm({name: value for name, value in facts.items() if value is not False})
    if strange or not form.is_valid():
        faults = [f"{name} ({_('unknown')})" for name in strange]
        faults += [f"{name} ({' '.join(map(str, said))})" for name, said in form.errors.items()]
        raise errors.BadSidecar(file_name, ", ".join(faults))
    return _notice(form)


def _notice(form: forms.Form) -> Notice:
    """The checked facts as the act takes them."""
    names = {field.name for field in dataclasses.fields(Notice)}
    facts = {name: value for name, value in form.cleaned_data.items() if name in names}
    return Notice(**facts | {"kind": form.cleaned_data["notice"], "programme": facts["programme"].code})


class AmendForm(NoticeForm):
    """What the notice of a staged list says, to be put right."""


class _ByKind(forms.models.ModelChoiceIterator):
    """Programmes under what their lists say of an enterprise, so that a named list is not taken for a recognition."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        offered = list(self.queryset)
        for kind in ProgrammeKind:
            if own := [self.choice(one) for one in offered if one.kind == kind]:
                yield kind.label, own


class ProgrammeField(forms.ModelChoiceField):
    """A programme to choose, by kind."""

    iterator = _ByKind


class UploadListForm(NoticeForm):
    """A list, as a file or as a table pasted in, and what its notice says.

    The import mixin hands over its formats and resources; the file's name decides which format it is.
    """

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        max_length=200,
        allow_empty_file=True,  # the act says what to do about it
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or a table pasted in"),
        required=False,
        strip=False,  # the first row's empty cells are part of the table
        widget=forms.Textarea(attrs={"rows": 4, "data-limit": PASTE_MAX, "spellcheck": "false"}),
    )
    sheet = forms.CharField(
        label=gettext_lazy("Sheet"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only where several sheets of a workbook hold something."),
    )
    programme = ProgrammeField(Programme.objects.all(), label=gettext_lazy("Programme"))
    notice = forms.ChoiceField(choices=[("", "---------"), *NoticeKind.choices], label=gettext_lazy("Kind of notice"))
    title = forms.CharField(
        **(_words("title") | {"help_text": gettext_lazy("Empty: taken from the file's first rows, or its name.")}),
        required=False,
    )
    field_order = ("file", "pasted", "sheet", "programme", "notice")

    def __init__(
        self,
        formats: Sequence[type[Any]],
        resources: Sequence[type[Any]],
        *,
        again: Upload | None = None,
        programmes: QuerySet[Programme],
        **words: Any,
    ) -> None:
        """`again`: an upload that became no list; its facts are filled in, and its file need not be chosen anew.

        `programmes`: those whose lists this person may import.
        """
        super().__init__(**words)
        self._offer(programmes)
        self.again = again
        if again:
            programme = Programme.objects.filter(code=again.facts["programme"]).first()
            self.initial = {**again.facts, "notice": again.facts["kind"], "programme": programme, **self.initial}
        suffixes = [suffix for kind in formats for suffix in kind.suffixes]
        self.fields["file"].widget.attrs["accept"] = ",".join(suffixes)
        self.fields["file"].help_text = _(
            "%(kinds)s, as it was published; title rows above the header may stay. "
            "At most %(megabytes)s MB and %(rows)s rows."
        ) % {
            "kinds": _(", ").join(suffix.removeprefix(".") for suffix in suffixes),
            "megabytes": settings.LIST_MAX_MEGABYTES,
            "rows": f"{settings.LIST_MAX_ROWS:,}",
        }
        self.fields["pasted"].help_text = _(
            "Copied out of a spreadsheet, with its header row; at most %(limit)s characters. "
            "A longer list goes in as a file."
        ) % {"limit": f"{PASTE_MAX:,}"}

    def _offer(self, programmes: QuerySet[Programme]) -> None:
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is, above
        field.queryset = programmes
        field.error_messages["invalid_choice"] = _("Choose one of the programmes that your department imports.")
        if not programmes.exists():
            field.help_text = _(
                "Your account is of no department that imports lists. Ask the security administrator for one."
            )

    def clean_pasted(self) -> str:
        text: str = self.cleaned_data["pasted"]
        if len(text) > PASTE_MAX:
            raise ValidationError(
                _("That is more than %(limit)s characters. Save the list as a file and upload it.")
                % {"limit": f"{PASTE_MAX:,}"}
            )
        return text if text.strip() else ""

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        given = [name for name in ("file", "pasted") if facts.get(name)]
        if len(given) == 2:
            self.add_error("pasted", _("Give either a file or a pasted table, not both."))
        elif not given and not self.again and not {"file", "pasted"} & set(self.errors):
            self.add_error("file", _("Choose the list's file, or paste its table in below."))
        return facts

    @property
    def source(self) -> str:
        """The field that the list came in."""
        return "pasted" if self.cleaned_data["pasted"] else "file"

    def content(self) -> tuple[IO[bytes], str]:
        """The list's bytes, and its file name."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            return file, str(file.name)
        if self.again and not self.cleaned_data["pasted"]:
            return self.again.file.open("rb"), self.again.file_name
        return BytesIO(self.cleaned_data["pasted"].encode()), _("pasted table") + ".txt"

    def notice_facts(self) -> Notice:
        """The checked facts as the act takes them."""
        return _notice(self)


class CorrectionForm(forms.Form):
    """What one cell of a staged row should read, and why."""

    field = forms.ChoiceField(choices=[(field.value, field.label) for field in CORRECTABLE])
    text = forms.CharField(label=gettext_lazy("Should read"), max_length=200, required=False)
    why = forms.CharField(label=gettext_lazy("Why it is corrected"), max_length=300)

    def __init__(self, *args: Any, more: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """`more`: the indicators of a points list, by their fields."""
        super().__init__(*args, **kwargs)
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - it is, above
        field.choices = [(one.value, one.label) for one in CORRECTABLE] + list((more or {}).items())


class ReasonForm(forms.Form):
    """Why something that was published is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class ProgrammeForm(forms.ModelForm):
    """A programme; its number pattern must be a regular expression, and its code stands in what was published."""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if self.instance.pk and code != self.initial["code"] and self.instance.listimport_set.exists():
            raise ValidationError(_("Lists were imported under this code; editions name it. It cannot be changed."))
        return code

    def clean_number_pattern(self) -> str:
        pattern: str = self.cleaned_data["number_pattern"]
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValidationError(_("This is no regular expression: %(why)s") % {"why": error}) from error
        return pattern


class DistrictForm(forms.ModelForm):
    """A district; what editions call it is not changed in hindsight."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        district = self.instance
        renamed = district.pk and {"code", "name"} & set(self.changed_data)
        if renamed and Entry.objects.filter(district=district.pk).exists():
            raise ValidationError(
                _(
                    "Published lines name this district. Add its successor as another, "
                    "with the names that lists use now."
                )
            )
        return facts


class ProgrammeRuleForm(forms.ModelForm):
    """A rule; what the database would refuse is said in words."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        counted = facts.get("period") in (PeriodKind.YEARS_FROM_ISSUE, PeriodKind.CALENDAR_YEARS)
        if counted and not facts.get("years"):
            self.add_error("years", _("This kind of period needs a number of years."))
        elif facts.get("period") and not counted and facts.get("years") is not None:
            self.add_error("years", _("This kind of period counts no years; leave it empty."))
        month, day = facts.get("grace_month"), facts.get("grace_day")
        if (month is None) != (day is None) or (month and day and not _is_day(month, day)):
            self.add_error("grace_day", _("Grace needs a month and a day of it that exist in every year, or neither."))
        if facts.get("grace_months") is not None and (month or not 1 <= facts["grace_months"] <= 60):
            self.add_error("grace_months", _("Grace is either 1 to 60 months or until a day of the next year."))
        start, end = facts.get("effective_from"), facts.get("effective_to")
        if start and end and end <= start:
            self.add_error("effective_to", _("The rule ends before it begins."))
        return facts

    def validate_constraints(self) -> None:
        """Overlap is judged over all rules of the form together, by the formset; the rest is judged above."""


class IndicatorForm(forms.ModelForm):
    """An indicator of points; no two of a programme are called the same in lists."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        programme = facts.get("programme")
        if programme and programme.kind != ProgrammeKind.POINTS:
            self.add_error("programme", _("Only a programme of innovation points has indicators."))
        if facts.get("kind") == IndicatorKind.INDICATOR and not facts.get("group"):
            self.add_error("group", _("Say which group the indicator is of."))
        own = {folded(text) for text in (facts.get("name", ""), *facts.get("words", ()))}
        others = Indicator.objects.filter(programme=programme).exclude(pk=self.instance.pk) if programme else ()
        for one in others:
            if own & {folded(text) for text in (one.name, *one.words)}:
                self.add_error("words", _("“%(name)s” is called so already.") % {"name": one.name})
        return facts


class ProgrammeRuleFormSet(DatedRuleFormSet):
    """A programme's rules: at most one in force on any day; those of a named list or of points never count."""

    moved = RuleMoved

    def judge(self, kept: Sequence[Mapping[str, Any]]) -> None:
        if self.instance.kind != ProgrammeKind.RECOGNITION and any(rule["counts"] for rule in kept):
            raise ValidationError(
                _("A named list and innovation points never count for the pool: take the mark from “counts” away.")
            )


def _is_day(month: int, day: int) -> bool:
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= lengths[month - 1]
