"""The ways to an institution, each with what it needs to be gone.

Law: a channel keeps its kind; its secrets lie apart.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class ChannelKind(models.TextChoices):
    PORTAL = "portal", _("portal")
    EMAIL = "email", _("e-mail")
    WEBHOOK = "webhook", _("webhook")
    SFTP = "sftp", _("SFTP")
    PLATFORM = "platform", _("platform interface")


WITH_SECRETS = (ChannelKind.WEBHOOK, ChannelKind.SFTP, ChannelKind.PLATFORM)


class Finish(models.TextChoices):
    """How an upload shows that it is whole."""

    RENAME = "rename", _("upload under another name, rename, then write .ok")
    OK_ONLY = "ok_only", _("upload under the final name, then write .ok")


class KnownBy(models.TextChoices):
    """By what a platform knows that a request is ours."""

    TOKEN = "token", _("fixed token")
    GRANT = "grant", _("token by client credentials")
    SIGNATURE = "signature", _("signature by a shared secret")


_PATH = RegexValidator(
    r"^(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])+$",
    _("A path such as /v1/batches: plain letters, no slash at its end."),
)


class Channel(models.Model):
    """A way to reach an institution. Which of the fields count, its kind says.

    One that is paused says since when and why; `paused_by` is empty where it was paused by failures.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="channels", verbose_name=_("institution"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind, default=ChannelKind.PORTAL)
    addresses = ArrayField(
        models.EmailField(),
        verbose_name=_("addresses"),
        default=list,
        blank=True,
        size=20,
        help_text=_("With commas between them. They get a notice with a link, never the data."),
    )
    url = models.CharField(
        _("address to call"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Begins with https://."),
    )
    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(
        _("port"), default=22, validators=[MinValueValidator(1), MaxValueValidator(65_535)]
    )
    username = models.CharField(_("user on the server"), max_length=100, blank=True)
    host_key = models.TextField(
        _("the server's public key"),
        blank=True,
        help_text=_(
            "One line such as “ssh-ed25519 AAAA…”. Have the institution read its fingerprint to you: a server "
            "with another key is never sent anything."
        ),
    )
    folder = models.CharField(_("folder"), max_length=300, blank=True, help_text=_("Empty: where the user begins."))
    finish = models.CharField(_("end of an upload"), max_length=10, choices=Finish, default=Finish.RENAME)
    known_by = models.CharField(
        _("we are known by"), max_length=10, choices=KnownBy, default=KnownBy.TOKEN, db_default=KnownBy.TOKEN
    )
    grant_url = models.CharField(
        _("address of tokens"),
        max_length=500,
        blank=True,
        db_default="",
        validators=[URLValidator(schemes=["https"])],
        help_text=_("With client credentials only. Begins with https://."),
    )
    client_id = models.CharField(
        _("client id"), max_length=200, blank=True, db_default="", help_text=_("With client credentials only.")
    )
    page_size = models.PositiveIntegerField(
        _("rows a page"),
        default=1000,
        db_default=1000,
        validators=[MinValueValidator(1), MaxValueValidator(5_000)],
    )
    compressed = models.BooleanField(_("pages are compressed (gzip)"), default=True, db_default=True)
    state_path = models.CharField(
        _("path of the state"), max_length=200, default="/state", db_default="/state", validators=[_PATH]
    )
    batches_path = models.CharField(
        _("path of batches"), max_length=200, default="/batches", db_default="/batches", validators=[_PATH]
    )
    withdrawals_path = models.CharField(
        _("path of withdrawals"),
        max_length=200,
        default="/withdrawals",
        db_default="/withdrawals",
        validators=[_PATH],
    )
    paused = models.BooleanField(_("paused"), default=False)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    paused_why = models.CharField(_("why it is paused"), max_length=300, blank=True, editable=False)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("paused by"),
    )

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        permissions = [
            ("pause_channel", _("Can pause channels and end their pause")),
            ("try_channel", _("Can send trials to channels")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["institution", "kind"], name="one_channel_of_a_kind"),
            models.CheckConstraint(
                name="email_channel_has_addresses", condition=~Q(kind="email") | Q(addresses__len__gt=0)
            ),
            models.CheckConstraint(
                name="webhook_channel_has_https", condition=~Q(kind="webhook") | Q(url__startswith="https://")
            ),
            models.CheckConstraint(
                name="sftp_channel_has_pinned_server",
                condition=~Q(kind="sftp") | ~Q(host="") & ~Q(username="") & ~Q(host_key=""),
            ),
            models.CheckConstraint(
                name="platform_channel_has_https",
                condition=~Q(kind="platform") | Q(url__startswith="https://", page_size__gte=1),
            ),
            models.CheckConstraint(
                name="platform_channel_has_its_grant",
                condition=~Q(kind="platform", known_by="grant")
                | Q(grant_url__startswith="https://") & ~Q(client_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}{gettext(': ')}{self.get_kind_display()}"

    def signs(self) -> bool:
        """Whether it signs what it sends, with a secret that we make."""
        by_signature = self.kind == ChannelKind.PLATFORM and self.known_by == KnownBy.SIGNATURE
        return self.kind == ChannelKind.WEBHOOK or by_signature

    def is_let_in(self) -> bool:
        """Whether it signs in with something that the other side gives us."""
        return self.kind in (ChannelKind.SFTP, ChannelKind.PLATFORM) and not self.signs()

    def has_key_pair(self) -> bool:
        return self.kind == ChannelKind.SFTP
