"""The locks of this app, beside the registry's. Law: identities and pool have one writer at a time.

Whoever takes several takes them in the order of `STILL`.
"""

from registry.locks import FACTS, held, hold, hold_from, hold_if_free

__all__ = ["EDITIONS", "FACTS", "IDENTITIES", "STILL", "held", "hold", "hold_from", "hold_if_free"]

IDENTITIES = "identities"  # enterprises, decisions, review items, the live pool
EDITIONS = "editions"
STILL = (EDITIONS, FACTS, IDENTITIES)  # while these are held, nothing moves that an edition is derived from
