"""What institutions' machines ask, under /api/v1/."""
