"""Throws damaged files at the reading of lists: `python -m tests.fuzz.bytes --minutes 20`, or with files to read again.

Law: whatever a file's bytes are, they end as rows or as a `FileRefused`, within SECONDS and the parsers' own memory.

The corpus of lists is damaged and read within one process, which is fast and follows the code's branches. What breaks
that process is kept, and read again as the product reads it, with the parser in a process of its own; only what breaks
that too is a finding. It needs atheris, which no other part does: see INSTALL.
"""

import argparse
import io
import logging
import shutil
import subprocess
import sys
import time
import zipfile
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import Process
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from django.conf import settings

from registry import errors, parsing, parsing_documents
from registry.reading import PARSING_MEMORY, Limits, read

INSTALL = """\
This needs atheris, on Linux with Python 3.11. Put it into an environment of its own beside what the product needs:

    python3.11 -m venv .local/fuzzing
    .local/fuzzing/bin/pip install -r requirements.txt atheris==3.0.0
    .local/fuzzing/bin/python -m tests.fuzz.bytes --minutes 20
"""
ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "tests" / "data" / "lists"
KEPT = ROOT / ".local" / "fuzz"  # what broke something
SECONDS = 20
MEGABYTES = 64
LONGEST = 1 << 20  # bytes of a damaged file


def suffix_of(data: bytes) -> str:
    """The format that the bytes claim to be, so that the corpus's files serve as they are."""
    if data.startswith(b"PK"):
        return ".docx" if b"word/" in data else ".xlsx"
    return ".pdf" if data.startswith(b"%PDF") else ".xls" if data.startswith(b"\xd0\xcf") else ".csv"


def read_here(data: bytes) -> None:
    """Read the bytes within this process, past the wall that stands around the parsers otherwise."""
    suffix = suffix_of(data)
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        try:
            if suffix == ".csv":
                with read(Path(file.name), "list.csv", limits=Limits(MEGABYTES << 20)) as found:
                    all(found.rows)
            elif suffix in (".docx", ".pdf"):
                read_document(file.name, suffix)
            else:
                parsing._write(file.name, "", io.BytesIO())
        except (errors.FileRefused, *parsing.DAMAGED, MemoryError):
            pass
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # which the parser says in its exit code
                raise


def read_document(path: str, suffix: str) -> None:
    """The parser of documents takes any exception for a damaged file; here its time and memory alone are judged."""
    of = parsing_documents._of_word if suffix == ".docx" else parsing_documents._of_pdf
    try:
        parsing_documents._write(of(path), io.StringIO())
    except Exception:
        return


def read_apart(path: Path) -> None:
    """Read the file as the product does."""
    name = f"list{suffix_of(path.read_bytes())}"
    try:
        with read(path, name, limits=Limits(MEGABYTES << 20)) as found:
            print(f"{path.name}: {sum(1 for _row in found.rows)} rows")
    except errors.FileRefused as refused:
        print(f"{path.name}: {type(refused).__name__}")


def holds(path: Path) -> bool:
    """Whether the product reads or refuses the file in time."""
    process = Process(target=read_apart, args=(path,))
    process.start()
    process.join(SECONDS)
    late = process.is_alive()
    process.kill()
    process.join()
    return not late and process.exitcode == 0


def damage(data: bytes, longest: int, seed: int) -> bytes:
    """Damage one member of an archive rather than the archive, which would only fail its checksums."""
    mutate = import_module("atheris").Mutate
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        members = {}
    if not members or seed % 8 == 0:
        return bytes(mutate(data, longest))
    chosen = sorted(members)[seed // 8 % len(members)]
    members[chosen] = bytes(mutate(members[chosen], max(len(members[chosen]), 1 << 16)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()[:longest]


def run_inside(folder: str, seconds: int) -> None:
    """Damage and read until the time is up, or until something breaks this process."""
    logging.disable()  # the readers complain of every damaged file
    atheris = import_module("atheris")
    atheris.instrument_all()
    limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={PARSING_MEMORY >> 20}"]
    options = [*limits, f"-max_len={LONGEST}", f"-artifact_prefix={KEPT}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, folder], read_here, custom_mutator=damage)
    atheris.Fuzz()


def hunt(minutes: float) -> int:
    """Run again and again until the time is up; how many files the product could not stand."""
    KEPT.mkdir(parents=True, exist_ok=True)
    end, findings = time.monotonic() + 60 * minutes, 0
    with TemporaryDirectory() as folder:
        for path in LISTS.iterdir():
            if path.is_file() and path.suffix not in (".py", ".json"):
                shutil.copy(path, folder)
        while (left := int(end - time.monotonic())) > 0:
            before = set(KEPT.iterdir())
            command = [sys.executable, "-m", "tests.fuzz.bytes", "--inside", folder, str(left)]
            code = subprocess.run(command, cwd=ROOT, check=False).returncode
            broken = [path for path in KEPT.iterdir() if path not in before]
            findings += sum(not holds(path) for path in broken)
            if not broken and code:
                raise SystemExit(f"the fuzzing process failed without a finding: exit code {code}")
    print(f"{findings} files that the product could not stand; all that broke the parsers lie in {KEPT}")
    return findings


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz.bytes", description="Damage lists, and read them.")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--inside", nargs=2, metavar=("FOLDER", "SECONDS"), help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help="read these again, as the product does")
    asked = parser.parse_args()
    settings.configure(USE_I18N=False)
    if asked.files:
        return sum(not holds(path) for path in asked.files)
    if find_spec("atheris") is None:
        print(INSTALL, file=sys.stderr)
        return 2
    if asked.inside:
        run_inside(asked.inside[0], int(asked.inside[1]))
        return 0
    return hunt(asked.minutes)


if __name__ == "__main__":
    sys.exit(min(main(), 100))
