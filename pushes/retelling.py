"""What an institution was told of changes, read back from the package that it was given (reads only).

Law: a page says what was sent, and not what would be sent today: it reads the package itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from enterprises.delta import Cause, Kind
from pushes.formats import changes, words
from pushes.formats.recognitions import NoticeOf
from pushes.manifest import CHANGES, Manifest
from pushes.models import Package
from pushes.packaging import opened
from pushes.tables import files_of, named_rows

_KINDS: dict[str, Kind] = {
    words.KINDS["added"]: "added",
    words.KINDS["removed"]: "removed",
    words.KINDS["changed"]: "changed",
}
OF_NONE = "企业信息"  # what is of the enterprise itself, and of no programme
_FIELDS = frozenset(words.FIELDS.values())


@dataclass(frozen=True)
class Reason:
    """One cause in plain words; `programme` is empty where it is not a recognition's, `notice` where none is named."""

    programme: str
    what: str
    before: str
    after: str
    notice: str


@dataclass(frozen=True)
class Told:
    """What became of one enterprise. Where it left, name and code are its last."""

    public_id: str
    uscc: str
    name: str
    kind: Kind
    reasons: tuple[Reason, ...]


def changes_of(package: Package, manifest: Manifest) -> list[Told]:
    """Every change that the package tells, in its order. Raises `OSError` where the store has lost it."""
    first_read = files_of(manifest, CHANGES)[0]
    if not first_read.get("rows"):
        return []
    with TemporaryDirectory(prefix="changes-") as folder:
        with opened(package) as file, ZipFile(file) as archive:
            archive.extract(first_read["path"], folder)
        return [_told(row) for row in named_rows(Path(folder), manifest, CHANGES)]


def by_programme(told: Iterable[Told]) -> list[tuple[str, dict[str, int]]]:
    """Programme → how many enterprises of each kind of change had a cause of it; the most changed first."""
    counted: dict[str, Counter[Kind]] = {}
    for one in told:
        for programme in {reason.programme for reason in one.reasons}:
            counted.setdefault(programme, Counter())[one.kind] += 1
    order = sorted(counted.items(), key=lambda item: (-item[1].total(), item[0]))
    return [(name or OF_NONE, {kind: kinds[kind] for kind in _KINDS.values()}) for name, kinds in order]


def by_cause(told: Iterable[Told]) -> list[tuple[str, int]]:
    """Cause in words → how many enterprises it concerned, the most frequent first."""
    causes = Counter(what for one in told for what in {reason.what for reason in one.reasons})
    return sorted(causes.items(), key=lambda item: (-item[1], item[0]))


def in_words(kind: Kind, causes: Sequence[Cause], names: Mapping[str, str], notice_of: NoticeOf) -> tuple[Reason, ...]:
    """Causes in the words that packages have for them; `names` gives every programme's name by its code."""
    cells = changes.row(kind, causes, [""] * 3, names, notice_of)
    titles = [column.title for column in changes.columns([])]
    return _reasons(dict(zip(titles, cells[3:], strict=False)))


def _told(row: Mapping[str, str]) -> Told:
    return Told(
        public_id=row[words.PUBLIC_ID],
        uscc=row[words.CODE],
        name=row[words.NAME],
        kind=_KINDS[row[words.CHANGE]],
        reasons=_reasons(row),
    )


def _reasons(row: Mapping[str, str]) -> tuple[Reason, ...]:
    """The parallel lists, taken apart again."""
    lists = (words.CAUSES_TITLE, words.BEFORE, words.AFTER, words.EVIDENCE_LISTS)
    items = zip(*(row[title].split(words.SEPARATOR) for title in lists), strict=True)
    return tuple(_reason(*item) for item in items)


def _reason(cause: str, before: str, after: str, notice: str) -> Reason:
    programme, colon, what = cause.rpartition(words.COLON)
    return Reason(
        programme=programme if colon else "",
        what=what,
        before=_bare(before, programme),
        after=_bare(after, programme),
        notice=notice if notice != words.NOTHING else "",
    )


def _bare(item: str, programme: str) -> str:
    """A value without the name of what it is of, which stands beside it."""
    if item == words.NOTHING:
        return ""
    label, colon, value = item.partition(words.COLON)
    if programme and item.startswith(programme + words.COLON):
        return item[len(programme) + 1 :]
    return value if colon and label in _FIELDS else item
