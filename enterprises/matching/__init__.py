"""Who an entry speaks of (pure): evidence in, a verdict with its reason out."""
