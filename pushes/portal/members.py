"""The rooms of members: who is in an edition, searched and filtered; and one of them, over the editions.

Law: nothing is seen that the institution's cut does not have; an edition that was withdrawn is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from enterprises.models import Edition, EditionState
from enterprises.public_ids import is_public_id
from pushes.access import Access
from pushes.annexes import annexes_of, indicators, told
from pushes.belonging import columns, cut_of, seen
from pushes.belonging import members as belonging
from pushes.cutting import Cut
from pushes.models import Delivery
from pushes.portal.entering import institution_page
from pushes.portal.forms import MembersForm
from pushes.portal.showing import badges, held, listed
from pushes.recalling import history
from pushes.searching import Asked, counted_by_district, found
from registry.queries import programme_names

SHOWN = 50


@dataclass(frozen=True)
class _Part:
    """An edition as it was given to the institution."""

    delivery: Delivery
    cut: Cut
    columns: frozenset[str]

    @property
    def edition(self) -> Edition:
        return self.delivery.edition

    @property
    def since(self) -> Edition | None:
        assert self.delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
        return self.delivery.package.since


@institution_page
def newest(request: HttpRequest, access: Access) -> HttpResponseBase:
    """To the members of the newest edition that stands."""
    delivery = access.latest()
    return redirect("pushes:members", delivery.edition.label) if delivery else redirect("pushes:editions")


@institution_page
def members(request: HttpRequest, access: Access, label: str) -> HttpResponseBase:
    """The members of an edition that are asked for, a page at a time."""
    part = _part(access, label)
    if part.edition.state != EditionState.SEALED:
        return closed(request, access, part.delivery)
    names, form = programme_names(), _form(request, part)
    asked = _asked(form, localdate())
    page = Paginator(found(part.edition, part.since, part.cut, part.columns, asked), SHOWN).get_page(
        request.GET.get("page")
    )
    context = {
        "institution": access.institution,
        "delivery": part.delivery,
        "form": form,
        "page": page,
        "rows": listed(page, part.cut, part.columns, names),
        "with_district": "district" not in part.cut.hidden,
        "query": form.query(),
    }
    return render(request, "pushes/members.html", context)


@institution_page
def member(request: HttpRequest, access: Access, label: str, public_id: str) -> HttpResponseBase:
    """One member: its recognitions in this edition, and what became of it over the editions."""
    part = _part(access, label)
    if not is_public_id(public_id):
        raise Http404
    if part.edition.state != EditionState.SEALED:
        return closed(request, access, part.delivery)
    given = list(access.deliveries())
    moments = history([one for one in given if one.edition.state == EditionState.SEALED], public_id)
    row = belonging(part.edition, part.cut).filter(public_id=public_id).first()
    if row is None and not any(moment.is_in for moment in moments):
        raise Http404
    names = programme_names()
    mine = seen(row, part.cut) if row else None
    context = {
        "institution": access.institution,
        "delivery": part.delivery,
        "public_id": public_id,
        "member": mine,
        "badges": badges(mine.recognitions, part.columns, names) if mine else [],
        "held": held(mine.recognitions, part.columns, names) if mine else [],
        "annex": _annex(part, public_id, names) if mine else {},
        "columns": part.columns,
        "moments": moments,
        "withdrawn": [one for one in given if one.edition.state != EditionState.SEALED],
        "hidden": part.cut.hidden,
    }
    return render(request, "pushes/member.html", context)


def closed(request: HttpRequest, access: Access, delivery: Delivery) -> HttpResponseBase:
    """What a withdrawn edition held is not shown any more."""
    context = {"institution": access.institution, "delivery": delivery}
    return render(request, "pushes/closed.html", context, status=410)


def _part(access: Access, label: str) -> _Part:
    try:
        delivery = access.delivery_of(label)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    return _Part(delivery, cut_of(delivery.profile), columns(delivery.profile))


def _annex(part: _Part, public_id: str, names: Mapping[str, str]) -> Mapping[str, Any]:
    """What stands beside its record, as machines are told it; nothing where none was agreed on."""
    beside = annexes_of(part.edition, [public_id], part.cut).get(public_id)
    annex: Mapping[str, Any] = told(beside, part.cut, names, indicators(part.cut)).get("annex", {})
    return annex


def _form(request: HttpRequest, part: _Part) -> MembersForm:
    names = programme_names()
    offered = part.cut.programmes or set(part.edition.by_programme)
    districts = [] if "district" in part.cut.hidden else counted_by_district(part.edition, part.cut)
    return MembersForm(
        request.GET,
        programmes=[(code, name) for code, name in names.items() if code in offered],
        districts=[district for district, _number in districts if district],
        columns=part.columns,
        since=part.since is not None,
    )


def _asked(form: MembersForm, today: date) -> Asked:
    given = form.cleaned_data if form.is_valid() else {}
    months = int(given.get("months") or 0)
    return Asked(
        text=given.get("q", ""),
        programme=given.get("programme", ""),
        district=given.get("district", ""),
        state=given.get("state", ""),
        until=months_on(today, months) if months else None,
        new=given.get("new", False),
        order=given.get("order") or Asked.order,
    )


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)
