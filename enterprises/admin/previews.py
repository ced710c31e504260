"""The preview: what the next edition would be, or that of any day, page by page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises import errors
from enterprises.admin.changes import readable_all
from enterprises.forms import PreviewForm
from enterprises.models import Edition, Level
from enterprises.previewing import Change, Preview, RunningOut, next_day, preview
from enterprises.public_ids import number_of
from registry.queries import programme_names

ON_A_PAGE = 50
_LEVELS = (Level.RED, Level.AMBER, Level.GREEN)


def preview_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    names = programme_names()
    form = PreviewForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    day = chosen.get("day") or next_day(localdate())
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("What the next edition would be"),
        "opts": Edition._meta,
        "form": form,
        "choices": [form[name] for name in ("kind", "programme", "cause")],
        "day": day,
    }
    try:
        seen = preview(as_of=day, now=timezone.now(), fresh="fresh" in request.GET)
    except errors.EnterprisesError as error:
        context["error"] = str(error)
    else:
        context |= _shown(request, seen, chosen, names)
    return TemplateResponse(request, "admin/enterprises/edition/preview.html", context)


def _shown(request: HttpRequest, seen: Preview, chosen: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    changes = _page(request, "page", [one for one in seen.changes if _wanted(one, chosen)])
    programme, _colon, month = request.GET.get("runs_out", "").partition(":")
    ending = [one for one in seen.running_out if (one.programme, one.month) == (programme, month)]
    return {
        "seen": seen,
        "holders": [(names.get(code, code), *seen.holders[code]) for code in names if code in seen.holders],
        "guards": [(one.label, one.value, [g for g in seen.guards if g.level == one]) for one in _LEVELS],
        "pages": changes,
        "changes": readable_all(changes.object_list, names),
        "cliff": _cliff(seen, names),
        "ending": _page(request, "ending", ending) if programme else None,
        "ending_rows": _ending_rows(_page(request, "ending", ending).object_list),
        "ending_of": f"{names.get(programme, programme)} {month}",
        "query": _query(request, without=("page", "ending", "fresh")),
        "query_of_months": _query(request, without=("runs_out", "ending", "fresh")),
    }


def _wanted(change: Change, chosen: dict[str, Any]) -> bool:
    kind, programme, cause = (chosen.get(name) for name in ("kind", "programme", "cause"))
    return (
        (not kind or change.difference.kind == kind)
        and (not programme or programme.code in change.programmes)
        and (not cause or any(one["cause"] == cause for one in change.causes))
    )


def _cliff(seen: Preview, names: dict[str, str]) -> dict[str, Any]:
    """Months across, programmes down."""
    found = seen.cliff()
    months = sorted({month for _programme, month in found})
    rows = [
        (names[code], [(f"{code}:{month}", found.get((code, month))) for month in months])
        for code in names
        if any(code == programme for programme, _month in found)
    ]
    return {"months": months, "rows": rows}


def _ending_rows(rows: Any) -> list[tuple[RunningOut, int]]:
    return [(one, number_of(one.public_id)) for one in rows]


def _page(request: HttpRequest, name: str, rows: list[Any]) -> Page[Any]:
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get(name))


def _query(request: HttpRequest, *, without: tuple[str, ...]) -> str:
    kept = request.GET.copy()
    for name in without:
        kept.pop(name, None)
    text = kept.urlencode()
    return f"{text}&" if text else ""
