"""A mail server that can be taken away and brought back on the same port; it keeps what it took."""

import email
import email.header
import socket
import time
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`taken`: to whom, and the Message-ID."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.taken: list[tuple[str, str, str]] = []
        self._controller: Controller | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail: Message = email.message_from_bytes(envelope.content)
        subject = str(email.header.make_header(email.header.decode_header(mail["Subject"])))
        self.taken += [(to, str(mail["Message-ID"]), subject) for to in envelope.rcpt_tos]
        time.sleep(0.25)  # so that the mails of a drill take longer than a moment
        return "250 taken"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None
