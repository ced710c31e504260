"""What was sealed stays, whoever asks the database: another role, a replica's session, a row moved or slipped in."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from enterprises import editions, resolving
from enterprises.models import Edition, EditionMember
from tests.conftest import NOW, PROOF_TABLES, SEALED_TABLES, Publish

HEAD = ["企业名称", "证书编号", "发证日期"]


@pytest.fixture
def sealed(publish: Publish) -> Edition:
    publish([HEAD, ["郑州启航科技有限公司", "GR202541000001", "2025-01-10"]])
    resolving.resolve(now=NOW)
    return editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "words"),
    [(table, "sealed") for table in SEALED_TABLES]
    + [(table, r"only ever added|does not change|never after") for table in PROOF_TABLES],
)
def test_no_table_of_editions_or_proof_is_emptied(sealed: Edition, table: str, words: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


@pytest.fixture
def role(db: None) -> Iterator[None]:
    """A role with every right on the rows, as a production server's application has it, and no other."""
    run("CREATE ROLE of_the_application NOLOGIN")
    run("GRANT USAGE ON SCHEMA public TO of_the_application")
    run("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA public TO of_the_application")
    yield
    run("RESET ROLE")


ACTS = [
    "UPDATE enterprises_editionmember SET name = 'x'",
    "DELETE FROM enterprises_editionmember",
    "UPDATE enterprises_editionchange SET causes = '[]'",
    "DELETE FROM enterprises_editionchange",
    "DELETE FROM enterprises_guardresult",
    "UPDATE enterprises_edition SET digest = ''",
    "DELETE FROM enterprises_edition",
    "ALTER TABLE enterprises_editionmember DISABLE TRIGGER ALL",
    "DROP TRIGGER enterprises_edition_is_sealed ON enterprises_edition",
    "SET session_replication_role = replica",
]


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS)
def test_the_applications_role_is_refused(sealed: Edition, role: None, act: str) -> None:
    run("SET ROLE of_the_application")
    with pytest.raises(DatabaseError), transaction.atomic():
        run(act)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS[:7])
def test_nor_is_it_let_through_where_other_triggers_sleep(sealed: Edition, act: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET LOCAL session_replication_role = replica")
    with pytest.raises(IntegrityError), transaction.atomic():
        run(act)
    run("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
def test_no_row_of_a_draft_is_moved_into_it(sealed: Edition) -> None:
    draft = editions.cut(quarter="2026Q3", now=NOW + timedelta(hours=1))
    EditionMember.objects.filter(edition=draft).update(public_id="E0")
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        EditionMember.objects.filter(edition=draft).update(edition=sealed)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_row_slips_in_while_it_is_being_sealed(publish: Publish) -> None:
    """The sealing waits for whoever is writing rows of the draft, and then finds that it can't be proved."""
    publish([HEAD, ["郑州启航科技有限公司", "GR202541000001", "2025-01-10"]])
    resolving.resolve(now=NOW)
    draft = editions.cut(quarter="2026Q2", now=NOW)
    failed: list[Exception] = []

    def seal() -> None:
        try:
            editions.seal(edition=draft, now=NOW)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    sealing = threading.Thread(target=seal)
    with transaction.atomic():
        EditionMember.objects.filter(edition=draft).update(name="郑州他航科技有限公司")
        sealing.start()
        sealing.join(1)
        assert sealing.is_alive()
    sealing.join(30)
    assert [type(error).__name__ for error in failed] == ["NotProved"]
    assert Edition.objects.get().state == "draft"
