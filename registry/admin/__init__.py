"""The registry's desks in the admin. Law: evidence is seen here, never edited or deleted."""

from registry.admin import catalogue, entries, exports, lists, rights, uploads

__all__ = ["catalogue", "entries", "exports", "lists", "rights", "uploads"]
