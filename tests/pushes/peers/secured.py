"""A server over TLS, such as the peers are. A caller that hangs up, or never shakes hands, is no news to it."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class SecuredServer(ThreadingHTTPServer):
    """`closing` is set by whoever ends it: handlers that wait go home."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], certificate: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.closing = threading.Event()
        self._handler = handler
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            secured = self._tls.wrap_socket(request, server_side=True)
        except OSError:
            return
        with secured:
            self._handler(secured, client_address, self)

    def handle_error(self, request: object, client_address: object) -> None:
        """No news."""
