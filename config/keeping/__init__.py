"""Backup, restore and the drill that proves both; and for how long what is kept. It knows the apps by name only."""
