"""A person settles a doubt. Law: what a person said binds every rule, until it is taken back; then all is as it was.

A word is about two entries, not about two enterprises: it stays what it was whatever becomes of those.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate

from enterprises import errors, locks
from enterprises.models import Enterprise, Judgement, MatchDecision, ReviewItem, Verdict
from enterprises.pooling import refresh_identities
from enterprises.resolving import sweep
from registry.models import Entry, ImportState
from registry.queries import standing_in


def settle(*, item: ReviewItem, enterprise: Enterprise | None, now: datetime, by: User) -> MatchDecision:
    """Say that the item's entry is of `enterprise`, a candidate or any other; None says that it is no candidate's.

    Where the entry waits for an enterprise, None founds one. Raises `AlreadySettled`, `CodeTaken` where the entry's
    code is another enterprise's, `TwoCodes` where both sides have one.
    """
    with transaction.atomic():
        now = locks.hold_from(locks.IDENTITIES, now)
        locked = ReviewItem.objects.select_for_update().select_related("entry").get(pk=item.pk)
        if locked.closed_at is not None:
            raise errors.AlreadySettled
        entry, own = locked.entry, _own(locked.entry)
        if enterprise is not None:
            _refuse_two_codes(entry, own, enterprise)
            others: Iterable[Enterprise] = [enterprise] if enterprise != own else []
            said = [_say(locked, Verdict.SAME, one, now, by) for one in others]
        else:
            if own is None:
                _refuse_second_owner(entry, None)
            said = [_say(locked, Verdict.DIFFERENT, one, now, by) for one in locked.candidates.all() if one != own]
            if own is None:
                said.append(_say(locked, Verdict.ALONE, None, now, by))
        ReviewItem.objects.filter(pk=locked.pk).update(closed_at=now, unsure_at=None, unsure_by=None)
        sweep(Entry.objects.filter(pk__in=_entries_of(said) | {entry.pk}), now=now, learned=True)
        return _sign(entry, now, by)


def reopen(*, item: ReviewItem, now: datetime, by: User) -> ReviewItem:
    """Take back what a person said of the item's entry: all is as it was before, and the words stay as history.

    Raises `NotSettledByPerson` where nobody said anything of it.
    """
    with transaction.atomic():
        now = locks.hold_from(locks.IDENTITIES, now)
        locked = ReviewItem.objects.select_for_update().get(pk=item.pk)
        said = list(Judgement.objects.filter(entry=locked.entry_id, withdrawn_at=None))
        if locked.closed_at is None or not said:
            raise errors.NotSettledByPerson
        Judgement.objects.filter(pk__in=[one.pk for one in said]).update(withdrawn_at=now, withdrawn_by=by)
        sweep(Entry.objects.filter(pk__in=_entries_of(said) | {locked.entry_id}), now=now, learned=True)
        ReviewItem.objects.filter(pk=locked.pk).update(reopened_by=by)
        _unsign(locked.entry_id, now)
    locked.refresh_from_db()
    return locked


def _own(entry: Entry) -> Enterprise | None:
    decision = MatchDecision.objects.filter(entry=entry, superseded_at=None).select_related("enterprise").first()
    return decision.enterprise if decision else None


def _refuse_two_codes(entry: Entry, own: Enterprise | None, enterprise: Enterprise) -> None:
    """One code, one enterprise: the ladder holds it, and here it is said in words."""
    code = own.uscc if own and own.uscc else entry.uscc
    if code and enterprise.uscc and code[8:17] != enterprise.uscc[8:17]:
        if own is None:
            _refuse_second_owner(entry, enterprise)
        raise errors.TwoCodes(code, enterprise.uscc)
    if own is None:
        _refuse_second_owner(entry, enterprise)


def _refuse_second_owner(entry: Entry, enterprise: Enterprise | None) -> None:
    owner = Enterprise.objects.filter(uscc=entry.uscc).first() if entry.uscc else None
    if owner and owner != enterprise:
        raise errors.CodeTaken(entry.uscc, owner.name)


def _say(item: ReviewItem, verdict: Verdict, enterprise: Enterprise | None, now: datetime, by: User) -> Judgement:
    """Keep the word, with what was compared."""
    entry, other = item.entry, _entry_for(enterprise) if enterprise else None
    compared = {"cause": item.cause, "name": entry.name_key, "code": entry.uscc, "number": entry.number}
    if other:
        compared |= {"other_name": other.name_key, "other_code": other.uscc, "other_number": other.number}
    return Judgement.objects.create(
        entry=entry, other=other, verdict=verdict, compared=compared, judged_at=now, judged_by=by
    )


def _entry_for(enterprise: Enterprise) -> Entry:
    """The entry that stands for an enterprise: one that states its code, else its first.

    Of a list that counts: a word about a line that is not read would say nothing.
    """
    entries = Entry.objects.filter(
        decisions__enterprise=enterprise,
        decisions__superseded_at=None,
        usable=True,
        list_import__state=ImportState.CONFIRMED,
    ).exclude(pk__in=standing_in())  # words are about published lines
    if enterprise.uscc:
        entries = entries.filter(uscc=enterprise.uscc) or entries
    found = entries.order_by("decisions__slipped", "pk").first()
    if found is None:
        raise errors.NobodyBehind(enterprise.name)
    return found


def _entries_of(said: Iterable[Judgement]) -> set[int]:
    return {entry for one in said for entry in (one.entry_id, one.other_id) if entry is not None}


def _sign(entry: Entry, now: datetime, by: User) -> MatchDecision:
    """Let the entry's decision say who settled it, also where its enterprise is the same as before."""
    live = MatchDecision.objects.get(entry=entry, superseded_at=None)
    if live.rule == "person":
        return live
    MatchDecision.objects.filter(pk=live.pk).update(superseded_at=now)
    signed = MatchDecision.objects.create(
        entry=entry, enterprise_id=live.enterprise_id, rule="person", slipped=live.slipped, beside=live.beside,
        decided_at=now, decided_by=by,
    )  # fmt: skip
    refresh_identities(as_of=localdate(now), now=now, only=[live.enterprise_id])
    return signed


def _unsign(entry: int, now: datetime) -> None:
    """A decision that only said who settled it says again by which rule the entry came."""
    live = MatchDecision.objects.filter(entry=entry, superseded_at=None, rule="person").first()
    before = MatchDecision.objects.filter(entry=entry, superseded_at__isnull=False).exclude(rule="person").last()
    if live and before:
        MatchDecision.objects.filter(pk=live.pk).update(superseded_at=now)
        MatchDecision.objects.create(
            entry_id=entry, enterprise_id=live.enterprise_id, rule=before.rule, slipped=live.slipped,
            beside=live.beside, decided_at=now,
        )  # fmt: skip
