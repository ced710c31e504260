"""The pages of objections: file, follow, answer, withdraw. Law: the secret comes in a body, never in an address."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enterprises import errors, objecting
from enterprises.enclosing import looked_at
from enterprises.limiting import count
from enterprises.models import Enterprise, Objection, ObjectionKind, ObjectionState, Recognition
from enterprises.objecting import Claim
from enterprises.public_ids import is_public_id
from enterprises.visitors import line_of, network_address
from enterprises.voice.entering import measured, private, refused
from enterprises.voice.forms import AnswerForm, ObjectionForm, SecretForm

_NUMBER = re.compile(r"YY-\d{8}-\d{6}")
_OPENINGS = 30  # tries to open objections, of an address and of a number, in an hour


@require_http_methods(["GET", "HEAD", "POST"])
@private
@measured
def new(request: HttpRequest) -> HttpResponse:
    """The form; once it is filed, the receipt with the secret, this one time."""
    if isinstance(request.user, User) and request.user.is_staff:
        return refused(request, errors.StaffMayNotFile(), status=403)
    asked = request.POST if request.method == "POST" else request.GET
    enterprise = _enterprise(asked.get("about", ""))
    lines = _lines(enterprise)
    if request.method != "POST":
        initial = {
            "about": enterprise.public_id if enterprise else "",
            "form": uuid.uuid4(),
            "kind": "" if enterprise else ObjectionKind.MISSING,
            "name": enterprise.name if enterprise else asked.get("name", "")[:120],
            "code": (enterprise.uscc or "") if enterprise else "",
        }
        return _form(request, ObjectionForm(initial=initial, lines=_choices(lines)), enterprise)
    form = ObjectionForm(request.POST, lines=_choices(lines))
    try:
        count(what="objection", who=line_of(network_address(request)), most=settings.OBJECTIONS_PER_HOUR)
        if form.is_of_a_robot:
            raise errors.TooOften
        if not form.is_valid():
            return _form(request, form, enterprise, status=400)
        enclosures = looked_at(_files(request))
        filed = objecting.file(claim=_claim(form, enterprise, lines), enclosures=enclosures, now=timezone.now())
    except errors.FileRefused as error:
        form.add_error(None, str(error))
        return _form(request, form, enterprise, status=400)
    except errors.TooOften as error:
        return refused(request, error, status=429)
    except errors.AlreadyFiled as error:
        return refused(request, error, status=409)
    known = objecting.year_is_known(filed.objection.due_on)
    return render(request, "enterprises/voice/receipt.html", {"filed": filed, "year_is_known": known})


@require_http_methods(["GET", "HEAD", "POST"])
@private
@measured
def follow(request: HttpRequest, number: str = "") -> HttpResponse:
    """Asks for number and secret; with both, shows the objection, and takes an answer or a withdrawal."""
    if number and not _NUMBER.fullmatch(number):
        raise Http404
    if request.method != "POST":
        return _door(request, SecretForm(initial={"number": number}), number)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _door(request, form, number, status=400)
    named, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
    try:
        count(what="objection-from", who=line_of(network_address(request)), most=_OPENINGS)
        count(what="objection-opened", who=named.strip().upper(), most=_OPENINGS)
        objection = objecting.followed(number=named, secret=secret)
    except errors.TooOften as error:
        return refused(request, error, status=429)
    except errors.NoSuchObjection as error:
        form.add_error(None, str(error))
        return _door(request, form, number, status=403)
    return _opened(request, objection, secret)


def _opened(request: HttpRequest, objection: Objection, secret: str) -> HttpResponse:
    act, done, failed, answer = request.POST.get("act", ""), "", "", AnswerForm()
    try:
        if act == "answer":
            answer = AnswerForm(request.POST)
            if answer.is_valid():
                files = looked_at(_files(request))
                objecting.answer(
                    objection=objection, text=answer.cleaned_data["text"], enclosures=files, now=timezone.now()
                )
                done, answer = _("Your answer was received."), AnswerForm()
        elif act == "withdraw" and request.POST.get("sure"):
            objecting.withdraw(objection=objection, now=timezone.now())
            done = _("Your objection was withdrawn.")
    except errors.EnterprisesError as error:
        failed = str(error)
    objection.refresh_from_db()
    context = {
        "objection": objection, "secret": secret, "done": done, "failed": failed, "answer": answer,
        "events": _events(objection), "state": _shown(objection.state), "states": ObjectionState,
        "files": objection.files.all(), "most_files": settings.OBJECTION_FILES,
        "most_megabytes": settings.OBJECTION_FILE_MEGABYTES, "kept_days": settings.OBJECTION_KEPT_DAYS,
        "year_is_known": objecting.year_is_known(objection.due_on), "today": timezone.localdate(),
        "may_withdraw": objection.state in ("received", "in_work", "asked", "answered"),
    }  # fmt: skip
    return render(request, "enterprises/voice/objection.html", context, status=400 if failed else 200)


def _shown(state: str) -> ObjectionState:
    """To the outside a decision that waits for a second person is none yet."""
    return ObjectionState.IN_WORK if state == ObjectionState.PROPOSED else ObjectionState(state)


def _events(objection: Objection) -> list[dict[str, object]]:
    """The steps as the enterprise sees them; what was said within the bureau is not among them."""
    shown: list[dict[str, object]] = []
    inside = False
    for event in objection.events.all():
        if event.state == ObjectionState.PROPOSED or inside:
            inside = event.state == ObjectionState.PROPOSED
            if inside or event.state == ObjectionState.IN_WORK:
                continue
        shown.append({"at": event.at, "state": event.get_state_display(), "reason": event.reason, "by": event.by_id})
    return shown


def _door(request: HttpRequest, form: SecretForm, number: str, status: int = 200) -> HttpResponse:
    return render(request, "enterprises/voice/door.html", {"form": form, "number": number}, status=status)


def _form(request: HttpRequest, form: ObjectionForm, enterprise: Enterprise | None, status: int = 200) -> HttpResponse:
    context = {
        "form": form, "enterprise": enterprise, "most_files": settings.OBJECTION_FILES,
        "most_megabytes": settings.OBJECTION_FILE_MEGABYTES, "days": settings.OBJECTION_WORKING_DAYS,
        "kept_days": settings.OBJECTION_KEPT_DAYS,
    }  # fmt: skip
    return render(request, "enterprises/voice/form.html", context, status=status)


def _files(request: HttpRequest) -> Sequence["UploadedFile[Any]"]:
    files: Sequence[UploadedFile[Any]] = request.FILES.getlist("files")
    return files


def _enterprise(public_id: str) -> Enterprise | None:
    if not is_public_id(public_id):
        return None
    return Enterprise.objects.exclude(name_key="").filter(public_id=public_id).first()


def _lines(enterprise: Enterprise | None) -> dict[str, Recognition]:
    """What is shown of the enterprise, by the reference of its line."""
    if enterprise is None:
        return {}
    held = Recognition.objects.filter(enterprise=enterprise).select_related("programme", "entry")
    return {one.source: one for one in held.order_by("programme__position", F("valid_from").desc())[:100]}


def _choices(lines: dict[str, Recognition]) -> list[tuple[str, str]]:
    return [
        (source, " ".join(filter(None, (one.programme.name, one.number, f"{one.valid_from:%Y-%m-%d}"))))
        for source, one in lines.items()
    ]


def _claim(form: ObjectionForm, enterprise: Enterprise | None, lines: dict[str, Recognition]) -> Claim:
    said = form.cleaned_data
    recognition = lines.get(said["line"])
    return Claim(
        form=said["form"],
        kind=ObjectionKind(said["kind"]),
        name=said["name"],
        code=said["code"],
        says=said["says"],
        contact_name=said["contact_name"],
        contact_phone=said["contact_phone"],
        contact_mail=said["contact_mail"],
        enterprise=enterprise,
        entry=recognition.entry if recognition else None,
    )
