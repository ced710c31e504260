"""By what an enterprise is found under a name not quite its own. Law: hints only; whoever finds one compares anew."""

from collections.abc import Iterable

from enterprises.matching.likeness import core
from enterprises.models import LikeName

_BATCH = 5_000


def remember(names: Iterable[tuple[str, int]]) -> None:
    """Name keys that became enterprises' own, with the enterprises' ids."""
    cores = {(core(name), enterprise) for name, enterprise in names}
    rows = [LikeName(core=text, enterprise_id=enterprise) for text, enterprise in sorted(cores) if text]
    LikeName.objects.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)


def hand_over(*, gone: int, kept: int) -> None:
    """`kept` is found by what `gone` was found by; `gone` too, should they be parted again."""
    cores = LikeName.objects.filter(enterprise_id=gone).values_list("core", flat=True)
    LikeName.objects.bulk_create((LikeName(core=text, enterprise_id=kept) for text in cores), ignore_conflicts=True)
