"""Watches the site: health, metrics, logs, troubles and the mail about them. It knows the apps by name only."""
