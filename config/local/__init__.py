"""PostgreSQL and Redis for a machine that has neither, private to this checkout; production uses its own."""
