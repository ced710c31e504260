"""Step 6 of the path, as rows: the content of a package for a platform, page by page, under one digest.

Law: it is the part of the edition that its package has, in the very cut that the package names. Rows flow from the
database to a file and from there to the line, a page at a time, however many they are. Changes are told only to whom
holds just the members that we would tell it of today: old + changes = new, or all of it.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, cast
from uuid import UUID, uuid5

import orjson

from enterprises.calendar import edition_labelled
from enterprises.models import Edition
from pushes import errors, packaging
from pushes.belonging import cut_of, members, seen
from pushes.changing import write_changes
from pushes.channels.parcel import Batch, Confirmed
from pushes.cutting import Cut
from pushes.manifest import Manifest
from pushes.models import Channel, Delivery, DeliveryState, Package, Profile
from pushes.rowing import row
from pushes.signing import signer
from registry.queries import programme_names

FORMAT = "zzkj-batch/1"
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
_EDITION = ("edition", "kind", "quarter", "version", "as_of", "known_by", "sealed_at")
_CUT = ("programmes", "districts", "include_name_only", "columns")
_CHUNK = 1_000


@dataclass(frozen=True)
class Content:
    """What is pushed: an edition as its package has it, by this channel, under this number."""

    number: UUID
    channel: Channel
    edition: Edition
    package: Package
    trial: bool = False

    @contextmanager
    def batch(self, confirmed: Confirmed | None, page_size: int) -> Iterator[Batch]:
        """The content for a platform that has `confirmed`, so many rows a page, while it is sent.

        Raises `BatchDiffers` where it is not what the package counts; `NoSigningKey`, `SigningKeyUnusable`.
        """
        said = packaging.manifest_of(self.package)
        wanted, names = _cut(said), programme_names()
        base = self._base(confirmed, wanted, names)
        with cast(IO[bytes], TemporaryFile()) as rows:
            digest, count = _written(self.edition, wanted, names, None if base else rows)
            if count != self.package.members:
                raise errors.BatchDiffers(self.edition.label)
            sent = write_changes(self.edition, base, wanted, rows).rows if base else count
            pages = _Pages.of(rows, page_size)
            facts = {
                "digest": digest,
                "counts": {"members": count, "rows": sent},
                "page_size": page_size,
                "pages": pages.count,
                "since": confirmed._asdict() if base and confirmed else None,
            }
            yield self._batch(said, facts, pages.page)

    def _batch(self, said: Manifest, facts: Mapping[str, Any], page: Callable[[int], bytes]) -> Batch:
        key = signer()
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "institution": self.channel.institution.code,
            "trial": self.trial,
            "mode": "delta" if facts["since"] else "full",
            **{name: cast(Mapping[str, Any], said)[name] for name in _EDITION},
            "edition_digest": said["digest"],
            **facts,
            "cut": {name: cast(Mapping[str, Any], said["cut"])[name] for name in _CUT},
            "programmes": said["programmes"],
            "package": {"sha256": self.package.sha256, "size": self.package.size},
            "key": {"algorithm": key.algorithm, "id": key.public.id, "fingerprint": key.public.fingerprint},
        }
        content = canonical(manifest)
        number = uuid5(self.number, hashlib.sha256(content).hexdigest())
        return Batch(number, manifest, base64.b64encode(key.sign(content)).decode(), page)

    def _base(self, confirmed: Confirmed | None, wanted: Cut, names: Mapping[str, str]) -> Edition | None:
        """The earlier edition that the platform has, if this channel delivered it in the same cut, and its members are
        those that the platform says.
        """
        named = edition_labelled(confirmed.edition) if confirmed else None
        if confirmed is None or named is None or named >= (self.edition.quarter, self.edition.version):
            return None
        given = Delivery.objects.filter(
            channel=self.channel, state=DeliveryState.DELIVERED, package__profile_digest=self.package.profile_digest
        )
        delivery = given.filter(edition__quarter=named[0], edition__version=named[1]).select_related("edition").first()
        if delivery is None or _written(delivery.edition, wanted, names)[0] != confirmed.digest:
            return None
        return delivery.edition


def canonical(document: object) -> bytes:
    """The one way to write a document that is signed (RFC 8785; there is no number in it but whole ones)."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _cut(said: Manifest) -> Cut:
    """The cut that the package names."""
    cut = said["cut"]
    return cut_of(
        Profile(
            programmes=cut["programmes"],
            districts=cut["districts"],
            include_name_only=cut["include_name_only"],
            columns=cut["columns"],
        )
    )


def _written(
    edition: Edition, wanted: Cut, names: Mapping[str, str], target: IO[bytes] | None = None
) -> tuple[str, int]:
    """The digest of the edition's members in the cut, and how many they are; they are written to the target, if any.

    A member is a line of its canonical JSON, in order of public id.
    """
    digest, count = hashlib.sha256(), 0
    for member in members(edition, wanted).iterator(chunk_size=_CHUNK):
        line = orjson.dumps(row(seen(member, wanted), wanted, names), option=_CANONICAL)
        digest.update(line)
        count += 1
        if target:
            target.write(line)
    return digest.hexdigest(), count


@dataclass(frozen=True)
class _Pages:
    """A file of lines as pages of so many: of each, where it begins."""

    file: IO[bytes]
    begins: list[int]

    @classmethod
    def of(cls, file: IO[bytes], size: int) -> "_Pages":
        """Without a row there is one page, with nothing on it."""
        file.seek(0)
        begins, place = [0], 0
        for number, line in enumerate(file, 1):
            place += len(line)
            if number % size == 0:
                begins.append(place)
        if begins[-1] != place or len(begins) == 1:
            begins.append(place)
        return cls(file, begins)

    @property
    def count(self) -> int:
        return len(self.begins) - 1

    def page(self, number: int) -> bytes:
        first, end = self.begins[number - 1], self.begins[number]
        self.file.seek(first)
        return self.file.read(end - first).rstrip(b"\n").replace(b"\n", b",")
