"""Files in an S3-compatible store, so that web and workers need no common disk (chosen by FILES_STORE).

Law: whatever goes wrong there is an `OSError`, as on a disk, and it shows when a file is opened: none breaks off later.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

P = ParamSpec("P")
T = TypeVar("T")

_IN_MEMORY = 8 * 1024 * 1024  # a larger file goes through a temporary one
# Of requests to stores that are not Amazon's: the bucket in the path, no sums that they do not know.
_CLIENT = Config(
    s3={"addressing_style": "path"},
    signature_version="s3v4",
    connect_timeout=10,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(str(error)) from error


def _on_a_disk(act: Callable[P, T]) -> Callable[P, T]:
    @wraps(act)
    def acted(*args: P.args, **kwargs: P.kwargs) -> T:
        with _as_of_a_disk():
            return act(*args, **kwargs)

    return acted


class S3Store(S3Storage):
    """The store; a name that is taken gets a suffix, as on a disk."""

    def get_default_settings(self) -> dict[str, Any]:
        own = {"client_config": _CLIENT, "max_memory_size": _IN_MEMORY, "file_overwrite": False}
        return {**super().get_default_settings(), **own}

    @_on_a_disk
    def _open(self, name: str, mode: str = "rb") -> Any:
        file = super()._open(name, mode)
        if "r" in mode:
            file.file  # noqa: B018 - fetches it, whole
        return file

    exists = _on_a_disk(S3Storage.exists)
    delete = _on_a_disk(S3Storage.delete)
    _save = _on_a_disk(S3Storage._save)
