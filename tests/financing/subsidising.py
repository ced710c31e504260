"""Makes what subsidies are computed of: enterprises that hold something, files of claims, banks' year ends."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from enterprises.models import Enterprise, Recognition
from enterprises.public_ids import public_id
from financing.models import Subsidy
from financing.subsidies import claiming
from financing.subsidies.claim_rows import HEADINGS
from financing.subsidies.claiming import Taken
from pushes.models import Institution
from registry.identifiers import uscc_check_passes
from registry.models import Entry, ListImport, Programme
from registry.names import name_key
from tests.conftest import write_workbook
from tests.financing.making import feedback
from tests.pushes.making import institution, record, sealed_edition

NOW = datetime(2027, 2, 1, 2, 0, tzinfo=UTC)
HEADS: Sequence[object] = [words[0] for words in HEADINGS.values()]


def code(number: int) -> str:
    """A credit code of that number, with the right check character."""
    bare = f"91410100MA{number:07d}"
    return next(whole for sign in "0123456789ABCDEFGHJKLMNPQRTUWXY" if uscc_check_passes(whole := bare + sign))


def enterprise(number: int, name: str = "", **more: Any) -> Enterprise:
    name = name or f"郑州投保{number}号科技有限公司"
    return Enterprise.objects.create(
        id=number, public_id=public_id(number), uscc=code(number), name=name, name_key=name_key(name),
        created_at=NOW, **more,
    )  # fmt: skip


def holds(who: Enterprise, since: str, until: str | None, *, state: str = "valid", **more: Any) -> Recognition:
    """A recognition as 高新技术企业 of that period."""
    programme = Programme.objects.get(code="HNTE")
    listed, _new = ListImport.objects.get_or_create(
        reference="HNTE-1", programme=programme, notice="recognition", title="-", published_on=NOW, staged_at=NOW,
        file_name="-", sha256="-",
    )  # fmt: skip
    entry = Entry.objects.create(list_import=listed, row_number=Entry.objects.count() + 2, name=who.name)
    return Recognition.objects.create(
        enterprise=who, programme=programme, entry=entry, source="-", state=state,
        valid_from=date.fromisoformat(since), valid_to=date.fromisoformat(until) if until else None, **more,
    )  # fmt: skip


def claim(who: Enterprise | None = None, **said: Any) -> Mapping[str, object]:
    """A row: of the enterprise, a premium of 10,000 yuan, as of 1 March 2026."""
    whole: dict[str, object] = {
        "year": 2026, "name": who.name if who else "", "code": who.uscc if who else "", "amount": "10000.00",
        "happened_on": "2026-03-01", "grade": "", "proof": f"保单-{who.pk if who else 0}", "remark": "",
    }  # fmt: skip
    return whole | said


def rows_of(claims: Sequence[Mapping[str, object]]) -> list[list[object]]:
    return [list(HEADS), *([one[name] for name in HEADINGS] for one in claims)]


def take_in(folder: Path, by: User, *claims: Mapping[str, object], of: str = "TECH_INSURANCE") -> Taken:
    path = write_workbook(folder / "claims.xlsx", rows_of(claims))
    return claiming.take_in(subsidy=Subsidy.objects.get(code=of), path=path, file_name="claims.xlsx", now=NOW, by=by)


def year_ends(*banks: tuple[str, str | None, str | None], quarters: Sequence[str] = ("2024Q4", "2025Q4")) -> None:
    """Each bank's balance at both ends, in units of 10,000 yuan; None where it did not report."""
    at = datetime(2026, 2, 1, tzinfo=UTC)
    editions = [sealed_edition(quarter, [record(1), record(2)], sealed_at=at) for quarter in quarters]
    for name, *balances in banks:
        bank: Institution = institution(name)
        for edition, balance in zip(editions, balances, strict=True):
            if balance is not None:
                feedback(bank, edition, {1: {"balance": balance}}, at=at)
