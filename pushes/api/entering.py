"""The door of the machines: which key, what it opens, and how much it may still ask.

Law: a key opens its institution's rows only, while the contract runs, and what its scopes name. Whoever guesses is
slowed down by address; a key that merely ended is no guess, so that an old program locks out no good key.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.errors import ValidationError
from ninja.security.base import AuthBase

from enterprises.visitors import network_address
from pushes import keying
from pushes.access import Access, granted
from pushes.api.problems import Kind, Refused
from pushes.errors import NoSuchKey, ScopeMissing
from pushes.limiting import Count, Limit, Standing, count
from pushes.models import AccessKey, Scope

_MINUTE, _DAY = 60, 86_400
_STANDINGS = "_api_standings"


class Body(NamedTuple):
    """What an operation takes: how many bytes at most of each media type, and what is told of more."""

    most: Mapping[str, int]
    too_large: Any


class Machine(NamedTuple):
    """Who asks: by which key, and what that opens."""

    key: AccessKey
    access: Access


class AccessKeyBearer(AuthBase):
    """Asks for a key with the scope; a dear request counts as `cost` of them.

    `query` names what may stand behind the question mark: whoever writes `cursor` wrongly would read the first page for
    ever.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope | None, *, cost: int = 1, body: Body | None = None) -> None:
        super().__init__()
        self._scope, self._cost, self._body = scope, cost, body
        self.query: set[str] = set()

    def __call__(self, request: HttpRequest) -> Machine:
        machine = _machine(request)
        _take(request, *_limits(machine, self._cost))
        if self._scope and not machine.key.may(self._scope):
            raise ScopeMissing(machine.key.prefix, self._scope.value, str(self._scope.label))
        unknown = [name for name in request.GET if name not in self.query]
        if unknown:
            raise ValidationError([{"type": "extra_forbidden", "loc": ("query", name)} for name in unknown])
        if self._body:
            _judge_body(request, self._body)
        return machine


def machine_of(request: HttpRequest) -> Machine:
    """Who asks, after the door."""
    found: Any = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Machine)  # noqa: S101 - nobody comes past the door otherwise
    return found


def take_codes(request: HttpRequest, machine: Machine, codes: int) -> None:
    """Count the codes against the institution's day. Raises `Refused`."""
    _take(request, _codes_limit(machine, codes))


def limits_of(request: HttpRequest, machine: Machine) -> list[Standing]:
    """How every limit of the machine stands; nothing is counted."""
    found = count([_codes_limit(machine, 0)])
    return [*standings(request), *found.standings]


def standings(request: HttpRequest) -> list[Standing]:
    """The limits that this request was counted against."""
    found: list[Standing] = getattr(request, _STANDINGS, [])
    return found


def _machine(request: HttpRequest) -> Machine:
    now = timezone.now()
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    guesses = Limit("guesses", network_address(request) or "", settings.API_GUESSES_PER_MINUTE, _MINUTE)
    _refuse_unless(count([guesses._replace(cost=0)]), used_up=True)
    try:
        key = keying.use(text=text.strip() if scheme.lower() == "bearer" else "", now=now)
    except NoSuchKey:
        count([guesses])
        raise
    return Machine(key, granted(key.institution, today=timezone.localdate(now)))


def _limits(machine: Machine, cost: int) -> tuple[Limit, Limit]:
    of_all = settings.API_INSTITUTION_REQUESTS_PER_MINUTE
    return (
        Limit("requests", machine.key.prefix, settings.API_REQUESTS_PER_MINUTE, _MINUTE, cost),
        Limit("institution", machine.key.institution.code, of_all, _MINUTE, cost),
    )


def _codes_limit(machine: Machine, codes: int) -> Limit:
    return Limit("codes", machine.key.institution.code, settings.API_CODES_PER_DAY, _DAY, codes)


def _take(request: HttpRequest, *limits: Limit) -> None:
    found = count(limits)
    setattr(request, _STANDINGS, [*standings(request), *found.standings])
    _refuse_unless(found)


def _refuse_unless(found: Count, *, used_up: bool = False) -> None:
    """Refuse what was not counted; or what only asks whether there is anything left, and there is not."""
    nothing_left = used_up and any(one.left < 1 for one in found.standings)
    if found.allowed and not nothing_left:
        return
    wait = max(one.resets for one in found.standings) if nothing_left else found.wait
    detail = _("More was asked than is allowed. Ask again in %(seconds)s seconds.") % {"seconds": wait}
    raise Refused(Kind.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait)})


def _judge_body(request: HttpRequest, body: Body) -> None:
    """Before a byte of it is read."""
    most = body.most.get(str(request.content_type))
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    if not said.isdecimal() or int(said[:15]) > (max(body.most.values()) if most is None else most):
        raise Refused(Kind.BODY_TOO_LARGE, body.too_large % {"bytes": most or max(body.most.values())})
    if most is None:
        types = "、".join(body.most)
        detail = _("Send the body with the header “Content-Type”. It may be: %(types)s.") % {"types": types}
        raise Refused(Kind.MEDIA_TYPE_REFUSED, detail, headers={"Accept": ", ".join(body.most)})
