"""Who did what, when, from where: the log that nobody changes, and each row's history out of it."""
