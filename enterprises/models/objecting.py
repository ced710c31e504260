"""The enterprise's voice: objections, what was said and shown with them, and what became of each.

Law: the history is only added to, and an objection that ended stays ended (triggers hold it). Who to ask, and what was
handed in, is kept for a time; the decision for good.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models.identity import Enterprise
from registry.models import Entry


class ObjectionKind(models.TextChoices):
    NAME = "name", _("the name, code or district is wrong")
    MISSING = "missing", _("we are missing, or a recognition of ours is")
    PERIOD = "period", _("the period or the number is wrong")
    NOT_US = "not_us", _("a recognition shown as ours is another's")
    MERGED = "merged", _("we are shown as one with another enterprise")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("objection received")
    IN_WORK = "in_work", _("being checked")
    ASKED = "asked", _("information asked for")
    ANSWERED = "answered", _("information given")
    PROPOSED = "proposed", _("waits for a second person")
    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    REJECTED = "rejected", _("not upheld")
    WITHDRAWN = "withdrawn", _("withdrawn by the enterprise")


ENDED = (ObjectionState.UPHELD, ObjectionState.PARTLY, ObjectionState.REJECTED, ObjectionState.WITHDRAWN)


class Objection(models.Model):
    """What an enterprise says is wrong, of itself or of one published line, or that it is not found at all."""

    number = models.CharField(_("receipt number"), max_length=30, unique=True)
    secret_digest = models.CharField(max_length=64, editable=False)
    form = models.UUIDField(unique=True, editable=False, help_text=_("One form is filed once."))
    kind = models.CharField(_("kind of objection"), max_length=10, choices=ObjectionKind)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="objections", verbose_name=_("enterprise")
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published line")
    )
    name = models.CharField(_("enterprise that objects"), max_length=120)
    code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    says = models.TextField(_("what is wrong, and what is right"))
    contact_name = models.CharField(_("contact"), max_length=50, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    contact_mail = models.EmailField(_("e-mail"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState, default=ObjectionState.RECEIVED, db_index=True
    )
    received_at = models.DateTimeField(_("received at"))
    due_on = models.DateField(_("to be decided by"))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("assigned to"),
    )  # fmt: skip
    proposal = models.JSONField(_("proposal"), default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("proposed by"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("contact and files deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["due_on", "id"]
        permissions = [
            ("settle_objection", _("Can work on objections and decide them")),
            ("confirm_objection", _("Can confirm a proposed decision on an objection, as a second person")),
        ]
        constraints = [
            models.CheckConstraint(
                name="objection_ended_at_a_time",
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="objection_can_be_answered",
                condition=~Q(contact_phone="", contact_mail="") | Q(cleared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="objection_is_cleared_after_its_end",
                condition=Q(cleared_at__isnull=True)
                | Q(ended_at__isnull=False, contact_name="", contact_phone="", contact_mail=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def bearer(self) -> Enterprise | None:
        """The enterprise; where it turned out to be another since, that one."""
        bearer = self.enterprise
        while bearer and bearer.merged_into:
            bearer = bearer.merged_into
        return bearer

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED


class ObjectionEvent(models.Model):
    """One step of an objection: `by` is empty where the enterprise took it. What it says, the enterprise reads."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="events", verbose_name=_("objection"))
    state = models.CharField(_("state"), max_length=10, choices=ObjectionState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("step of an objection")
        verbose_name_plural = _("steps of objections")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_state_display()


class ObjectionAnswer(models.Model):
    """What the enterprise said when it was asked. Deleted with its files."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="answers", verbose_name=_("objection"))
    text = models.TextField(_("answer to a question"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:50]


class ObjectionFile(models.Model):
    """A file that was handed in as evidence; it lies under a random name, outside of what the web serves."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="files", verbose_name=_("objection"))
    stored = models.CharField(_("stored as"), max_length=100, unique=True)
    name = models.CharField(_("file name"), max_length=100)
    kind = models.CharField(_("kind of file"), max_length=4)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    scanned = models.BooleanField(_("scanned for viruses"), default=False)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("file of an objection")
        verbose_name_plural = _("files of objections")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Parting(models.Model):
    """A line that an upheld objection found not to be an enterprise's: the cause of what that enterprise lost."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="partings", verbose_name=_("objection"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("published line"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    at = models.DateTimeField(_("at"), db_index=True)

    class Meta:
        verbose_name = _("line taken from an enterprise")
        verbose_name_plural = _("lines taken from enterprises")

    def __str__(self) -> str:
        return f"{self.entry} ≠ {self.enterprise}"


class ObjectionReminder(models.Model):
    """A mail of one day to the bureau: which objections are due or overdue. The row is held while it is sent."""

    day = models.DateField(_("day"), unique=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    addresses = models.TextField(_("to"), blank=True)
    failure = models.CharField(_("what kept it from being sent"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder of objections")
        verbose_name_plural = _("reminders of objections")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
