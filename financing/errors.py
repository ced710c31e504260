"""What may go wrong on the way from an institution's answer to the bureau's figures, in words for who meets it."""

from django.utils.translation import gettext as _


class FinancingError(Exception):
    """Base of the failures that people are told of."""


class NoFiguresYet(FinancingError):
    """Of a quarter without a standing edition there is no denominator, so there are no figures."""

    def __init__(self, quarter: str) -> None:
        super().__init__(_("%(quarter)s has no sealed edition yet, so there are no figures.") % {"quarter": quarter})


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
