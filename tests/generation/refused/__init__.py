"""What the generator refuses: each row is a change to the description, and a part of the complaint."""

from __future__ import annotations

from tests.generation.changes import Case
from tests.generation.refused import bodies, keys, operations, parameters, schemas, unknown

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    f"{part}: {name}": case
    for part, cases in (
        ("operations", operations.CASES),
        ("parameters", parameters.CASES),
        ("bodies", bodies.CASES),
        ("schemas", schemas.CASES),
        ("x- keys", keys.CASES),
        ("unknown", unknown.CASES),
    )
    for name, case in cases.items()
}
