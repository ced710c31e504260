"""The load: people who look up, read, download and upload, each in a thread; every answer is noted."""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

import requests

from tests.drills.people import Entry
from tests.drills.stage import Stage

PATIENCE = 20  # seconds, of a person


@dataclass(frozen=True)
class Answer:
    """`at`: seconds since the load began. `status` 0: none came. `good`: it was what was asked for."""

    kind: str
    at: float
    ms: int
    status: int
    good: bool
    words: str = ""


@dataclass
class Load:
    """What is going on, and what was answered."""

    stage: Stage
    began: float = field(default_factory=time.monotonic)
    answers: list[Answer] = field(default_factory=list)
    uploads: dict[str, str] = field(default_factory=dict)  # SHA-256 of a list → what the officer was told
    stops: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def since(self, at: float, kind: str) -> list[Answer]:
        with self.guard:
            return [one for one in self.answers if one.kind == kind and one.at >= at]


Act = Callable[[Load, requests.Session, int], requests.Response]
KINDS = ("look-up", "portal", "download", "upload", "sign-in", "ready")


@contextmanager
def running(stage: Stage) -> Iterator[Load]:
    """Load the site for the block."""
    load = Load(stage)
    acts: dict[str, tuple[float, Act]] = {
        "look-up": (0.2, _look_up),
        "portal": (0.7, _portal),
        "download": (1.0, _download),
        "upload": (1.5, _upload),
        "sign-in": (4.0, _sign_in),
        "ready": (1.0, _ready),
    }
    threads = [threading.Thread(target=_act, args=(load, kind, *act), daemon=True) for kind, act in acts.items()]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stops.set()
        for thread in threads:
            thread.join(PATIENCE + 5)


def _act(load: Load, kind: str, pause: float, act: Act) -> None:
    line = requests.Session()
    person = load.stage.staff if kind == "upload" else load.stage.bank
    if kind in ("portal", "download", "upload"):
        line.cookies.set("sessionid", person.session)
    for number in count():
        if load.stops.wait(pause):
            return
        at = load.now
        try:
            answer = act(load, line, number)
        except requests.RequestException as error:
            noted = Answer(kind, at, _ms(load, at), 0, False, type(error).__name__)
        else:
            noted = Answer(kind, at, _ms(load, at), answer.status_code, _is_good(kind, answer, load), _title(answer))
            if "/accounts/login/" in answer.headers.get("Location", "") and kind != "sign-in":
                with suppress(requests.RequestException):
                    _enter(load, line, person)  # as a person does who was signed out
        with load.guard:
            load.answers.append(noted)


def _look_up(load: Load, line: requests.Session, number: int) -> requests.Response:
    codes = load.stage.staff.facts["codes"].split(",")
    return line.get(f"{load.stage.site}/", params={"q": codes[number % len(codes)]}, timeout=PATIENCE)


def _portal(load: Load, line: requests.Session, number: int) -> requests.Response:
    return line.get(load.stage.site + load.stage.bank.paths[0], timeout=PATIENCE, allow_redirects=False)


def _download(load: Load, line: requests.Session, number: int) -> requests.Response:
    return line.get(load.stage.site + load.stage.bank.paths[1], timeout=PATIENCE, allow_redirects=False)


def _sign_in(load: Load, line: requests.Session, number: int) -> requests.Response:
    return _enter(load, line, load.stage.bank)


def _enter(load: Load, line: requests.Session, person: Entry) -> requests.Response:
    line.cookies.clear()
    page = line.get(f"{load.stage.site}/accounts/login/", timeout=PATIENCE)
    if page.status_code != 200:
        return page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    facts = {"login": person.facts["user"], "password": person.facts["password"]}
    sent = facts | {"csrfmiddlewaretoken": token[1] if token else ""}
    return line.post(f"{load.stage.site}/accounts/login/", data=sent, timeout=PATIENCE, allow_redirects=False)


def _ready(load: Load, line: requests.Session, number: int) -> requests.Response:
    return line.get(f"{load.stage.site}/health/ready", timeout=PATIENCE)


def _upload(load: Load, line: requests.Session, number: int) -> requests.Response:
    """A new list: one in two so large that a worker reads it."""
    address = load.stage.site + load.stage.staff.paths[0]
    page = line.get(address, timeout=PATIENCE)
    if page.status_code != 200:
        return page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    rows = "\n".join(f"郑州演练{number}之{row}号科技有限公司,金水区" for row in range(60 if number % 2 else 600))
    content = f"企业名称,区县\n{rows}\n".encode()
    facts = {
        "csrfmiddlewaretoken": token[1] if token else "", "programme": load.stage.staff.facts["programme"],
        "notice": "recognition", "title": f"演练名单{number}", "published_on": "2026-09-01",
    }  # fmt: skip
    key = hashlib.sha256(content).hexdigest()
    load.uploads[key] = "no answer"
    answer = line.post(
        address, data=facts, files={"file": (f"演练{number}.csv", content)}, timeout=PATIENCE, allow_redirects=False
    )
    load.uploads[key] = "received" if _was_taken(answer) else f"{answer.status_code}, not taken"
    return answer


def _is_good(kind: str, answer: requests.Response, load: Load) -> bool:
    if kind == "download":
        return answer.ok and hashlib.sha256(answer.content).hexdigest() == load.stage.bank.facts["sha256"]
    if kind == "upload":
        return _was_taken(answer)
    if kind == "sign-in":
        return answer.status_code == 302
    return answer.status_code == 200


def _was_taken(answer: requests.Response) -> bool:
    """The officer is led to the list, or to how far its reading is; and not to the sign-in."""
    return answer.status_code == 302 and answer.headers["Location"].startswith("/admin/registry/")


def _title(answer: requests.Response) -> str:
    if answer.status_code == 200:
        return ""
    if answer.headers.get("Content-Type") == "application/json":
        return ", ".join(name for name, one in answer.json().get("checks", {}).items() if not one["ok"])
    if answer.status_code == 302:
        return "to the sign-in" if "/accounts/login/" in answer.headers["Location"] else ""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return found[1].strip() if found else answer.text[:60]


def _ms(load: Load, at: float) -> int:
    return round(1000 * (load.now - at))
