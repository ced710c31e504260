"""What a sheet is computed of: banks' balances by their feedback, and claims, as known at a moment. Law: reads only.

A bank that reported no balances of one of the two quarters has no line: its growth is not known; the sheet says so.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from enterprises.bearing import bearers, standing
from enterprises.models import Enterprise
from financing import errors
from financing.figures import QuarterFigures, figures
from financing.models import Feedback, FeedbackLine, SheetState, Subsidy, SubsidyClaim, SubsidyLine, SubsidyRule
from financing.subsidies.computing import Case
from financing.subsidies.ruling import growth_rule, rule_on, rules_known, terms_of
from financing.subsidies.standing_on import Held, held_on
from pushes.models import Institution
from pushes.models.institution import InstitutionKind

_GROUP = "rule"
YUAN = 10_000  # in the unit of feedback


@dataclass(frozen=True)
class Facts:
    """Whom a case is of, and what its words name. `held` is None where it is no question whether it is in the pool."""

    name: str
    code: str
    rule: SubsidyRule | None
    inputs: Mapping[str, str]
    enterprise: int | None = None
    institution: int | None = None
    claim: int | None = None
    held: Sequence[Held] | None = None


@dataclass
class Gathered:
    """Cases with their facts, by key; the rules that they go by; and banks without a line, with what is missing."""

    cases: list[Case] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)
    rules: list[SubsidyRule] = field(default_factory=list)
    unreported: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # name, quarters

    def add(self, case: Case, facts: Facts) -> None:
        self.cases.append(case)
        self.facts[case.key] = facts
        if facts.rule and facts.rule not in self.rules:
            self.rules.append(facts.rule)


def gathered(subsidy: Subsidy, year: int, *, known_by: datetime, excluded: Collection[str] = ()) -> Gathered:
    """All that a sheet of the year is of. Raises `NoSubsidyRule`, `NoFiguresYet`."""
    rules = rules_known(subsidy, known_by=known_by)
    growth = growth_rule(rules, year)
    claims = _claims(subsidy, year, known_by)
    if not rules or (growth is None and not any(one.base != "growth" for one in rules)):
        raise errors.NoSubsidyRule(subsidy.name, year)
    found = Gathered()
    had = _granted_before(subsidy, year)
    if growth:
        _gather_growth(found, growth, year, known_by, excluded, had)
    _gather_claims(found, claims, rules, excluded, had)
    return found


def _gather_growth(
    found: Gathered,
    rule: SubsidyRule,
    year: int,
    known_by: datetime,
    excluded: Collection[str],
    had: Mapping[str, str],
) -> None:
    """A line for each bank that reported both ends of the year."""
    found.rules.append(rule)
    quarters = [f"{year - rule.years_back - back}Q4" for back in (1, 0)]
    before, after = (_figures(quarter, rule, known_by) for quarter in quarters)
    reported = _reporters(quarters, known_by)
    banks = Institution.objects.filter(kind=InstitutionKind.BANK).order_by("code")
    for bank in banks:
        missing = tuple(quarter for quarter in quarters if bank.pk not in reported[quarter])
        if missing:
            if len(missing) == 1 or bank.state == "active":
                found.unreported.append((bank.name, missing))
            continue
        then, now = (_balance(one, bank.code) for one in (before, after))
        key = recipient = f"institution:{bank.code}"
        case = Case(
            key, recipient, date(year - rule.years_back, 12, 31), bank.pk, terms_of(rule), now - then,
            had=had.get(recipient, ""), excluded=key in excluded,
        )  # fmt: skip
        inputs = {
            "before": str(then), "before_quarter": quarters[0], "before_edition": before.edition.label,
            "after": str(now), "after_quarter": quarters[1], "after_edition": after.edition.label,
        }  # fmt: skip
        found.add(case, Facts(bank.name, bank.code, rule, inputs, institution=bank.pk))


def _figures(quarter: str, rule: SubsidyRule, known_by: datetime) -> QuarterFigures:
    return figures(quarter, groups={_GROUP: rule.programmes}, known_by=known_by)


def _balance(of: QuarterFigures, code: str) -> Decimal:
    """A bank's balance in yuan: feedback is exact to a hundredth of a yuan."""
    return (of.cell(group=_GROUP, institution=code).balance * YUAN).quantize(Decimal("0.01"))


def _reporters(quarters: Iterable[str], known_by: datetime) -> Mapping[str, set[int]]:
    """Quarter → the institutions that stated balances in what was in force then: one left out is not nothing."""
    stated = FeedbackLine.objects.filter(feedback=OuterRef("pk"), balance__isnull=False)
    found: dict[str, set[int]] = defaultdict(set)
    in_force = Feedback.objects.filter(
        Exists(stated),
        Q(replaced_at__isnull=True) | Q(replaced_at__gt=known_by),
        quarter__in=list(quarters),
        in_force_at__lte=known_by,
    )
    for quarter, institution in in_force.order_by().values_list("quarter", "institution"):
        found[quarter].add(institution)
    return found


def _claims(subsidy: Subsidy, year: int, known_by: datetime) -> list[SubsidyClaim]:
    """Those taken in by then. What is withdrawn is out, by whichever clock: it may have been while somebody waited."""
    standing_now = SubsidyClaim.objects.filter(
        subsidy=subsidy, year=year, taken_at__lte=known_by, withdrawn_at__isnull=True
    )
    return list(standing_now.select_related("institution").order_by("pk"))


def _gather_claims(
    found: Gathered,
    claims: Sequence[SubsidyClaim],
    rules: Sequence[SubsidyRule],
    excluded: Collection[str],
    had: Mapping[str, str],
) -> None:
    of_today = _enterprises(claims)
    held = held_on((one.pk, claim.happened_on) for claim in claims if (one := of_today.get(claim.pk)))
    for claim in claims:
        key, rule = f"claim:{claim.pk}", rule_on(rules, claim.happened_on)
        rule = None if rule is None or rule.base == "growth" else rule
        enterprise = of_today.get(claim.pk)
        recipient = recipient_of(claim, enterprise.pk if enterprise else None)
        code = (enterprise.uscc or enterprise.public_id) if enterprise else claim.code
        case = Case(
            key, recipient, claim.happened_on, claim.pk, terms_of(rule) if rule else None, claim.amount, claim.grade,
            had.get(recipient) or had.get(f"code:{code}", ""), key in excluded,
        )  # fmt: skip
        facts = Facts(
            enterprise.name if enterprise else claim.name,
            code,
            rule,
            _inputs_of(claim),
            enterprise=enterprise.pk if enterprise else None,
            institution=claim.institution_id,
            claim=claim.pk,
            held=_held(claim, held, enterprise.pk if enterprise else None),
        )
        found.add(case, facts)


def _enterprises(claims: Sequence[SubsidyClaim]) -> Mapping[int, Enterprise]:
    """Claim → its enterprise of today. A body may have come into the registry since it claimed."""
    into = standing(one.enterprise_id for one in claims if one.enterprise_id)
    known = bearers({one.code for one in claims if not one.enterprise_id and not one.institution_id})
    found = {one.pk: into[one.enterprise_id] for one in claims if one.enterprise_id}
    later = {one.pk: known[one.code].enterprise for one in claims if one.pk not in found and one.code in known}
    return found | later


def recipient_of(claim: SubsidyClaim, enterprise: int | None) -> str:
    """By what a recipient is the same one in every claim."""
    if enterprise is not None:
        return f"enterprise:{enterprise}"
    return f"institution:{claim.institution.code}" if claim.institution else f"code:{claim.code}"


def _held(
    claim: SubsidyClaim, held: Mapping[tuple[int, date], list[Held]], enterprise: int | None
) -> Sequence[Held] | None:
    """An institution need not be in the pool; of a body that the registry does not know nothing was published."""
    if claim.institution_id:
        return None
    return held[enterprise, claim.happened_on] if enterprise is not None else []


def _inputs_of(claim: SubsidyClaim) -> dict[str, Any]:
    said = {
        "claim": str(claim.pk), "claimed_as": claim.name, "claimed_code": claim.code, "proof": claim.proof,
        "happened_on": claim.happened_on.isoformat(), "grade": claim.grade, "remark": claim.remark,
        "amount": "" if claim.amount is None else str(claim.amount),
    }  # fmt: skip
    return {name: text for name, text in said.items() if text}


def _granted_before(subsidy: Subsidy, year: int) -> Mapping[str, str]:
    """Recipient → the approved sheet of another year by which it was granted something.

    An enterprise that turned out to be another since is that other. It is asked of what stands, not of what was known
    at a moment: who waited for another approval must see it.
    """
    lines = SubsidyLine.objects.filter(sheet__subsidy=subsidy, sheet__state=SheetState.APPROVED, granted__gt=0).exclude(
        sheet__year=year
    )
    rows = list(lines.select_related("sheet__subsidy").order_by("sheet__year", "number"))
    of_today = standing(one.enterprise_id for one in rows if one.enterprise_id)
    had: dict[str, str] = {}
    for one in rows:
        recipient = f"enterprise:{of_today[one.enterprise_id].pk}" if one.enterprise_id else one.recipient
        had.setdefault(recipient, str(one.sheet))
    return had
