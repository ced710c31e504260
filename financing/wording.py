"""What letters about financing say (no reads, no writes). Law: they hold no enterprise and no figure."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.mail_words import Words, in_the_sites_language
from enterprises.models import Edition


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
