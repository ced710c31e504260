"""What was published: programmes and their rules, districts, list imports, entries.

Law: evidence is never overwritten. An entry of a confirmed import can be neither changed nor deleted.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.grams import Grams


class Level(models.TextChoices):
    NATIONAL = "national", _("national")
    PROVINCE = "province", _("provincial")
    CITY = "city", _("municipal")


class ProgrammeKind(models.TextChoices):
    """What a programme's lists say of an enterprise. Only a recognition may count for the pool."""

    RECOGNITION = "recognition", pgettext_lazy("kind of programme", "recognition")
    NAMED_LIST = "named_list", pgettext_lazy("kind of programme", "named list")
    POINTS = "points", pgettext_lazy("kind of programme", "innovation points")


class Programme(models.Model):
    """A kind of recognition that a public body grants, such as 高新技术企业; or another list that is kept beside them.

    Law: named lists and points never count for the pool, and a programme stays of its kind (triggers hold both).
    """

    kind = models.CharField(
        pgettext_lazy("of a programme", "kind"),
        max_length=12,
        choices=ProgrammeKind,
        default=ProgrammeKind.RECOGNITION,
        db_default=ProgrammeKind.RECOGNITION.value,
        help_text=_(
            "A recognition may keep an enterprise in the pool. A named list and innovation points are shown beside it "
            "and never count; they go to those institutions alone that agreed on them. Not to be changed later."
        ),
    )
    code = models.CharField(_("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z_]*$")])
    name = models.CharField(_("name"), max_length=100, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    body = models.CharField(_("issuing body"), max_length=200)
    basis = models.TextField(_("legal basis"), blank=True)
    number_pattern = models.CharField(
        _("number pattern"),
        max_length=200,
        blank=True,
        help_text=_(
            "Regular expression. A number of this shape identifies an enterprise; leave empty where there is none."
        ),
    )
    presumes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usually held before"),
        help_text=_(
            "Whoever holds this one without ever having held that one is shown to staff; nothing else follows."
        ),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class PeriodKind(models.TextChoices):
    NOTICE = "notice", _("as the notice says")
    YEARS_FROM_ISSUE = "years_from_issue", _("a number of years from the date of issue")
    CALENDAR_YEARS = "calendar_years", _("a number of calendar years")
    NUMBER_YEAR = "number_year", _("until the end of the year in the number")
    OPEN = "open", _("no end")


class ProgrammeRule(models.Model):
    """How a programme's periods are computed, for notices published within the rule's own dates; and whether it counts
    for the pool, on days within them.

    Law: a rule is superseded, never changed or deleted (a trigger holds it), so that what it gave can be derived again.
    A grace ends sooner where the enterprise's next recognition begins.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rules", verbose_name=_("programme"))
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until (exclusive)"), null=True, blank=True)
    period = models.CharField(_("period"), max_length=20, choices=PeriodKind)
    years = models.PositiveSmallIntegerField(_("years"), null=True, blank=True)
    grace_months = models.PositiveSmallIntegerField(
        _("months of grace"), null=True, blank=True, help_text=_("Or a day of the next year, beside. Empty: no grace.")
    )
    grace_month = models.PositiveSmallIntegerField(
        _("grace until month of the next year"),
        null=True,
        blank=True,
        help_text=_("Any grace ends sooner where the enterprise's next recognition begins."),
    )
    grace_day = models.PositiveSmallIntegerField(_("grace until day"), null=True, blank=True)
    counts = models.BooleanField(
        _("counts for the pool"),
        default=True,
        help_text=_("On the days on which this rule is in force. Where no rule is, the programme does not count."),
    )
    note = models.TextField(_("source and note"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("programme rule")
        verbose_name_plural = _("programme rules")
        ordering = ["programme", "effective_from"]
        constraints = [
            ExclusionConstraint(
                name="one_rule_of_a_programme_at_a_time",
                deferrable=Deferrable.DEFERRED,  # so that the border between two rules can be moved in one save
                expressions=[
                    ("programme", "="),
                    (Func(F("effective_from"), F("effective_to"), Value("[)"), function="daterange"), "&&"),
                ],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="years_where_the_period_counts_them",
                condition=Q(period__in=["years_from_issue", "calendar_years"], years__gte=1)
                | (~Q(period__in=["years_from_issue", "calendar_years"]) & Q(years__isnull=True)),
            ),
            models.CheckConstraint(
                name="grace_is_a_day_of_the_year",
                condition=Q(grace_month__isnull=True, grace_day__isnull=True)
                | Q(grace_month__range=(1, 12), grace_day__range=(1, 28))
                | Q(grace_month__in=[1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], grace_day__range=(29, 30))
                | Q(grace_month__in=[1, 3, 5, 7, 8, 10, 12], grace_day=31),
            ),
            models.CheckConstraint(
                name="grace_of_one_kind",
                condition=Q(grace_months__isnull=True) | Q(grace_months__range=(1, 60), grace_month__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.get_period_display()}"


class IndicatorGroup(models.TextChoices):
    INNOVATION = "innovation", _("technological innovation")
    GROWTH = "growth", _("growth and business")
    SUPPORT = "support", _("supporting indicators")


class IndicatorKind(models.TextChoices):
    INDICATOR = "indicator", pgettext_lazy("of an indicator", "indicator")
    TOTAL = "total", pgettext_lazy("of an indicator", "total")
    GRADE = "grade", pgettext_lazy("of an indicator", "grade")


class Indicator(models.Model):
    """One column of a points list: an indicator, the total or the grade; by which header texts lists call it, and what
    its cells may hold.
    """

    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        related_name="indicators",
        verbose_name=_("programme"),
        limit_choices_to={"kind": ProgrammeKind.POINTS},
    )
    code = models.CharField(_("code"), max_length=12, validators=[RegexValidator(r"^[A-Z][A-Z0-9_]*$")])
    name = models.CharField(_("name"), max_length=60)
    words = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("header texts"),
        default=list,
        blank=True,
        help_text=_("As lists call it beside its name, separated by commas; what stands in brackets does not matter."),
    )
    kind = models.CharField(
        pgettext_lazy("of an indicator", "kind"),
        max_length=10,
        choices=IndicatorKind,
        default=IndicatorKind.INDICATOR,
    )
    group = models.CharField(_("group of indicators"), max_length=12, choices=IndicatorGroup, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    highest = models.DecimalField(
        _("highest value"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Whatever is above it is a fault of the row. Empty: no limit."),
    )
    grades = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("grades"),
        default=list,
        blank=True,
        help_text=_("Of a grade: those that there are, separated by commas. Empty: any."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    note = models.CharField(_("source and note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("indicator of points")
        verbose_name_plural = _("indicators of points")
        ordering = ["programme", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="one_indicator_per_code"),
            models.UniqueConstraint(
                fields=["programme", "kind"],
                condition=~Q(kind="indicator"),
                name="one_total_and_one_grade",
                violation_error_message=_("This programme has a total, or a grade, already."),
            ),
            models.CheckConstraint(
                name="grades_of_a_grade_alone",
                condition=Q(kind="grade", highest__isnull=True) | (~Q(kind="grade") & Q(grades=[])),
                violation_error_message=_("A grade has grades and no highest value; all others have no grades."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class District(models.Model):
    """A district, county or functional zone in the city's scope, with the names that lists give it.

    Law: one that a published line names keeps its code and name (a trigger holds it); its successor is another.
    """

    code = models.CharField(_("code"), max_length=6, unique=True)
    name = models.CharField(_("name"), max_length=50, unique=True)
    aliases = ArrayField(models.CharField(max_length=50), verbose_name=_("other names"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Field(models.TextChoices):
    """What a column of a list may hold. Which header text means which is data: `HeaderWord`."""

    SEQ = "seq", _("running number")
    NAME = "name", _("enterprise name")
    NEW_NAME = "new_name", _("new name")
    FORMER_NAME = "former_name", _("former name")
    USCC = "uscc", _("unified social credit code")
    ORG_CODE = "org_code", _("organisation code")
    REG_NO = "reg_no", _("registration number")
    NUMBER = "number", _("number")
    DISTRICT = "district", _("district")
    CITY = "city", _("city")
    BATCH = "batch", _("batch")
    YEAR = "year", _("year")
    ISSUED_ON = "issued_on", _("date of issue")
    VALID_FROM = "valid_from", _("valid from")
    VALID_TO = "valid_to", _("valid to (inclusive)")
    PERIOD = "period", _("period")
    REVOKED_FROM_YEAR = "revoked_from_year", _("revoked from year")
    RESULT = "result", _("result")
    PERSON = "person", _("persons (not kept)")
    NONE = "other", _("kept, but not read")


class HeaderWord(models.Model):
    """A header text that lists use, and what it means. Compared after width, white space and brackets are folded."""

    text = models.CharField(_("header text"), max_length=60, unique=True)
    field = models.CharField(_("meaning"), max_length=20, choices=Field)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("header word")
        verbose_name_plural = _("header words")
        ordering = ["field", "text"]

    def __str__(self) -> str:
        return self.text


class RememberedColumn(models.Model):
    """What staff said a column of one publisher's lists of one programme means; it goes before the header words."""

    programme = models.ForeignKey(Programme, models.CASCADE, verbose_name=_("programme"))
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    header = models.CharField(_("header text"), max_length=200)
    field = models.CharField(_("meaning"), max_length=20, choices=Field)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("remembered column")
        verbose_name_plural = _("remembered columns")
        ordering = ["programme", "publisher", "header"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "publisher", "header"], name="one_meaning_per_remembered_column"
            )
        ]

    def __str__(self) -> str:
        return self.header


class NoticeKind(models.TextChoices):
    """What a notice does. A recognition, a re-check, a supplement and a move into the city grant; publicity never."""

    PUBLICITY = "publicity", _("publicity (公示)")
    RECOGNITION = "recognition", _("recognition")
    RECHECK = "recheck", _("re-check passed")
    SUPPLEMENT = "supplement", _("supplement")
    RENAME = "rename", _("change of name")
    REVOCATION = "revocation", _("revocation")
    MOVE_IN = "move_in", _("relocation into this city")
    MOVE_OUT = "move_out", _("relocation out of this city")


class ImportState(models.TextChoices):
    STAGED = "staged", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REJECTED = "rejected", _("rejected")


class ListImport(models.Model):
    """One published list as it came: the file, what the notice says of it, and who let it in."""

    reference = models.CharField(
        _("reference"), max_length=60, help_text=_("Names the list to the world; made from its content.")
    )
    file = models.FileField(_("file"), upload_to="lists/")
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"))
    notice = models.CharField(_("kind of notice"), max_length=20, choices=NoticeKind)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(
        _("publisher"),
        max_length=200,
        blank=True,
        help_text=_("Who published the list; the programme's body if empty."),
    )
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    source_url = models.URLField(_("source address"), max_length=500, blank=True)
    batch = models.CharField(_("batch"), max_length=100, blank=True)
    published_on = models.DateField(_("published on"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to (inclusive)"), null=True, blank=True)
    is_full = models.BooleanField(
        _("full list"),
        default=False,
        help_text=_("Enterprises of earlier lists of this programme that are missing here lose it."),
    )
    province_wide = models.BooleanField(
        _("covers other cities too"),
        default=False,
        help_text=_("Only rows that name a district of this city enter the pool."),
    )
    header = models.JSONField(_("header"), default=list)  # texts of the columns that are kept, from the left
    columns = models.JSONField(_("columns"), default=dict)  # field → header text
    unknown_columns = models.JSONField(_("columns of no known meaning"), default=list)
    remarks = models.JSONField(_("remarks on the file"), default=list)  # [{"code": …, "count": …, "text": …}]
    comparison = models.JSONField(_("compared with the list before"), default=dict)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    declared_count = models.PositiveIntegerField(_("rows by the file's own count"), null=True, blank=True)
    faulty_count = models.PositiveIntegerField(_("rows with faults"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.STAGED)
    staged_at = models.DateTimeField(_("staged at"))
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("staged by")
    )

    class Meta:
        verbose_name = _("list import")
        verbose_name_plural = _("list imports")
        ordering = ["-published_on", "-id"]
        permissions = [("confirm_listimport", _("Can confirm and withdraw list imports"))]
        constraints = [
            models.UniqueConstraint(
                name="one_import_of_a_file_for_a_purpose",
                fields=["sha256", "programme", "notice", "sheet"],
                condition=~Q(state__in=["rejected", "withdrawn"]),
            ),
            models.UniqueConstraint(
                name="one_import_per_reference", fields=["reference"], condition=~Q(state="rejected")
            ),
            models.CheckConstraint(
                name="import_period_runs_forward",
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_from__lte=F("valid_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImportEvent(models.Model):
    """One change of an import's state. The latest event known at a moment says what counted then."""

    list_import = models.ForeignKey(ListImport, models.CASCADE, related_name="events", verbose_name=_("list import"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_state_display()


class Entry(models.Model):
    """One line of a published list: its text as it stood (`published`), and the keys read out of it.

    That its import and its district exist is held by a trigger once a statement: row by row, constraints would cost as
    much as all the rest of the COPY.
    """

    list_import = models.ForeignKey(
        ListImport,
        models.CASCADE,
        related_name="entries",
        verbose_name=_("list import"),
        db_constraint=False,
        db_index=False,
    )
    row_number = models.PositiveIntegerField(_("row"))
    block = models.PositiveSmallIntegerField(
        _("block"), db_default=1, help_text=_("Which of several blocks of columns side by side, from the left.")
    )
    published = models.JSONField(_("as published"), default=dict)
    name = models.CharField(_("enterprise name"), max_length=200, blank=True)
    name_key = models.CharField(_("name key"), max_length=200, blank=True)
    former_name = models.CharField(_("former name"), max_length=200, blank=True)
    former_key = models.CharField(_("former name key"), max_length=200, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    old_code = models.CharField(_("organisation code or registration number"), max_length=15, blank=True, db_default="")
    number = models.CharField(_("number"), max_length=50, blank=True)
    district_text = models.CharField(_("district as published"), max_length=100, blank=True)
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("district"),
        db_constraint=False,
        db_index=False,
    )
    batch = models.CharField(_("batch"), max_length=100, blank=True)
    issued_on = models.DateField(_("date of issue"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to (inclusive)"), null=True, blank=True)
    revoked_from_year = models.PositiveSmallIntegerField(_("revoked from year"), null=True, blank=True)
    points = models.JSONField(_("points"), null=True, blank=True)  # of a points list alone, see `registry.points`
    problems = models.JSONField(_("problems"), default=list)
    usable = models.BooleanField(_("usable"), default=True)
    corrections = models.JSONField(_("corrections"), db_default=models.Value([], models.JSONField()))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["list_import", "row_number"]
        indexes = [
            models.Index(fields=["-list_import", "row_number"], name="entry_in_order"),  # the newest list first
            # Of the few rows that are not sound: staff look for them.
            models.Index(fields=["-list_import", "row_number"], name="entry_unusable", condition=Q(usable=False)),
            GinIndex(
                fields=["problems"], name="entry_problem", opclasses=["jsonb_path_ops"], condition=~Q(problems=[])
            ),
            # Asked for as a whole only; a third of the COPY's cost would go into keeping them in order.
            HashIndex(fields=["name_key"], name="entry_name_key"),
            HashIndex(fields=["uscc"], name="entry_uscc", condition=~Q(uscc="")),
            HashIndex(fields=["number"], name="entry_number", condition=~Q(number="")),
            HashIndex(fields=["former_key"], name="entry_former_key", condition=~Q(former_key="")),
            HashIndex(fields=["old_code"], name="entry_old_code", condition=~Q(old_code="")),
        ]

    def __str__(self) -> str:
        return self.name


class UploadState(models.TextChoices):
    WAITING = "waiting", _("being read")
    STAGED = "staged", _("read")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class Upload(models.Model):
    """A file that a worker is to read as a list. Its row is locked for as long as it is read."""

    file = models.FileField(_("file"), upload_to="uploads/", blank=True)  # given up once it became a list
    file_name = models.CharField(_("file name"), max_length=200)
    facts = models.JSONField(_("the notice's facts"))  # of `staging.Notice`, days in ISO form
    origin = models.CharField(_("origin"), max_length=300, blank=True)  # empty: the import page
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.WAITING)
    message = models.TextField(_("what is wrong"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    list_import = models.ForeignKey(
        ListImport, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("list import")
    )
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("received by")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class LineCorrection(models.Model):
    """A line of a correction: what one published line should have said, or a line that is missing (`corrects` empty).

    Law: only added to (a trigger holds it). The published line stays; what is derived of it reads as the latest
    correction that is confirmed. It is tied to its row by number, so that reading the list anew keeps it.
    """

    list_import = models.ForeignKey(
        ListImport, models.CASCADE, related_name="corrections", verbose_name=_("list import"), db_index=False
    )
    row_number = models.PositiveIntegerField(_("row"))
    corrects = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="line_corrections", verbose_name=_("corrects")
    )
    ground = models.CharField(_("receipt number of the objection"), max_length=40, db_index=True)
    why = models.TextField(_("why"))

    class Meta:
        verbose_name = _("correction of a line")
        verbose_name_plural = _("corrections of lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["list_import", "row_number"], name="one_correction_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.ground}: {self.list_import_id}#{self.row_number}"


class ImportRight(models.Model):
    """Which department imports which programme. Whoever is of no department that has one imports nothing."""

    department = models.ForeignKey(
        "auth.Group", models.CASCADE, related_name="import_rights", verbose_name=_("department")
    )
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
        help_text=_("Empty: every programme, those to come included."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("right to import")
        verbose_name_plural = _("rights to import")
        ordering = ["department", "programme__position", "id"]
        constraints = [
            models.UniqueConstraint(name="one_right_per_department_and_programme", fields=["department", "programme"]),
            models.UniqueConstraint(
                name="one_right_to_every_programme", fields=["department"], condition=Q(programme__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}：{self.reach}"

    @property
    def reach(self) -> str:
        return self.programme.name if self.programme else gettext("every programme")


class PublishedName(models.Model):
    """A folded name that some list bears: the dictionary in which a part of a name is looked up (see `searching`)."""

    name_key = models.CharField(_("name key"), max_length=200, db_collation="C")

    class Meta:
        verbose_name = _("published name")
        verbose_name_plural = _("published names")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name_key"], name="one_row_per_published_name")]
        indexes = [GinIndex(Grams("name_key"), name="published_name_grams")]

    def __str__(self) -> str:
        return self.name_key


class NamesNoted(models.Model):
    """The mark that the dictionary holds all names of a list. Whoever changes a staged list's rows takes it away."""

    list_import = models.OneToOneField(
        ListImport, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("list import")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("list whose names are noted")
        verbose_name_plural = _("lists whose names are noted")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.list_import)


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook (xlsx)")
    CSV = "csv", _("csv")


class ExportState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("export", "being written")
    READY = "ready", pgettext_lazy("export", "ready")
    REFUSED = "refused", pgettext_lazy("export", "not written")
    FAILED = "failed", pgettext_lazy("export", "broke off")
    ENDED = "ended", pgettext_lazy("export", "deleted")


class Export(models.Model):
    """Rows of a desk's list that a worker writes to a file for the person who asked for them.

    `query` and `chosen` say which rows; they are read when the file is written, by that person's rights of then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    desk = models.CharField(_("list"), max_length=100, help_text=_("Application and model, such as registry.entry."))
    query = models.TextField(_("search and filters"), blank=True)
    chosen = ArrayField(models.CharField(max_length=40), verbose_name=_("rows chosen"), default=list, blank=True)
    format = models.CharField(_("format"), max_length=4, choices=ExportFormat)
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    state = models.CharField(_("state"), max_length=10, choices=ExportState, default=ExportState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message = models.CharField(_("what is wrong"), max_length=300, blank=True)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    fetched_at = models.DateTimeField(_("last fetched at"), null=True, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="export_ready_with_its_file",
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="") & Q(rows__isnull=False)),
            )
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="exports_of_a_person")]

    def __str__(self) -> str:
        return f"{localtime(self.asked_at):%Y-%m-%d %H:%M}"
