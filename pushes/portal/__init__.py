"""The institutions' rooms, under /institutions/."""
