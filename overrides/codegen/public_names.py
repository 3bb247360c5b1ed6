"""The names that users of the generated package can use, to report which come and go."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

__all__ = ["changes"]

_MODULES = ("blocking.py", "models.py")


def changes(before: Path, after: Path) -> Iterator[str]:
    """Lines such as `added: TimeBlock.color` and `removed: TimeBlocks.update(color=)`."""
    old, new = _names(before), _names(after)
    yield from (f"added: {name}" for name in _outermost(new - old))
    yield from (f"removed: {name}" for name in _outermost(old - new))


def _outermost(names: set[str]) -> list[str]:
    """The names in order, without the members of a class and the arguments of a method in it."""
    return sorted(
        name
        for name in names
        if name.partition("(")[0] not in names - {name}
        and name.partition(".")[0] not in names - {name}
    )


def _names(package: Path) -> set[str]:
    texts = [(package / name).read_text("utf-8") for name in _MODULES if (package / name).exists()]
    classes = [node for text in texts for node in ast.parse(text).body]
    return {name for node in classes if isinstance(node, ast.ClassDef) for name in _of_class(node)}


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    if node.name.endswith("Query"):  # which no caller sees
        return
    yield node.name
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            yield f"{node.name}.{member.target.id}"
        elif isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
            method = f"{node.name}.{member.name}"
            yield method
            arguments = (*member.args.args, *member.args.kwonlyargs)
            yield from (f"{method}({each.arg}=)" for each in arguments if each.arg != "self")
