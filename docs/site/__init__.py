"""The documentation site: `nox -s docs` writes it."""
