"""Making clients: where settings come from, what is refused, what is never shown."""

from __future__ import annotations

import asyncio
import inspect
import math
import pickle
import re
import subprocess
import sys
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest

import toggl_focus
from tests.support.clients import KEY
from toggl_focus import AsyncTogglFocus, TogglFocus, UsageError
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

PASSWORD = "sala:sõna ✓"
KINDS = (TogglFocus, AsyncTogglFocus)


def test_all_settings_may_come_from_the_environment(
    server: ReferenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = server.account
    monkeypatch.setenv("TOGGL_FOCUS_EMAIL", account.email)
    monkeypatch.setenv("TOGGL_FOCUS_PASSWORD", account.password)
    monkeypatch.setenv("TOGGL_FOCUS_ORGANIZATION_ID", str(account.organization_id))
    monkeypatch.setenv("TOGGL_FOCUS_WORKSPACE_ID", str(account.workspace_id))
    monkeypatch.setenv("TOGGL_FOCUS_BASE_URL", server.url)

    with TogglFocus() as client:
        assert client.time_blocks.get(100, 1001).id == 1001


def test_an_argument_wins_over_the_environment(
    server: ReferenceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_API_KEY", "toggl_sk_" + "0" * 32)
    monkeypatch.setenv("TOGGL_FOCUS_WORKSPACE_ID", "77")
    account = server.account

    with TogglFocus(
        email=account.email,
        password=account.password,
        organization_id=1,
        workspace_id=10,
        base_url=server.url + "/",
    ) as client:
        assert client.time_blocks.get(100, 1001).id == 1001


def test_a_password_goes_as_utf_8_with_its_colons(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")

    connect(wire.url, email="jüri@example.com", password=PASSWORD).call("archive", 100, 7)

    sent = re.search(rb"(?i)\r\nauthorization: Basic (.*)\r\n", wire.requests[0])
    assert sent
    assert b64decode(sent[1], validate=True).decode() == f"jüri@example.com:{PASSWORD}"


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "no credentials: pass api_key=, or email= and password=, or set TOGGL_FOCUS_API_KEY"),
    ({"api_key": ""}, "api_key is empty"),
    ({"api_key": KEY + "\n"}, "characters that no key has (a space or line break?)"),
    (
        {"api_key": "0123456789abcdef0123456789ABCDEF"},
        "is a Toggl Track token, which does not work",
    ),
    ({"api_key": KEY, "email": "a@b"}, "pass either api_key, or email and password, not both"),
    ({"email": "a@b"}, "password is missing: pass password= or set TOGGL_FOCUS_PASSWORD"),
    ({"password": PASSWORD}, "email is missing"),
    ({"email": "a:b", "password": PASSWORD}, "email contains a colon"),
    ({"api_key": KEY, "base_url": "focus.toggl.com"}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": "ftp://x/"}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": "https://me:pw@x/"}, "base_url contains a user name or password"),
    ({"api_key": KEY, "base_url": "https://x/api?y=1"}, "base_url must not have a query"),
    ({"api_key": KEY, "base_url": "ftp://me:pw@x/"}, "base_url contains a user name or password"),
    ({"api_key": KEY, "base_url": "http://[::1"}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": "http://x:port/"}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": "http://x\n"}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": ""}, "base_url must be an http or https URL"),
    ({"api_key": KEY, "base_url": 5}, "base_url must be text, got int"),
    ({"api_key": 123}, "api_key must be text, got int"),
    (
        {"email": "a@b", "password": PASSWORD + "\udc80"},
        "email or password contains a lone surrogate",
    ),
    ({"api_key": KEY, "organization_id": -1}, "organization_id must be a positive integer, got -1"),
    ({"api_key": KEY, "workspace_id": "10"}, "workspace_id must be a positive integer, got '10'"),
    ({"api_key": KEY, "timeout": 0}, "timeout must be a positive number of seconds or None, got 0"),
    (
        {"api_key": KEY, "timeout": "5"},
        "timeout must be a positive number of seconds or None, got '5'",
    ),
    (
        {"api_key": KEY, "timeout": True},
        "timeout must be a positive number of seconds or None, got True",
    ),
    (
        {"api_key": KEY, "timeout": httpx.Timeout(-5)},
        "timeout must be a positive number of seconds or",
    ),
    (
        {"api_key": KEY, "timeout": httpx.Timeout(5, read=math.nan)},
        "timeout must be a positive number",
    ),
    ({"api_key": KEY, "http_client": "x"}, "http_client, got str"),
    ({"api_key": KEY, "http_client": httpx.HTTPTransport()}, "http_client, got HTTPTransport"),
    ({"api_key": KEY, "http_client": httpx.Client}, "http_client, got the class Client"),
    ({"api_key": KEY, "http_client": httpx.AsyncClient}, "http_client, got the class AsyncClient"),
    ({"api_key": KEY, "clock": 5}, "clock must be an instance of Clock, got 5"),
    ({"api_key": KEY, "clock": FakeClock}, "clock must be an instance of Clock, got <class "),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_settings_that_cannot_be_right_are_refused_without_showing_secrets(
    kind: type[TogglFocus], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        kind(**settings)

    assert message in str(caught.value)
    assert not any(
        secret in str(caught.value) for secret in (KEY, PASSWORD, "0123456789abcdef", "pw@")
    )


def test_an_invalid_key_in_the_environment_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_API_KEY", "0123456789abcdef0123456789abcdef")

    with pytest.raises(UsageError, match=r"^TOGGL_FOCUS_API_KEY is a Toggl Track token"):
        TogglFocus()


def test_an_empty_url_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_BASE_URL", "")

    assert TogglFocus(api_key=KEY).base_url == "https://focus.toggl.com/api"


def test_an_id_in_the_environment_that_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_ORGANIZATION_ID", "mine")

    with pytest.raises(UsageError, match="TOGGL_FOCUS_ORGANIZATION_ID must be a positive"):
        TogglFocus(api_key=KEY)


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_shows_no_credential_and_does_not_pickle(kind: type[TogglFocus]) -> None:
    client = kind(api_key=KEY, organization_id=1, workspace_id=10)

    assert repr(client) == (
        f"{kind.__name__}(base_url='https://focus.toggl.com/api', "
        "organization_id=1, workspace_id=10)"
    )
    assert KEY not in repr(vars(client))
    assert KEY not in repr(vars(client._sender))  # noqa: SLF001  (where it is kept)
    with pytest.raises(TypeError, match="contains credentials and connections"):
        pickle.dumps(client)


def test_an_http_client_of_the_other_kind_is_refused() -> None:
    with httpx.Client() as http, pytest.raises(UsageError, match="its http_client, got Client"):
        AsyncTogglFocus(api_key=KEY, http_client=http)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="its http_client, got AsyncClient"):
        TogglFocus(api_key=KEY, http_client=httpx.AsyncClient())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_where_a_client_asks_is_not_changed_by_assignment(kind: type[TogglFocus]) -> None:
    client = kind(api_key=KEY, organization_id=1, workspace_id=10)

    with pytest.raises(AttributeError):
        client.workspace_id = 99  # type: ignore[misc]


def test_raw_calls_have_the_signatures_of_the_calls() -> None:
    client = TogglFocus(api_key=KEY)

    plain = inspect.signature(client.time_blocks.update).parameters
    raw = inspect.signature(client.raw.time_blocks.update).parameters

    assert raw == plain


def test_an_injected_client_stays_open(server: ReferenceServer) -> None:
    settings: dict[str, Any] = {
        "api_key": KEY,
        "organization_id": 1,
        "workspace_id": 10,
        "base_url": server.url,
    }
    with httpx.Client() as http:
        with TogglFocus(**settings, http_client=http):
            pass
        assert not http.is_closed


def test_a_closed_client_says_so(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url)
    client.close_client()
    client.close_client()

    with pytest.raises(
        UsageError, match=r"^time_blocks\.get: the client is closed; make a new one"
    ):
        client.call("get", 100, 7)


def test_an_httpx2_client_works_and_its_errors_are_ours(wire: Wire) -> None:
    wire.responses.append([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{"])
    wire.respond("204 No Content")
    with httpx2.Client() as http:
        client = TogglFocus(
            api_key=KEY,
            organization_id=1,
            workspace_id=10,
            base_url=wire.url,
            max_retries=0,
            http_client=http,  # type: ignore[arg-type]
        )
        with pytest.raises(toggl_focus.TransportError, match="RemoteProtocolError"):
            client.time_blocks.get(100, 7)
        client.time_blocks.archive(100, 7)


def test_an_awaited_httpx2_client_works_and_its_errors_are_ours(wire: Wire) -> None:
    wire.responses.append([None])
    wire.respond("204 No Content")

    async def call() -> None:
        async with httpx2.AsyncClient() as http:
            client = AsyncTogglFocus(
                api_key=KEY,
                organization_id=1,
                workspace_id=10,
                base_url=wire.url,
                http_client=http,  # type: ignore[arg-type]
                timeout=0.05,
                max_retries=0,
            )
            with pytest.raises(toggl_focus.TimeoutError, match=r"ReadTimeout|no complete response"):
                await client.time_blocks.get(100, 7)
            await client.time_blocks.archive(100, 7)

    asyncio.run(call())


def test_importing_the_package_does_not_import_the_http_library() -> None:
    code = "import sys, toggl_focus; print('httpx' in sys.modules)"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603

    assert result.stdout.split() == [b"False"]


def test_the_public_face_is_the_list() -> None:
    public = {
        name
        for name, value in vars(toggl_focus).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }

    assert public | {"__version__", "models"} == set(toggl_focus.__all__)


def test_every_error_is_one_of_the_package() -> None:
    for name in toggl_focus.__all__:
        value = getattr(toggl_focus, name)
        if isinstance(value, type) and issubclass(value, BaseException):
            assert issubclass(value, toggl_focus.TogglFocusError)


def test_sync_and_async_offer_the_same() -> None:
    client, other = TogglFocus(api_key=KEY), AsyncTogglFocus(api_key=KEY)
    blocking, awaited = vars(type(client.time_blocks)), vars(type(other.time_blocks))
    verbs = {verb for verb in blocking if not verb.startswith("_")}

    assert verbs == {verb for verb in awaited if not verb.startswith("_")}
    for verb in verbs:
        assert list(inspect.signature(blocking[verb]).parameters) == list(
            inspect.signature(awaited[verb]).parameters
        )
    for verb in verbs - {"iterate", "iterate_for_task"}:  # which are no operations
        assert hasattr(client.raw.time_blocks, verb)
        assert hasattr(other.raw.time_blocks, verb)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hooks", ([print], [toggl_focus.Hook], toggl_focus.Hook(), None))
def test_hooks_must_be_hook_instances(kind: type[TogglFocus], hooks: Any) -> None:
    with pytest.raises(UsageError, match=r"^hooks must be a list of instances of Hook, got "):
        kind(api_key=KEY, hooks=hooks)


@pytest.mark.parametrize("kind", KINDS)
def test_certificates_that_cannot_be_read_are_a_usage_error(
    kind: type[TogglFocus], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("toggl_focus._transport.own._certificates", unreadable)

    with pytest.raises(
        UsageError, match="cannot read certificates; check the variables SSL_CERT_FILE"
    ):
        kind(api_key=KEY)
