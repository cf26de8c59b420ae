"""Checks of the curated content, run by `make check` and before a release."""
