"""The server side of the selfcheck: the reference server with a switch, graded by the cases."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from toggl_focus_conformance.runner import Run
from toggl_focus_conformance.selfcheck.score import Defect, Variant, Verdict
from toggl_focus_conformance.selfcheck.sides import Switch
from toggl_focus_conformance.servers import (
    Account,
    Connection,
    Limits,
    ServerCase,
    User,
    grade_server,
    load_cases,
)

from .defects import DEFECTS
from .variants import VARIANTS
from .wrong_server import WrongServer

__all__ = ["SIDE", "ServerSide"]

_CAUGHT = frozenset({"fail", "flaky"})
_ALARMS = _CAUGHT | {"warn", "harness error", "not run"}
_CASES_AT_A_TIME = 8
_PATIENCE_SECONDS = 10


class ServerSide:
    """Wrong servers, and correct ones that differ where they may."""

    defects: Mapping[str, Switch] = DEFECTS.found
    variants: Mapping[str, Switch] = VARIANTS.found

    def check_defect(self, id_: str, seed: int) -> Defect:
        """Run the case that a defect names, and all others only if that one passes.

        Decisions of this project count: a wrong server is the reference in all other points.
        """
        switch = self.defects[id_]
        begun = time.monotonic()
        declared = [case for case in load_cases() if case.id == switch.case]
        if not declared:
            raise LookupError(f"there is no case {switch.case}")
        others = [case for case in load_cases() if case.id != switch.case]
        tried: tuple[tuple[Verdict, Sequence[ServerCase]], ...] = (
            ("declared", declared),
            ("elsewhere", others),
        )
        limits = Limits("fail", destructive=True, workers=_CASES_AT_A_TIME, seed=seed)
        result = Defect("server", id_, switch.text, switch.case, "survived")
        with WrongServer(DEFECTS.changes[id_], seed=seed) as server:
            for verdict, cases in tried:
                run, why = _graded(server, cases, limits)
                if why:
                    return replace(result, verdict="broken", note=why)
                caught = next((each for each in run.results if each.status in _CAUGHT), None)
                if caught is not None:
                    seconds = round(time.monotonic() - begun, 3)
                    return replace(result, verdict=verdict, caught_by=caught.id, seconds=seconds)
        return result

    def check_variant(self, id_: str, seed: int) -> Variant:
        """Run all cases against a variant, as against any third party's server."""
        switch = self.variants[id_]
        limits = Limits(destructive=True, workers=_CASES_AT_A_TIME, seed=seed)
        with WrongServer(VARIANTS.changes[id_], seed=seed) as server:
            run, why = _graded(server, load_cases(), limits)
        result = Variant("server", id_, switch.text, "clean", seconds=round(run.seconds, 3))
        if why:
            return replace(result, verdict="broken", note=why)
        alarms = [f"{each.id}: {each.reason}" for each in run.results if each.status in _ALARMS]
        alarms += run.problems
        return replace(result, verdict="false alarm", alarms=alarms) if alarms else result


def _graded(server: WrongServer, cases: Sequence[ServerCase], limits: Limits) -> tuple[Run, str]:
    """Grade a server. Also returns why the run proves nothing, if so."""
    reference = server.reference
    users = tuple(msgspec.convert(user, User) for user in reference.app.pages.users)
    account = Account.of(reference.url, users)
    connection = Connection(account)
    try:
        _check_alive(server)
        run = grade_server(account, cases, connection, limits)
        _check_alive(server)
    finally:
        connection.close()
    silent = "" if connection.responses else "it gave no response"
    return run, next(iter(server.faults), silent)


def _check_alive(server: WrongServer) -> None:
    """Raise unless the server serves."""
    connection = HTTPConnection(urlsplit(server.reference.url).netloc, timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    finally:
        connection.close()
    if status != HTTPStatus.OK:
        raise ValueError(f"its health is {status}")


SIDE = ServerSide()
