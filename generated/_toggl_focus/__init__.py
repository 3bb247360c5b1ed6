# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""The generated half of toggl-focus: models and request builders, without IO."""
