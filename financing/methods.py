"""How an evaluation's figures are made, in words for its readers: definitions, denominators, what is not in them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def methods(said: Mapping[str, Any]) -> list[str]:
    """A paragraph for each."""
    return [
        _("Moment: everything is told as it was known at the moment on the cover. Feedback that came later, and "
          "editions that were sealed or withdrawn later, are not in it. The figures can be had again for that moment "
          "at any time, and give the same digest."),
        _("Whom it counts: the members of the edition of each quarter that stood at that moment, named with its "
          "digest on the cover. An urgent notice stands in the place of the edition that it follows. Feedback on "
          "enterprises that are not its members does not count."),
        _("Once: in every cell an enterprise counts once, however many institutions reported of it and however many "
          "of the cell's programmes it holds. Amounts are added up over institutions."),
        _("Lent to: an institution paid out to it in the quarter, or a balance above nothing stood at the quarter's "
          "end. Share lent to: enterprises lent to, of all members of the cell's programmes and district. For kinds of "
          "institutions the denominator is all members."),
        _("Amounts: in units of 10,000 yuan as institutions reported them, to a hundredth of a yuan. Balance and "
          "credit line as of the quarter's end, lent as paid out within the quarter. What an institution did not say "
          "counts as nothing in sums."),
        _("Growth over year start: the balance against that of the same cell at the end of the fourth quarter of the "
          "year before, each quarter by the members of its own edition. It is not told where nobody had reported then, "
          "or the balance was nothing."),
        _("First loans, renewals and credit loans: enterprises with such a loan, of the enterprises that were paid "
          "out to in the quarter. An enterprise may have several."),
        _("Policy targets: the programmes of a target are taken together, each enterprise once. A target is met by the "
          "very number; whether it is met the exact figure decides, not the rounded one."),
        _("Deliveries: editions of the half year's quarters, urgent notices and editions that were withdrawn later "
          "included, each once whatever the number of ways it came by. Taken: downloaded by a person or fetched by a "
          "machine at least once; downloads: how often. Days until then: from the sealing of an edition to the "
          "institution's first acknowledgement of it."),
        _("Feedback in time: what came first, of all that counted by then, came on day %(days)s after the quarter's "
          "end or before. Not due yet: that day was not over at that moment. Not asked: no edition of the quarter was "
          "delivered to it.") % {"days": said["terms"]["due_days"]},
        _("Conversions: enterprises contacted in the half year, each once; how many of these got a credit line above "
          "nothing, and how many of these were paid out to, by the same institution or one of the same kind, in either "
          "quarter."),
        _("Listed are institutions that an edition of the half year was delivered to or that reported of it. Names, "
          "kinds of institutions and targets are those on the day when this version was made."),
        _("Not in it: loans to enterprises outside the pool, what institutions did not report, and whether what they "
          "report is true. Lines that were left out as faulty do not count."),
    ]  # fmt: skip
