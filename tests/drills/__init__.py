"""Failure drills: a part is taken away under load, and what people saw and what was lost is written down.

`make drill-postgres`, `-redis`, `-disk`, `-clock`, `-smtp`; `make drills` runs all. They work on a copy of the
demonstration (`make demo SERVE=0` makes it), and stop servers of this checkout alone.
"""
