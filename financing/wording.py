"""What letters about feedback say (no reads, no writes). Law: a letter names what happened, and holds no data.

Each gives a subject and the words beneath it, in the site's language.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.mail_words import Words, in_the_sites_language
from financing.models import Feedback


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
                settings.SITE_ADDRESS + reverse("pushes:editions"),
            )
        ),
    )  # fmt: skip
