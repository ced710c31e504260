"""Who asked to be told of an enterprise, and the mails that enterprises are sent.

Law: no more of a person than an address, and that until they end it. Each thing is told once: `about` is there once.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models.identity import Enterprise
from enterprises.models.objecting import Objection


class Watch(models.Model):
    """An address that is told what becomes of an enterprise, once its owner has confirmed it. Ended, it is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="watches", verbose_name=_("enterprise"))
    address = models.EmailField(_("e-mail"), max_length=120)
    asked_at = models.DateTimeField(_("asked at"), db_index=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["address", "enterprise"], name="one_watch_per_address")]

    def __str__(self) -> str:
        return f"{self.enterprise}"


class Mail(models.Model):
    """A mail to an enterprise: of an objection of its own or of a watch, to the address that stands there."""

    about = models.CharField(_("about"), max_length=200, unique=True)
    objection = models.ForeignKey(
        Objection, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name=_("objection")
    )
    watch = models.ForeignKey(
        Watch, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name=_("watch")
    )
    subject = models.CharField(_("subject"), max_length=200)
    words = models.TextField(_("words"))
    made_at = models.DateTimeField(_("made at"))
    due_at = models.DateTimeField(_("due at"), db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.CharField(_("what kept it from being sent"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail to an enterprise")
        verbose_name_plural = _("mails to enterprises")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="mail_is_of_one_thing", condition=Q(objection__isnull=True) ^ Q(watch__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.subject
