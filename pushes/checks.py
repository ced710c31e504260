"""What `manage.py check` asks of this app. Law: what would stop a quarter's packages is said before the quarter."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.translation import gettext as _

from pushes import signing
from pushes.errors import PushesError

NO_KEY, RETIRED_KEY, KEY_OPEN = "pushes.E001", "pushes.E002", "pushes.W001"


def keys(app_configs: Sequence[AppConfig] | None, **_more: Any) -> list[CheckMessage]:
    """Whether packages can be signed and checked, and whether the key is for its owner's eyes."""
    found: list[CheckMessage] = []
    try:
        signing.signer()
    except PushesError as error:
        found.append(Error(str(error), id=NO_KEY))
    else:
        try:
            signing.public_keys()
        except PushesError as error:
            found.append(Error(f"SIGNING_RETIRED_KEYS: {error}", id=RETIRED_KEY))
    return found + _open_to_all(settings.SIGNING_KEY)


def _open_to_all(given: str) -> list[CheckMessage]:
    path = Path(given) if given and not signing.is_pem(given) else None
    if path is None or not path.is_file() or not path.stat().st_mode & 0o007:
        return []
    words = _("Everybody on this machine may read the signing key %(file)s. Take that right away: chmod 600.")
    return [Warning(words % {"file": path}, id=KEY_OPEN)]
