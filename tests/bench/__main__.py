"""`python -m tests.bench NAME`: sets Django up with the benches' settings, then runs one of the programs."""

import os
import sys
from importlib import import_module
from tempfile import TemporaryDirectory

import django

PROGRAMS = {
    "import": "tests.bench.importing",
    "stage": "tests.bench.staging",
    "matching": "tests.bench.matching",
    "quarter": "tests.bench.quarter",
    "package": "tests.bench.package",
    "package-step": "tests.bench.package_steps",
    "push": "tests.bench.push",
    "download": "tests.bench.download",
    "lookup": "tests.bench.lookup",
    "desk": "tests.bench.desk",
    "misses": "tests.bench.misses",
    "customers": "tests.bench.customers",
    "customers-step": "tests.bench.customers_step",
    "feedback": "tests.bench.feedback",
    "feedback-step": "tests.bench.feedback_step",
}


def main(name: str = "", *rest: str) -> int:
    """Run a program; its files lie in a folder that is thrown away, unless another bench started it in its own."""
    if name not in PROGRAMS:
        print(f"python -m tests.bench {'|'.join(PROGRAMS)}", file=sys.stderr)
        return 2
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    with TemporaryDirectory(prefix="bench-") as folder:
        os.environ.setdefault("BENCH_FOLDER", folder)
        django.setup()
        code: int = import_module(PROGRAMS[name]).main(*rest)  # it imports models, so not before the setup
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
