"""What the processes that open files apart have in common. Law: it loads nothing of the house: they start fast."""

import resource

CPU_SECONDS = 300
# What a parsing process says by its exit code; an abort or a kill says that the file asked for too much.
NOT_WHAT_IT_SAYS, NO_SUCH_SHEET, TOO_MUCH, WHICH_SHEET, WITHOUT_TEXT = 3, 4, 5, 6, 7


def limit(memory: int, cpu_seconds: int = CPU_SECONDS) -> None:
    """Let this process have so many bytes of address space and seconds of processor, and leave no core behind."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
