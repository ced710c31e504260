"""The commands by which a developer and the make targets reach the local stack; see USAGE."""

import os
import shlex
import signal
import subprocess
import sys
import time
from types import FrameType

from config.local import serving, stack
from config.local.errors import LocalStackError

USAGE = """\
python -m config.local up            start PostgreSQL and Redis and keep them up
python -m config.local down          stop them; the data stays
python -m config.local status        say what runs; exit code 1 when not everything does
python -m config.local env           print shell lines that export their addresses
python -m config.local run COMMAND…  start what is missing, run COMMAND, stop what was started for it
python -m config.local serve         the site, a worker and beat at http://127.0.0.1:$PORT until Ctrl-C
python -m config.local destroy       stop them and delete their data
"""


def up() -> int:
    began = time.monotonic()
    state, started = stack.up()
    how = f"up in {time.monotonic() - began:.1f} s" if started else "already up"
    print(f"{state.postgres} and {state.redis}: {how}")
    return 0


def down() -> int:
    stack.down()
    print("The local stack is down; its data stays.")
    return 0


def destroy() -> int:
    stack.destroy()
    print("The local stack is down and its data deleted.")
    return 0


def status() -> int:
    state = stack.read_state()
    if state is None:
        print("The local stack is down. Start it with: make up")
        return 1
    answers = [server.answers() for server in state.servers()]
    for server, answer in zip(state.servers(), answers, strict=True):
        print(f"{server.label:28} {'up' if answer else 'down':5} {server.log}")
    print(f"{'sockets':34} {state.sockets}")
    return 0 if all(answers) else 1


def env() -> int:
    for name, value in (stack.client_variables() | stack.addresses()).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def run(*command: str) -> int:
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return _call(command, {})
    with stack.using():
        return _call(command, _variables())


def serve() -> int:
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal():
        raise LocalStackError(f"PORT is {port!r}; it must be a number such as 8000.")
    address = f"http://{serving.HOST}:{port}/"
    with stack.using():
        serving.serve(int(port), announce=lambda: print(f"{address} is served until Ctrl-C.", flush=True))
    return 0


def _variables() -> dict[str, str]:
    """Return what a command needs beyond the state file.

    Not DATABASE_URL: where it is set, settings believe that they are in production.
    """
    variables = {} if os.environ.get("DATABASE_URL") else stack.client_variables()
    if not os.environ.get("REDIS_URL"):
        variables["REDIS_URL"] = stack.addresses()["REDIS_URL"]
    return variables


def _call(command: tuple[str, ...], variables: dict[str, str]) -> int:
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        # The terminal sends Ctrl-C to the command as well; we outlive it to clean up behind it.
        if process is None:
            early.append(number)
        elif number != signal.SIGINT:
            process.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        process = subprocess.Popen(command, env={**os.environ, **variables})
    except OSError as error:
        raise LocalStackError(f"{command[0]} cannot be run: {error.strerror}.") from error
    for missed in early:
        process.send_signal(missed)
    code = process.wait()
    return code if code >= 0 else 128 - code


def main(name: str = "", *rest: str) -> int:
    commands = {"up": up, "down": down, "status": status, "env": env, "serve": serve, "destroy": destroy}
    if name == "run" and rest:
        return run(*rest)
    if name not in commands or rest:
        print(USAGE, end="", file=sys.stderr)
        return 2
    return commands[name]()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        sys.exit(main(*sys.argv[1:]))
    except (LocalStackError, PermissionError) as error:
        sys.exit(f"Local stack: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
