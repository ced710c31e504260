"""Old office files become new ones, where LibreOffice is installed. Law: nothing of ours is seen by the converter.

It runs in a folder of its own, without our environment, under limits of time and memory; macros are never run, and
what a document links to is not fetched.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from registry import apart, errors

BECOMES = {".doc": ".docx", ".wps": ".docx", ".rtf": ".docx", ".et": ".xlsx"}
PROGRAMS = ("soffice", "libreoffice")
_OLD_OFFICE, _BEGINNINGS = b"\xd0\xcf\x11\xe0", {".rtf": b"{\\rtf"}
SECONDS = 120
# What a document links to is not fetched: every request would go to a port where nobody listens.
_NOWHERE = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
MEMORY = 4 << 30  # bytes of address space, most of which the program only reserves


@contextmanager
def converted(path: Path, name: str) -> Iterator[Path]:
    """The file at `path`, of the old format that `name` ends in, as a docx or xlsx for as long as the block lasts.

    Raises `ConversionNeeded` where no converter is installed, `NotWhatItSays` where it makes nothing of the file.
    """
    suffix = Path(name).suffix.lower()
    with path.open("rb") as stream:
        if not stream.read(8).startswith(_BEGINNINGS.get(suffix, _OLD_OFFICE)):
            raise errors.NotWhatItSays(name, suffix)  # a web page named doc would be opened as one
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise errors.ConversionNeeded(name)
    with TemporaryDirectory() as folder:
        source, made = Path(folder) / f"list{suffix}", Path(folder) / f"list{BECOMES[suffix]}"
        shutil.copyfile(path, source)
        command = [
            program, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", made.suffix[1:], "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - a fixed program on a file of a fixed name
                command,
                env={"HOME": folder, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", **_NOWHERE},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
                start_new_session=True,
                preexec_fn=lambda: apart.limit(MEMORY, SECONDS),
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise errors.NotWhatItSays(name, suffix) from error
        if not made.exists():
            raise errors.NotWhatItSays(name, suffix)
        yield made
