"""The first account of an installation: whoever opens all others. Law: once; with no password that anybody else knows.

Later accounts are opened in the admin; where the only security administrator is lost, another is made the same way.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _


class FirstAccountError(Exception):
    """Something that whoever installs can mend."""


def open_account(*, username: str, email: str, group: str) -> str:
    """Open an account of the group that administers security; returns the link that sets its password, good for hours.

    Raises `FirstAccountError`.
    """
    with transaction.atomic():
        found = Group.objects.select_for_update().filter(name=group).first()
        if found is None:
            raise FirstAccountError(_("There is no group %(group)s. Run `manage.py migrate` first.") % {"group": group})
        if found.user_set.filter(is_active=True).exists():
            raise FirstAccountError(
                _("%(group)s has an open account already; whoever has it opens the others in the admin.")
                % {"group": group}
            )
        if User.objects.filter(username__iexact=username).exists():
            raise FirstAccountError(
                _("There is an account %(name)s already. Choose another name.") % {"name": username}
            )
        user = User(username=username, email=email, is_staff=True)
        user.set_unusable_password()
        user.full_clean(exclude=["password"])
        user.save()
        user.groups.add(found)
    return _link(user)


def _link(user: User) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.SITE_ADDRESS}{reverse('account_reset_password_from_key', kwargs=key)}"
