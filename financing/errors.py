"""What may go wrong on the way from an institution's answer to the bureau's figures, in words for who meets it."""

from django.utils.translation import gettext as _


class FinancingError(Exception):
    """Base of the failures that people are told of."""


class NoFiguresYet(FinancingError):
    """Of a quarter without a standing edition there is no denominator, so there are no figures."""

    def __init__(self, quarter: str) -> None:
        super().__init__(_("%(quarter)s has no sealed edition yet, so there are no figures.") % {"quarter": quarter})


# ── subsidies ──
class SubsidyRuleMoved(FinancingError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("Somebody else revised the rules of %(name)s meanwhile. Open the page again and look at them.")
            % {"name": name}
        )


class NoSubsidyRule(FinancingError):
    def __init__(self, name: str, year: int) -> None:
        super().__init__(
            _("No rule of %(name)s is in force for %(year)s. The system administrator enters one under its rules.")
            % {"name": name, "year": year}
        )


class NoSuchYear(FinancingError):
    def __init__(self, year: int) -> None:
        super().__init__(_("%(year)s is no year of a subsidy. Give it with four digits.") % {"year": year})


class SheetInWork(FinancingError):
    def __init__(self, sheet: str) -> None:
        super().__init__(
            _("%(sheet)s is in work already. Go on with it, or drop it before you make another.") % {"sheet": sheet}
        )


class SheetStateForbids(FinancingError):
    def __init__(self, sheet: str, state: str) -> None:
        super().__init__(
            _("%(sheet)s: %(state)s. This step is not possible now; nothing was done.")
            % {"sheet": sheet, "state": state}
        )


class SheetEmpty(FinancingError):
    def __init__(self, sheet: str) -> None:
        super().__init__(_("%(sheet)s has no line. There is nothing to approve.") % {"sheet": sheet})


class SheetOutdated(FinancingError):
    def __init__(self, sheet: str) -> None:
        super().__init__(
            _("What %(sheet)s was computed of has changed since. Compute it anew, look at it, and submit it again.")
            % {"sheet": sheet}
        )


class ApproverMadeIt(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("You had a part in making this sheet: somebody else approves it."))


class NoSuchLine(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("The sheet has no such line any more. Open the page again and look."))


class SubsidyReasonMissing(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("Give a reason: it stays on record."))


class ClaimColumnsMissing(FinancingError):
    def __init__(self, names: str) -> None:
        super().__init__(
            _("These columns are missing: %(names)s. Use the template, and leave its header row as it is.")
            % {"names": names}
        )


class NoClaimsHere(FinancingError):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is computed of the banks' feedback; nobody claims it.") % {"name": name})


class ClaimGranted(FinancingError):
    def __init__(self, sheet: str) -> None:
        super().__init__(
            _("%(sheet)s grants something for this claim, so it cannot be withdrawn. Make a later version of the sheet "
              "that leaves it out.") % {"sheet": sheet}
        )  # fmt: skip


class ClaimWithdrawn(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("This claim is withdrawn already."))
