"""What other tools see of the package: type hints that resolve, and classes that can be mocked."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

import toggl_focus
import toggl_focus.testing
import toggl_focus.tracing
from toggl_focus import AsyncTogglFocus, TogglFocus, models, testing, tracing

MODULES: tuple[ModuleType, ...] = (toggl_focus, models, testing, tracing)
CLIENTS: tuple[Any, ...] = (TogglFocus, AsyncTogglFocus)


def public(kind: type) -> Iterator[Any]:
    """A class and what it defines for its users, its operators included."""
    yield kind
    for name, member in inspect.getmembers_static(kind):
        if name.startswith("_") and not name.endswith("__"):
            continue
        plain: Any = member.fget if isinstance(member, property) else member
        plain = inspect.unwrap(plain)
        if inspect.isfunction(plain) and "toggl_focus" in plain.__module__:
            yield plain
        elif inspect.isclass(member) and name in {"raw", "time_blocks"}:
            yield from public(member)


def faces() -> Iterator[Any]:
    for module in MODULES:
        for name, value in vars(module).items():
            if inspect.isclass(value) and not name.startswith("_"):
                yield from public(value)


@pytest.mark.parametrize("thing", dict.fromkeys(faces()), ids=lambda each: each.__qualname__)
def test_the_type_hints_of_all_that_is_public_resolve(thing: Any) -> None:
    typing.get_type_hints(thing, include_extras=True)


def test_a_hint_of_the_http_library_is_its_own_class() -> None:
    import httpx  # noqa: PLC0415  (the package must not need it for this)

    hints = typing.get_type_hints(TogglFocus.__init__)

    assert hints["http_client"] == httpx.Client | None
    assert httpx.Timeout in typing.get_args(hints["timeout"])


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("resource", ("time_blocks", "raw.time_blocks"))
def test_a_mock_of_a_client_has_its_methods_and_no_others(client: Any, resource: str) -> None:
    made = mock.create_autospec(client, instance=True)
    called = mock.create_autospec(client)(api_key="any")
    loose = mock.Mock(spec=client)
    strict = mock.NonCallableMock(spec_set=client)

    for each in (made, called):
        blocks = each
        for name in resource.split("."):
            blocks = getattr(blocks, name)
        blocks.get.return_value = 5
        got = blocks.get(100, 1, timeout=5)
        if client is AsyncTogglFocus:
            assert isinstance(blocks.get, mock.AsyncMock)
            got.close()
        else:
            assert got == 5
        blocks.get.assert_called_once_with(100, 1, timeout=5)
        with pytest.raises(TypeError):
            blocks.get(100)
        with pytest.raises(AttributeError):
            blocks.gett  # noqa: B018  (it is what raises)
    for each in (loose, strict):
        assert getattr(each, resource.partition(".")[0])
        with pytest.raises(AttributeError):
            each.time_block  # noqa: B018  (as above)


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_have_resources_of_their_own(client: Any) -> None:
    one, other = client(api_key="any"), client(api_key="any")
    view = one.with_options(timeout=5)

    resources = [each.time_blocks for each in (one, other, view)]

    assert len({id(each) for each in resources}) == 3
    assert {type(each) for each in resources} == {client.time_blocks}


def test_pages_are_iterated_as_their_items() -> None:
    block = models.TimeBlockListItem(
        id=1,
        workspace_id=10,
        task_id=100,
        toggl_user_id=5,
        start=testing.FakeClock().now(),
        created_at=testing.FakeClock().now(),
    )

    page = models.TimeBlockPage(data=[block], page=1, per_page=20)

    assert list(page) == page.data == [block]
    assert len(page) == 1
    assert page[0] is page[-1] is block
    assert not models.TimeBlockPage(data=[])
    with pytest.raises(IndexError):
        page[1]
