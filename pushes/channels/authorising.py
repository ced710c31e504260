"""By what a platform knows that a request is ours: a fixed token, a token that is fetched, or a signature.

Law: a secret goes to the address that it was given for, and into no words that are kept.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from django.utils.translation import gettext as _

from pushes.channels import calling, https
from pushes.channels.webhook import signed

_LONGEST = 64 * 1024  # bytes of a token's answer


class Authority(Protocol):
    """Gives each request its headers; `renewed` says whether it is worth asking again after a 401."""

    def headers(self, step: str, body: bytes) -> Mapping[str, str]: ...

    def renewed(self) -> bool: ...

    def hidden(self, text: str) -> str: ...


class NotLetIn(Exception):
    """No token was given: in words, with the other side's code, and whether that is for good."""

    def __init__(self, words: str, code: str, *, for_good: bool) -> None:
        super().__init__(words)
        self.code, self.for_good = code, for_good


@dataclass(frozen=True)
class Token:
    """A fixed token, as the platform gave it."""

    token: str = field(repr=False)

    def headers(self, step: str, body: bytes) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def renewed(self) -> bool:
        return False

    def hidden(self, text: str) -> str:
        return _without(text, (self.token,))


@dataclass(frozen=True)
class Signature:
    """Signatures by each of our secrets, as of webhooks: of the body as it goes over the line."""

    secrets: tuple[str, ...] = field(repr=False)

    def headers(self, step: str, body: bytes) -> Mapping[str, str]:
        return signed(self.secrets, step, body)

    def renewed(self) -> bool:
        return False

    def hidden(self, text: str) -> str:
        return text


@dataclass
class Grant:
    """A token by client credentials (RFC 6749, 4.4), fetched when first needed and kept for one sending."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    rules: calling.Rules
    token: str = field(default="", repr=False)
    given: list[str] = field(default_factory=list, repr=False)  # every token so far: an answer may name any

    def headers(self, step: str, body: bytes) -> Mapping[str, str]:
        if not self.token:
            self.token = self._fetched()
            self.given.append(self.token)
        return {"Authorization": f"Bearer {self.token}"}

    def renewed(self) -> bool:
        """A token may end in the middle of a long sending; one that is refused when fresh is not asked for again."""
        self.token = ""
        return len(self.given) < 2

    def hidden(self, text: str) -> str:
        return _without(text, (self._pair(), self.secret, *self.given))

    def _pair(self) -> str:
        """Client and secret as they go over the line."""
        pair = f"{quote(self.client_id, safe='')}:{quote(self.secret, safe='')}"
        return base64.b64encode(pair.encode()).decode()

    def _fetched(self) -> str:
        headers = {
            "Authorization": f"Basic {self._pair()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        form = b"grant_type=client_credentials"
        reply = https.call("POST", self.url, headers, form, self.rules, lambda _status: _LONGEST)
        if not reply.success:
            # Trying on with a wrong secret locks accounts; what else is wrong there passes.
            for_good = reply.status == 401 or _word(reply.body, "error") in ("invalid_client", "unauthorized_client")
            words = _("No token was given: %(detail)s") % {"detail": https.declined(reply, self.hidden)}
            raise NotLetIn(words, str(reply.status), for_good=for_good)
        token = _word(reply.body, "access_token")
        if not token or not token.isascii() or not token.isprintable():
            raise NotLetIn(_("No token was given: the answer holds none."), str(reply.status), for_good=False)
        return token


def _without(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, also as JSON or an address would write them."""
    for secret in filter(None, secrets):
        in_json = json.dumps(secret)[1:-1]
        for written in (secret, in_json, in_json.replace("/", r"\/"), quote(secret, safe="")):
            text = text.replace(written, "…")
    return text


def _word(body: bytes, key: str) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    word = found.get(key) if isinstance(found, dict) else ""
    return word if isinstance(word, str) else ""
