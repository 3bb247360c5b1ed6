"""What is wrong with a case: by the schema, and by what the schema cannot say."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias, cast

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.protocol.operations import Operation, document, operations
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import parse_instant
from toggl_focus_conformance.requirements import registry

__all__ = ["Problem", "problems_of", "schema", "unknown_requirements"]
Path: TypeAlias = tuple[str | int, ...]

_SERVERS = ("respond", "script", "pages", "bulk", "sample", "refuse")
_OF_ERRORS = ("status", "code", "message")
_BODIES = ("json", "text", "base64", "blocks")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a case, and where it stands."""

    file: str
    line: int
    case: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {f'{self.case}: ' if self.case else ''}{self.reason}"


@functools.cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a case."""
    text = (files(__name__.rpartition(".")[0]) / "case.schema.json").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dict(schema()), validate_formats=True)


def problems_of(case: Node) -> Iterator[tuple[Path, str]]:
    """What is wrong with a case whose row is filled in: the path within it, and the reason."""
    errors = list(_validator().iter_errors(case))
    for error in errors:
        path = tuple(error.instance_path)
        where = "".join(f"/{step}" for step in path)
        reason = error.message
        if reason.startswith("False schema") and str(path[-1]).startswith("$"):
            reason = "an object with a key that starts with $ is a matcher and has no other key"
        yield path, f"{where}: {reason:.300}" if where else f"{reason:.300}"
    if errors:
        return
    yield from unknown_requirements(case)
    if "codec" in case:
        yield from _of_codec(case)
        return
    yield from _of_server(case["server"], ("server",))
    if "other" in case:
        yield from _of_server(case["other"], ("other",))
    for path, call, together in _calls(case):
        yield from _of_call(call, path, case, together=together)
    yield from _of_wire(case.get("wire", {}), ("wire",), case)
    yield from _of_matchers(case, ())


def _of_codec(case: Node) -> Iterator[tuple[Path, str]]:
    named: Node = case["codec"]
    kind = "decode" if "decode" in named else "encode"
    if named[kind] not in document()["components"]["schemas"]:
        yield ("codec", kind), f"the description has no schema {named[kind]!r}"
    if "codec" not in case.get("needs", ()):
        yield ("codec",), "not every SDK can read and write without a request: add codec to needs"


def unknown_requirements(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each requirement in a case that the registry lacks."""
    if is_list(value):
        for at, each in enumerate(value):
            yield from unknown_requirements(each, (*path, at))
    elif is_object(value):
        for name, each in value.items():
            here = (*path, name)
            if name == "requirement" and isinstance(each, str) and each not in registry():
                yield here, f"there is no requirement {each!r}"
            elif name == "requirements" and is_object(each):
                for part, named in cast("dict[str, str]", each).items():
                    if named not in registry():
                        yield (*here, part), f"there is no requirement {named!r}"
            elif name not in {"json", "body", "server", "other"} or path == ("wire",):
                yield from unknown_requirements(each, here)


def _of_server(server: Node, path: Path) -> Iterator[tuple[Path, str]]:
    kinds = [name for name in _SERVERS if name in server]
    if len(kinds) != 1:
        yield path, f"a server needs one of {', '.join(_SERVERS)}; it has {len(kinds)}"
        return
    if "faults" in server and ("respond" in server or "refuse" in server):
        yield (*path, "faults"), f"faults make no sense with {kinds[0]}; write a script"
    responses: list[tuple[Path, Any]] = [((*path, "respond"), server.get("respond"))]
    responses += [((*path, "script", at), each) for at, each in enumerate(server.get("script", ()))]
    responses += [((*path, "faults", at), each) for at, each in enumerate(server.get("faults", ()))]
    for where, response in responses:
        if not is_object(response):
            continue
        bodies = [name for name in _BODIES if name in response]
        if len(bodies) > 1:
            yield where, f"a response has one body; it has {' and '.join(bodies)}"
        if "sample" in response and ("status" in response or bodies):
            yield where, "sample is a status and its body; it goes with no other"
        if "every_ms" in response and "split" not in response:
            yield where, "every_ms says how long to wait before each piece; it needs split"
        if "request" in response and where[-2] != "faults":
            yield (*where, "request"), "request stands in faults only"


def _calls(case: Node) -> Iterator[tuple[Path, Node, bool]]:
    for at, step in enumerate(case["calls"]):
        if "together" in step:
            for inside, call in enumerate(step["together"]):
                yield ("calls", at, "together", inside), call, True
        elif "operation" in step:
            yield ("calls", at), step, False


def _of_call(call: Node, path: Path, case: Node, *, together: bool) -> Iterator[tuple[Path, str]]:
    called = operations().get(call["operation"])
    if called is None:
        yield (*path, "operation"), f"there is no operation {call['operation']!r}"
        return
    yield from _of_needs(call, called, path, case.get("needs", ()))
    for place in ("path", "query"):
        known = {each["name"] for each in called.parameters if each["in"] == place}
        for name in call.get(place, {}):
            if name not in known:
                yield (*path, place, name), f"{called.id} has no {place} parameter {name!r}"
    if "body" in call and called.body is None:
        yield (*path, "body"), f"{called.id} has no body"
    yield from _of_want(call["want"], (*path, "want"), together=together)


def _of_needs(
    call: Node, called: Operation, path: Path, needs: Sequence[str]
) -> Iterator[tuple[Path, str]]:
    if called.streaming and "stream" not in needs:
        yield path, f"{called.id} is a stream: add stream to needs"
    if "consume" in call:
        if called.paginated and "paginate" not in needs:
            yield (*path, "consume"), "consume goes through pages: add paginate to needs"
        if not called.paginated and not called.streaming:
            yield (*path, "consume"), f"{called.id} has one response; leave consume out"
    options = call.get("options", {})
    if options.get("max_retries", 0) not in {0, "default"} and "retry" not in needs:
        yield (*path, "options"), "max_retries is an option of few SDKs: add retry to needs"
    if "timeout_ms" in options and "timeout" not in needs:
        yield (*path, "options"), "timeout_ms is an option of some SDKs: add timeout to needs"
    if _is_basic(call.get("auth", "bearer")) and "basic" not in needs:
        yield (*path, "auth"), "not every SDK has Basic auth: add basic to needs"


def _is_basic(auth: object) -> bool:
    return auth == "basic" or (is_object(auth) and "token" not in auth)


def _of_want(want: Node, path: Path, *, together: bool) -> Iterator[tuple[Path, str]]:
    for at, each in enumerate(want.get("any_of", ())):
        yield from _of_want(each, (*path, "any_of", at), together=together)
    judged = [name for name in ("value", "items", "error", "ids", "complete") if name in want]
    if "any_of" in want and judged:
        yield path, f"any_of goes with no {judged[0]}"
    if "value" in want and {"items", "error", "complete"} & want.keys():
        yield path, "value goes with no items, complete or error"
    if "error" in want and "complete" in want:
        yield path, "with an error the items are not complete"
    if "error" not in want and (stray := [name for name in _OF_ERRORS if name in want]):
        yield (*path, stray[0]), f"{stray[0]} goes with error"
    if together and "requests" in want:
        yield (*path, "requests"), "of calls at the same time nobody can tell whose a request is"


def _of_wire(wire: Node, path: Path, case: Node) -> Iterator[tuple[Path, str]]:
    if "other" in wire:
        if "other" not in case:
            yield (*path, "other"), "the case has no second server"
        yield from _of_wire(wire["other"], (*path, "other"), case)
    if "sequence" in wire and "in_any_order" in wire:
        yield path, "either sequence or in_any_order"
    for at, each in enumerate(wire.get("between", ())):
        if not {"at_least_ms", "at_most_ms"} & each.keys():
            yield (*path, "between", at), "needs at_least_ms, at_most_ms or both"
    one = len(list(_calls(case))) == 1
    described = any(each.get("described") for each in wire.get("in_any_order", ()))
    if described and not one:
        yield (*path, "in_any_order"), "described needs to know the call: use each or sequence"


def _of_matchers(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if is_list(value):
        for at, each in enumerate(value):
            yield from _of_matchers(each, (*path, at))
    elif is_object(value):
        node = value
        text = node.get("$instant")
        if isinstance(text, str) and parse_instant(text) is None:
            yield (*path, "$instant"), f"must be an RFC 3339 timestamp with an offset, got {text!r}"
        for name, each in node.items():
            yield from _of_matchers(each, (*path, name))
