"""What is taken away, and how it is brought back."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.local import stack
from config.local.launching import stop
from tests.drills.mailbox import Mailbox
from tests.drills.stage import Stage, command

CLOCK_FILE = "clock-offset"


@dataclass(frozen=True)
class Fault:
    """`break_it` and `mend_it` act on the stage. `what` is for the report."""

    what: str
    break_it: Callable[[Stage, Mailbox], None]
    mend_it: Callable[[Stage, Mailbox], None]
    room_megabytes: int = 0
    clock: bool = False


def _stop_server(place: int) -> Callable[[Stage, Mailbox], None]:
    def act(stage: Stage, mailbox: Mailbox) -> None:
        state = stack.read_state()
        assert state is not None
        stop(state.servers()[place])

    return act


def _start_servers(stage: Stage, mailbox: Mailbox) -> None:
    stack.up()


def _fill(stage: Stage, mailbox: Mailbox) -> None:
    with (stage.files / "ballast").open("wb") as ballast:
        try:
            while True:
                ballast.write(bytes(1 << 20))
                ballast.flush()
        except OSError:
            pass
    said = command({**stage.variables, "BACKUP_DIR": str(stage.files / "backups")}, "backup")
    print(f"  backup onto the full disk: code {said.returncode}: {said.stderr.strip()}")


def _empty(stage: Stage, mailbox: Mailbox) -> None:
    (stage.files / "ballast").unlink()


def _clock(seconds: int) -> Callable[[Stage, Mailbox], None]:
    def act(stage: Stage, mailbox: Mailbox) -> None:
        (stage.folder / CLOCK_FILE).write_text(f"{seconds}\n")

    return act


def _silence(stage: Stage, mailbox: Mailbox) -> None:
    mailbox.stop()


def _answer(stage: Stage, mailbox: Mailbox) -> None:
    mailbox.start()


FAULTS: Mapping[str, Fault] = {
    "postgres": Fault("PostgreSQL 停止", _stop_server(0), _start_servers),
    "redis": Fault("Redis 停止", _stop_server(1), _start_servers),
    "disk": Fault("磁盘写满", _fill, _empty, room_megabytes=48),
    "clock": Fault("时钟跳前 2 小时再跳回", _clock(2 * 3600), _clock(0), clock=True),
    "smtp": Fault("邮件服务器停止", _silence, _answer),
}


def surroundings(fault: Fault, folder: Path) -> dict[str, str]:
    """What the processes need so that their clock can be moved: a few functions before the C library's own."""
    if not fault.clock:
        return {}
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    (folder / CLOCK_FILE).write_text("0\n")
    return {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(folder / CLOCK_FILE)}
