"""Who is who: enterprises, their former names, and the decision that ties each entry to one of them.

Law: a decision is superseded, never overwritten; a code belongs to one enterprise.
"""

from django.conf import settings
from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.models import District, Entry, ListImport


class Enterprise(models.Model):
    """One enterprise. Its id is dense and its public id derived from it, so that the same inputs give the same ids."""

    id = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(_("public id"), max_length=12, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(
        _("name key"), max_length=200, blank=True, help_text=_("Empty while no confirmed list names the enterprise.")
    )
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, verbose_name=_("district"))
    in_scope = models.BooleanField(_("in this city"), default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("turned out to be")
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["id"]
        indexes = [models.Index(fields=["name_key"], name="enterprise_name_key", condition=~Q(name_key=""))]

    def __str__(self) -> str:
        return self.name


class LikeName(models.Model):
    """By what an enterprise is found under a name that is not quite one of its own: the core of a name that it bears.

    Only a hint: names may have been given up since; what is found is compared with the names as they are.
    """

    core = models.CharField(_("core of a name"), max_length=200)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+", verbose_name=_("enterprise"))

    class Meta:
        verbose_name = _("core of a name")
        verbose_name_plural = _("cores of names")
        indexes = [HashIndex(fields=["core"], name="like_name_core")]
        constraints = [models.UniqueConstraint(fields=["enterprise", "core"], name="one_row_per_core")]

    def __str__(self) -> str:
        return self.core


class FormerName(models.Model):
    """A name that an enterprise bore until a published change of name. Derived from entries."""

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="former_names", verbose_name=_("enterprise")
    )
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(_("name key"), max_length=200, db_index=True)
    until = models.DateField(_("until"))
    entry = models.ForeignKey(Entry, models.PROTECT, verbose_name=_("evidence"))

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        constraints = [models.UniqueConstraint(fields=["enterprise", "name_key"], name="one_row_per_former_name")]

    def __str__(self) -> str:
        return self.name


class MatchDecision(models.Model):
    """Which enterprise an entry speaks of, by which rule or person, and why."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="decisions", verbose_name=_("entry"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="decisions", verbose_name=_("enterprise"))
    rule = models.CharField(_("rule"), max_length=30)
    reasons = models.JSONField(_("reasons"), default=dict)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("match decision")
        verbose_name_plural = _("match decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(superseded_at__isnull=True), name="one_decision_per_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.enterprise}"


# The cause of an item whose entry founded an enterprise, though under a name that is like a known one.
PERHAPS_THE_SAME = "perhaps_the_same"


class ReviewItem(models.Model):
    """An entry that no rule may settle, with the enterprises it might be; open until a person decides.

    Where its cause is `PERHAPS_THE_SAME`, the entry has an enterprise of its own that may be one of the candidates.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="review", verbose_name=_("entry"))
    cause = models.CharField(_("cause"), max_length=30)
    candidates = models.ManyToManyField(Enterprise, verbose_name=_("candidates"))
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reopened by")
    )
    score = models.FloatField(_("likelihood"), default=0.5, help_text=_("How likely the best candidate is the one."))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    unsure_at = models.DateTimeField(_("put back at"), null=True, blank=True)
    unsure_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put back by")
    )

    class Meta:
        verbose_name = _("doubtful match")
        verbose_name_plural = _("doubtful matches")
        ordering = ["opened_at", "id"]
        permissions = [
            ("settle_reviewitem", _("Can settle doubtful matches")),
            ("bulk_settle_reviewitem", _("Can accept doubtful matches of one cause at once, after a sample")),
        ]

    def __str__(self) -> str:
        return str(self.entry)


class ListResolution(models.Model):
    """The mark that a list's entries all have a decision or a place in the queue, and how many of each."""

    list_import = models.OneToOneField(
        ListImport, models.PROTECT, related_name="resolution", verbose_name=_("list import")
    )
    matched = models.PositiveIntegerField(_("matched"))
    created = models.PositiveIntegerField(_("new enterprises"))
    queued = models.PositiveIntegerField(_("queued for review"))
    resolved_at = models.DateTimeField(_("resolved at"))

    class Meta:
        verbose_name = _("list resolution")
        verbose_name_plural = _("list resolutions")

    def __str__(self) -> str:
        return str(self.list_import)
