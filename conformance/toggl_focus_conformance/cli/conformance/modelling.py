"""`server --model-steps N`: random calls after the cases, judged by the model."""

from __future__ import annotations

from toggl_focus_conformance.model import Home, OverHttp, run_model
from toggl_focus_conformance.runner import AS_A_CASE, Entry, Result, Run
from toggl_focus_conformance.servers import Account, Connection

__all__ = ["MODEL", "add_model"]

MODEL = "model"
"""The area of the result."""


def add_model(
    run: Run, account: Account, connection: Connection, steps: int, *, decided: bool
) -> None:
    """Add a result for the model to a run. Ctrl-C ends it with what there is."""
    home = account.home
    where = Home(home.organization_id, home.workspace_id, home.task_ids)
    key = account.users[0].api_key
    result = Result(
        MODEL, f"{steps} random calls give what a model of the API gives", MODEL, "pass"
    )
    try:
        with OverHttp(
            account.base_url, key, headers=connection.headers, context=connection.context
        ) as send:
            found = run_model(send, where, steps=steps, seed_=run.seed, decided=decided)
    except KeyboardInterrupt:
        run.interrupted = True
        return
    result.seconds = found.seconds
    if found.failure is not None:
        result.status = "flaky" if found.failure.flaky else "fail"
        result.reason = found.failure.text
        note = f"{AS_A_CASE}{found.failure.yaml()}"
        result.transcript = [Entry(0.0, "note", text=note)]
    if found.left_behind:
        blocks = ", ".join(map(str, found.left_behind))
        run.problems.append(f"blocks of the model that could not be deleted: {blocks}")
    run.results.append(result)
    run.seconds += found.seconds
