"""What staff write when they uphold an objection: what is right, of which lines. Law: empty fields change nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.settling import Addition, Remedy
from registry.models import Entry, Field, NoticeKind, Programme
from registry.staging import Notice

_RIGHT = {
    "right_name": Field.NAME,
    "right_code": Field.USCC,
    "right_district": Field.DISTRICT,
    "right_number": Field.NUMBER,
    "right_issued_on": Field.ISSUED_ON,
    "right_valid_from": Field.VALID_FROM,
    "right_valid_to": Field.VALID_TO,
}
_ADDED = {
    "add_name": Field.NAME,
    "add_former_name": Field.FORMER_NAME,
    "add_code": Field.USCC,
    "add_number": Field.NUMBER,
    "add_district": Field.DISTRICT,
    "add_issued_on": Field.ISSUED_ON,
    "add_valid_from": Field.VALID_FROM,
    "add_valid_to": Field.VALID_TO,
}
_KINDS = [
    (kind.value, kind.label)
    for kind in (
        NoticeKind.RECOGNITION,
        NoticeKind.RECHECK,
        NoticeKind.SUPPLEMENT,
        NoticeKind.RENAME,
        NoticeKind.MOVE_IN,
    )
]


def _text(label: Any, length: int = 120) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class UpholdForm(forms.Form):
    """What is right; the part of the form that is left empty changes nothing."""

    reason = forms.CharField(
        label=_("Decision and reasons, as the enterprise reads them"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    partly = forms.BooleanField(label=_("upheld in part only"), required=False)
    lines = forms.MultipleChoiceField(label=_("Lines to correct"), required=False)
    line = forms.IntegerField(label=_("Or another line, by its number in the admin"), required=False, min_value=1)
    parted = forms.MultipleChoiceField(label=_("Lines that are another enterprise's"), required=False)
    right_name = _text(_("Enterprise name"))
    right_code = _text(_("Unified social credit code"), 18)
    right_district = _text(_("District"), 50)
    right_number = _text(_("Number"), 50)
    right_issued_on = _day(_("Date of issue"))
    right_valid_from = _day(_("Valid from"))
    right_valid_to = _day(_("Valid to (inclusive)"))
    add_programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"), required=False)
    add_notice = forms.ChoiceField(label=_("Kind of notice"), choices=_KINDS, required=False)
    add_title = _text(_("Title of the notice"), 200)
    add_document = _text(_("Document number"), 100)
    add_published_on = _day(_("Published on"))
    add_name = _text(_("Enterprise name"))
    add_former_name = _text(_("Former name"))
    add_code = _text(_("Unified social credit code"), 18)
    add_number = _text(_("Number"), 50)
    add_district = _text(_("District"), 50)
    add_issued_on = _day(_("Date of issue"))
    add_valid_from = _day(_("Valid from"))
    add_valid_to = _day(_("Valid to (inclusive)"))

    def __init__(self, *args: Any, shown: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = {str(one.pk): one for one in shown}
        for name in ("lines", "parted"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = [(key, key) for key in self.shown]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("line") and not Entry.objects.filter(pk=said["line"]).exists():
            self.add_error("line", _("There is no line of this number."))
        wanted = ("add_programme", "add_title", "add_published_on", "add_name")
        if any(said.get(name) for name in (*_ADDED, *wanted)):
            for name in wanted:
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, _("A line that is added needs this."))
        return said

    def remedy(self) -> Remedy:
        said = self.cleaned_data
        lines = [self.shown[key] for key in said["lines"]]
        lines += Entry.objects.filter(pk=said["line"]) if said["line"] else []
        return Remedy(
            lines=lines,
            fields=_texts(said, _RIGHT),
            parted=[self.shown[key] for key in said["parted"]],
            addition=self._addition() if said["add_programme"] else None,
        )

    def _addition(self) -> Addition:
        said = self.cleaned_data
        notice = Notice(
            programme=said["add_programme"].code,
            kind=said["add_notice"] or NoticeKind.RECOGNITION,
            published_on=said["add_published_on"],
            title=said["add_title"],
            document_number=said["add_document"],
        )
        return Addition(notice, _texts(said, _ADDED))

    def right_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in _RIGHT]

    def added_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("add_")]


def _texts(said: dict[str, Any], names: dict[str, Field]) -> dict[str, str]:
    return {str(field): str(said[name]) for name, field in names.items() if said.get(name)}
