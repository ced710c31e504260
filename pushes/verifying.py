"""Checks a package with nothing but the file and a public key.

Law: every fault is named, in words for the person at the bank; nothing is read further before its signature and sums
are right.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from pushes import manifest, succeeding
from pushes.digesting import sums_of
from pushes.errors import PackageRefused
from pushes.formats import reading, words
from pushes.formats.defusing import plain
from pushes.formats.offered import TABLES
from pushes.manifest import CHANGES, ENTERPRISES, RECOGNITIONS, Manifest, Resource
from pushes.signing import PublicKey
from pushes.tables import files_of, named_rows, rows_of
from pushes.unpacking import check_workbook, unpack


def verify(package: Path, *, keys: Iterable[PublicKey], previous: Path | None = None, at_least: str = "") -> Manifest:
    """The manifest of a package that is ours, whole, and at one with itself.

    With `previous`, a package that the receiver holds already, it must also follow that one, whose members and these
    changes must make these members. `at_least` is the label of an edition that it may not be older than. Raises
    `PackageRefused`, `OSError`.
    """
    known = {key.id: key for key in keys}
    with TemporaryDirectory(prefix="verify-") as name, TemporaryDirectory(prefix="verify-") as earlier:
        found = _sound(package, Path(name), known)
        _stop(succeeding.too_old(found, at_least))
        if previous:
            try:
                before = _sound(previous, Path(earlier), known)
            except PackageRefused as error:
                words_of_it = _("The previous package: %(problem)s")
                raise PackageRefused([words_of_it % {"problem": problem} for problem in error.problems]) from error
            _stop(succeeding.out_of_turn(before, found))
            _stop(succeeding.unlike(Path(earlier), before, Path(name), found))
    return found


def _sound(package: Path, folder: Path, keys: dict[str, PublicKey]) -> Manifest:
    found = unpack(package, folder)
    _stop(_check_signature(folder, found, keys))
    for check in (_check_bytes, _check_tables, _check_sense):
        _stop(check(folder, found))
    return found


def _stop(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        raise PackageRefused(found)


def _check_signature(folder: Path, found: Manifest, keys: dict[str, PublicKey]) -> Iterator[str]:
    key = keys.get(found["key"]["id"])
    if key is None:
        yield _(
            "The package names key %(key)s as its own, which is none of those it is checked with. If the institutions' "
            "pages show that key, name its file with --public-key; otherwise the package is not ours."
        ) % {"key": found["key"]["id"]}
    elif not key.signed((folder / manifest.NAME).read_bytes(), (folder / manifest.SIGNATURE).read_bytes()):
        yield _(
            "The signature does not fit: %(file)s was changed or made by somebody else. Do not use this package; fetch "
            "it again, and tell the bureau if it stays so."
        ) % {"file": manifest.NAME}


def _check_bytes(folder: Path, found: Manifest) -> Iterator[str]:
    for facts in found["resources"]:
        with (folder / facts["path"]).open("rb") as content:
            sums = sums_of(content)
        if (f"sha256:{sums.sha256}", sums.sm3, sums.size) != (facts["hash"], facts["sm3"], facts["bytes"]):
            yield _("%(file)s is not the file that the manifest names: its digest or size differs.") % {
                "file": facts["path"]
            }


def _check_tables(folder: Path, found: Manifest) -> Iterator[str]:
    for table in (*TABLES, *manifest.annexes_in(found)):
        first, *others = files_of(found, table)
        sound = True
        for facts in (first, *others):
            problems = list(_check_table(folder, facts))
            yield from problems
            sound = sound and not problems
        for facts in others if sound else ():
            yield from _check_alike(folder, first, facts)


def _check_table(folder: Path, facts: Resource) -> Iterator[str]:
    where = {"file": facts["path"]}
    swollen = check_workbook(folder / facts["path"]) if facts["format"] == "xlsx" else ""
    if swollen:
        yield swollen
        return
    try:
        rows = rows_of(folder, facts)
        header = next(rows, [])
        lengths = Counter(len(row) for row in rows)
    except reading.Unreadable:
        yield _("%(file)s cannot be read: it is not what its name says, or it is damaged.") % where
        return
    if header != manifest.columns_of(facts):
        yield _("The columns of %(file)s are not those that the manifest names.") % where
    if lengths.total() != facts["rows"]:
        yield _("%(file)s has %(rows)s rows; the manifest says %(said)s.") % {
            **where,
            "rows": lengths.total(),
            "said": facts["rows"],
        }
    if set(lengths) - {len(header)}:
        yield _("%(file)s has rows with too many or too few cells.") % where


def _check_alike(folder: Path, first: Resource, other: Resource) -> Iterator[str]:
    """Do two forms of one table hold the same? What a spreadsheet could execute is defused in some of them."""
    for number, (ours, theirs) in enumerate(zip_longest(rows_of(folder, first), rows_of(folder, other)), start=1):
        if [plain(cell) for cell in ours or []] != [plain(cell) for cell in theirs or []]:
            yield _("Row %(row)s of %(other)s differs from %(table)s.") % {
                "row": number,
                "other": other["path"],
                "table": first["path"],
            }
            return


def _check_sense(folder: Path, found: Manifest) -> Iterator[str]:
    """Do the tables tell the same story: members, their recognitions, who came and went, and whom the annex names?"""
    files = {table: files_of(found, table)[0]["path"] for table in TABLES}
    kinds: Counter[str] = Counter()
    changed: dict[str, dict[str, str]] = {}
    for row in named_rows(folder, found, CHANGES):
        kinds[row[words.CHANGE]] += 1
        changed[row[words.PUBLIC_ID]] = row
    ids: Counter[str] = Counter()
    strays = {public_id for public_id, row in changed.items() if row[words.CHANGE] != words.KINDS["removed"]}
    for row in named_rows(folder, found, ENTERPRISES):
        public_id = row[words.PUBLIC_ID]
        ids[public_id] += 1
        change = changed.get(public_id)
        if change and (change[words.CHANGE] == words.KINDS["removed"] or row.items() - change.items()):
            strays.add(public_id)
        else:
            strays.discard(public_id)
    holders = Counter(row[words.PUBLIC_ID] for row in named_rows(folder, found, RECOGNITIONS))
    counts = found["counts"]
    if len(ids) != ids.total():
        yield _("An enterprise stands in %(file)s more than once.") % {"file": files[ENTERPRISES]}
    if set(holders) != set(ids):
        yield _("%(file)s and %(other)s are not about the same enterprises.") % {
            "file": files[RECOGNITIONS],
            "other": files[ENTERPRISES],
        }
    for public_id in sorted(strays)[:10]:
        yield _("%(file)s and %(other)s contradict each other about %(id)s.") % {
            "file": files[CHANGES],
            "other": files[ENTERPRISES],
            "id": public_id,
        }
    beside = 0
    for table in manifest.annexes_in(found):
        told = Counter(row[words.PUBLIC_ID] for row in named_rows(folder, found, table))
        beside += counts[table] != told.total()  # type: ignore[literal-required]  # a table of the annex
        if set(told) - set(ids):
            yield _("%(file)s names enterprises that are not in %(other)s.") % {
                "file": files_of(found, table)[0]["path"],
                "other": files[ENTERPRISES],
            }
    said = {words.KINDS[kind]: counts[kind] for kind in ("added", "removed", "changed")}
    if +kinds != +Counter(said) or counts["members"] != len(ids) or counts["recognitions"] != holders.total() or beside:
        yield _("The numbers in the manifest are not those of the files.")
