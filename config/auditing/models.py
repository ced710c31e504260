"""The log: events, the seals over them, what the rule of retention deleted, and how far the second copy has come.

Law: rows are only ever added (triggers hold it); the oldest go by `auditing_delete` alone, which leaves a row.
"""

from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.auditing.wording import act_words, area_words


class Event(models.Model):
    """Something that somebody did, or was refused. Names are kept as text: they outlive what they name.

    `number` is given by the database, within the transaction that has it: see `sealing`.
    """

    number = models.BigIntegerField(_("number"), primary_key=True, db_default=Func(function="auditing_number"))
    at = models.DateTimeField(_("time"), db_default=Func(function="clock_timestamp"))
    area = models.CharField(pgettext_lazy("log", "area"), max_length=20)
    act = models.CharField(pgettext_lazy("log", "act"), max_length=20)
    success = models.BooleanField(_("success"), db_default=True)
    user_id = models.BigIntegerField(_("account's number"), null=True)
    user_name = models.CharField(_("who"), max_length=150, blank=True, db_default="")
    address = models.GenericIPAddressField(_("network address"), null=True)
    model = models.CharField(_("kind of object"), max_length=60, blank=True, db_default="")
    key = models.CharField(_("object's number"), max_length=64, blank=True, db_default="")
    label = models.CharField(_("object"), max_length=200, blank=True, db_default="")
    page = models.CharField(_("page, task or command"), max_length=200, blank=True, db_default="")
    request = models.CharField(_("request"), max_length=64, blank=True, db_default="")
    details = models.JSONField(_("details"), db_default=models.Value({}, models.JSONField()))

    class Meta:
        verbose_name = _("event of the log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-number"]
        default_permissions = ("view",)
        permissions = [("export_event", _("Can export the audit log"))]
        indexes = [
            models.Index(fields=["at", "number"], name="event_time"),
            models.Index(fields=["area", "at", "number"], name="event_area"),
            models.Index(fields=["user_name", "at", "number"], name="event_person"),
            models.Index(fields=["model", "key", "number"], name="event_object"),
            models.Index(fields=["label", "at", "number"], name="event_label", condition=~Q(label="")),
            models.Index(fields=["address", "at", "number"], name="event_address", condition=Q(address__isnull=False)),
            models.Index(fields=["at", "number"], name="event_failed", condition=Q(success=False)),
        ]

    def __str__(self) -> str:
        return f"{area_words(self.area)} · {act_words(self.area, self.act)}"


class Seal(models.Model):
    """The digest of the events from `first` to `last`, and of the seal before: no row of them can change unseen."""

    first = models.BigIntegerField(_("first number"))
    last = models.BigIntegerField(_("last number"), unique=True)
    events = models.PositiveIntegerField(_("events"))
    digest = models.CharField(_("digest"), max_length=64)
    at = models.DateTimeField(_("time"), db_default=Func(function="clock_timestamp"))

    class Meta:
        verbose_name = _("seal of the log")
        verbose_name_plural = _("seals of the log")
        ordering = ["-last"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class Deletion(models.Model):
    """What the rule of retention deleted: events up to a number, all older than `before`."""

    at = models.DateTimeField(_("time"))
    before = models.DateTimeField(_("older than"))
    last = models.BigIntegerField(_("last number"))
    events = models.PositiveIntegerField(_("events"))

    class Meta:
        verbose_name = _("deletion of old events")
        verbose_name_plural = _("deletions of old events")
        ordering = ["-last"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"≤ {self.last}"


class Copied(models.Model):
    """Up to which number events have gone to the second place. One row."""

    last = models.BigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("place of the copy")
        verbose_name_plural = _("places of the copy")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.last)
