"""The registry's desks in the admin. Law: evidence is seen here, never edited or deleted."""

from registry.admin import catalogue, entries, lists, rights, uploads

__all__ = ["catalogue", "entries", "lists", "rights", "uploads"]
