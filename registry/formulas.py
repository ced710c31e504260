"""What a spreadsheet takes for the start of a formula (pure). Law: whatever writes a table for people asks here."""

# Blanks that break a cell, and full-width forms, too.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
