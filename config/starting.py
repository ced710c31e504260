"""How a process starts: what it loads stays, so nobody looks for garbage among it, neither then nor later.

Law: who had switched the looking off himself finds it off.
"""

import gc

_switched_off = False


def loading() -> None:
    """From the settings on, until all apps are ready."""
    global _switched_off
    _switched_off = gc.isenabled()
    gc.disable()


def loaded() -> None:
    """Lay aside what is there; a server's children share it with their parent the longer for it."""
    global _switched_off
    if _switched_off:
        _switched_off = False
        gc.freeze()
        gc.enable()
