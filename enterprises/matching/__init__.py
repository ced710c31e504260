"""Who an entry speaks of (pure): evidence in, a verdict with its reason out."""

import os

# Of pypinyin single characters are asked alone: its phrases would cost every process a third of a second at its start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
