"""The desks of identities, doubtful matches, pool and editions. Law: acts move all of it; none is edited."""

from enterprises.admin import decisions, editions, guarding, identities, objections, pool, renewing, reviews

__all__ = ["decisions", "editions", "guarding", "identities", "objections", "pool", "renewing", "reviews"]
