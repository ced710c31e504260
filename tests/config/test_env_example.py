"""Every variable that the settings read is shown in .env.example, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READERS = {
    "str", "list", "switch", "whole_number", "fraction", "time_of_day", "address", "links", "listed", "one_of",
    "file_store", "inner_path", "groups", "owner_database",
}  # fmt: skip


def variables_read() -> set[str]:
    """The names given to the functions that read the environment."""
    calls = (
        node
        for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text()))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    )
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)) in READERS
    }


def variables_of_the_web_server() -> set[str]:
    """gunicorn's settings read a few by themselves: see their first lines."""
    return set(re.findall(r'_number\("([A-Z_]+)"', (ROOT / "config" / "gunicorn.py").read_text()))


def variables_of_units() -> set[str]:
    """What the command lines of services take from the environment."""
    units = (ROOT / "deploy" / "systemd").glob("*.service")
    return {name for unit in units for name in re.findall(r"\$\{([A-Z_]+)\}", unit.read_text())}


def test_env_example_shows_just_what_settings_read() -> None:
    shown = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(shown) == sorted(variables_read() | variables_of_the_web_server() | variables_of_units())
