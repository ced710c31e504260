"""The house's import laws, held against the code as it stands (see docs/decisions/0001-the-house.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("registry", "enterprises", "pushes")
HOUSE = (*APPS, "config")
MAY_IMPORT = {
    "registry": {"registry"},
    "enterprises": {"enterprises", "registry"},
    "pushes": {"pushes", "enterprises", "registry"},
    "config": {"config"},
}
# Of the registry, an institution's side sees the queries; the command line's manners are everybody's.
PUSHES_SEE_OF_REGISTRY = ("registry.queries", "registry.management.reporting", "registry.errors")
FACES = {"admin", "views", "api", "tasks", "commands", "forms", "resources", "urls", "public_keys", "password_actions"}
PURE = {
    "registry.names", "registry.identifiers", "registry.columns", "registry.dates", "registry.checking",
    "registry.placing", "registry.problems", "registry.slips", "registry.layout", "registry.guessing",
    "enterprises.canonical", "enterprises.delta", "enterprises.public_ids", "enterprises.periods",
    "enterprises.matching",
    *(
        f"enterprises.matching.{name}"
        for name in (
            "certified", "clusters", "climbing", "comparing", "deciding", "exactly", "hashing", "holding", "keys",
            "likening", "measuring", "nearby", "pairing", "places", "rungs", "said", "sharing", "sounds", "stated",
            "taking",
        )
    ),
    "pushes.cutting", "pushes.retrying",
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


def imports(module: str, *, inside_functions: bool = False) -> Iterator[str]:
    """Modules of the house that `module` imports at its top, or (only) inside functions."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    hidden = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        if (id(node) in hidden) != inside_functions:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in HOUSE)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            if node.module and node.module.split(".")[0] in HOUSE:
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield whole if whole in MODULES else node.module


@pytest.mark.parametrize("module", MODULES)
def test_an_app_imports_only_to_its_left(module: str) -> None:
    app = module.split(".")[0]
    for imported in imports(module):
        assert imported.split(".")[0] in MAY_IMPORT[app], f"{module} imports {imported}"
        if app == "pushes" and imported.startswith("registry"):
            assert imported in PUSHES_SEE_OF_REGISTRY, f"{module} imports {imported}"


@pytest.mark.parametrize("module", MODULES)
def test_no_import_of_the_house_hides_in_a_function(module: str) -> None:
    assert list(imports(module, inside_functions=True)) == []


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
    return bool(FACES & set(module.split(".")[1:]))


@pytest.mark.parametrize("module", [m for m in MODULES if m.split(".")[0] in APPS and not is_face(m)])
def test_acts_do_not_import_faces(module: str) -> None:
    assert [imported for imported in imports(module) if is_face(imported)] == []


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_modules_know_no_django(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    named = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    named += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert [name for name in named if name.split(".")[0] in ("django", "celery", "psycopg", "redis")] == []
    assert [name for name in imports(module) if name not in PURE] == []


@pytest.mark.parametrize("module", [m for m in MODULES if MODULES[m].stat().st_size])
def test_every_module_opens_with_its_place(module: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8"))), f"{module} has no docstring"
