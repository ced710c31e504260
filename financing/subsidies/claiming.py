"""Claims are taken in from a file, or withdrawn. Law: a file is taken whole or not at all; an applicant is whoever the
code says exactly, never a guess; the same proof is not claimed twice.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate

from enterprises.bearing import Bearer, bearers
from enterprises.errors import ColumnsNeeded
from enterprises.judging_codes import judged
from enterprises.opening import counted, limits_of, opened
from financing import errors
from financing.models import Applicants, SheetState, Subsidy, SubsidyClaim, SubsidyLine, SubsidyRule
from financing.subsidies.claim_rows import (
    HEADINGS,
    NEEDED,
    ClaimRow,
    Fault,
    columns_of,
    folded,
    read_row,
    unclear_headings,
)
from financing.subsidies.ruling import rule_on, rules_known
from pushes.models import Institution

MOST_MEGABYTES, MOST_ROWS = 5, 5_000  # taken in while the page waits


@dataclass(frozen=True)
class Taken:
    """What became of a file: the claims that were taken in; or, where rows are faulty, these, and no claim."""

    claims: Sequence[SubsidyClaim] = ()
    faulty: Sequence[ClaimRow] = ()
    rows: int = 0


@dataclass(frozen=True)
class _Known:
    """What rows are judged by."""

    subsidy: Subsidy
    rules: Sequence[SubsidyRule]
    bearers: Mapping[str, Bearer]
    institutions: Mapping[str, Institution]
    claimed: Mapping[str, str]
    now: datetime
    first: dict[str, int] = field(default_factory=dict)  # proof → the row that it stood in first


def take_in(*, subsidy: Subsidy, path: Path, file_name: str, now: datetime, by: User) -> Taken:
    """Take in the claims of the file at `path`.

    Raises `NoClaimsHere`, `ClaimColumnsMissing`, `ClaimColumnsUnclear`; what the registry and `opening` say of files
    that are none.
    """
    if subsidy.applicants == Applicants.BANKS:
        raise errors.NoClaimsHere(subsidy.name)
    rows = _read(path, file_name)
    with transaction.atomic():
        Subsidy.objects.select_for_update().get(pk=subsidy.pk)  # of two files at once one waits
        known = _known(subsidy, rows, now)
        for row in rows:
            _judge(row, known)
        faulty = [row for row in rows if row.faults]
        if faulty:
            return Taken(faulty=faulty, rows=len(rows))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        claims = [_claim(row, known, file_name[-200:], sha256, by) for row in rows]
        return Taken(SubsidyClaim.objects.bulk_create(claims, batch_size=1_000), rows=len(rows))


def withdraw(*, claim: SubsidyClaim, reason: str, now: datetime, by: User) -> None:
    """The claim counts no more. Raises `SubsidyReasonMissing`, `ClaimWithdrawn`, `ClaimGranted`."""
    if not reason.strip():
        raise errors.SubsidyReasonMissing
    with transaction.atomic():
        Subsidy.objects.select_for_update().get(pk=claim.subsidy_id)
        held = SubsidyClaim.objects.select_for_update().get(pk=claim.pk)
        if held.withdrawn_at:
            raise errors.ClaimWithdrawn
        granting = SubsidyLine.objects.filter(claim=held, granted__gt=0, sheet__state=SheetState.APPROVED)
        line = granting.select_related("sheet__subsidy").first()
        if line:
            raise errors.ClaimGranted(str(line.sheet))
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_reason = now, by, reason.strip()[:300]
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _read(path: Path, file_name: str) -> list[ClaimRow]:
    try:
        with opened(path, file_name, limits=limits_of(MOST_MEGABYTES)) as found:
            columns = columns_of(found.header)
            unclear = unclear_headings(found.header)
            if unclear:
                raise errors.ClaimColumnsUnclear("、".join(unclear))
            _refuse_without([name for name in NEEDED if name not in columns])
            return [read_row(*row, columns) for row in counted(found.rows, file_name, MOST_ROWS)]
    except ColumnsNeeded:
        _refuse_without(NEEDED)
        raise


def _refuse_without(missing: Sequence[str]) -> None:
    if missing:
        raise errors.ClaimColumnsMissing("、".join(HEADINGS[name][0] for name in missing))


def _known(subsidy: Subsidy, rows: Iterable[ClaimRow], now: datetime) -> _Known:
    codes = {judged(row.code).code for row in rows}
    institutions = {one.code: one for one in Institution.objects.filter(code__in={row.code.lower() for row in rows})}
    standing = SubsidyClaim.objects.filter(
        subsidy=subsidy, withdrawn_at=None, proof_key__in={row.proof_key for row in rows}
    )
    claimed = {one.proof_key: f"{one.year} {one.name}" for one in standing}
    return _Known(subsidy, rules_known(subsidy, known_by=now), bearers(codes), institutions, claimed, now)


def _judge(row: ClaimRow, known: _Known) -> None:
    """Add what is wrong with the row beside others, the rules and the registry."""
    broken = {fault.column for fault in row.faults}
    if not broken & {"year", "happened_on"}:
        _judge_day(row, known, broken)
    if not broken & {"name", "code"}:
        _judge_applicant(row, known)
    if "proof" not in broken:
        _judge_proof(row, known)


def _judge_day(row: ClaimRow, known: _Known, broken: set[str]) -> None:
    rule = rule_on(known.rules, row.happened_on)
    if row.happened_on > localdate(known.now):
        row.faults.append(Fault("happened_on", "to_come"))
    elif rule is None or rule.base == "growth":
        row.faults.append(Fault("happened_on", "no_rule", row.happened_on.isoformat()))
    else:
        if row.happened_on.year != row.year - rule.years_back:
            row.faults.append(Fault("happened_on", "other_year", str(row.year - rule.years_back)))
        _judge_base(row, rule, broken)


def _judge_base(row: ClaimRow, rule: SubsidyRule, broken: set[str]) -> None:
    """The rule computes of the amount, or goes by the grade; the other one would be left out silently."""
    if rule.base == "grade":
        if row.amount is not None:
            row.faults.append(Fault("amount", "no_amount"))
        if not row.grade:
            row.faults.append(Fault("grade", "grade_needed"))
        elif row.grade not in rule.steps:
            row.faults.append(Fault("grade", "grade", "、".join(rule.amounts)))
        return
    if row.amount is None and "amount" not in broken:
        row.faults.append(Fault("amount", "amount_needed"))
    if row.grade:
        row.faults.append(Fault("grade", "no_grade"))


def _judge_applicant(row: ClaimRow, known: _Known) -> None:
    anyone = known.subsidy.applicants == Applicants.ANYONE
    institution = known.institutions.get(row.code.lower()) if anyone else None
    if institution:
        if folded(institution.name) != folded(row.name):
            row.faults.append(Fault("name", "institution_name", institution.name))
        return
    found = judged(row.code)
    bearer = known.bearers.get(found.code)
    if bearer:
        if not bearer.bears(row.name):
            row.faults.append(Fault("name", "other_name", bearer.enterprise.name))
    elif found.fault:
        row.faults.append(Fault("code", "code", row.code))
    elif not anyone or found.by_public_id:
        row.faults.append(Fault("code", "unknown", found.code))


def _judge_proof(row: ClaimRow, known: _Known) -> None:
    key = row.proof_key
    if key in known.claimed:
        row.faults.append(Fault("proof", "same_proof", known.claimed[key]))
    first = known.first.setdefault(key, row.number)
    if first != row.number:
        row.faults.append(Fault("proof", "same_row", str(first)))


def _claim(row: ClaimRow, known: _Known, file_name: str, sha256: str, by: User) -> SubsidyClaim:
    anyone = known.subsidy.applicants == Applicants.ANYONE
    institution = known.institutions.get(row.code.lower()) if anyone else None
    code = institution.code if institution else judged(row.code).code
    bearer = None if institution else known.bearers.get(code)
    return SubsidyClaim(
        subsidy=known.subsidy, year=row.year, name=row.name, code=code,
        enterprise=bearer.enterprise if bearer else None, institution=institution,
        amount=row.amount, happened_on=row.happened_on, grade=row.grade, proof=row.proof, proof_key=row.proof_key,
        remark=row.remark, file_name=file_name, sha256=sha256, row_number=row.number, taken_at=known.now, taken_by=by,
    )  # fmt: skip
