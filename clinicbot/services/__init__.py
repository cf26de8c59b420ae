"""Use cases, written against the protocols in `ports`."""
