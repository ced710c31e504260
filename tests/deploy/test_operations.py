"""The operations manual names what there is, says the same in both languages, and its commands are commands."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
MANUALS = [ROOT / "docs" / "operations.md", ROOT / "docs" / "operations.en.md"]
TEXTS = {path.name: path.read_text() for path in MANUALS}
SHOWN = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
# Of other programs, and of the installer and the compose file.
OTHERS = {"PIP_FIND_LINKS", "PIP_NO_INDEX", "RELEASE", "REGISTRY_VERSION", "OWNER", "SITE", "REDIS", "END", "V", "NAME"}


def blocks(text: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_both_say_the_same_commands_in_the_same_order() -> None:
    chinese, english = TEXTS.values()
    assert blocks(chinese) == blocks(english)
    assert len(blocks(chinese)) >= 10
    numbers = [re.findall(r"^## (\d+)\.", text, re.MULTILINE) for text in (chinese, english)]
    assert numbers[0] == numbers[1] == [str(number) for number in range(1, len(numbers[0]) + 1)]
    rows = [len(re.findall(r"^\|", text, re.MULTILINE)) for text in (chinese, english)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_named_is_there(text: str) -> None:
    settings = set(re.findall(r"`([A-Z][A-Z_]{3,})(?:=[^`]*)?`", text)) | set(
        re.findall(r"^([A-Z_]+)=", text, re.MULTILINE)
    )
    assert settings - SHOWN - OTHERS == set()
    units = set(re.findall(r"\bregistry[\w-]*\.(?:service(?!\.d)|socket|target|timer)\b", text))
    assert {unit for unit in units if not (ROOT / "deploy/systemd" / unit).exists()} == set()
    started = set(re.findall(r"systemctl (?:start|restart|enable|disable)(?: --now)? ([\w. -]+)", text))
    for unit in {word for words in started for word in words.split() if word.startswith("registry")}:
        names = [unit] if "." in unit else [f"{unit}.service"]
        assert all((ROOT / "deploy/systemd" / name).exists() for name in names), unit
    paths = set(re.findall(r"\bdeploy/[\w./-]*\w", text)) | {
        f"docs/{path}" for path in re.findall(r"\]\(([\w./-]+)\)", text)
    }
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_commands_are_commands() -> None:
    known = get_commands()
    for block in blocks(TEXTS["operations.md"]):
        subprocess.run(["bash", "-n"], input=block, text=True, check=True)
        assert {name for name in re.findall(r"registry-manage (\w+)", block) if name not in known} == set()


def test_the_table_of_the_environment_suffices_and_no_secret_is_in_it() -> None:
    """What `.env.example` calls needed stands in the manual's own file; keys are made, never written down."""
    needed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    for text in TEXTS.values():
        (block,) = [block for block in blocks(text) if "registry.env <<END" in block]
        assert set(needed) <= set(re.findall(r"^([A-Z_]+)=", block, re.MULTILINE))
        for line in re.findall(r"^SECRET\w*=.*$", block, re.MULTILINE):
            assert "$(openssl rand" in line
