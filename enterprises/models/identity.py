"""Who is who: enterprises, their former names, and the decision that ties each entry to one of them.

Law: a decision is superseded, never overwritten; a code belongs to one enterprise.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from registry.models import District, Entry, ImportState, ListImport, Programme

_FREQUENT = ["new", "name", "code"]  # rules


class Enterprise(models.Model):
    """One enterprise. Its id is dense and its public id derived from it, so that the same inputs give the same ids."""

    id = models.BigIntegerField(primary_key=True)
    public_id = models.CharField(_("public id"), max_length=12, db_collation="C")
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(
        _("name key"), max_length=200, blank=True, help_text=_("Empty while no confirmed list names the enterprise.")
    )
    uscc = models.CharField(  # noqa: DJ001 - it is unique, and many have none
        _("unified social credit code"), max_length=18, null=True, blank=True
    )
    # That it exists is held by a trigger once a statement, as for the sides of decisions.
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, verbose_name=_("district"), db_index=False,
        db_constraint=False,
    )  # fmt: skip
    in_scope = models.BooleanField(_("in this city"), default=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("turned out to be"),
        db_index=False,
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["name_key"], name="enterprise_name_key", condition=~Q(name_key="")),
            # The organisation code within the credit code: it stays where a firm moves.
            models.Index(Substr("uscc", 9, 9), name="enterprise_organisation", condition=Q(uscc__isnull=False)),
            models.Index(fields=["merged_into"], name="enterprise_tombstone", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["district", "id"], name="enterprise_of_district"),
            models.Index(fields=["id"], name="enterprise_elsewhere", condition=Q(in_scope=False)),
        ]
        # Of the unique fields without the second index by which texts are searched for their beginning: none is.
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="one_enterprise_per_public_id"),
            models.UniqueConstraint(fields=["uscc"], name="one_enterprise_per_code"),
        ]

    def __str__(self) -> str:
        return self.name


class NameKeys(models.Model):
    """By what a name is found under another spelling; one row for each name that an entry ever bore, and its city.

    Hashes, so hints only: whoever finds a name by one compares it as it stands. What they are of, and how they are
    made: `matching.keys`.
    """

    pk = models.CompositePrimaryKey("name_key", "place")
    place = models.CharField(_("city"), max_length=50, blank=True, db_collation="C")
    name_key = models.CharField(_("name key"), max_length=200, db_collation="C")
    core = models.BigIntegerField(_("hash of the core"), db_index=True)
    sounds = models.BigIntegerField(_("sum of the sounds"), db_index=True, help_text=_("Equal where the spelling is."))

    class Meta:
        verbose_name = _("keys of a name")
        verbose_name_plural = _("keys of names")

    def __str__(self) -> str:
        return self.name_key


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

    # That both exist is held by a trigger once a statement: row by row it would cost as much as all the rest.
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="decisions", verbose_name=_("entry"), db_constraint=False, db_index=False
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="decisions", verbose_name=_("enterprise"), db_constraint=False
    )
    rule = models.CharField(_("rule"), max_length=30)
    slipped = models.BooleanField(
        _("miswritten"), db_default=False, help_text=_("The entry's name is only a slip of the enterprise's.")
    )
    beside = models.BigIntegerField(
        _("compared with"), null=True, blank=True, help_text=_("The entry whose enterprise it was found to be of.")
    )
    reasons = models.JSONField(_("reasons"), default=dict, db_default=models.Value({}, models.JSONField()))
    decided_at = models.DateTimeField(_("decided at"))
    # That there is such a person is held by a trigger, where there is one.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by"),
        db_index=False, db_constraint=False,
    )  # fmt: skip
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("match decision")
        verbose_name_plural = _("match decisions")
        indexes = [
            models.Index(fields=["entry"], name="decision_history", condition=Q(superseded_at__isnull=False)),
            models.Index(fields=["decided_by"], name="decision_by_person", condition=Q(decided_by__isnull=False)),
            # Of the others any page of decisions has some.
            models.Index(fields=["rule", "id"], name="decision_by_rare_rule", condition=~Q(rule__in=_FREQUENT)),
            models.Index(fields=["id"], name="decision_past", condition=Q(superseded_at__isnull=False)),
            # How many were superseded until a moment is asked before each seal.
            models.Index(fields=["superseded_at"], name="decision_ended", condition=Q(superseded_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(superseded_at__isnull=True), name="one_decision_per_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} → {self.enterprise}"


class Verdict(models.TextChoices):
    """What a person said of two entries, or of one: that it stands for an enterprise nobody else speaks of."""

    SAME = "same", _("one enterprise")
    DIFFERENT = "different", _("two enterprises")
    ALONE = "alone", _("an enterprise of its own")


class Judgement(models.Model):
    """A person's word on whether two entries speak of one enterprise. It binds every rule until it is taken back.

    `compared` keeps what was seen: the pair is asked of again only where that has changed.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="judgements", verbose_name=_("entry"))
    other = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("compared with")
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    compared = models.JSONField(_("what was compared"), default=dict)
    judged_at = models.DateTimeField(_("judged at"))
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("judged by")
    )
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="alone_or_compared",
                condition=Q(verdict="alone", other=None) | ~Q(verdict="alone") & ~Q(other=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_verdict_display()}"


class ReviewItem(models.Model):
    """An entry of which a person is asked whose it is, with the enterprises it might be of; open until one decides.

    Either no rule may settle the entry, and it waits without an enterprise; or it has one, and the question is whether
    that one and a candidate are the same.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="review", verbose_name=_("entry"))
    # The entry's, which never changes: so that one programme's share of the queue is found without reading all entries.
    # Null only in what the release before this one opened while this one was put in: no programme's filter finds that.
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("programme")
    )
    cause = models.CharField(_("cause"), max_length=30)
    candidates = models.ManyToManyField(Enterprise, verbose_name=_("candidates"))
    score = models.FloatField(_("likelihood"), default=0.5, help_text=_("How likely the best candidate is the one."))
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reopened by")
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
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
            ("reopen_reviewitem", _("Can take back another's decision on a match")),
            ("bulk_settle_reviewitem", _("Can accept doubtful matches of one cause at once, after a sample")),
        ]
        indexes = [
            models.Index(fields=["cause"], name="open_review_item", condition=Q(closed_at=None)),
            models.Index(fields=["programme"], name="open_review_by_programme", condition=Q(closed_at=None)),
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
    state_seen = models.CharField(
        _("state followed"), max_length=10, choices=ImportState, db_default=ImportState.CONFIRMED,
        help_text=_("The list's state that the last sweep took account of."),
    )  # fmt: skip
    resolved_at = models.DateTimeField(_("resolved at"))

    class Meta:
        verbose_name = _("list resolution")
        verbose_name_plural = _("list resolutions")

    def __str__(self) -> str:
        return str(self.list_import)
