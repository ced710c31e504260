"""A part of a name is found by two signs, with the dictionary as without it."""

import pytest
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from registry import correcting, searching
from registry.correcting import Correction
from registry.grams import Grams, pairs_of
from registry.models import ListImport, PublishedName
from tests.conftest import NOW, Publish

NAMES = ["郑州智能科技有限公司", "郑州智慧能源有限公司", "ABC(郑州)材料有限公司"]


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    return publish([["企业名称"], *([name] for name in NAMES)], confirmed=False)


@pytest.mark.parametrize("noted", [False, True])
def test_names_are_found_by_a_part(listed: ListImport, noted: bool) -> None:
    if noted:
        assert searching.note_names(now=NOW) == 1 and searching.note_names(now=NOW) == 0
    for fragment, found in {
        "智能": NAMES[:1], "智": [], "BC(郑": NAMES[2:], "能源有限": NAMES[1:2], "有限公司": sorted(NAMES), "没有": [],
        "%": [], "能%": [],
    }.items():  # fmt: skip
        names = searching.names_with(fragment)
        assert (names if found or len(fragment) > 1 else []) == sorted(found), fragment


def test_what_is_common_is_told_as_such(listed: ListImport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST", 2)
    assert searching.names_with("有限") is None and searching.names_with("智能") == NAMES[:1]
    searching.note_names(now=NOW)
    assert searching.names_with("有限") is None


def test_a_corrected_name_is_found_at_once(listed: ListImport) -> None:
    searching.note_names(now=NOW)
    entry = listed.entries.get(name=NAMES[0])
    correcting.correct_all(
        list_import=listed, changes=[Correction(entry.pk, "name", "郑州改正科技有限公司")], why="x", now=timezone.now()
    )
    assert searching.names_with("改正") == ["郑州改正科技有限公司"]
    assert searching.note_names(now=NOW) == 1 and searching.names_with("改正") == ["郑州改正科技有限公司"]


def test_the_databases_pairs_are_ours_and_its_index_serves_them(listed: ListImport) -> None:
    searching.note_names(now=NOW)
    with connection.cursor() as cursor:
        for text in (*NAMES, "", "一", "一二"):
            cursor.execute("SELECT name_grams(%s)", [text])
            assert cursor.fetchone() == (pairs_of(text),)
        cursor.execute("SET LOCAL enable_seqscan = off")
        query = PublishedName.objects.alias(grams=Grams("name_key")).filter(
            grams__contains=Value(["智能"], output_field=Grams.output_field)
        )
        assert "published_name_grams" in query.explain()
