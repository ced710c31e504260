"""Step 6 of the path: a sealed edition in one cut becomes a package, once, however often it is asked for.

Law: equal cuts share one package; what a killed builder leaves behind is nothing that counts. What the store
has lost is built again, to the same bytes or not at all.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast
from zipfile import ZipFile

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from enterprises import locks
from enterprises.models import Edition, EditionState
from pushes import errors
from pushes.assembling import Content, assemble
from pushes.belonging import cut_of
from pushes.closing import Proof
from pushes.cutting import Cut, told
from pushes.digesting import sha256_of
from pushes.formats import changes, enterprises, named_lists, points, recognitions
from pushes.formats.defusing import written
from pushes.formats.offered import ANNEXES, COLUMNS
from pushes.formats.recognitions import Notice
from pushes.formats.table import Feed
from pushes.manifest import NAME, EditionFacts, Manifest, ProfileFacts
from pushes.models import Package, Profile
from pushes.selecting import Selection
from pushes.signing import signer
from registry.queries import beside_the_pool, indicator_columns, programme_names, sources


def build(*, edition: Edition, profile: Profile, since: Edition | None, now: datetime) -> Package:
    """The package of `edition` for `profile`, with the changes since `since`: the one there is, or a new one.

    `since` is the edition that the institution was told last in an equal profile; None where there is no such edition:
    the package tells of no changes then, and the table of members stands for itself. Two builders of the same package
    wait for each other; the second finds it built. Raises `NotSealed`, `DoesNotFitWorkbook`; `NoSigningKey` or
    `SigningKeyUnusable`, since nothing goes out unsigned; and `PackageNotRestored` where the store has lost the file
    and it cannot be had again.
    """
    if edition.state != EditionState.SEALED:
        raise errors.NotSealed(edition.label)
    with transaction.atomic():
        locks.hold(f"package:{edition.pk}:{since.pk if since else ''}:{profile.digest}")
        ready = Package.objects.filter(edition=edition, since=since, profile_digest=profile.digest).first()
        if ready and _whole(ready):
            return ready
        with TemporaryDirectory(prefix="package-") as folder:
            path, manifest = assemble(_content(edition, since, profile), Path(folder))
            return _restored(ready, path) if ready else _keep(edition, since, profile, path, manifest, now)


def manifest_of(package: Package) -> Manifest:
    """What the package says of itself."""
    with opened(package) as file, ZipFile(file) as archive:
        return cast(Manifest, json.loads(archive.read(NAME)))


def opened(package: Package) -> IO[bytes]:
    """The package's bytes, from the store. Raises `OSError` where they are not there."""
    return cast(IO[bytes], package.file.storage.open(str(package.file.name)))


def prove_all() -> tuple[int, list[str]]:
    """How many packages the store holds as they went out, and the names of those that are lost or changed."""
    wrong = [str(package) for package in Package.objects.order_by("pk").iterator() if not _whole(package)]
    return Package.objects.count() - len(wrong), wrong


def _whole(package: Package) -> bool:
    """Whether the store holds the very bytes that were built."""
    try:
        with opened(package) as content:
            return sha256_of(content) == package.sha256
    except FileNotFoundError:
        return False


def _restored(package: Package, path: Path) -> Package:
    name = str(package.file.name)
    if _digest(path) != package.sha256:
        raise errors.PackageNotRestored(Path(name).name)
    _store(name, path)
    return package


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return sha256_of(content)


def _store(name: str, path: Path) -> str:
    """Put the file at `name`, in place of what lies there: we hold the lock, so that it is nothing that counts."""
    default_storage.delete(name)
    with path.open("rb") as content:
        return default_storage.save(name, File(content))


def _keep(
    edition: Edition, since: Edition | None, profile: Profile, path: Path, manifest: Manifest, now: datetime
) -> Package:
    base = f"-since-{since.label}" if since else ""
    name = f"packages/{edition.label}/{edition.label}{base}-{profile.digest[:16]}.zip"
    counts = manifest["counts"]
    return Package.objects.create(
        edition=edition,
        since=since,
        profile_digest=profile.digest,
        file=_store(name, path),
        sha256=_digest(path),
        size=path.stat().st_size,
        members=counts["members"],
        added=counts["added"],
        removed=counts["removed"],
        changed=counts["changed"],
        built_at=now,
    )


def _content(edition: Edition, since: Edition | None, profile: Profile) -> Content:
    names = programme_names()
    wanted = cut_of(profile)
    programmes = _columns(edition, wanted, names)
    chosen = profile.columns or COLUMNS
    members = enterprises.columns(chosen, programmes)
    held = recognitions.columns(chosen)
    selection = Selection(edition, since, wanted, names)
    kinds: Counter[str] = Counter()
    since_then = _changes(selection, members, wanted, names, kinds) if since else iter(())
    return Content(
        edition=_edition_facts(edition, since),
        profile=_profile_facts(profile),
        programmes=programmes,
        holders=selection.holders(),
        feeds=[
            Feed(enterprises.NAME, list(members.values()), selection.members(members)),
            Feed(recognitions.NAME, list(held.values()), selection.recognitions(held)),
            Feed(changes.NAME, changes.columns(list(members.values())), since_then),
            *_annexes(selection, wanted, chosen),
        ],
        kinds=kinds,
        workbook_writer=settings.WORKBOOK_WRITER,
        proof=Proof(
            signer=signer(),
            keys_page=f"{settings.SITE_ADDRESS}{reverse('pushes:keys')}",
            contact=settings.PACKAGE_CONTACT,
        ),
    )


def _profile_facts(profile: Profile) -> ProfileFacts:
    facts: ProfileFacts = {
        "programmes": sorted(set(profile.programmes)),
        "districts": sorted(set(profile.districts)),
        "include_name_only": profile.include_name_only,
        "columns": sorted(set(profile.columns)),
        "formats": sorted(set(profile.formats)),
        "digest": profile.digest,
    }
    if profile.annexes:
        facts["annexes"] = sorted(set(profile.annexes))
    return facts


def _edition_facts(edition: Edition, since: Edition | None) -> EditionFacts:
    assert edition.sealed_at is not None  # noqa: S101 - a constraint holds it for sealed editions
    return {
        "edition": edition.label,
        "kind": edition.kind,
        "quarter": edition.quarter,
        "version": str(edition.version),
        "as_of": edition.as_of.isoformat(),
        "known_by": edition.known_by.astimezone(UTC).isoformat(),
        "sealed_at": edition.sealed_at.astimezone(UTC).isoformat(),
        "digest": edition.digest,
        "previous": {"edition": since.label, "digest": since.digest} if since else None,
    }


def _columns(edition: Edition, wanted: Cut, names: dict[str, str]) -> dict[str, str]:
    """The agreed programmes, or all that the edition has, in the catalogue's order: code → name."""
    codes = wanted.programmes or set(edition.by_programme)
    unknown = {code: code for code in sorted(codes) if code not in names}
    return {code: name for code, name in names.items() if code in codes} | unknown


def _annexes(selection: Selection, wanted: Cut, chosen: Collection[str]) -> Iterator[Feed]:
    """The tables of the annex: each where something of its kind was agreed on."""
    if not wanted.annexes:
        return
    known = beside_the_pool()
    agreed = {known[code].kind for code in wanted.annexes if code in known}
    if ANNEXES[named_lists.NAME] in agreed:
        listed = named_lists.columns(chosen)
        rows = selection.annex(ANNEXES[named_lists.NAME], listed)
        yield Feed(named_lists.NAME, list(listed.values()), rows)
    if ANNEXES[points.NAME] in agreed:
        scored = points.columns(chosen, _indicators(selection, wanted))
        rows = selection.annex(ANNEXES[points.NAME], scored)
        yield Feed(points.NAME, list(scored.values()), rows)


def _indicators(selection: Selection, wanted: Cut) -> dict[points.Indicator, str]:
    """What the indicators that are told are called, in the catalogue's order; one that is gone, by its code."""
    told = selection.indicators()
    known = indicator_columns(wanted.annexes)
    titles = {key: f"{one.name}（{one.unit}）" if one.unit else one.name for key, one in known.items() if key in told}
    return titles | {key: key[1] for key in told if key not in known}


def _changes(
    selection: Selection, members: Iterable[str], wanted: Cut, names: Mapping[str, str], kinds: Counter[str]
) -> Iterator[bytes]:
    """The rows of changes as lines of csv; `kinds` counts them."""
    strangers, notice_of = selection.strangers(), Notices()
    for change in selection.changes(members):
        kinds[change.kind] += 1
        causes = told(change.kind, change.causes, wanted, strangers, change.undone)
        yield written(changes.row(change.kind, causes, change.cells, names, notice_of))


class Notices(dict[str, Notice | None]):
    """Source reference → notice, each list asked for once: an edition has some hundreds of lists."""

    def __call__(self, source: str) -> Notice | None:
        return self[source.partition("#")[0]]

    def __missing__(self, reference: str) -> Notice | None:
        found = sources([reference]).get(reference)
        self[reference] = notice = Notice(*found) if found else None
        return notice
