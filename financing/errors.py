"""What may go wrong on the way from an institution's answer to the bureau's figures, in words for who meets it."""

from django.utils.translation import gettext as _


class FinancingError(Exception):
    """Base of the failures that people are told of."""


class NoFiguresYet(FinancingError):
    """Of a quarter without a standing edition there is no denominator, so there are no figures."""

    def __init__(self, quarter: str) -> None:
        super().__init__(_("%(quarter)s has no sealed edition yet, so there are no figures.") % {"quarter": quarter})
