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
