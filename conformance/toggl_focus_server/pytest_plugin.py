"""A fresh reference server for each pytest test that asks for one.

def test_my_integration(reference_server):
    client = TogglFocus(base_url=reference_server.url, api_key=reference_server.account.api_key, …)

@pytest.mark.reference_server(seed="empty", quota=30)
def test_with_other_options(reference_server): …
"""

from typing import TYPE_CHECKING, Any

import pytest

from . import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run import ReferenceServer


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "reference_server(**options): how the fixture's server is made"
    )


@pytest.fixture
def reference_server(request: pytest.FixtureRequest) -> "Iterator[ReferenceServer]":
    """A reference server of its own on a free port, in memory; the marker takes its options."""
    try:
        from .run import ReferenceServer  # noqa: PLC0415  # nobody pays who does not use it
    except ModuleNotFoundError as error:
        raise pytest.fail.Exception(
            f"reference_server needs {missing(error)}: pip install 'toggl-focus[server]'",
            pytrace=False,
        ) from None
    options: dict[str, Any] = {}
    for marker in request.node.iter_markers("reference_server"):  # from the closest outwards
        if marker.args:
            names = "reference_server takes its options by name, such as seed='demo'"
            pytest.fail(f"{names}, got {marker.args}", pytrace=False)
        options = marker.kwargs | options
    with ReferenceServer(**options) as server:
        yield server
