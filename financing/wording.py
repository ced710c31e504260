"""What letters about feedback say (no reads, no writes). Law: they name what happened; no enterprise, no figure.

Each gives a subject and the words beneath it, in the site's language.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.mail_words import Words, in_the_sites_language
from enterprises.models import Edition
from financing.models import Feedback


@in_the_sites_language
def reminder(edition: Edition, *, has_faulty: bool) -> Words:
    facts = {"quarter": edition.quarter, "label": edition.label}
    lines = [
        _("Your institution's feedback of %(quarter)s, on the edition %(label)s, has not come in yet.") % facts,
        _("Please fill in the template that the page offers, and upload it there; or have your program send it."),
        f"{settings.SITE_ADDRESS}{reverse('financing:feedback')}",
        _("You are reminded once a week until it is in force."),
    ]
    if has_faulty:
        lines.insert(1, _("What you sent has faults and counts for nothing so far: the page says which."))
    return Words(_("Feedback of %(quarter)s is due") % facts, "\n".join(lines))


@in_the_sites_language
def mistakes_answered(feedback: Feedback) -> Words:
    facts = {"quarter": feedback.quarter}
    return Words(
        _("The mistakes that you reported with the feedback of %(quarter)s are answered") % facts,
        "\n\n".join(
            (
                _("The bureau has looked into every mistake of the list that you reported with your feedback of "
                  "%(quarter)s, and has answered each.") % facts,
                _("Read the answers in your rooms. What was corrected shows in the next edition."),
                settings.SITE_ADDRESS + reverse("financing:mistakes"),
            )
        ),
    )  # fmt: skip
