"""What browsers are told with every answer beside Django's own headers and the content policy.

Law: whatever a page is, nobody keeps a copy of what a signed-in person was shown.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

PRIVATE = "private, no-store"
_FEATURES = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial",
    "storage-access", "usb", "web-share", "window-management", "xr-spatial-tracking",
)  # fmt: skip
_FIXED = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class Headers:
    """High up, so that static files, errors and redirects are told the same."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        for name, value in _FIXED.items():
            response.headers.setdefault(name, value)
        if "no-store" not in response.get("Cache-Control", "") and _is_somebodys(request, response):
            response["Cache-Control"] = PRIVATE
        return response


def _is_somebodys(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Shown to somebody who is signed in, or carrying a cookie that makes them so. Static files ask for nobody."""
    if settings.SESSION_COOKIE_NAME in response.cookies:
        return True
    sent = settings.SESSION_COOKIE_NAME in request.COOKIES
    return sent and hasattr(request, "user") and bool(request.user.is_authenticated)
