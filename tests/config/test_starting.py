"""While a process loads it does not look for garbage; afterwards it does, but not among what it loaded."""

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from config import starting
from tests.processes import ROOT


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    often = gc.get_threshold()
    yield
    gc.set_threshold(*often)
    gc.enable()


def test_garbage_is_looked_for_again_once_all_is_loaded() -> None:
    starting.loading()
    assert not gc.isenabled()
    often = gc.get_threshold()
    starting.loaded()
    assert gc.isenabled()
    assert gc.get_threshold() == (20_000, *often[1:])


def test_who_had_switched_it_off_finds_it_off() -> None:
    gc.disable()
    starting.loading()
    starting.loaded()
    assert not gc.isenabled()


def test_a_process_of_the_product_has_laid_aside_what_it_loaded() -> None:
    says = "import django, gc; django.setup(); print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    words = [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {says}"]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() == ["True"] * 2


def test_what_is_freed_is_given_back_from_the_first_allocation_on() -> None:
    says = "from django.conf import settings; settings.DEBUG; import sys; print('polars' in sys.modules)"
    says += "; print('dirty_decay_ms:200' in os.environ['_RJEM_MALLOC_CONF'])"
    words = [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {says}"]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split() == [
        "False",
        "True",
    ]
