"""Judges a case that was played, by both oracles: what was on the wire, and what was reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from toggl_focus_conformance.protocol.values import Difference
from toggl_focus_conformance.requirements import Level, registry
from toggl_focus_conformance.wire import Port, Request

from .judge_calls import judge_calls
from .judge_wire import judge_wire
from .play import Played
from .results import Check, Status
from .verdicts import Verdict

__all__ = ["STANDING", "checks_of", "judge", "judge_late", "judge_output", "status_of"]

STANDING = {
    "extra": "no-extra-requests",
    "malformed": "well-formed-requests",
    "output": "no-secrets-in-output",
    "origin": "no-secrets-elsewhere",
}
"""The requirements that every case checks, whatever else it is about."""

_MOST = 5
_BY_LEVEL: Mapping[Level, Status] = {"must": "fail", "should": "warn", "may": "observed"}
_STRENGTH: tuple[Status, ...] = ("fail", "warn", "differs", "observed", "pass")


def judge(played: Played) -> list[Check]:
    """All checks of a case."""
    verdicts = [*judge_calls(played), *judge_wire(played), *_standing(played)]
    return [check for verdict in verdicts for check in _checks(verdict)]


def judge_late(played: Played) -> list[Check]:
    """The checks that a request after the end of the case fails; empty where there is none."""
    verdicts = [
        Verdict(
            STANDING["extra"],
            f"request {request.number}",
            [
                Difference(
                    "",
                    "no request after the last call had ended",
                    _line(request),
                )
            ],
        )
        for port in (played.port, played.other)
        if port is not None
        for request in port.requests
        if request.started > played.over
    ]
    return [check for verdict in verdicts for check in _checks(verdict)]


def judge_output(played: Played, output: str) -> list[Check]:
    """The check that no credential is in what the adapter wrote to standard error."""
    found = [secret for secret in played.secrets if secret in output]
    differences = [
        Difference("", "no credential", f"a line with {_hidden(each)}") for each in found
    ]
    return list(_checks(Verdict(STANDING["output"], "standard error", differences)))


def status_of(checks: Iterable[Check]) -> Status:
    """The status of a case with these checks: that of the worst."""
    found = {check.status for check in checks}
    for status in _STRENGTH:
        if status in found:
            return status
    return "pass"


def checks_of(verdict: Verdict, violated: Status | None = None) -> list[Check]:
    """The checks of a verdict: one that passed, or one for each difference.

    violated: the status of a difference. Default: by the level of the requirement.
    """
    return list(_checks(verdict, violated))


def _checks(verdict: Verdict, violated: Status | None = None) -> Iterator[Check]:
    requirement = registry()[verdict.requirement]
    by_level = "observed" if requirement.basis == "open" else _BY_LEVEL[requirement.level]
    status = violated or by_level
    if not verdict.differences:
        yield Check(verdict.requirement, verdict.where)
    for found in verdict.differences[:_MOST]:
        where = f"{verdict.where}, {found.path}" if found.path else verdict.where
        yield Check(verdict.requirement, where, status, found.expected, found.actual)


def _standing(played: Played) -> Iterator[Verdict]:
    for port in filter(None, (played.port, played.other)):
        where = "the server" if port is played.port else "the other server"
        extra = [
            Difference(f"request {each.number}", "no more requests", _line(each))
            for each in port.requests
            if each.extra
        ]
        yield Verdict(STANDING["extra"], where, extra)
        yield Verdict(STANDING["malformed"], where, list(_malformed(port)))
    yield _messages(played)
    if played.other is not None:
        events = played.other.events
        received = b"".join(event.data for event in events if event.kind == "received")
        text = received.decode("utf-8", "replace")
        found = [
            Difference("", "no credential", f"a request with {_hidden(each)}")
            for each in played.secrets
            if each in text
        ]
        yield Verdict(STANDING["origin"], "the other server", found)
    for check in judge_output(played, played.output):
        differences = (
            [] if check.status == "pass" else [Difference("", check.expected, check.actual)]
        )
        yield Verdict(check.requirement, check.where, differences)


def _malformed(port: Port) -> Iterator[Difference]:
    for request in port.requests:
        for problem in request.problems:
            yield Difference(f"request {request.number}", "a request by RFC 9112", problem)
    # With https the bytes are those of TLS, and what else they may be is the case's business.
    for _, reason, _ in port.malformed if port.scheme == "http" else ():
        yield Difference("", "a request by RFC 9112", reason)


def _messages(played: Played) -> Verdict:
    found: list[Difference] = []
    for record in played.calls:
        text = str((record.reply or {}).get("error") or "")
        found += [
            Difference(f"call {record.number}", "no credential", f"a message with {_hidden(each)}")
            for each in played.secrets
            if each in text
        ]
    return Verdict(STANDING["output"], "the errors", found)


def _hidden(secret: str) -> str:
    """A credential as it can be shown."""
    return f"{secret[:12]}…"


def _line(request: Request) -> str:
    return f"{request.method} {request.target}"
