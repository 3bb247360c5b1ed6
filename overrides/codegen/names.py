"""The names that generated code gets, and those that it must not get."""

from __future__ import annotations

import ast
import builtins
import functools
import keyword
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["RefusedError", "argument", "clashes", "identifier", "members", "python_name"]

HERE = Path(__file__).resolve().parent
# Names that the body of a class of models.py uses, where a field would hide them.
_FIELD = frozenset(
    {"bool", "datetime", "dict", "field", "float", "int", "list", "property", "self", "str"}
)
# Names that the body of a method or a request builder uses, where an argument would hide them.
_ARGUMENT = frozenset({"listed", "models", "operations", "options", "progress", "values"})
_SPECIAL = frozenset({"__doc__", "__all__"})
_PYTHON = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*_?")


class RefusedError(Exception):
    """The description contains something that cannot be generated, or a generator complained."""


def python_name(name: object) -> bool:
    """Whether something can be a name in Python as it is, such as `list_for_task`."""
    return (
        isinstance(name, str)
        and _PYTHON.fullmatch(name) is not None
        and not keyword.iskeyword(name)
    )


def identifier(key: str) -> str:
    """The field for a name on the wire: `created_by` of `createdBy`, `from_` of `from`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", key)
    name = re.sub(r"[\W_]+", "_", words).strip("_").lower()
    if not name.isidentifier():
        raise RefusedError(f"no name in Python can be made of {key!r}")
    return f"{name}_" if keyword.iskeyword(name) or name in _FIELD else name


def argument(field: str) -> str:
    """The argument for a field: `timeout_` of `timeout`, which is an option of every call."""
    taken = _ARGUMENT | members(HERE / "runtime.py", "Options")
    return f"{field}_" if field in taken else field


@functools.cache
def members(module: Path, *classes: str) -> frozenset[str]:
    """The members of some classes of a module: in their bodies, and set on `self`."""
    found: set[str] = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name in classes:
            found.update(name for statement in node.body for name in _bound(statement))
            found.update(
                each.attr
                for each in ast.walk(node)
                if isinstance(each, ast.Attribute)
                and isinstance(each.ctx, ast.Store)
                and isinstance(each.value, ast.Name)
                and each.value.id == "self"
            )
    return frozenset(found)


def clashes(module: str, text: str) -> Iterator[str]:
    """Names that a generated module would define twice, or that hide what it needs."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"{module}: the templates cannot render this description: {error}"
        return
    imported: set[str] = set()
    defined: set[str] = set()
    for statement in tree.body:
        is_import = isinstance(statement, ast.Import | ast.ImportFrom)
        for name in _bound(statement):
            taken = defined if is_import else defined | imported | {*vars(builtins)}
            if name in taken and name not in _SPECIAL:
                yield f"{name}: {module} needs this name itself; choose another one"
            (imported if is_import else defined).add(name)
        if isinstance(statement, ast.ClassDef):
            yield from _hidden(statement)


def _hidden(node: ast.ClassDef) -> Iterator[str]:
    """The members of a class that hide what its annotations and decorators need."""
    needed = {
        each.id
        for part in _in_scope(node)
        for each in ast.walk(part)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }
    for statement in node.body:
        for name in _bound(statement):
            if name in needed:
                where = f"{node.name}.{name}"
                yield f"{where}: hides {name}, which the class needs; choose another name"


def _in_scope(node: ast.ClassDef) -> Iterator[ast.AST]:
    """What is evaluated in the scope of the class: not its bases, and not the code of methods."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.args
            yield from statement.decorator_list
            yield from (part for part in (statement.returns,) if part)
        else:
            yield statement


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines."""
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((each.asname or each.name) for each in names)
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case _:
            pass
