"""The front page's parts: where the quarter stands, what waits for whoever looks, what is late, the pool in figures.

Law: nobody is told of what he may not view; every number leads to its rows; nothing large is counted here.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises import editions, reminding
from enterprises.awaiting import Awaited, awaited
from enterprises.calendar import finished_quarter, last_day, quarter_of
from enterprises.charts import Bar, bars
from enterprises.models import Edition, EditionKind, GuardResult, Level, ObjectionState, PoolRebuild, ReviewItem
from enterprises.objection_reminding import open_objections
from enterprises.pool_figures import SOON
from enterprises.queries import sealed_editions
from enterprises.queueing import MINE, UNASSIGNED
from registry.models import District, Export, ExportState, ImportState, ListImport
from registry.queries import programme_names

QUARTERS_SHOWN = 8
_NAMED = 3  # lists that a line names


class Step(NamedTuple):
    """A step of the quarter: its name, what is to be said of it, where its rows are, and how it stands."""

    name: str
    value: str
    address: str = ""
    state: str = ""  # done, waits, late; nothing where there is nothing to say
    note: str = ""


class Task(NamedTuple):
    """What waits for a person: in words, how many, and where."""

    words: str
    number: int
    address: str


class Alarm(NamedTuple):
    """What is late or went wrong: the words lead there; what more is to be said."""

    words: str
    address: str
    more: str = ""


class Desk(NamedTuple):
    """What one person sees of it."""

    quarter: str
    steps: list[Step]
    tasks: list[Task]
    alarms: list[Alarm]


class Ending(NamedTuple):
    """How many enterprises have a recognition that ends within so many days; by programme."""

    days: int
    enterprises: int
    address: str
    bars: list[Bar]


class Pool(NamedTuple):
    """Today's pool in figures, as the last rebuild counted it."""

    as_of: date
    members: int
    programmes: list[Bar]
    districts: list[Bar]
    quarters: list[Bar]
    endings: list[Ending]


def desk(user: User) -> Desk:
    """What stands, what waits for `user` and what is late, of lists, matches, objections and editions."""
    today = timezone.localdate()
    finished = finished_quarter(today)
    sealed = sealed_editions().filter(quarter=finished).exists()
    quarter = quarter_of(today) if sealed else finished
    steps: list[Step] = []
    tasks: list[Task] = []
    alarms: list[Alarm] = []
    for part in (_lists, _matches, _objections, _edition):
        part(user, quarter, today, steps, tasks, alarms)
    tasks += _exports(user)
    return Desk(quarter, steps, tasks, alarms)


def pool(user: User) -> Pool | None:
    """The pool in figures, for whoever may view enterprises; None before a rebuild has counted it."""
    if not user.has_perm("enterprises.view_enterprise"):
        return None
    rebuild = PoolRebuild.objects.first()
    if rebuild is None or not rebuild.figures:
        return None
    names, at = programme_names(), reverse("admin:enterprises_enterprise_changelist")
    found = rebuild.figures
    held = [(name, found["programmes"][code]) for code, name in names.items() if code in found["programmes"]]
    by_programme = {name: f"{at}?pool=in&programme={code}" for code, name in names.items()}
    return Pool(
        as_of=rebuild.as_of,
        members=rebuild.members,
        programmes=bars(held, by_programme),
        districts=_districts(found["districts"], at),
        quarters=_quarters(),
        endings=[
            Ending(
                days,
                found["ending_enterprises"][str(days)],
                f"{at}?ends={days}",
                bars((name, found["ending"][str(days)].get(code, 0)) for code, name in names.items()
                     if found["ending"][str(days)].get(code)),
            )
            for days in SOON
        ],
    )  # fmt: skip


def _lists(user: User, quarter: str, today: date, steps: list[Step], tasks: list[Task], alarms: list[Alarm]) -> None:
    if not user.has_perm("registry.view_listimport"):
        return
    at = reverse("admin:registry_listimport_changelist")
    lacking = awaited(quarter, today)
    late = [one for one in lacking if one.late]
    calendar = reverse("admin:enterprises_expectedlist_changelist")
    season = calendar if user.has_perm("enterprises.view_expectedlist") else ""
    first, last = _span(quarter)
    staged = Q(state=ImportState.STAGED)
    counted = ListImport.objects.order_by().aggregate(
        staged=Count("pk", filter=staged),
        others=Count("pk", filter=staged & ~Q(staged_by=user)),
        faulty=Count("pk", filter=staged & Q(staged_by=user, faulty_count__gt=0)),
        confirmed=Count("pk", filter=Q(state=ImportState.CONFIRMED, published_on__range=(first, last))),
    )
    waiting = f"{at}?state__exact={ImportState.STAGED}"
    confirmed = f"{at}?state__exact={ImportState.CONFIRMED}&period={quarter}"
    steps += [
        Step(_("Lists awaited"), str(len(lacking)), season, _state(late, lacking), _named(lacking)),
        Step(_("Lists to confirm"), str(counted["staged"]), waiting, _state([], counted["staged"])),
        Step(_("Lists confirmed"), str(counted["confirmed"]), confirmed),
    ]
    if user.has_perm("registry.confirm_listimport"):
        alone = not settings.CONFIRM_NEEDS_SECOND_PERSON
        count, address = (counted["staged"], waiting) if alone else (counted["others"], f"{waiting}&whose=others")
        tasks += _task(_("Lists to confirm"), count, address)
    if user.has_perm("registry.add_listimport"):
        tasks += _task(_("My lists with faulty rows"), counted["faulty"], f"{waiting}&whose=mine")
    if late:
        words = _("%(count)s lists should have come by now") % {"count": len(late)}
        alarms.append(Alarm(words, season, _named(late)))


def _matches(user: User, quarter: str, today: date, steps: list[Step], tasks: list[Task], alarms: list[Alarm]) -> None:
    if not user.has_perm("enterprises.view_reviewitem"):
        return
    at = reverse("admin:enterprises_reviewitem_changelist")
    waiting = ReviewItem.objects.filter(closed_at=None)
    count = waiting.count()
    steps.append(Step(_("Doubtful matches"), str(count), at, _state([], count)))
    if user.has_perm("enterprises.settle_reviewitem"):
        mine = waiting.filter(assigned_to=user).count()
        tasks += _task(_("Doubtful matches assigned to me"), mine, f"{at}?whose={MINE}")
        nobodys = count and waiting.filter(assigned_to=None).count()
        tasks += _task(_("Doubtful matches that nobody has"), nobodys, f"{at}?whose={UNASSIGNED}")


def _objections(
    user: User, quarter: str, today: date, steps: list[Step], tasks: list[Task], alarms: list[Alarm]
) -> None:
    if not user.has_perm("enterprises.view_objection"):
        return
    at = reverse("admin:enterprises_objection_changelist")
    proposed = Q(state=ObjectionState.PROPOSED)
    counted = open_objections().order_by().aggregate(
        count=Count("pk"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        mine=Count("pk", filter=Q(assigned_to=user) & ~proposed),
        nobodys=Count("pk", filter=Q(assigned_to=None) & ~proposed),
        seconds=Count("pk", filter=proposed & ~Q(proposed_by=user)),
    )  # fmt: skip
    late = counted["overdue"]
    steps.append(Step(_("Objections"), str(counted["count"]), f"{at}?due=open", _state(late, counted["count"])))
    if user.has_perm("enterprises.settle_objection"):
        tasks += _task(_("Objections assigned to me"), counted["mine"], f"{at}?due=open&whose={MINE}")
        tasks += _task(_("Objections that nobody has"), counted["nobodys"], f"{at}?due=open&whose={UNASSIGNED}")
        second = f"{at}?state__exact={ObjectionState.PROPOSED}&proposed=others"
        tasks += _task(_("Decisions on objections that wait for a second person"), counted["seconds"], second)
    if late:
        words = _("%(count)s objections are overdue") % {"count": late}
        alarms.append(Alarm(words, f"{at}?due=overdue"))


def _edition(user: User, quarter: str, today: date, steps: list[Step], tasks: list[Task], alarms: list[Alarm]) -> None:
    if not user.has_perm("enterprises.view_edition"):
        return
    draft = editions.standing_draft(quarter)
    preview = reverse("admin:enterprises_edition_preview")
    over = last_day(quarter) < today
    if draft is None:
        steps.append(Step(_("Guards"), _("preview"), preview))
        when = "" if over else _("to be cut after %(day)s") % {"day": f"{last_day(quarter):%Y-%m-%d}"}
        steps.append(Step(_("Edition"), _("not cut yet"), preview, "late" if over else "", when))
    else:
        at = reverse("admin:enterprises_edition_change", args=[draft.pk])
        levels = list(GuardResult.objects.filter(edition=draft).values_list("level", flat=True))
        red, amber = levels.count(Level.RED), levels.count(Level.AMBER)
        passed = red == 0 or editions.is_overruled(draft)
        found = _("%(red)s red, %(amber)s amber") % {"red": red, "amber": amber} if red or amber else _("all green")
        steps.append(Step(_("Guards"), found, at, _state(0 if passed else red, amber)))
        steps.append(Step(_("Edition"), _("draft"), at, "waits", draft.label))
        tasks += _draft_tasks(user, draft, at, passed)
    if over:
        alarms += _unsealed(quarter, draft)


def _draft_tasks(user: User, draft: Edition, at: str, passed: bool) -> Iterator[Task]:
    if not passed and user.has_perm("enterprises.overrule_edition"):
        if settings.OVERRULE_ALONE or user not in editions.makers(draft):
            yield Task(_("Red guards to overrule, as a second person"), 1, at)
    elif passed and user.has_perm("enterprises.seal_edition"):
        yield Task(_("Draft of an edition to seal"), 1, at)


def _unsealed(quarter: str, draft: Edition | None) -> Iterator[Alarm]:
    """A finished quarter without a sealed edition."""
    if draft:
        address = reverse("admin:enterprises_edition_change", args=[draft.pk])
        red = 0 if editions.is_overruled(draft) else len(editions.red_guards(draft))
    else:
        address, red = reverse("admin:enterprises_edition_changelist"), 0
    more = []
    if reminding.overdue(now=timezone.now()):
        more.append(_("It is overdue, and no institution has received it."))
    if red:
        more.append(_("Its draft waits for a second person: %(count)s guards are red.") % {"count": red})
    elif draft:
        more.append(_("Its draft waits to be sealed."))
    yield Alarm(_("The edition of %(quarter)s is not sealed yet") % {"quarter": quarter}, address, "".join(more))


def _exports(user: User) -> list[Task]:
    ready = Export.objects.filter(asked_by=user, state=ExportState.READY, fetched_at=None).count()
    address = reverse("admin:registry_export_changelist")
    return _task(_("My exports that are ready"), ready, f"{address}?state__exact={ExportState.READY}")


def _districts(counts: dict[str, int], at: str) -> list[Bar]:
    names = {str(pk): name for pk, name in District.objects.values_list("pk", "name")}
    known = [(name, counts[pk]) for pk, name in names.items() if pk in counts]
    unknown = [(_("district unknown"), counts[""])] if counts.get("") else []
    return bars(known + unknown, {name: f"{at}?pool=in&district__id__exact={pk}" for pk, name in names.items()})


def _quarters() -> list[Bar]:
    """The last version of each of the last quarters that was sealed and stands, the oldest first."""
    sealed = sealed_editions().filter(kind=EditionKind.QUARTER).values_list("quarter", "members", "pk")
    held = {quarter: (members, pk) for quarter, members, pk in sealed}
    shown = list(held)[-QUARTERS_SHOWN:]
    links = {quarter: reverse("admin:enterprises_edition_change", args=[held[quarter][1]]) for quarter in shown}
    return bars(((quarter, held[quarter][0]) for quarter in shown), links)


def _span(quarter: str) -> tuple[date, date]:
    end = last_day(quarter)
    return date(end.year, end.month - 2, 1), end


def _task(words: str, number: int, address: str) -> list[Task]:
    return [Task(words, number, address)] if number else []


def _state(late: object, waits: object) -> str:
    return "late" if late else "waits" if waits else "done"


def _named(lists: list[Awaited]) -> str:
    names = list(dict.fromkeys(one.programme for one in lists))
    told = _("、").join(names[:_NAMED])
    return _("%(names)s and others") % {"names": told} if len(names) > _NAMED else told
