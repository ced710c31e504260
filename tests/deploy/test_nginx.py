"""nginx as it is shipped, before gunicorn as it is: redirects, what is replaced, refused, limited and logged."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NAME = "registry.example.gov.cn"
# The certificate is the test's own, and judged by nobody.
_BLIND = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_BLIND.check_hostname, _BLIND.verify_mode = False, ssl.CERT_NONE
# Around the shipped file: what the distribution's nginx.conf holds, in folders of the test's own.
AROUND = """
daemon off; master_process on; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1; {user}
events {{ worker_connections 256; }}
http {{
    types {{ text/html html; text/css css; }}
    default_type application/octet-stream; sendfile on;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include {folder}/registry.conf;
}}
"""

pytestmark = [pytest.mark.skipif(not NGINX, reason="nginx is not installed"), pytest.mark.early]


class _Line(http.client.HTTPSConnection):
    """To this machine, asking for the site by its name."""

    def connect(self) -> None:
        bare = socket.create_connection((self.host, self.port), 20)
        self.sock = _BLIND.wrap_socket(bare, server_hostname=NAME)


@dataclass
class Front:
    """nginx, by its two ports and its folder."""

    plain: int
    tls: int
    folder: Path

    def ask(
        self, path: str, method: str = "GET", *, host: str = NAME, body: bytes | None = None, **headers: str
    ) -> Any:
        return self._answer(_Line("127.0.0.1", self.tls), method, path, host, body, headers)

    def ask_plainly(self, path: str, *, host: str = NAME) -> Any:
        return self._answer(
            http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20), "GET", path, host, None, {}
        )

    def _answer(self, line: Any, method: str, path: str, host: str, body: bytes | None, headers: dict[str, str]) -> Any:
        line.request(method, path, body=body, headers={"Host": host} | headers)
        answer = line.getresponse()
        answer.body = answer.read()
        line.close()
        return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    private = serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))


def _written(folder: Path, plain: int, tls: int) -> Path:
    """The shipped file, moved to the test's folder and ports; nothing else of it is changed."""
    text = (ROOT / "deploy/nginx/registry.conf").read_text()
    for before, after in {
        "/run/registry/": f"{folder}/",
        "/etc/registry/tls/": f"{folder}/",
        "/var/log/registry/": f"{folder}/",
        "/srv/registry/files/": f"{folder}/files/",
        "/opt/registry/current/deploy": f"{ROOT}/deploy",
        "/opt/registry/current": f"{folder}/current",
    }.items():
        text = text.replace(before, after)
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80", f"listen 127.0.0.1:{plain}").replace("listen 443", f"listen 127.0.0.1:{tls}")
    (folder / "registry.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    return folder / "nginx.conf"


@contextmanager
def _running(*command: str, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    _certificate(folder)
    for path in ("files/packages/a.zip", "current/static/site.css"):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_bytes(b"held")
    found = Front(_free_port(), _free_port(), folder)
    config = _written(folder, found.plain, found.tls)
    tested = subprocess.run([str(NGINX), "-t", "-c", str(config)], capture_output=True, text=True)
    assert tested.returncode == 0 and "warn" not in tested.stderr, tested.stderr
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "--config", "config/gunicorn.py",
                "--bind", f"unix:{folder}/web.sock", "tests.deploy.echoing:application"]  # fmt: skip
    with (
        _running(*gunicorn, log=folder / "gunicorn.log") as site,
        _running(str(NGINX), "-c", str(config), log=folder / "started.log"),
    ):
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            assert site.poll() is None, (folder / "gunicorn.log").read_text()
            try:
                if found.ask("/").status == 200:
                    break
            except (ConnectionError, ssl.SSLEOFError):
                pass
            time.sleep(0.1)
        yield found


def test_everything_goes_over_tls_and_by_the_sites_own_name(front: Front) -> None:
    answer = front.ask_plainly("/lookup?q=1")
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/lookup?q=1")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        front.ask_plainly("/", host="other.example.com")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        front.ask("/", host="other.example.com")
    bare = socket.create_connection(("127.0.0.1", front.tls), 20)
    with bare, pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        _BLIND.wrap_socket(bare, server_hostname="other.example.com")
    assert "nginx/" not in (front.ask("/").headers["Server"] or "")


def test_what_a_visitor_claims_of_himself_is_replaced(front: Front) -> None:
    claims: dict[str, Any] = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil",
              "Forwarded": "for=1.2.3.4", "X-Request-ID": "mine"}  # fmt: skip
    answer = front.ask("/", **claims)
    told = json.loads(answer.body)
    assert (told["HTTP_X_FORWARDED_FOR"], told["HTTP_X_FORWARDED_PROTO"]) == ("127.0.0.1", "https")
    assert told["HTTP_HOST"] == NAME and len(told["HTTP_X_REQUEST_ID"]) == 32
    assert not {"HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST"} & set(told)
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=1"]  # the site's, once


def test_a_file_is_had_through_the_site_alone(front: Front) -> None:
    answer = front.ask("/file/packages/a.zip")
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, b"held", '"ours"')
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert front.ask("/_files/packages/a.zip").status == 404
    assert front.ask("/_pages/503.html").status == 404
    part = front.ask("/file/packages/a.zip", Range="bytes=1-2")
    assert (part.status, part.body) == (206, b"el")


def test_static_files_are_nginxs_and_what_it_lacks_the_sites(front: Front) -> None:
    answer = front.ask("/static/site.css")
    assert (answer.body, answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (
        b"held",
        "text/css",
        "nosniff",
    )
    assert json.loads(front.ask("/static/other.css").body)["size"] == 0
    assert (
        front.ask("/static/../nginx.conf").status in (400, 404)
        or b"worker" not in front.ask("/static/../nginx.conf").body
    )


def test_a_body_may_be_as_large_as_a_list_and_no_larger(front: Front) -> None:
    assert json.loads(front.ask("/", "POST", body=bytes(3 << 20)).body)["size"] == 3 << 20
    too_large = front.ask("/", "POST", body=b"x", **{"Content-Length": str(67 << 20)})
    assert too_large.status == 413
    assert "文件太大" in too_large.body.decode()
    assert too_large.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_door_is_not_for_floods(front: Front) -> None:
    line, asked, status = _Line("127.0.0.1", front.tls), 0, 200
    while status == 200 and asked < 1000:  # a few more each second are let in, however slow this machine is
        line.request("POST", "/accounts/login/", headers={"Host": NAME})
        answer = line.getresponse()
        status, body, asked = answer.status, answer.read().decode(), asked + 1
    line.close()
    assert asked > 30
    assert (status, "请求过于频繁" in body) == (429, True)
    assert front.ask("/").status == 200


def test_who_watches_comes_from_where_he_may(front: Front) -> None:
    assert front.ask("/health/live").status == 200  # from this machine
    text = (ROOT / "deploy/nginx/registry.conf").read_text()
    (block,) = re.findall(r"location ~ \^/\(health\|metrics\).*?\n    }", text, re.DOTALL)
    assert re.findall(r"^ +(allow .*|deny .*);$", block, re.MULTILINE) == ["allow 127.0.0.1", "allow ::1", "deny all"]


def test_logs_hold_neither_queries_nor_secrets(front: Front) -> None:
    paths = [
        "/?q=secret-query", "/watch/confirm/tok/", "/objections/secret-number/", "/slips/secret-slip.pdf",
        "/institutions/invitations/secret-token/", "/accounts/password/reset/key/1-secret0123456789abcdef/",
    ]  # fmt: skip
    for path in paths:
        front.ask(path)
    front.ask("/told-path/")
    ends = time.monotonic() + 10
    access, site = front.folder / "access.log", front.folder / "gunicorn.log"
    while any("told-path" not in log.read_text() for log in (access, site)) and time.monotonic() < ends:
        time.sleep(0.05)
    for text in (access.read_text(), site.read_text()):
        assert "told-path" in text
        assert not re.search(r"secret|confirm/tok|mine", text)
    last = json.loads(access.read_text().splitlines()[-1])
    assert (last["method"], last["path"], last["status"], last["address"]) == ("GET", "/told-path/", 200, "127.0.0.1")
    assert "127.0.0.1" not in site.read_text().partition("Booting")[2]


def test_where_the_site_is_away_a_page_says_so(tmp_path: Path) -> None:
    """In Chinese, with the headers that the site would have set."""
    _certificate(tmp_path)
    found = Front(_free_port(), _free_port(), tmp_path)
    with _running(str(NGINX), "-c", str(_written(tmp_path, found.plain, found.tls)), log=tmp_path / "started.log"):
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            try:
                answer = found.ask("/")
                break
            except ConnectionError:
                time.sleep(0.1)
        assert (answer.status, "系统暂时无法使用" in answer.body.decode()) == (502, True)
        assert answer.headers["Strict-Transport-Security"] and answer.headers["Retry-After"]
