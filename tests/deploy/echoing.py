"""The least site behind a web server: it says what it was told, lets a file be had, and refuses nothing."""

import json
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """GET /file/… is X-Accel-Redirect's; everything else is what came, as JSON."""
    headers = [("Content-Type", "application/json"), ("Strict-Transport-Security", "max-age=1")]
    if environ["PATH_INFO"].startswith("/file/"):
        headers += [("X-Accel-Redirect", f"/_files/{environ['PATH_INFO'][6:]}"), ("ETag", '"ours"'),
                    ("Content-Security-Policy", "sandbox"), ("Content-Disposition", "attachment")]  # fmt: skip
        start("200 OK", headers)
        return [b""]
    size = len(environ["wsgi.input"].read())
    told = {key: value for key, value in environ.items() if key.startswith("HTTP_")}
    start("200 OK", headers)
    return [json.dumps(told | {"size": size, "scheme": environ["wsgi.url_scheme"]}).encode()]
