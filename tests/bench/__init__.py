"""Measurements of the product beside what it is compared with. They are no tests: see docs/benchmarks.md."""
