"""A parcel to hand to channels."""

import io
from datetime import date
from hashlib import sha256
from uuid import UUID

from pushes.channels.parcel import Parcel, Summary

CONTENT = b"PK the package\n" * 3000


def parcel(*, trial: bool = False, content: bytes = CONTENT, edition: str = "ZZKJ-2026Q3-v1") -> Parcel:
    return Parcel(
        id=UUID("be61aa68-d7c2-5082-8c93-cb09ca0be0c6"),
        edition=edition,
        institution="bank-a",
        as_of=date(2026, 9, 30),
        file_name=f"{edition}.zip",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        open=lambda: io.BytesIO(content),
        summary=Summary(members=6780, added=12, removed=3, changed=45, since="ZZKJ-2026Q2-v1"),
        page=f"https://registry.example.gov.cn/institutions/editions/{edition}/",
        fetch="https://registry.example.gov.cn/api/v1/deliveries/be61aa68/package",
        trial=trial,
    )
