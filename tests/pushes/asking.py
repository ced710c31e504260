"""A bank's machine that asks the interface."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.http import FileResponse
from django.test import Client
from django.utils import timezone

from pushes import keying
from pushes.models import Institution, Scope

ROOT = "/api/v1"
ADDRESS = "198.51.100.7"


def key_of(institution: Institution, by: User, *scopes: str, days: int = 30, now: datetime | None = None) -> str:
    """The text of a key with these scopes, or with all."""
    _key, text = keying.make_key(
        institution=institution, name="core", days=days, by=by, now=now or timezone.now(), scopes=scopes or list(Scope)
    )
    return text


class Machine:
    """Asks with a key, or without one."""

    def __init__(self, key: str = "") -> None:
        self.client, self.key = Client(REMOTE_ADDR=ADDRESS, enforce_csrf_checks=True), key

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"{ROOT}{path}", headers=self._headers(headers))

    def post(self, path: str, body: object = None, *, content_type: str = "application/json") -> Any:
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.client.post(f"{ROOT}{path}", data, content_type=content_type, headers=self._headers({}))

    def look_up(self, codes: Iterable[object]) -> Any:
        return self.post("/enterprises/lookup", {"codes": list(codes)})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        sent = {name.replace("_", "-"): value for name, value in more.items()}
        return sent | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def content(response: Any) -> bytes:
    """The bytes of a file that was sent."""
    assert isinstance(response, FileResponse)
    return response.getvalue()


def problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    """What the answer tells, which is a problem of this kind."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "private, no-store" and "Authorization" in response["Vary"]
    told: dict[str, Any] = orjson.loads(response.content)
    assert told["status"] == status and told["title"]
    assert told["type"].startswith("http") and told["type"].endswith(f"/institutions/manual/#{kind}")
    return told
