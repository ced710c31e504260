"""The house's import laws, held against the code as it stands (see docs/decisions/0001-the-house.md).

One test judges all modules, and names every offender: a test for each would cost more to report than to judge.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("registry", "enterprises", "pushes", "financing")
HOUSE = (*APPS, "config")
MAY_IMPORT = {
    "registry": {"registry"},
    "enterprises": {"enterprises", "registry"},
    "pushes": {"pushes", "enterprises", "registry"},
    "financing": {"financing", "pushes", "enterprises", "registry"},
    "config": {"config"},
}
# Of the registry, what lies right of the enterprises sees the queries; the manners of command line, manuals, admin
# lists, rules with dates and bulk writing are everybody's, and so is how people write dates.
OTHERS_SEE_OF_REGISTRY = (
    "registry.queries", "registry.management.reporting", "registry.errors", "registry.manuals",
    "registry.admin.paging", "registry.admin.filters", "registry.admin.exporting", "registry.admin.dated_rules",
    "registry.rule_forms", "registry.superseding", "registry.sheets", "registry.formulas",
    "registry.copying", "registry.dates",
)  # fmt: skip
FACES = {
    "admin", "templatetags", "views", "api", "tasks", "commands", "forms", "resources", "urls", "public_keys",
    "password_actions", "rule_forms", "voice",
}  # fmt: skip
ROOMS = ("pushes.portal", "financing.portal")  # faces, too; a channel has the same name
PURE = {
    "registry.names", "registry.identifiers", "registry.columns", "registry.dates", "registry.checking",
    "registry.placing", "registry.problems", "registry.slips", "registry.layout", "registry.formulas",
    "registry.guessing", "registry.manuals", "registry.points",
    "enterprises.canonical", "enterprises.delta", "enterprises.public_ids", "enterprises.periods",
    "enterprises.matching",
    *(
        f"enterprises.matching.{name}"
        for name in (
            "certified", "clusters", "climbing", "comparing", "deciding", "exactly", "hashing", "holding",
            "identifying", "keys", "known", "likening", "measuring", "nearby", "pairing", "places", "renaming", "rungs",
            "said", "sharing", "sounds", "stated", "taking",
        )
    ),
    "enterprises.proving", "enterprises.sniffing", "enterprises.standing", "enterprises.suppressing",
    "enterprises.working_days",
    "pushes.cutting", "pushes.retrying",
    "financing.words", "financing.cells", "financing.checking",
    "financing.subsidies.computing", "financing.subsidies.capitals", "financing.subsidies.claim_rows",
    "financing.amounts", "financing.withholding",
}  # fmt: skip


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for app in HOUSE
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
}


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str, *, inside_functions: bool = False) -> list[str]:
    """Modules of the house that `module` imports at its top, or (only) inside functions."""
    found: list[str] = []
    for node, inside in placed_imports(parsed(module)):
        if inside != inside_functions:
            continue
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names if alias.name.split(".")[0] in HOUSE)
            continue
        assert node.level == 0, f"{module} imports relatively"
        if node.module and node.module.split(".")[0] in HOUSE:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.append(whole if whole in MODULES else node.module)
    return found


def placed_imports(node: ast.AST, inside: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import below this node, and whether it stands inside a function."""
    inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        elif not isinstance(child, ast.expr):
            yield from placed_imports(child, inside)


def may_import(module: str, imported: str) -> bool:
    app, whose = module.split(".")[0], imported.split(".")[0]
    if app in ("pushes", "financing") and whose == "registry":
        return imported in OTHERS_SEE_OF_REGISTRY
    return whose in MAY_IMPORT[app]


def test_an_app_imports_only_to_its_left() -> None:
    wrong = [
        f"{module} imports {name}" for module in MODULES for name in imports(module) if not may_import(module, name)
    ]
    assert wrong == []


def test_no_import_of_the_house_hides_in_a_function() -> None:
    hidden = {module: names for module in MODULES if (names := imports(module, inside_functions=True))}
    assert hidden == {}


def test_no_circles() -> None:
    graph = {module: set(imports(module)) - {module} for module in MODULES}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join((*path[path.index(module) :], module))
        if module not in done:
            for imported in sorted(graph.get(module, ())):
                visit(imported, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def is_face(module: str) -> bool:
    return bool(FACES & set(module.split(".")[1:])) or f"{module}.".startswith(tuple(f"{room}." for room in ROOMS))


def test_acts_do_not_import_faces() -> None:
    acts = [module for module in MODULES if module.split(".")[0] in APPS and not is_face(module)]
    assert acts
    assert [f"{module} imports {name}" for module in acts for name in imports(module) if is_face(name)] == []


def test_pure_modules_know_no_django() -> None:
    wrong = []
    for module in sorted(PURE):
        nodes = list(ast.walk(parsed(module)))
        named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        named += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
        impure = [name for name in named if name.split(".")[0] in ("django", "celery", "psycopg", "redis")]
        impure += [name for name in imports(module) if name not in PURE]
        wrong += [f"{module} imports {name}" for name in impure]
    assert wrong == []


def test_every_module_opens_with_its_place() -> None:
    written = [module for module, path in MODULES.items() if path.stat().st_size]
    assert [module for module in written if not ast.get_docstring(parsed(module))] == []
