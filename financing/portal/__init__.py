"""The institutions' rooms about financing."""
