"""Reads the migrations that no release has shipped yet, and has each judged. Law: it judges the SQL that would run.

`released.json` names each app's last migration of the release that installations run. A migration says in `allowed`, by
a finding's name, why it is harmless all the same.
"""

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

from config.database.judging import Finding, Known, judged

RELEASED = Path(__file__).with_name("released.json")
_Node = tuple[str, str]
_WIDER = re.compile(r"varchar\((\d+)\)|text")


@dataclass(frozen=True)
class Judgement:
    """A finding, where it is, and why it is allowed, if it is."""

    migration: str
    finding: Finding
    allowed: str


def released() -> dict[str, str]:
    """Each app's last migration that a release has shipped."""
    found: dict[str, str] = json.loads(RELEASED.read_text())
    return found


def record() -> dict[str, str]:
    """From now on the migrations that there are count as shipped."""
    loader = MigrationLoader(connection)
    leaves = {app: name for app, name in sorted(loader.graph.leaf_nodes()) if app in _ours()}
    RELEASED.write_text(json.dumps(leaves, indent=1) + "\n")
    return leaves


def large_tables() -> frozenset[str]:
    """The tables that the apps call large: see `large_tables` of each AppConfig."""
    return frozenset(table for config in apps.get_app_configs() for table in getattr(config, "large_tables", ()))


def judge(*, shipped: Mapping[str, str] | None = None) -> list[Judgement]:
    """What is to be said of the migrations after `shipped`, by default after the last release."""
    loader = MigrationLoader(connection)
    before = _ancestors(loader, shipped if shipped is not None else released())
    state = loader.project_state(sorted(before)) if before else ProjectState()
    columns = _columns(state)
    found: list[Judgement] = []
    for node in _in_order(loader):
        migration = loader.graph.nodes[node]
        if node in before or not migration:
            continue
        if node[0] in _ours():
            allowed = getattr(migration, "allowed", {})
            for finding in _of_migration(migration, state, columns):
                found.append(Judgement(f"{node[0]}.{node[1]}", finding, allowed.get(finding.code, "")))
        else:
            state = migration.mutate_state(state)
    return found


def _of_migration(
    migration: migrations.Migration, state: ProjectState, columns: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """The state moves on with each operation, as when it is applied."""
    said: list[str] = []
    widened: set[tuple[str, str]] = set()
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        for operation in migration.operations:
            old = state.clone()
            operation.state_forwards(migration.app_label, state)
            if code := _python(operation):
                yield from _of_python(code)
            elif operation.reduces_to_sql:
                widened |= _widened(operation, migration.app_label, old, state)
                operation.database_forwards(migration.app_label, editor, old, state)
    said += (line for line in editor.collected_sql or () if not line.startswith("--"))
    large = large_tables() & columns.keys()  # one that is new with this release is empty
    yield from judged("\n".join(said), Known(large, columns, widened), atomic=migration.atomic)


def _python(operation: Operation) -> Any:
    return operation.code if isinstance(operation, migrations.RunPython) else None


def _of_python(code: Any) -> Iterator[Finding]:
    """What a function of a migration lays hands on can only be read off the models that it asks for."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, TypeError, SyntaxError):
        yield Finding("code", "", "its source cannot be read")
        return
    large = large_tables()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "get_model":
            words = [word.value for word in call.args if isinstance(word, ast.Constant)]
            table = "_".join(".".join(map(str, words)).lower().split("."))
            if len(words) != len(call.args) or table in large:
                yield Finding("code", table, "it may go through a large table in one transaction: go in batches, with "
                              "atomic = False, and say so in `allowed`")  # fmt: skip


def _widened(operation: Operation, app: str, old: ProjectState, new: ProjectState) -> set[tuple[str, str]]:
    """The columns whose type an AlterField makes wider without a row being written: varchar to a longer one or text."""
    if not isinstance(operation, migrations.AlterField):
        return set()
    models: list[type[Model]] = [state.apps.get_model(app, operation.model_name) for state in (old, new)]
    fields: list[Any] = [model._meta.get_field(operation.name) for model in models]
    before, after = (field.db_parameters(connection) for field in fields)
    was, will = (_WIDER.fullmatch(str(of["type"])) for of in (before, after))
    wider = was and will and (not will[1] or (was[1] and int(was[1]) <= int(will[1])))
    same = before["type"] == after["type"] or wider
    if not same or before.get("collation") != after.get("collation"):
        return set()
    return {(models[1]._meta.db_table, str(fields[1].column))}


def _columns(state: ProjectState) -> dict[str, frozenset[str]]:
    """The tables and columns that a release with this state uses."""
    return {
        model._meta.db_table: frozenset(str(field.column) for field in model._meta.local_concrete_fields)
        for model in state.apps.get_models(include_auto_created=True)
    }


def _ancestors(loader: MigrationLoader, shipped: Mapping[str, str]) -> set[_Node]:
    nodes = {node for node in shipped.items() if node in loader.graph.nodes}
    found = {ancestor for node in nodes for ancestor in loader.graph.forwards_plan(node)}
    others = {node for node in loader.graph.nodes if node[0] not in _ours()} if shipped else set()
    return found | {node for node in others if loader.graph.nodes[node]}


def _in_order(loader: MigrationLoader) -> list[_Node]:
    order: dict[_Node, None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        order |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(order)


def _ours() -> set[str]:
    """The apps of the house; what libraries bring is theirs to answer for, and small."""
    home = settings.BASE_DIR
    return {
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(home) and ".venv" not in Path(config.path).relative_to(home).parts
    }
