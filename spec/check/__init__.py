"""What `nox -s spec` asks of the description: one small generator of problems for each rule.

`python -m spec.check`, run at the root of the repository, prints every problem with its place and
what to do about it. The rules are in STAGES; a stage only runs when the one before found
nothing, so that one slip is not reported twenty times.
"""

from . import examples, form, ledger, page, soundness, traps
from .document import Document, Problem, UnreadableError
from .sources import Check, Sources

__all__ = ["STAGES", "Document", "Problem", "Sources", "UnreadableError", "problems"]

STAGES: tuple[tuple[Check, ...], ...] = (
    (soundness.json, soundness.references, soundness.identifiers),
    (soundness.validity,),
    (
        page.rows,
        form.operations,
        form.statuses,
        form.inline,
        form.descriptions,
        form.formats,
        form.limits,
        form.unused,
        traps.security,
        traps.parts,
        traps.closed,
        traps.timestamps,
        traps.names,
        examples.missing,
        examples.wrong,
        examples.defaults,
        examples.known,
        ledger.grades,
        ledger.chosen,
        ledger.vendor,
        ledger.decisions,
        ledger.entries,
        ledger.keys,
    ),
)


def problems(sources: Sources) -> list[Problem]:
    """Everything that the first stage with a problem finds, in the order of files and lines."""
    for stage in STAGES:
        found = {problem for check in stage for problem in check(sources)}
        if found:
            return sorted(found)
    return []
