"""Receipts: numbered without a gap, of a person or a machine, never changed, deleted by the rule alone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from enterprises.models import Edition
from pushes import delivering, errors, exporting, receipts
from pushes.models import Delivery, Receipt, ReceiptKind, ReceiptsDeleted
from tests.pushes.making import institution, person

NOW = timezone.now()
YEAR = timedelta(days=366)


@pytest.fixture
def made(spring: Edition) -> Delivery:
    institution("bank-a")
    delivering.sweep(clock=timezone.now)
    return Delivery.objects.get()


@pytest.fixture
def clerk(made: Delivery) -> User:
    return person("clerk", made.channel.institution)


def fetched(made: Delivery, by: User, years: float = 0) -> Receipt:
    return receipts.downloaded(delivery=made, by=by, address="203.0.113.7", now=NOW - years * YEAR)


def test_numbers_have_no_gap_though_a_writing_failed(made: Delivery, clerk: User) -> None:
    first = fetched(made, clerk)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        fetched(made, clerk)
        raise ZeroDivisionError
    again = receipts.acknowledged(delivery=made, by=clerk, address=None, now=NOW)
    assert receipts.acknowledged(delivery=made, by=clerk, address=None, now=NOW + YEAR) == again
    machine = receipts.downloaded(delivery=made, by=None, key="zk_1a2b", address=None, now=NOW)
    assert [machine.number - first.number, again.number - first.number] == [2, 1]
    assert (machine.user, machine.key) == (None, "zk_1a2b")


def test_each_person_and_machine_acknowledges_once(made: Delivery, clerk: User) -> None:
    other = person("other", made.channel.institution)
    for _time in range(2):
        receipts.acknowledged(delivery=made, by=clerk, address=None, now=NOW)
        receipts.acknowledged(delivery=made, by=other, address=None, now=NOW)
        receipts.acknowledged(delivery=made, by=None, key="zk_1a2b", address=None, now=NOW)
    assert [one.user or one.key for one in receipts.acknowledgements(made)] == [clerk, other, "zk_1a2b"]


@pytest.mark.parametrize("wrong", [{"user": None, "key": ""}, {"key": "zk_1a2b"}, {"delivery": None}, {"sha256": ""}])
def test_what_is_no_receipt(made: Delivery, clerk: User, wrong: dict[str, object]) -> None:
    facts: dict[str, object] = {
        "kind": ReceiptKind.DOWNLOAD, "institution": made.channel.institution, "delivery": made, "user": clerk,
        "at": NOW, "sha256": "0" * 64,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(**facts | wrong)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pushes_receipt SET number = number + 1",
        "DELETE FROM pushes_receipt",
        "TRUNCATE pushes_receipt",
        "SELECT pushes_delete_receipts(now())",
        "SELECT pushes_delete_receipts(now() - interval '2 years 364 days')",
        "SET LOCAL pushes.by_the_rule = 'yes'; DELETE FROM pushes_receipt",
        "SET LOCAL session_replication_role = replica; DELETE FROM pushes_receipt",
        "UPDATE pushes_receiptsdeleted SET last = 9",
        "TRUNCATE pushes_attempt",
        "TRUNCATE pushes_profile CASCADE",
    ],
)
def test_the_database_holds_the_law(made: Delivery, clerk: User, statement: str) -> None:
    fetched(made, clerk, years=3.1)
    receipts.delete_old(years=3, now=timezone.now())
    fetched(made, clerk, years=2.9)
    with connection.cursor() as cursor:  # tests empty tables between them; here the law is as everywhere
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("pushes_receipt", "pushes_attempt", "pushes_profile"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement)


class TestTheRule:
    def test_deletes_the_oldest_and_writes_it_down(self, made: Delivery, clerk: User) -> None:
        old, older, new = (fetched(made, clerk, years) for years in (3.5, 4, 1))
        late = fetched(made, clerk, 3.2)  # with a gap before it, it would not prove anything: it stays
        deleted = receipts.delete_old(years=3, now=timezone.now())
        assert deleted is not None and (deleted.first, deleted.last) == (old.number, older.number)
        assert set(Receipt.objects.all()) == {new, late}
        assert receipts.delete_old(years=3, now=timezone.now()) is None
        assert ReceiptsDeleted.objects.count() == 1
        assert fetched(made, clerk).number == late.number + 1

    def test_keeps_as_long_as_the_bureau_says(self, made: Delivery, clerk: User) -> None:
        fetched(made, clerk, 3.5)
        assert receipts.delete_old(years=5, now=timezone.now()) is None

    def test_never_less_than_three_years(self, made: Delivery) -> None:
        with pytest.raises(errors.KeptTooShort):
            receipts.delete_old(years=2, now=timezone.now())


def test_the_auditors_table(made: Delivery, clerk: User) -> None:
    clerk.username = "=cmd|'/C calc'!A1"
    clerk.save()
    receipt = fetched(made, clerk)
    receipts.downloaded(delivery=made, by=None, key="zk_1a2b", address=None, now=NOW)
    asked = receipts.answered(
        kind=ReceiptKind.LOOKUP, delivery=made, key="zk_1a2b", address=None, sha256="0" * 64, rows=7, now=NOW
    )
    headings, told = exporting.receipts_sheet(Receipt.objects.all())
    rows = [list(headings), *map(list, told)]
    assert [len(row) for row in rows] == [11, 11, 11, 11]
    assert [row[10] for row in rows[1:]] == ["", "", "7"] and rows[3][9] == asked.sha256
    assert rows[1][0] == str(receipt.number) and rows[1][5].startswith("'=") and rows[1][9] == receipt.sha256
    assert rows[2][5:7] == ["", "zk_1a2b"]
    assert [*map(list, exporting.receipts_sheet(Receipt.objects.all()).rows)] == rows[1:]
