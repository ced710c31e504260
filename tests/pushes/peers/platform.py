"""A financing platform, written from its document alone: over TLS, it judges each request by the shipped schema, keeps
batches, and can be in trouble at any step.
"""

import base64
import gzip
import hashlib
import hmac
import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.pushes.manual import program
from tests.pushes.peers.secured import SecuredServer

FOLDER = Path(__file__).parents[3] / "docs/manual"
SCHEMA = json.loads((FOLDER / "platform-api.schema.json").read_text(encoding="utf-8"))
TEXT = (FOLDER / "platform-api.md").read_text(encoding="utf-8")
_FORMS = {
    name: jsonschema_rs.validator_for({**SCHEMA, "$ref": f"#/$defs/{name}"}, validate_formats=True)
    for name in ("state", "opening", "page", "closing", "status", "withdrawal")
}
DOCUMENTED: dict[str, Any] = {}
exec(program("python", "def digest", TEXT), DOCUMENTED)

Document = dict[str, Any]


@dataclass
class Batch:
    """What came of a batch so far."""

    opening: Document
    pages: dict[int, list[Document]] = field(default_factory=dict)
    state: str = "open"
    said: Document = field(default_factory=dict)

    @property
    def manifest(self) -> Document:
        return dict(self.opening["manifest"])

    @property
    def next_page(self) -> int:
        return next(number for number in range(1, self.manifest["pages"] + 2) if number not in self.pages)


@dataclass
class Platform:
    """What the platform keeps, whether its server runs or not; how it lets in, and what it is to be troubled by.

    `troubles` names by step what is done instead of a good answer, once each: a status, "cut" (nothing is done, nothing
    answered), "lost" (done, and not answered), "slow", "garbled".
    """

    key: Ed25519PublicKey
    port: int
    token: str = "of-the-platform"
    client: tuple[str, str] | None = None
    secret: str = ""
    confirmed: Document | None = None
    members: dict[str, Document] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    dislikes: set[str] = field(default_factory=set)
    checks: int = 0  # how often it says that it still checks
    spoils: bool = False  # a row of what it was given
    forgets: bool = False  # what it took
    stop: Callable[[], None] = lambda: None
    steps: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)  # bytes of each page, as they came
    faults: list[str] = field(default_factory=list)  # what broke the document
    troubles: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/api/v1"

    def answer(self, method: str, parts: list[str], document: Document | None) -> tuple[int, Document]:
        match method, *parts:
            case "GET", "state":
                return 200, {"confirmed": self.confirmed}
            case "GET", "batches", number:
                return self._shown(number)
            case "POST", "batches":
                return self._opened(self._formed("opening", document))
            case "POST", "batches", number, "pages", page:
                return self._paged(number, int(page), self._formed("page", document))
            case "POST", "batches", number, "close":
                return self._closed(number, self._formed("closing", document))
            case "POST", "withdrawals":
                self.withdrawn.append(self._formed("withdrawal", document)["edition"])
                return 200, {}
        return 404, {}

    def _formed(self, name: str, document: Document | None) -> Document:
        self.faults += [f"{name}: {error.message[:200]}" for error in _FORMS[name].iter_errors(document)]
        assert document is not None and not self.faults
        return document

    def _shown(self, number: str) -> tuple[int, Document]:
        if number not in self.batches:
            return 404, {}
        batch = self.batches[number]
        if batch.state == "checking":
            self._checked(batch)
        return self._status(batch)

    def _opened(self, opening: Document) -> tuple[int, Document]:
        signed = DOCUMENTED["canonical"](opening["manifest"])
        try:
            self.key.verify(base64.b64decode(opening["signature"]), signed)
        except InvalidSignature:
            self.faults.append("the signature is not of this manifest")
        known = self.batches.get(opening["batch"])
        if known is None or known.state == "rejected":
            self.batches[opening["batch"]] = known = Batch(opening)
        return self._status(known)

    def _paged(self, number: str, page: int, document: Document) -> tuple[int, Document]:
        batch = self.batches[number]
        if (document["batch"], document["page"], document["mode"]) != (number, page, batch.manifest["mode"]):
            self.faults.append("the page is another's")
        if len(document["rows"]) > batch.manifest["page_size"]:
            self.faults.append("the page is too long")
        if batch.pages.setdefault(page, document["rows"]) != document["rows"]:
            self.faults.append("a page came again as another")
        return self._status(batch)

    def _closed(self, number: str, closing: Document) -> tuple[int, Document]:
        batch = self.batches[number]
        if batch.state == "open":
            facts = batch.manifest["pages"], batch.manifest["counts"]["rows"], batch.manifest["digest"]
            if (closing["pages"], closing["rows"], closing["digest"]) != facts:
                self.faults.append("the end is another batch's")
            self._checked(batch)
        return self._status(batch)

    def _checked(self, batch: Batch) -> None:
        if self.checks:
            self.checks, batch.state = self.checks - 1, "checking"
            return
        rows = [row for _number, page in sorted(batch.pages.items()) for row in page]
        members = self._applied(batch.manifest, rows[1:] if self.spoils else rows)
        bad = sorted(self.dislikes & {row["id"] for row in rows})
        if len(batch.pages) != batch.manifest["pages"]:
            batch.state, batch.said = "rejected", {"reason": "pages-missing"}
        elif bad:
            errors = [{"id": one, "field": "name", "detail": "名称有误"} for one in bad]
            batch.state, batch.said = "rejected", {"reason": "rows", "detail": "有的行不可用", "errors": errors}
        elif members is None or DOCUMENTED["digest"](members.values()) != batch.manifest["digest"]:
            batch.state, batch.said = "rejected", {"reason": "digest-mismatch"}
        else:
            batch.state = "accepted"
            if len(rows) != batch.manifest["counts"]["rows"] or len(members) != batch.manifest["counts"]["members"]:
                self.faults.append("the counts are wrong")
            if not batch.manifest["trial"] and not self.forgets and self._is_newest(batch.manifest["edition"]):
                self.members = members
                self.confirmed = {"edition": batch.manifest["edition"], "digest": batch.manifest["digest"]}

    def _is_newest(self, edition: str) -> bool:
        return self.confirmed is None or edition >= self.confirmed["edition"]

    def _applied(self, manifest: Document, rows: list[Document]) -> dict[str, Document] | None:
        if manifest["mode"] == "full":
            return {row["id"]: row for row in rows}
        if manifest["since"] != self.confirmed:
            return None
        members = dict(self.members)
        for row in rows:
            if row["kind"] == "removed":
                del members[row["id"]]
            else:
                members[row["id"]] = row["enterprise"]
        return members

    def _status(self, batch: Batch) -> tuple[int, Document]:
        status = {
            "batch": batch.opening["batch"],
            "state": batch.state,
            "next_page": batch.next_page,
            "confirmed": self.confirmed,
            **batch.said,
        }
        _FORMS["status"].validate(status)
        return 200, status


class _Server(SecuredServer):
    def __init__(self, platform: Platform, certificate: Path, port: int) -> None:
        super().__init__(_Handler, certificate, port)
        self.platform = platform


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._do("GET")

    def do_POST(self) -> None:
        self._do("POST")

    def _do(self, method: str) -> None:
        platform, body = self.server.platform, self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = self.path.removeprefix("/api/v1").strip("/").split("/")
        step = _step(method, parts)
        platform.steps.append(step)
        trouble = platform.troubles[step].pop(0) if platform.troubles[step] else ""
        if trouble == "slow":
            self.server.closing.wait(20)
        if trouble in ("slow", "cut"):
            self.close_connection = True
        elif trouble.isdigit():
            self._say(int(trouble), {"detail": f"出错 {self.headers.get('Authorization', '')}"})
        elif parts == ["token"]:
            self._grant()
        elif not self._lets_in(body):
            self._say(401, {})
        else:
            if step.startswith("page"):
                platform.sizes.append(len(body))
            plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
            code, said = platform.answer(method, parts, json.loads(plain) if plain else None)
            if trouble == "lost":
                self.close_connection = True
            else:
                self._say(code, [] if trouble == "garbled" else said)

    def _grant(self) -> None:
        kind, _space, pair = self.headers["Authorization"].partition(" ")
        given = tuple(unquote(part) for part in base64.b64decode(pair).decode().split(":", 1))
        if (kind, given) != ("Basic", self.server.platform.client):
            self._say(401, {"error": "invalid_client"})
        else:
            self._say(200, {"access_token": self.server.platform.token, "token_type": "Bearer", "expires_in": 60})

    def _lets_in(self, body: bytes) -> bool:
        platform = self.server.platform
        if not platform.secret:
            return bool(self.headers.get("Authorization") == f"Bearer {platform.token}")
        stamp = self.headers["webhook-timestamp"]
        signed = f"{self.headers['webhook-id']}.{stamp}.".encode() + body
        key = base64.b64decode(platform.secret.removeprefix("whsec_"))
        mac = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return abs(time.time() - int(stamp)) < 300 and mac in self.headers["webhook-signature"].split()

    def _say(self, code: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _step(method: str, parts: list[str]) -> str:
    match method, *parts:
        case "GET", "batches", _:
            return "status"
        case "POST", "batches":
            return "open"
        case "POST", "batches", _, "pages", page:
            return f"page-{page}"
        case "POST", "batches", _, "close":
            return "close"
    return parts[0]


@contextmanager
def running(platform: Platform, certificate: Path) -> Iterator[None]:
    """The platform at its address, until this ends or it is stopped; what it keeps stays."""
    server = _Server(platform, certificate, platform.port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop() -> None:
        server.closing.set()
        server.shutdown()
        server.server_close()
        platform.stop = lambda: None

    platform.stop = stop
    try:
        yield
    finally:
        platform.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
