"""The description as plain data, and places in it that know their line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

Pointer = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    file: str
    line: int
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.pointer}: {self.text}"


class UnreadableError(Exception):
    """The file is not YAML; the problem says where."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))


@dataclass(frozen=True, eq=False)
class Document:
    """A YAML file: its data without comments, and the line of every key and item."""

    file: str
    data: dict[str, Any]
    lines: Mapping[Pointer, int]

    @classmethod
    def read(cls, path: Path, file: str) -> "Document":
        """Read `path`; `file` is what problems call it."""
        loader: Any = YAML()
        try:
            tree = loader.load(path)
        except MarkedYAMLError as error:
            fault: Any = error
            line = fault.problem_mark.line + 1 if fault.problem_mark else 1
            problem = Problem(file, line, "/", f"not YAML: {fault.problem}; correct it")
            raise UnreadableError(problem) from error
        return cls(file, plain(tree), dict(numbered(tree, ())))

    @property
    def root(self) -> "Place":
        """The complete document as a place."""
        return Place(self, (), self.data)

    def components(self, kind: str) -> "Place":
        """The components of one kind; an empty place where there are none."""
        return self.root.child("components").child(kind)


@dataclass(frozen=True)
class Place:
    """A value of the document that knows where it stands."""

    document: Document
    pointer: Pointer
    value: Any

    def __truediv__(self, key: str | int) -> "Place":
        return Place(self.document, (*self.pointer, key), self.value[key])

    def __contains__(self, key: object) -> bool:
        return is_mapping(self.value) and key in self.value

    def __iter__(self) -> Iterator["Place"]:
        """What stands directly below: nothing below a scalar or an empty place."""
        for key, below in pairs(self.value):
            yield Place(self.document, (*self.pointer, key), below)

    @property
    def name(self) -> str:
        """The last step of the way here."""
        return str(self.pointer[-1]) if self.pointer else ""

    def get(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - JSON, whatever it is
        """The bare value under a key."""
        return self.value[key] if key in self else default

    def listed(self, key: str) -> list[Any]:
        """The bare values under a key that may hold one of them or a list."""
        value = self.get(key, [])
        return value if is_list(value) else [value]

    def child(self, key: str) -> "Place":
        """The place under a key, or an empty one where the key would stand."""
        return self / key if key in self else Place(self.document, (*self.pointer, key), None)

    def resolve(self) -> "Place":
        """Where references lead from here; here when there is none."""
        if "$ref" not in self:
            return self
        place = self.document.root
        for step in self.value["$ref"].removeprefix("#").split("/")[1:]:
            place = place / step.replace("~1", "/").replace("~0", "~")
        return place.resolve()

    def everything(self) -> Iterator["Place"]:
        """This place and all below."""
        yield self
        for below in self:
            yield from below.everything()

    def problem(self, text: str) -> Problem:
        """A problem here; what is not in the file has the line of what should hold it."""
        ways = (self.pointer[:end] for end in range(len(self.pointer), 0, -1))
        line = next((self.document.lines[way] for way in ways if way in self.document.lines), 1)
        return Problem(self.document.file, line, written(self.pointer), text)


def written(pointer: Pointer) -> str:
    """A pointer as RFC 6901 writes it."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer) or "/"


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever the loader made
    """What the loader made, without the loader's own kinds of mapping, text and number."""
    if is_mapping(value):
        return {key: plain(below) for key, below in value.items()}
    if is_list(value):
        return [plain(below) for below in value]
    return next((kind(value) for kind in (bool, int, float, str) if isinstance(value, kind)), value)


def numbered(tree: Any, pointer: Pointer) -> Iterator[tuple[Pointer, int]]:  # noqa: ANN401
    """The line of each key and item below."""
    for key, below in pairs(tree):
        yield (*pointer, key), tree.lc.data[key][0] + 1
        yield from numbered(below, (*pointer, key))


def pairs(value: object) -> Iterator[tuple[str | int, Any]]:
    """The keys or indexes of a value, with what is under them; none of a scalar."""
    if is_mapping(value):
        yield from value.items()
    elif is_list(value):
        yield from enumerate(value)


def is_mapping(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object in JSON."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is an array in JSON."""
    return isinstance(value, list)
