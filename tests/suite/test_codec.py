"""Reading and writing JSON through an adapter: faults are found, shrunk, and printed as cases."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.suite.suite_helpers import graded, local, written
from toggl_focus_conformance.adapters import SDK
from toggl_focus_conformance.adapters.own import SyncSDK
from toggl_focus_conformance.cases import CasesError, load, load_files, matching
from toggl_focus_conformance.runner import AS_A_CASE, Result

Message = dict[str, Any]


def changed(change: Callable[[Any], Any], kind: str = "decode") -> Callable[[], SDK]:
    """Our client with a change to every value that it reads or writes."""

    class Changed(SyncSDK):
        def handle(self, message: Message) -> Message:
            reply = super().handle(message)
            if message["type"] == kind and reply["outcome"] == "value":
                reply["value"] = change(reply["value"])
            if message["type"] == kind and reply["outcome"] == "json":
                reply["json"] = json.dumps(change(json.loads(reply["json"])))
            return reply

    return Changed


def at_all_depths(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def everywhere(value: Any) -> Any:
        if isinstance(value, list):
            value = [everywhere(each) for each in value]
        if isinstance(value, dict):
            value = {name: everywhere(each) for name, each in value.items()}
        return change(value)

    return everywhere


def result(make: Callable[[], SDK], id_: str) -> Result:
    run = graded(local(make), matching(load(), [id_]), retry_failed=False)
    return run.results[0]


def as_double(value: Any) -> Any:
    return (
        {"$int": str(int(float(value["$int"])))}
        if isinstance(value, dict) and "$int" in value
        else value
    )


def without_offset(value: Any) -> Any:
    if isinstance(value, dict) and "$datetime" in value:
        return {"$datetime": f"{value['$datetime'][:19]}Z"}
    return value


def without(value: Any, unwanted: tuple[object, ...]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if not any(each is one for one in unwanted)}


FAULTS: list[tuple[str, str, str, Callable[[Any], Any]]] = [
    ("integers are rounded", "decode", "schemas-are-read#Tag", at_all_depths(as_double)),
    ("offsets are dropped", "decode", "schemas-are-read#TimeBlock", at_all_depths(without_offset)),
    ("false is dropped", "decode", "schemas-are-read#TaskMetadata", lambda value: without(value, (False,))),
    ("false is not sent", "encode", "schemas-are-written#TimeBlockUpdate", lambda value: without(value, (False,))),
    ("null is sent for what is absent", "encode", "schemas-are-written#TimeBlockUpdate", lambda value: {"task_id": None, **value}),
    ("empty texts are null", "decode", "schemas-are-read#Status", at_all_depths(lambda value: value or None)),
    ("line separators are lost", "decode", "schemas-are-read#ProjectClient", at_all_depths(lambda value: value.replace("\u2028", " ") if isinstance(value, str) else value)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "case", "change"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS]
)
def test_a_wrong_codec_fails_with_a_case_that_fails_too(
    kind: str, case: str, change: Callable[[Any], Any], tmp_path: Path
) -> None:
    found = result(changed(change, kind), case)

    assert (found.status, found.failed[0].requirement) == ("fail", f"codec-{kind}")
    note = found.transcript[-1].text
    assert note.startswith(AS_A_CASE)
    path = tmp_path / "codec.yaml"
    path.write_text(note.removeprefix(AS_A_CASE), encoding="utf-8")
    again = graded(local(changed(change, kind)), load_files([path]), retry_failed=False)
    assert (again.results[0].status, again.results[0].reason) == ("fail", found.reason)
    right = graded(local(SyncSDK), load_files([path]))
    assert right.results[0].status == "pass"


def test_a_failure_that_only_drawn_values_show_is_shrunk() -> None:
    def loses_long_lists(value: Any) -> Any:
        return value[:1] if isinstance(value, list) else value

    found = result(changed(at_all_depths(loses_long_lists)), "schemas-are-read#TimeBlockPage")

    note = yaml.safe_load(found.transcript[-1].text.removeprefix(AS_A_CASE))
    blocks = json.loads(note[0]["codec"]["json"])["data"]
    assert len(blocks) > 1
    assert all(each is None or set(each) <= set(blocks[0]) for each in blocks)


def test_the_same_seed_finds_the_same() -> None:
    one, other = (result(changed(at_all_depths(as_double)), "schemas-are-read#Tag") for _ in "12")

    assert one.reason == other.reason
    assert one.transcript[-1] == other.transcript[-1]


def test_an_unknown_field_must_not_fail_and_is_kept_only_by_those_who_say_so() -> None:
    class Keeps(SyncSDK):
        def hello(self) -> Message:
            hello = super().hello()
            return hello | {"features": [*hello["features"], "unknown_fields"]}

    dropped = result(SyncSDK, "schemas-with-unknown-fields#Tag")
    promised = result(Keeps, "schemas-with-unknown-fields#Tag")

    assert (dropped.status, promised.status) == ("pass", "fail")


def test_what_is_not_json_must_be_an_error_of_decoding() -> None:
    class Lenient(SyncSDK):
        def handle(self, message: Message) -> Message:
            return {"id": message["id"], "outcome": "value", "value": {}}

    found = result(Lenient, "broken-json#words")

    assert found.reason == "decode Tag: expected an error of kind decode, got {}"
    assert result(SyncSDK, "broken-json#words").status == "pass"


def test_an_adapter_that_does_not_know_a_schema_skips_it() -> None:
    class Knows(SyncSDK):
        def handle(self, message: Message) -> Message:
            return {"id": message["id"], "outcome": "skip", "feature": "codec"}

    found = result(Knows, "schemas-are-read#Tag")

    assert (found.status, found.reason) == ("skip", "the adapter does not know the schema Tag")


def test_an_adapter_that_fails_while_decoding_fails_the_case() -> None:
    class Raises(SyncSDK):
        def handle(self, message: Message) -> Message:
            if message["type"] == "decode":
                raise RuntimeError("boom")
            return super().handle(message)

    found = result(Raises, "schemas-are-read#Tag")

    assert found.status == "fail"
    assert "it raised RuntimeError: boom" in found.reason


@pytest.mark.parametrize(
    ("codec", "reason"),
    (
        ("{decode: Tagg}", "the description has no schema 'Tagg'"),
        ("{json: '1'}", "is not valid under any of the schemas"),
        ("{decode: Tag, value: 1}", '"encode" is a required property'),
        ("{decode: Tag, fails: true}", '"json" is a required property'),
    ),
)
def test_a_case_of_the_codec_that_makes_no_sense_is_refused(
    codec: str, reason: str, tmp_path: Path
) -> None:
    text = f"""\
- id: a-case
  title: A tag is read for the tests
  requirement: codec-decode
  needs: [codec]
  codec: {codec}
"""
    with pytest.raises(CasesError, match=re.escape(reason)):
        written(tmp_path, text)
