"""docs/security.md is true: each test and setting that it names exists, each default and range is the code's, and each
check has its row."""

import ast
import re
from collections.abc import Iterator

from config import checks
from config.accounts import checks as of_accounts
from config.database import checks as of_database
from config.keeping import checks as of_keeping
from config.watching import checks as of_watching
from pushes import checks as of_pushes
from tests.processes import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_the_tests_that_it_names_exist() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT))
    assert len(named) > 30
    known = {file: (ROOT / file).read_text(encoding="utf-8") for file, _name in named}
    assert [pair for pair in named if not re.search(rf"def {pair[1]}\(", known[pair[0]])] == []


def test_the_settings_that_it_names_are_in_the_example() -> None:
    cells = "\n".join(line for line in TEXT.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", cells))
    shown = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert len(named) > 30 and named <= shown


def test_defaults_and_ranges_are_the_codes() -> None:
    said = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \| (\d+)–(\d+) \|", TEXT, re.MULTILINE)
    numbers = {name: tuple(map(int, rest)) for name, *rest in said}
    assert len(numbers) > 10 and numbers == {name: found for name, found in _numbers() if name in numbers}


def test_each_check_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+\.[EW]\d+)` \|", TEXT, re.MULTILINE)
    ours = [rule.id for rule in (*checks.OF_SETTINGS, *checks.OF_DATABASE)]
    of_apps = [of_pushes.NO_KEY, of_pushes.RETIRED_KEY, of_pushes.KEY_OPEN, of_accounts.SUPERUSER]
    of_apps += [of_database.RUNS_AS_OWNER, of_keeping.NONE, of_keeping.FOLDER, of_keeping.RECIPIENT, of_keeping.PROGRAM]
    of_apps += [of_keeping.STORE, of_keeping.BESIDE, of_watching.NOBODY, of_watching.NO_MAIL, of_watching.OPEN_TO_ALL]
    assert rows == ours + of_apps


def _numbers() -> Iterator[tuple[str, tuple[int, int, int]]]:
    """The whole numbers of the settings: default, lowest, highest."""
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "whole_number":
            name, default = (ast.literal_eval(argument) for argument in node.args)
            limits = {str(one.arg): ast.literal_eval(one.value) for one in node.keywords}
            yield name, (default, limits["lowest"], limits["highest"])
