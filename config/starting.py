"""How a process starts: what it loads stays, so nobody looks for garbage among it, neither then nor later.

What it takes for its work is given back instead.

Law: who had switched the looking off himself finds it off.
"""

import gc
import os

_NEW_OBJECTS = 20_000  # after which one looks anew: a set of rows is thousands, and none of them garbage
_switched_off = False


def loading() -> None:
    """From the settings on, until all apps are ready."""
    global _switched_off
    _switched_off = gc.isenabled()
    gc.disable()
    # polars' allocator, which reads this when the apps load polars, would keep for ten seconds what was freed: of a
    # nation's rows that is half a gigabyte.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:0")


def loaded() -> None:
    """Lay aside what is there; a server's children share it with their parent the longer for it."""
    global _switched_off
    if _switched_off:
        _switched_off = False
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()
