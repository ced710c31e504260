"""A receiver of webhooks over TLS. The path says how it behaves; what it took in is kept."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

from tests.pushes.peers.secured import SecuredServer


class Call(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver(SecuredServer):
    """`calls` are the requests read, whatever was answered; `connections` counts who came to the door."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(_Handler, certificate)
        self.calls: list[Call] = []
        self.connections = 0
        self.certificate = certificate

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}{path}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().finish_request(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(Call(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        kind, _slash, more = self.path.strip("/").partition("/")
        getattr(self, f"_{kind}")(more)

    def _good(self, more: str) -> None:
        self._answer(204)

    def _status(self, code: str) -> None:
        self._answer(int(code), b"<b>no\x1b[31m entry</b>")

    def _busy(self, more: str) -> None:
        self._answer(429, retry_after="3600")

    def _redirect(self, code: str) -> None:
        self._answer(int(code), location=self.server.url("/good/redirected"))

    def _metadata(self, more: str) -> None:
        self._answer(307, location="http://169.254.169.254/latest/meta-data/")

    def _slow(self, more: str) -> None:
        self.server.closing.wait(20)

    def _drip(self, more: str) -> None:
        """A byte now and then, for ever: no single read of it takes long."""
        for byte in b"HTTP/1.1 200 " + b"." * 10_000:
            self.wfile.write(bytes([byte]))
            if self.server.closing.wait(0.05):
                return

    def _cut(self, more: str) -> None:
        self.wfile.write(b"HTTP/1.1 20")
        self.close_connection = True

    def _lying(self, more: str) -> None:
        """200, and the body that it announced never comes."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        self.close_connection = True

    def _endless(self, more: str) -> None:
        self.wfile.write(b"HTTP/1.1 500 Oops\r\n\r\n")
        self.close_connection = True
        while not self.server.closing.is_set():
            self.wfile.write(b"oops " * 10_000)

    def _answer(self, code: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(certificate: Path) -> Iterator[Receiver]:
    with Receiver(certificate) as receiver:
        threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield receiver
        receiver.closing.set()
        receiver.shutdown()
