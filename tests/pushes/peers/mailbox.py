"""A mail server. The name before the @ says how the address is treated; what was taken in is kept."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_REFUSED = {"gone": "550 5.1.1 no such person", "grey": "451 4.7.1 come again later"}
_REFUSED_WHOLE = {"strict": "554 5.7.1 not wanted here", "full": "452 4.3.1 no room"}


class Mailbox:
    """`mails` are those that the server took."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in _REFUSED:
            return _REFUSED[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            name = address.partition("@")[0]
            if name in _REFUSED_WHOLE:
                return _REFUSED_WHOLE[name]
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


@contextmanager
def running() -> Iterator[Mailbox]:
    with socket.create_server(("127.0.0.1", 0)) as free:  # the library connects to itself, by number
        mailbox = Mailbox(free.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    yield mailbox
    controller.stop()
