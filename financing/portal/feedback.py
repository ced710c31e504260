"""The room of feedback: what is asked for, what is in force, and the form that a filled template comes in by.

Law: whoever is of the institution reads, operators and administrators send; every query begins with `OwnFeedback`.
"""

from celery import current_app
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from enterprises.visitors import network_address
from financing import receiving
from financing.access import OwnFeedback
from financing.asking import asked_for, editions
from financing.errors import EditionNotGiven, EditionNotStanding, FinancingError
from financing.models import Feedback
from financing.portal.forms import FeedbackForm
from financing.portal.telling import in_force
from pushes.access import Access
from pushes.errors import RoleTooLow
from pushes.models import Role
from pushes.portal.entering import institution_door, institution_page, person

ROWS_SHOWN = 20
MISTAKES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@institution_door
def feedback(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The institution's feedback, and the form for another."""
    may_send = access.may(Role.OPERATOR)
    posted = request.method == "POST"
    if posted and not may_send:
        raise RoleTooLow(str(Role.OPERATOR.label))
    given = editions(access)
    form = FeedbackForm(request.POST if posted else None, request.FILES if posted else None, editions=given)
    if posted and form.is_valid():
        received = _received(request, access, form)
        if received:
            return redirect("financing:one", received.pk)
    own, asked = OwnFeedback.of(access), asked_for(access, timezone.localdate())
    context = {
        "institution": access.institution,
        "form": form,
        "may_send": may_send,
        "operators": Role.OPERATOR.label,
        "asked": asked,
        "in_force": in_force(own),
        "page": Paginator(own.all(), ROWS_SHOWN).get_page(request.GET.get("page")),
        "open_mistakes": own.mistakes().filter(outcome="open").count(),
        "has_mistakes": own.mistakes().exists(),
        "rows": f"{settings.FEEDBACK_MAX_ROWS:,}",
        "megabytes": settings.FEEDBACK_MAX_MEGABYTES,
        "latest": given[0] if given else None,
    }
    return render(request, "financing/feedback.html", context, status=422 if posted else 200)


@institution_page
def mistakes(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The mistakes that the institution reported of the lists, and what the bureau answered."""
    own = OwnFeedback.of(access)
    page = Paginator(own.mistakes(), MISTAKES_SHOWN).get_page(request.GET.get("page"))
    context = {"institution": access.institution, "page": page, "mistakes": own.published(list(page))}
    return render(request, "financing/mistakes.html", context)


def _received(request: HttpRequest, access: Access, form: FeedbackForm) -> Feedback | None:
    """None where it is not taken; the form says why, at the field that it is about."""
    typed = form.cleaned_data
    file: UploadedFile[bytes] = typed["file"]
    try:
        received = receiving.receive(
            access=access,
            label=typed["edition"],
            stream=file.open("rb"),
            size=file.size or 0,
            file_name=file.name or "",
            leave_out=typed["leave_out"],
            by=person(request),
            access_key="",
            address=network_address(request),
            now=timezone.now(),
        )
    except FinancingError as error:
        of_edition = isinstance(error, EditionNotGiven | EditionNotStanding)
        form.add_error("edition" if of_edition else "file", str(error))
        return None
    transaction.on_commit(call_a_worker, robust=True)
    return received


def call_a_worker() -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds the file."""
    current_app.send_task("financing.read_feedback")
