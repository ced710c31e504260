"""What institutions' machines report back, under /api/v1/."""
