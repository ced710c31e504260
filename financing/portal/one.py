"""The room of one feedback: how far it is, what was understood of it, its faults, and what becomes of it.

Law: another institution's is not found, like none; whoever decides is an operator.
"""

import logging
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from financing import receiving
from financing.access import OwnFeedback
from financing.errors import FinancingError
from financing.models import Feedback
from financing.portal.telling import WORKING, before_and_after, understood, wrong
from pushes import enclosed_files
from pushes.access import Access
from pushes.errors import EnclosedFileUnreadable, SecretUnreadable
from pushes.models import Role
from pushes.portal.entering import institution_act, institution_page, least, person
from pushes.portal.handing import TYPES, attached
from pushes.secrets_at_rest import disclose

logger = logging.getLogger(__name__)


@institution_page
def one(request: HttpRequest, access: Access, feedback_id: UUID) -> HttpResponseBase:
    """How far it is, or what came of it."""
    own = OwnFeedback.of(access)
    feedback = _found(own, feedback_id)
    context = {
        "institution": access.institution,
        "feedback": feedback,
        "is_working": feedback.state in WORKING,
        "may_decide": access.may(Role.OPERATOR),
        "operators": Role.OPERATOR.label,
        "mistakes": own.mistakes().filter(feedback=feedback).count(),
        **before_and_after(own, feedback),
        **understood(own, feedback),
        **wrong(feedback),
    }
    return render(request, "financing/one.html", context)


@institution_page
def progress(request: HttpRequest, access: Access, feedback_id: UUID) -> HttpResponseBase:
    """The piece of the page that says how far it is; once that has ended, the page is asked for anew."""
    try:
        feedback = _found(OwnFeedback.of(access), feedback_id)
    except Http404:
        if "HX-Request" not in request.headers:
            raise
        return HttpResponse(headers={"HX-Refresh": "true"})  # else a page that was left open would ask for ever
    is_working = feedback.state in WORKING
    response = render(request, "financing/progress.html", {"feedback": feedback, "is_working": is_working})
    if not is_working:
        response["HX-Refresh"] = "true"
    return response


@institution_page
@require_GET
def faults(request: HttpRequest, access: Access, feedback_id: UUID) -> HttpResponseBase:
    """The sheet of faults: the faulty rows as they were sent, each with what is wrong."""
    feedback = _found(OwnFeedback.of(access), feedback_id)
    if not feedback.faulty or not feedback.key:
        raise Http404
    try:
        pieces = enclosed_files.disclosed(feedback.stored("faults"), disclose(feedback.key))
    except (EnclosedFileUnreadable, SecretUnreadable) as error:
        logger.error("the sheet of faults of feedback %s cannot be handed out", feedback.pk)
        return render(request, "pushes/refused.html", {"reason": error}, status=503)
    response = StreamingHttpResponse(pieces, content_type=TYPES["xlsx"])
    response["Content-Disposition"] = attached(
        f"{feedback.quarter}-faults.xlsx", f"对接反馈问题清单-{feedback.quarter}.xlsx"
    )
    return response


@institution_act
@least(Role.OPERATOR)
def accept(request: HttpRequest, access: Access, feedback_id: UUID) -> HttpResponseBase:
    """The sound lines count, without the others."""
    feedback = _found(OwnFeedback.of(access), feedback_id)
    try:
        receiving.accept_sound(feedback=feedback, by=person(request), now=timezone.now())
    except FinancingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The sound lines are in force; the faulty ones do not count."))
    return redirect("financing:one", feedback.pk)


@institution_act
@least(Role.OPERATOR)
def drop(request: HttpRequest, access: Access, feedback_id: UUID) -> HttpResponseBase:
    """It will never count."""
    feedback = _found(OwnFeedback.of(access), feedback_id)
    try:
        receiving.drop(feedback=feedback, by=person(request), now=timezone.now())
    except FinancingError as error:
        messages.error(request, str(error))
        return redirect("financing:one", feedback.pk)
    messages.success(request, _("The file is dropped and counts for nothing. What was in force stays in force."))
    return redirect("financing:feedback")


def _found(own: OwnFeedback, feedback_id: UUID) -> Feedback:
    try:
        return own.one(feedback_id)
    except Feedback.DoesNotExist as error:
        raise Http404 from error
