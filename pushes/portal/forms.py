"""What people of institutions type: filters, requests, keys.

Law: a choice is offered only where the institution's own cut has it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from enterprises.models import ChangeKind
from pushes.access import Access
from pushes.formats import words
from pushes.forms import ProfileForm
from pushes.models import DeliveryState, Scope
from pushes.retelling import Told
from pushes.searching import BY_END, BY_NAME

_MONTHS = (3, 6, 12)


class FilterForm(forms.Form):
    """A form of filters in the address; what is not offered there asks for nothing."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s")

    def offer(self, name: str, choices: Sequence[tuple[str, Any]], every: Any) -> None:
        """The choices of a field, with one for all of them; without any choice the field is not there."""
        if not choices:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so
        field.choices = [("", every), *choices]

    def query(self) -> str:
        """What is asked for, as the query of an address, without the page."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return urlencode({key: "on" if value is True else value for key, value in given.items() if value})


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    field = forms.CharField(label=label, required=False, max_length=100, help_text=help_text)
    field.widget.attrs |= {"type": "search", "autocomplete": "off", "maxlength": 100}
    return field


class MembersForm(FilterForm):
    """What members are looked for."""

    q = _text(_("Search"), _("Part of a name or former name, credit code, certificate number, or public id."))
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    months = forms.ChoiceField(label=_("Ends soon"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)
    new = forms.BooleanField(label=_("new in this edition"), required=False)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        programmes: Sequence[tuple[str, str]],
        districts: Sequence[str],
        columns: frozenset[str],
        since: bool,
    ) -> None:
        super().__init__(data)
        self.offer("programme", programmes, _("all programmes"))
        self.offer("district", [(one, one) for one in districts], _("all districts"))
        self.offer("state", list(words.STATES.items()), _("all states"))
        ends = "valid_to" in columns
        months = [(str(one), _("within %(months)s months") % {"months": one}) for one in _MONTHS]
        self.offer("months", months if ends else [], _("any end"))
        orders: list[tuple[str, Any]] = [
            (BY_NAME, _("by name")),
            *([(BY_END, _("by the nearest end"))] if ends else []),
        ]
        self.offer("order", orders, _("by public id"))
        if not since:
            del self.fields["new"]


class ChangesForm(FilterForm):
    """Which changes are looked for: kinds, programmes and causes that there are."""

    q = _text(_("Search"), _("Part of the name, credit code or public id."))
    kind = forms.ChoiceField(label=_("Kind of change"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    since = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, told: Sequence[Told], since: str) -> None:
        """`since` is the label of the edition that was chosen to be compared with, or empty."""
        super().__init__({**{key: data.get(key) for key in data}, "since": since})
        kinds = {one.kind for one in told}
        reasons = [reason for one in told for reason in one.reasons]
        programmes = sorted({reason.programme for reason in reasons if reason.programme})
        self.offer(
            "kind",
            [(kind.value, words.KINDS[kind.value]) for kind in ChangeKind if kind.value in kinds],
            _("all kinds"),
        )
        self.offer("programme", [(one, one) for one in programmes], _("all programmes"))
        self.offer("cause", [(one, one) for one in sorted({reason.what for reason in reasons})], _("all causes"))


class DeliveriesForm(FilterForm):
    """Which deliveries are looked for: of channels and editions that there are."""

    kind = forms.ChoiceField(label=_("Channel"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        kinds = [(one.kind, one.get_kind_display()) for one in access.channels()]
        labels = dict.fromkeys(delivery.edition.label for delivery in access.log().prefetch_related(None))
        self.offer("kind", kinds, _("all channels"))
        self.offer("state", DeliveryState.choices, _("all states"))
        self.offer("edition", [(one, one) for one in labels], _("all editions"))


class RequestForm(ProfileForm):
    """A wanted cut, and why."""

    reason = forms.CharField(
        label=_("Why it is wanted"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The bureau reads it: the purpose, and the number of a supplement to the contract where there is one."
        ),
    )


class WishForm(forms.Form):
    """Another target of a channel, in words."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class OwnKeyForm(forms.Form):
    """A machine's key to be made."""

    name = forms.CharField(label=_("Used by"), max_length=100, help_text=_("Which machine or program holds it."))
    days = forms.IntegerField(label=_("Valid for (days)"), min_value=1)
    scopes = forms.MultipleChoiceField(label=_("Scopes"), choices=Scope, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"days": settings.ACCESS_KEY_DAYS, "scopes": [Scope.FETCH]})
        self.fields["days"].widget.attrs["max"] = settings.ACCESS_KEY_DAYS


class ServerPasswordForm(forms.Form):
    """The password of the institution's own server."""

    password = forms.CharField(max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
