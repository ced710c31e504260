"""What is shipped to run the product starts what there is, by settings that there are; systemd finds no fault in it."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
HOME = "/opt/registry/current/"
PROGRAMS = Path(sys.executable).parent
SERVICES = sorted(UNITS.glob("*.service"))
SHOWN = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def lines(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def command(unit: Path) -> list[str]:
    (line,) = lines(unit, "ExecStart")
    return shlex.split(line.replace("%%", "%"))


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """The units as they would lie on a machine, but that the programs are this checkout's."""
    shutil.copytree(UNITS, tmp_path / "units")
    for unit in (tmp_path / "units").glob("*.service"):
        unit.write_text(unit.read_text().replace(f"{HOME}.venv/bin", str(PROGRAMS)))
    return tmp_path / "units"


def test_each_service_starts_a_program_that_is_installed() -> None:
    assert len(SERVICES) == 6
    for unit in SERVICES:
        program, *words = command(unit)
        assert (PROGRAMS / program.removeprefix(f"{HOME}.venv/bin/")).exists(), unit.name
        if words[0] == "manage.py":
            assert words[1] in get_commands()
        if words[0] == "--config":
            assert (ROOT / words[1]).exists()


def test_every_queue_has_its_worker_and_every_route_its_queue() -> None:
    taken = [words[words.index("--queues") + 1] for words in map(command, SERVICES) if "--queues" in words]
    assert sorted(taken) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert routed < set(taken)
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert set(settings.CELERY_TASK_ROUTES) - scheduled == {"registry.read_upload"}  # that one a face calls


def test_units_name_each_other_rightly() -> None:
    names = {path.name for path in UNITS.glob("registry*.*")}
    named = set()
    for path in UNITS.rglob("*"):
        if path.is_file():
            named |= set(re.findall(r"\bregistry[\w-]*\.(?:service|socket|target|timer)\b", path.read_text()))
    assert named - names == set()
    (wanted,) = [line for line in lines(UNITS / "registry.target", "Wants") if "registry" in line]
    assert set(wanted.split()) == names - {
        "registry.target", "registry-.service.d", "registry-migrate.service", "registry-watch.service"
    }  # fmt: skip


def test_only_the_change_of_tables_knows_their_owner() -> None:
    owning = [
        path.name
        for path in UNITS.rglob("*")
        if path.is_file() and "migrate.env" in "".join(lines(path, "EnvironmentFile"))
    ]
    assert owning == ["registry-migrate.service"]


def test_limits_of_time_fit_each_other() -> None:
    """A service is killed only after what it grants those in hand, and nginx waits for longer than the site does."""
    gunicorn = (ROOT / "config" / "gunicorn.py").read_text()

    def default(name: str) -> int:
        return int(re.search(rf'_number\("{name}", ([\d_]+)', gunicorn)[1])  # type: ignore[index]

    proxy = (ROOT / "deploy" / "nginx" / "proxy.conf").read_text()
    assert int(lines(UNITS / "registry-web.service", "TimeoutStopSec")[0]) > default("WEB_GRACE_SECONDS")
    assert int(re.search(r"proxy_read_timeout (\d+)s", proxy)[1]) > default("WEB_SECONDS")  # type: ignore[index]
    largest = max(settings.LIST_MAX_MEGABYTES, settings.MATCH_MAX_MEGABYTES,
                  settings.OBJECTION_FILES * settings.OBJECTION_FILE_MEGABYTES)  # fmt: skip
    nginx = (ROOT / "deploy" / "nginx" / "registry.conf").read_text()
    assert int(re.search(r"client_max_body_size (\d+)m", nginx)[1]) > largest  # type: ignore[index]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_no_fault_and_little_exposure(placed: Path) -> None:
    environment = {"SYSTEMD_UNIT_PATH": f"{placed}:", "PATH": "/usr/bin:/bin"}
    units = [str(path) for path in placed.glob("registry*.*") if path.is_file()]
    verified = subprocess.run(["systemd-analyze", "verify", *units], env=environment, capture_output=True, text=True)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    services = [unit for unit in units if unit.endswith(".service")]
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", *services],
        env=environment,
        capture_output=True,
        text=True,
    )
    scores = re.findall(r"exposure level for (\S+): ([\d.]+)", judged.stdout)
    assert {name for name, _score in scores} == {Path(unit).name for unit in services}
    assert max(float(score) for _name, score in scores) <= 2.0


# As systemd does before a service begins: from here on no memory is both written and run.
_NO_CODE_OF_ITS_OWN = """
import ctypes, mmap, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""
_ALL_THERE_IS = """
import mmap
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
except PermissionError:
    print("forbidden")
import django
django.setup()
from config.celery import app
app.loader.import_default_modules()
import polars, config.urls
print(polars.DataFrame({"a": [1, 1, 2]}).group_by("a").len().sort("a").rows())
"""


@pytest.mark.early
def test_all_of_it_loads_where_no_memory_is_written_and_run() -> None:
    text = (UNITS / "registry-.service.d" / "sandbox.conf").read_text()
    assert "MemoryDenyWriteExecute=yes" in text
    variables = dict(word.split("=") for line in re.findall(r"^Environment=(.*)$", text, re.M) for word in line.split())
    done = subprocess.run(
        [sys.executable, "-c", _NO_CODE_OF_ITS_OWN, _ALL_THERE_IS],
        env=os.environ | variables | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode == 77:
        pytest.skip("this kernel knows no such rule (it came with Linux 6.3)")
    assert done.stdout.splitlines() == ["forbidden", "[(1, 2), (2, 1)]"], done.stderr


# ── containers ──


def test_the_image_is_made_of_what_there_is() -> None:
    words = re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "deploy/container/Containerfile").read_text(), re.MULTILINE)
    sources = [source for line in words for source in line.split()[:-1]]
    assert {"config", "registry", "enterprises", "pushes", "financing", "manage.py", "requirements.lock"} <= set(
        sources
    )
    assert [source for source in sources if not (ROOT / source).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    assert not set(sources) & set(ignored)
    assert {".env", ".git", ".local", "deploy/container/secrets", "deploy/container/*.env"} <= set(ignored)


def test_what_is_installed_is_compiled_since_no_process_may_write_there() -> None:
    for file in ("deploy/install.sh", "deploy/container/Containerfile"):
        (words,) = re.findall(r"compileall -q(.+)", (ROOT / file).read_text().replace("\\\n", ""))
        named = set(re.findall(r"\w+", words.split("&&")[0])) - {"release"}
        assert {"config", "registry", "enterprises", "pushes", "financing"} <= named, file


def test_compose_runs_what_the_units_run_by_settings_that_there_are() -> None:
    text = (ROOT / "deploy/container/compose.yaml").read_text()
    commands = [re.findall(r'"([^"]+)"', line) for line in re.findall(r"^    command: (\[.+\])$", text, re.MULTILINE)]
    units = {tuple(command(unit)[1:]) for unit in SERVICES if command(unit)[0].endswith(("celery", "python"))}
    run = {tuple(words[1:]) for words in commands if words[0] in ("celery", "python")}

    def without_numbers(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("N" if word.isdigit() or word.startswith("$") else word for word in words)

    # Who runs containers has a timer of their own for `manage.py watch`.
    units = {words for words in units if words[:2] != ("manage.py", "watch")}
    assert {without_numbers(words) for words in run} == {without_numbers(words) for words in units}
    (block,) = re.findall(r"environment: &environment\n((?:    \w+: .+\n)+)", text)
    assert set(re.findall(r"(\w+):", block.replace("://", ""))) <= SHOWN
    for host in re.findall(r"^      - (\.[\w./-]+):", text, re.MULTILINE):
        path = (ROOT / "deploy/container" / host).resolve()
        assert path.exists() or path.name == "tls", host


def test_the_installer_is_plain_and_tries_without_doing(tmp_path: Path) -> None:
    script = ROOT / "deploy" / "install.sh"
    for one in (script, ROOT / "deploy/bin/registry-manage", ROOT / "deploy/container/roles.sh"):
        subprocess.run(["bash", "-n", str(one)], check=True)
        assert one.stat().st_mode & 0o111
    if not shutil.which("psql"):
        pytest.skip("the installer asks for psql, which is not installed")
    tried = subprocess.run([str(script), "--dry-run"], capture_output=True, text=True, cwd=tmp_path)
    assert (tried.returncode, list(tmp_path.iterdir())) == (0, [])
    for unit in (*SERVICES, UNITS / "registry.target", UNITS / "registry-web.socket"):
        assert f"install -m 0644 {unit} /etc/systemd/system/" in tried.stdout
    assert subprocess.run([str(script), "--what"], capture_output=True).returncode == 2


def test_configparser_reads_every_unit() -> None:
    """A line that is no `key=value` is a slip that systemd would only warn of."""
    for path in UNITS.rglob("*"):
        if path.is_file():
            parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
            parser.optionxform = str  # type: ignore[assignment,method-assign]
            parser.read_string(path.read_text())
            assert parser.sections(), path.name
