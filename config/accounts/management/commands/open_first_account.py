"""`manage.py open_first_account NAME EMAIL`: the security administrator who opens all other accounts."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from config.accounts.first import FirstAccountError, open_account

SECURITY_ADMINISTRATORS = "安全管理员"


class Command(BaseCommand):
    help = _("Open the account of the first security administrator, and print the link that sets its password, once.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help=_("user name"))
        parser.add_argument("email", help=_("e-mail address"))
        parser.add_argument("--group", default=SECURITY_ADMINISTRATORS, help=_("the group of security administrators"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            link = open_account(username=options["username"], email=options["email"], group=options["group"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except FirstAccountError as error:
            raise CommandError(str(error)) from error
        words = _("Good for %(hours)s hours and one password; hand it to nobody but its owner:\n%(link)s")
        self.stdout.write(words % {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600, "link": link})
