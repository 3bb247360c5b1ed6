"""What a case that was played comes to."""

from __future__ import annotations

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.messages import FEATURES

from .judge import judge, status_of
from .play import Played
from .results import Result, Status
from .transcript import curl, transcript

__all__ = ["outcome", "result_of"]


def outcome(played: Played) -> Result:
    """The result of a case that was played."""
    case = played.case
    for record in played.calls:
        reply = record.reply or {}
        if reply.get("outcome") == "adapter_error":
            result = result_of(case, "harness error", f"adapter_error: {reply['message']:.300}")
            result.transcript = transcript(played)
            return result
        if reply.get("outcome") == "skip":
            feature = reply["feature"]
            wrong = feature in played.features or feature not in FEATURES
            reason = (
                f"hello names {feature}, and the reply was skip"
                if wrong
                else f"the SDK has no feature {feature}"
            )
            return result_of(case, "harness error" if wrong else "skip", reason)
    checks = judge(played)
    result = result_of(case, status_of(checks), "")
    result.checks = checks
    result.reason = result.failed[0].message if result.failed else ""
    result.transcript = transcript(played)
    result.curl = curl(played)
    return result


def result_of(case: Case, status: Status, reason: str) -> Result:
    """A result without checks."""
    return Result(
        id=case.id,
        title=case.title,
        area=case.area,
        status=status,
        requirement=case.requirement,
        reason=reason,
    )
