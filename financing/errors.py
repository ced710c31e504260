"""What may go wrong on the way from an institution's answer to the bureau's figures, in words for who meets it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class FinancingError(Exception):
    """Base of the failures that people are told of."""


class NoFiguresYet(FinancingError):
    """Of a quarter without a standing edition there is no denominator, so there are no figures."""

    def __init__(self, quarter: str) -> None:
        super().__init__(_("%(quarter)s has no sealed edition yet, so there are no figures.") % {"quarter": quarter})


# ── what is not taken at all ──


class EditionNotGiven(FinancingError):
    """Unknown, and known but given to others alone, look alike."""

    def __init__(self, label: str) -> None:
        super().__init__(
            _("Your institution was given no edition %(label)s. Choose one of those that it was given.")
            % {"label": label[:40]}
        )


class EditionNotStanding(FinancingError):
    def __init__(self, label: str, reason: str) -> None:
        super().__init__(
            _(
                "%(label)s was withdrawn, and no feedback is taken on it: %(reason)s Give feedback on the quarter's "
                "edition that stands."
            )
            % {"label": label, "reason": reason}
        )


class FileTooLarge(FinancingError):
    def __init__(self, name: str, megabytes: int) -> None:
        super().__init__(
            _("%(file)s is larger than %(megabytes)s MB. Leave out the rows of enterprises that you say nothing of.")
            % {"file": name, "megabytes": megabytes}
        )


class UnknownKind(FinancingError):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(file)s is neither xlsx, xls nor csv. Fill the template, or save the file as one of these.")
            % {"file": name}
        )


class TooManyWaiting(FinancingError):
    def __init__(self, most: int) -> None:
        super().__init__(
            _("%(most)s files of your institution wait to be read already. Send the next when they were read.")
            % {"most": most}
        )


class InForceAlready(FinancingError):
    def __init__(self, label: str, day: str) -> None:
        super().__init__(
            _("This very file is in force for %(label)s since %(day)s. There is nothing to do.")
            % {"label": label, "day": day}
        )


class WaitsAlready(FinancingError):
    def __init__(self, label: str) -> None:
        super().__init__(_("This very file for %(label)s waits already, or is being read.") % {"label": label})


# ── what is to be decided ──


class NotFaulty(FinancingError):
    def __init__(self, state: str) -> None:
        super().__init__(_("There is nothing to decide of this feedback any more: %(state)s.") % {"state": state})


class NothingSound(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("Not one line of this file is sound. Correct it and send the whole file again."))


# ── what cannot be read ──


class HeaderMissing(FinancingError):
    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__(
            _(
                "No row was found that names the columns. Among its first rows the file needs one with %(columns)s and "
                "the columns that you fill in, named as in the template."
            )
            % {"columns": "、".join(columns)}
        )


class UnitRefused(FinancingError):
    def __init__(self, title: str, unit: str, right: str) -> None:
        super().__init__(
            _(
                "The column “%(title)s” is in %(unit)s, and nothing is converted here. Convert its numbers and name it "
                "“%(right)s”."
            )
            % {"title": title[:60], "unit": unit[:20], "right": right}
        )


class UnitNoted(FinancingError):
    def __init__(self, note: str, unit: str) -> None:
        super().__init__(
            _(
                "Beside the table stands “%(note)s”: amounts in %(unit)s are not taken, and nothing is converted here. "
                "Convert them to 10,000 yuan, and correct the note."
            )
            % {"note": note[:60], "unit": unit[:20]}
        )


class AmountMerged(FinancingError):
    def __init__(self, title: str, first: int, last: int) -> None:
        super().__init__(
            _(
                "“%(title)s” of rows %(first)s to %(last)s is one merged cell, and it is not certain how much of it is "
                "whose. Give each row its own amount."
            )
            % {"title": title, "first": first, "last": last}
        )


class HeaderInTwoRows(FinancingError):
    def __init__(self, title: str) -> None:
        super().__init__(
            _(
                "The columns are named in two rows: “%(title)s” stands in the second one. Name all of them in one row, "
                "as in the template."
            )
            % {"title": title[:60]}
        )


class ColumnTwice(FinancingError):
    def __init__(self, first: str, second: str, column: str) -> None:
        super().__init__(
            _("“%(first)s” and “%(second)s” both mean “%(column)s”. Leave one of them, and send the file again.")
            % {"first": first[:60], "second": second[:60], "column": column}
        )


class ColumnUnclear(FinancingError):
    def __init__(self, title: str, column: str) -> None:
        super().__init__(
            _(
                "It is not certain what the column “%(title)s” holds. If it is “%(column)s”, name it so; otherwise "
                "delete it."
            )
            % {"title": title[:60], "column": column}
        )


class FaultsSheetSent(FinancingError):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This is the sheet of faults, which holds the faulty rows alone: in force, it would take the place of "
                "all others. Correct the rows in your own file and send that as a whole."
            )
        )


class SheetUnclear(FinancingError):
    def __init__(self, sheets: Sequence[str], right: str) -> None:
        super().__init__(
            _("Several sheets of the file hold something (%(sheets)s). Name the one that is meant “%(right)s”.")
            % {"sheets": "、".join(sheets)[:100], "right": right}
        )


class NothingSaid(FinancingError):
    def __init__(self, rows: int) -> None:
        super().__init__(
            _("None of the %(rows)s rows says anything of its enterprise. What is in force stays as it is.")
            % {"rows": rows}
        )


class BrokeOff(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("Reading broke off three times. Send the file again, or tell the bureau."))


class Overtaken(FinancingError):
    def __init__(self) -> None:
        super().__init__(_("A file that was sent later was read first. This one does not count."))


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


class ClaimColumnsUnclear(FinancingError):
    def __init__(self, names: str) -> None:
        super().__init__(
            _(
                "These columns are not clear: %(names)s. Amounts are in yuan, and there is one column of amounts "
                "and one of days. Use the template, and leave its header row as it is."
            )
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


class NoSuchHalf(FinancingError):
    def __init__(self, text: str) -> None:
        super().__init__(_("“%(text)s” is no half year. Write it like 2026H1.") % {"text": text})


class NothingToEvaluate(FinancingError):
    """Of a half year none of whose quarters had an edition there is nothing to say."""

    def __init__(self, half: str) -> None:
        super().__init__(
            _("No quarter of %(half)s had a sealed edition at that moment: nothing to evaluate.") % {"half": half}
        )


class NotSettledYet(FinancingError):
    """What is being written at a moment may come to light minutes later: such a moment would not stay what it was."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _("An evaluation tells what was known at least %(minutes)s minutes ago. Give an earlier moment.")
            % {"minutes": minutes}
        )


class AlreadyEvaluated(FinancingError):
    def __init__(self, label: str) -> None:
        super().__init__(
            _("%(label)s tells of that half year as known at that very moment already.") % {"label": label}
        )


class MistakeIsSettled(FinancingError):
    """A word that an institution may have read is not taken back."""

    def __init__(self) -> None:
        super().__init__(_("This reported mistake is settled already. Nothing was done; read the page anew."))


class WordsMissing(FinancingError):
    """Whoever reported something is told what became of it."""

    def __init__(self) -> None:
        super().__init__(_("Choose an outcome and write a word to the institution. Nothing was done."))


class NotTheSameEnterprise(FinancingError):
    """Reports are settled at once only where they speak of one enterprise."""

    def __init__(self) -> None:
        super().__init__(_("The reports chosen beside this one are about another enterprise. Nothing was done."))


class TooFewInstitutions(FinancingError):
    """Which enterprises a figure counts would tell whose customers they are."""

    def __init__(self) -> None:
        super().__init__(
            _("Fewer than three institutions stand behind this figure, or one of them nearly alone: the list of its "
              "enterprises would tell whose customers they are, and is not shown.")
        )  # fmt: skip
