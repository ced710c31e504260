"""Sends feedback as an institution does, and has it read as the worker does."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from financing.models import Feedback
from financing.receiving import receive
from financing.taking_in import read_next
from pushes import enclosed_files
from pushes.access import granted
from pushes.models import Institution
from pushes.secrets_at_rest import disclose
from tests.conftest import rows_of

NAME = "企业名称"


def as_csv(rows: Sequence[Mapping[str, str]], *, encoding: str = "utf-8-sig") -> bytes:
    """The rows, each what it says by column, as a file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(column for row in rows for column in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def send(bank: Institution, content: bytes | Sequence[Mapping[str, str]], **facts: Any) -> Feedback:
    """Received, and not read yet."""
    now: datetime = facts.pop("now", None) or timezone.now()
    content = content if isinstance(content, bytes) else as_csv(content)
    told = {
        "label": "ZZKJ-2026Q3-v1", "file_name": "反馈.csv", "leave_out": False, "by": None, "access_key": "",
        "address": "203.0.113.7", "size": len(content),
    }  # fmt: skip
    access = granted(bank, today=now.date())
    return receive(access=access, stream=io.BytesIO(content), now=now, **{**told, **facts})


def read(bank: Institution, content: bytes | Sequence[Mapping[str, str]], **facts: Any) -> Feedback:
    """Received, and read."""
    sent = send(bank, content, **facts)
    assert read_next(timezone.now)
    sent.refresh_from_db()
    return sent


def faults_of(feedback: Feedback, folder: Path) -> list[dict[str, str]]:
    """The sheet of faults, row by row."""
    path = folder / "faults.xlsx"
    path.write_bytes(b"".join(enclosed_files.disclosed(feedback.stored("faults"), disclose(feedback.key))))
    (_number, header), *rows = rows_of(path)
    return [dict(zip(header, [*cells, *[""] * len(header)], strict=False)) for _number, cells in rows]
