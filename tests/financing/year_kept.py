"""Puts a generated year into the database, by COPY, as the product would have left it."""

from uuid import UUID, uuid5

import polars as pl
from django.db import connection

from enterprises.calendar import last_day
from enterprises.models import Edition, EditionState
from enterprises.public_ids import public_id
from pushes.models import Channel, Delivery, DeliveryState, Institution, InstitutionState, Package, Profile, Receipt
from registry.copying import copy_frame
from tests.financing.year import CUTS, FIRST, Year, at

_SPACE = UUID("6a1d2f0e-0f6e-4c1c-9a53-2b6d1c9e0a77")


def feedback_id(number: int) -> UUID:
    return uuid5(_SPACE, f"feedback {number}")


def keep(year: Year) -> None:
    """The whole year; what came after a moment is there, too, and must not be seen from it."""
    _enterprises(year)
    editions = _editions(year)
    institutions = _institutions(year)
    deliveries = _deliveries(year, editions, institutions)
    _feedback(year, institutions, deliveries)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE financing_feedbackline, enterprises_editionmember, financing_feedback")


def _enterprises(year: Year) -> None:
    numbers = range(1, year.enterprises + 1)
    copy_frame("enterprises_enterprise", pl.DataFrame({
        "id": numbers, "public_id": [public_id(one) for one in numbers],
        "name": [f"郑州示范{one}号科技有限公司" for one in numbers],
        "name_key": [f"郑州示范{one}号科技有限公司" for one in numbers],
    }).with_columns(pl.lit(True).alias("in_scope"), pl.lit(at("2026-01-01")).alias("created_at")))  # fmt: skip


def _editions(year: Year) -> dict[str, Edition]:
    made: dict[str, Edition] = {}
    for cut in CUTS:
        of = year.members.filter(pl.col("edition") == cut.label)
        made[cut.label] = edition = Edition.objects.create(
            quarter=cut.quarter, version=int(cut.label[-1]), kind=cut.kind, as_of=last_day(cut.quarter),
            known_by=cut.sealed_at, previous=made.get(cut.of), digest=f"{len(made):064x}", members=len(of), added=0,
            removed=0, changed=0, cut_at=cut.sealed_at,
            by_programme=dict(of["programmes"].str.split(",").explode().value_counts().iter_rows()),
        )  # fmt: skip
        copy_frame("enterprises_editionmember", of.select(
            pl.lit(edition.pk).alias("edition_id"), pl.col("enterprise").alias("enterprise_id"),
            pl.Series("public_id", [public_id(one) for one in of["enterprise"]]), pl.lit("").alias("uscc"),
            pl.format("郑州示范{}号科技有限公司", "enterprise").alias("name"), pl.lit("{}").alias("former_names"),
            "district", (pl.lit("{") + pl.col("programmes") + pl.lit("}")).alias("programmes"),
            pl.lit("[]").alias("recognitions"),
        ))  # fmt: skip
        edition.state, edition.sealed_at = EditionState.SEALED, cut.sealed_at
        edition.save()
        if cut.withdrawn_at:  # as it is by now; figures of before do not know it
            edition.state, edition.withdrawn_at, edition.withdrawn_reason = "withdrawn", cut.withdrawn_at, "演练"
            edition.save()
    return made


def _institutions(year: Year) -> dict[str, Institution]:
    for number, (code, kind) in enumerate(year.institutions.items()):
        made = Institution.objects.create(
            code=code, name=f"示范机构（{code}）", kind=kind, contract_number="HT", contract_purpose="演练",
            contract_until=at("2026-12-31").date(),
            state=InstitutionState.ENDED if number % 9 == 8 else InstitutionState.ACTIVE,
        )  # fmt: skip
        Profile.objects.create(institution=made, agreed_at=at("2025-01-01"))
        Channel.objects.create(institution=made, kind="portal")
        Channel.objects.create(institution=made, kind="webhook", url=f"https://{code}.example.cn/")
    return {one.code: one for one in Institution.objects.all()}


def _deliveries(
    year: Year, editions: dict[str, Edition], institutions: dict[str, Institution]
) -> dict[tuple[str, str], Delivery]:
    nothing = dict.fromkeys(("size", "members", "added", "removed", "changed"), 0)
    packages = {
        label: Package.objects.create(edition=edition, profile_digest="-", built_at=edition.cut_at, **nothing)
        for label, edition in editions.items()
    }
    channels = {(one.institution.code, one.kind): one for one in Channel.objects.select_related("institution")}
    profiles = {one.institution_id: one for one in Profile.objects.all()}
    made = [
        Delivery(
            id=uuid5(_SPACE, f"{institution} {label} {channel}"), edition=editions[label],
            channel=channels[institution, channel], profile=profiles[institutions[institution].pk],
            package=packages[label], state=DeliveryState.DELIVERED if moment else DeliveryState.FAILED,
            due_at=at("2026-01-01"), since=at("2026-01-01"), delivered_at=moment,
        )
        for institution, label, channel, moment in year.deliveries.iter_rows()
    ]  # fmt: skip
    Delivery.objects.bulk_create(made)
    by_room = {
        (institution, label): one
        for one, (institution, label, channel, _at) in zip(made, year.deliveries.iter_rows(), strict=True)
        if channel == "portal"
    }
    _receipts(year, institutions, by_room)
    return by_room


def _receipts(year: Year, institutions: dict[str, Institution], deliveries: dict[tuple[str, str], Delivery]) -> None:
    """By machines, each under a key of its own, so that one edition may be acknowledged twice."""
    Receipt.objects.bulk_create(
        Receipt(
            kind=kind, institution=institutions[institution], delivery=deliveries[institution, label], at=moment,
            key=f"k{number}", sha256="0" * 64,
        )
        for number, (institution, label, kind, moment) in enumerate(year.receipts.iter_rows())
    )  # fmt: skip


def _feedback(year: Year, institutions: dict[str, Institution], deliveries: dict[tuple[str, str], Delivery]) -> None:
    """First without force, with the lines; then in force, and replaced, all at once: the law has it so."""
    rows = list(year.feedback.iter_rows(named=True))
    ids = {one["id"]: str(feedback_id(one["id"])) for one in rows}
    copy_frame("financing_feedback", pl.DataFrame({
        "id": [ids[one["id"]] for one in rows],
        "institution_id": [institutions[one["institution"]].pk for one in rows],
        "quarter": [one["quarter"] for one in rows],
        "delivery_id": [str(deliveries[one["institution"], FIRST[one["quarter"]].label].pk) for one in rows],
        "received_at": [one["received_at"] for one in rows],
    }).with_columns(
        pl.lit("room").alias("way"), pl.lit("faulty").alias("state"), pl.lit("{}").alias("sums"),
        pl.lit(True).alias("leave_out"), pl.lit(2).alias("faulty"),
        *(pl.lit("").alias(name) for name in ("access_key", "file_name", "sha256", "key", "message")),
        *(pl.lit(0).alias(name) for name in ("size", "lines", "attempts")),
    ))  # fmt: skip
    amount = [(pl.col(name).cast(pl.Decimal(38, 0)) * pl.lit("0.000001").cast(pl.Decimal(38, 6))).alias(name)
              for name in ("credit_line", "lent", "balance")]  # fmt: skip
    copy_frame("financing_feedbackline", year.lines.select(
        pl.col("feedback").replace_strict(ids).alias("feedback_id"), pl.col("enterprise").alias("enterprise_id"),
        pl.int_range(2, pl.len() + 2).alias("row_number"), "contacted", "answer", *amount, "first_loan", "renewal",
        "credit_loan", *(pl.lit("").alias(name) for name in ("reason", "mistake", "mistake_says")),
    ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE financing_feedback SET state = %s, in_force_at = %s, replaced_at = %s WHERE id = %s",
            [
                (
                    "replaced" if one["replaced_at"] else "in_force",
                    one["in_force_at"],
                    one["replaced_at"],
                    ids[one["id"]],
                )
                for one in rows
                if one["in_force_at"]
            ],
        )
