"""Makes what the tests push: records, sealed editions, institutions with their people."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from enterprises import canonical, delta
from enterprises.calendar import last_day
from enterprises.canonical import RecognitionRecord, Record
from enterprises.delta import Cause, Origin
from enterprises.models import Edition, EditionChange, EditionKind, EditionMember, EditionState, Enterprise
from enterprises.public_ids import number_of, public_id
from pushes import delivering, packaging
from pushes.channels import CHANNELS
from pushes.channels.parcel import Answer, Parcel
from pushes.models import Channel, Delivery, DeliveryState, Institution, Membership, Package, Profile, Role

SEALED_AT = datetime(2026, 10, 1, 6, 30, tzinfo=UTC)


def recognition(
    programme: str = "HNTE",
    source: str = "HNTE-2025-01#1",
    *,
    state: str = "valid",
    number: str = "GR202541000001",
    valid_to: str | None = "2028-01-09",
) -> RecognitionRecord:
    return {
        "programme": programme,
        "number": number,
        "batch": "2025年第一批",
        "valid_from": "2025-01-10",
        "valid_to": valid_to,
        "state": state,
        "source": source,
    }


def record(
    number: int,
    *recognitions: RecognitionRecord,
    name: str = "",
    uscc: str | None = None,
    district: str = "金水区",
    former_names: Iterable[str] = (),
) -> Record:
    """Member `number`; its code is made up, and empty where `uscc` is."""
    return {
        "id": public_id(number),
        "uscc": f"91410100MA{number:08d}" if uscc is None else uscc,
        "name": name or f"郑州示范{number}号科技有限公司",
        "former_names": list(former_names),
        "district": district,
        "recognitions": list(recognitions) or [recognition(source=f"HNTE-2025-01#{number}")],
    }


def sealed_edition(
    quarter: str,
    records: Iterable[Record],
    *,
    previous: Edition | None = None,
    sealed_at: datetime = SEALED_AT,
    version: int = 1,
    kind: str = EditionKind.QUARTER,
    causes: Mapping[str, list[Cause]] | None = None,
) -> Edition:
    """A sealed edition of these records, with the changes since `previous`; `causes` are those of a public id."""
    new = sorted(records, key=lambda one: one["id"])
    old = [] if previous is None else [_record(row) for row in previous.rows.order_by("public_id")]
    changes = list(delta.differences(old, new))
    edition = Edition.objects.create(
        quarter=quarter,
        version=version,
        kind=kind,
        as_of=last_day(quarter),
        known_by=sealed_at,
        previous=previous,
        digest=canonical.digest(new),
        members=len(new),
        added=sum(change.kind == "added" for change in changes),
        removed=sum(change.kind == "removed" for change in changes),
        changed=sum(change.kind == "changed" for change in changes),
        by_programme=_by_programme(new),
        cut_at=sealed_at,
    )
    Enterprise.objects.bulk_create(
        (
            Enterprise(id=number_of(one["id"]), public_id=one["id"], name=one["name"], created_at=sealed_at)
            for one in [*new, *old]
        ),
        ignore_conflicts=True,
    )
    EditionMember.objects.bulk_create(_member(edition, one) for one in new)
    EditionChange.objects.bulk_create(
        EditionChange(
            edition=edition,
            enterprise_id=number_of(change.id),
            public_id=change.id,
            kind=change.kind,
            before=change.before,
            after=change.after,
            causes=(causes or {}).get(change.id) or delta.causes(change, {}, Origin(naming="renamed")),
        )
        for change in changes
    )
    edition.state, edition.sealed_at = EditionState.SEALED, sealed_at
    edition.save()
    return edition


def institution(
    code: str = "bank-a",
    *,
    programmes: Iterable[str] = (),
    include_name_only: bool = True,
    districts: Iterable[str] = (),
    columns: Iterable[str] = (),
    formats: Iterable[str] = ("xlsx", "csv"),
    annexes: Iterable[str] = (),
    agreed_at: datetime = SEALED_AT - timedelta(days=400),
    until: date | None = None,
) -> Institution:
    """An active institution with a profile and a portal channel."""
    made = Institution.objects.create(
        code=code,
        name=f"示范银行（{code}）",
        contract_number="HT-1",
        contract_purpose="科技型企业融资服务",
        contract_until=until or date(2099, 12, 31),
    )
    Profile.objects.create(
        institution=made,
        programmes=sorted(programmes),
        include_name_only=include_name_only,
        districts=sorted(districts),
        columns=sorted(columns),
        formats=sorted(formats),
        annexes=sorted(annexes),
        agreed_at=agreed_at,
    )
    Channel.objects.create(institution=made)
    return made


def delivered(edition: Edition, to: Institution) -> Delivery:
    """The edition's delivery in the portal, without a package that could be fetched: quick."""
    profile = to.profiles.get()
    package, _made = Package.objects.get_or_create(
        edition=edition, since=None, profile_digest=profile.digest,
        defaults=dict.fromkeys(("size", "members", "added", "removed", "changed"), 0) | {"built_at": edition.sealed_at},
    )  # fmt: skip
    return Delivery.objects.create(
        id=delivering.delivery_id(edition.label, to.code, "portal"),
        edition=edition,
        channel=to.channels.get(),
        profile=profile,
        package=package,
        state=DeliveryState.DELIVERED,
        due_at=SEALED_AT,
        delivered_at=SEALED_AT,
    )


def fetched(edition: Edition, path: Path, of: Institution | None = None, *, since: Edition | None = None) -> Path:
    """The edition's package in the institution's cut, as a file of its own; told since the edition before."""
    profile = (of or Institution.objects.first() or institution()).profiles.get()
    package = packaging.build(edition=edition, profile=profile, since=since or edition.previous, now=SEALED_AT)
    with packaging.opened(package) as file:
        path.write_bytes(file.read())
    return path


def person(name: str, of: Institution | None, *, staff: bool = False, role: str = Role.OPERATOR) -> User:
    user = User.objects.create_user(name, password="a long pass phrase", is_staff=staff)
    if of:
        Membership.objects.create(user=user, institution=of, role=role)
    return user


def answering(monkeypatch: pytest.MonkeyPatch, *answers: Answer | BaseException) -> list[Parcel]:
    """Let the portal answer so, one after the other; returns the parcels that it is given."""
    seen: list[Parcel] = []
    left = list(answers)

    def send(parcel: Parcel) -> Answer:
        seen.append(parcel)
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setitem(CHANNELS, "portal", send)
    return seen


def _record(member: EditionMember) -> Record:
    return {
        "id": member.public_id,
        "uscc": member.uscc,
        "name": member.name,
        "former_names": member.former_names,
        "district": member.district,
        "recognitions": member.recognitions,
    }


def _member(edition: Edition, one: Record) -> EditionMember:
    return EditionMember(
        edition=edition,
        enterprise_id=number_of(one["id"]),
        public_id=one["id"],
        uscc=one["uscc"],
        name=one["name"],
        former_names=one["former_names"],
        district=one["district"],
        programmes=sorted({held["programme"] for held in one["recognitions"]}),
        recognitions=one["recognitions"],
    )


def _by_programme(records: list[Record]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in records:
        for programme in {held["programme"] for held in one["recognitions"]}:
            counts[programme] = counts.get(programme, 0) + 1
    return counts
