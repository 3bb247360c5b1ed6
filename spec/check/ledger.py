"""Grades and decisions: each line says what it rests on, and each guess has its entry."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import form, outline
from .document import Place, Problem
from .sources import Sources

BASES = ("docs", "vendor", "live", "inferred", "decided", "open")
# a line with one of these names an entry that has it too
CHOSEN = ("decided", "open")
# the vendor marks no other field of a response as nullable
NULLABLE = ("timezone",)
PARTS = ["Question", "What is known", "Decision", "What would overturn it"]
REALMS = ("description", "server", "client")
# templates, suite and client read these: a slip of the pen in one would go unnoticed
KEYS = (
    "x-argument",
    "x-basis",
    "x-bulk",
    "x-client-default",
    "x-decision",
    "x-extensible-enum",
    "x-format",
    "x-idempotent",
    "x-interval",
    "x-max-body-bytes",
    "x-method",
    "x-null",
    "x-pagination",
    "x-removed",
    "x-streaming",
    "x-unit",
)


@dataclass(frozen=True)
class Entry:
    """One decision of the ledger."""

    line: int
    heading: str
    text: str

    @property
    def id(self) -> str:
        """What the description calls it by."""
        return self.heading.split(" ")[0]

    @property
    def bases(self) -> list[str]:
        """What it rests on, by its last line but one."""
        return self.listed("Basis")

    @property
    def realms(self) -> list[str]:
        """Where it holds, by its last line."""
        return self.listed("Where")

    def listed(self, name: str) -> list[str]:
        """The words of a line that begins with a name and a colon."""
        found = re.search(rf"^{name}: (.+)$", self.text, re.MULTILINE)
        return found[1].split(", ") if found else []

    @property
    def link(self) -> str:
        """Its line in the contents, with the anchor that Markdown readers make of a heading."""
        anchor = re.sub(r"[^\w\- ]", "", self.heading.lower()).replace(" ", "-")
        return f"- [{self.heading}](#{anchor})"

    def faults(self) -> Iterator[str]:
        """What is wrong with the entry by itself."""
        if re.findall(r"^\*\*(.+?)\.\*\*", self.text, re.MULTILINE) != PARTS:
            yield f"its parts are not {' · '.join(PARTS)}; give it these, in this order"
        if not self.bases or not set(self.bases) <= set(BASES):
            yield f"it does not say what it rests on; add Basis: {', '.join(BASES)}"
        if not self.realms or not set(self.realms) <= set(REALMS):
            yield f"it does not say where it holds; end it with Where: {', '.join(REALMS)}"


def grades(sources: Sources) -> Iterator[Problem]:
    """Every line says what it rests on, in a word that is known."""
    for place in outline.graded(sources.document):
        if "x-basis" not in place:
            yield place.problem(f"there is no x-basis; add one of {', '.join(BASES)}")
    for place in outline.description(sources.document):
        bases = place.listed("x-basis")
        where = place.child("x-basis")
        for basis in bases:
            if basis not in BASES:
                yield where.problem(f"{basis} is no basis; use some of {', '.join(BASES)}")


def chosen(sources: Sources) -> Iterator[Problem]:
    """What was chosen names the entry that says so; what an open entry says is open everywhere."""
    ledger = {entry.id: entry.bases for entry in read(sources)}
    for place in outline.description(sources.document):
        bases, named = place.listed("x-basis"), place.listed("x-decision")
        where = place.child("x-basis")
        found = {basis for decision in named for basis in ledger.get(decision, ())}
        for basis in CHOSEN:
            if basis in bases and basis not in found:
                yield where.problem(f"no entry of the ledger that it names is {basis}; name it")
        if "open" in found and "open" not in bases:
            yield where.problem("an entry that it names is open; add open")


def vendor(sources: Sources) -> Iterator[Problem]:
    """What the vendor does not say rests on more than the page and the vendor's description."""
    for schema in form.returned(sources):
        for field in schema.child("properties"):
            if outline.nullable(field) and field.name not in NULLABLE and not beyond(field):
                yield field.problem(
                    "the vendor never says that it can be null; add live to x-basis"
                )
    for place in outline.graded(sources.document):
        for schema in outline.nested(place.child("schema") if "schema" in place else place):
            smallest = "integer" in schema.listed("type") and "minimum" in schema
            if smallest and not beyond(place):
                text = "the vendor never says how small it can be; add decided to x-basis"
                yield place.problem(text)


def beyond(place: Place) -> bool:
    """Whether a line rests on more than what the vendor says."""
    return not set(place.listed("x-basis")) <= {"docs", "vendor"}


def decisions(sources: Sources) -> Iterator[Problem]:
    """Every decision that the description names is in the ledger."""
    known = {entry.id for entry in read(sources)}
    for place in outline.description(sources.document):
        for decision in place.listed("x-decision"):
            if decision not in known:
                text = (
                    f"{decision} is not in {sources.ledger_file}; add the entry or correct the id"
                )
                yield (place / "x-decision").problem(text)


def entries(sources: Sources) -> Iterator[Problem]:
    """Every entry of the ledger is complete, is in the contents, and holds where it says."""
    named = used(sources)
    lines = sources.ledger.splitlines()
    ledger = list(read(sources))
    seen: set[str] = set()
    for entry in ledger:
        faults = list(entry.faults())
        in_description = "description" in entry.realms
        if in_description and entry.id not in named:
            faults.append("no x-decision names it; name it, or take description out of Where:")
        if not in_description and entry.id in named:
            faults.append("an x-decision names it; add description to Where:")
        if entry.link not in lines:
            faults.append(f"it is not in the contents; add the line {entry.link}")
        if entry.id in seen:
            faults.append("another entry has this id; give it the next free one")
        seen.add(entry.id)
        for fault in faults:
            yield Problem(sources.ledger_file, entry.line, f"/{entry.id}", fault)
    links = {entry.link for entry in ledger}
    for number, line in enumerate(lines, 1):
        if line.startswith("- [D") and line not in links:
            fault = "no entry has this heading; correct the line or remove it"
            yield Problem(sources.ledger_file, number, "/contents", fault)


def keys(sources: Sources) -> Iterator[Problem]:
    """Every key of our own is one that somebody reads."""
    for place in outline.description(sources.document):
        if place.name.startswith("x-") and place.name not in KEYS:
            yield place.problem("no such key is read; correct it, or add it to KEYS in ledger.py")


def used(sources: Sources) -> set[str]:
    """The decisions that the description names."""
    places = outline.description(sources.document)
    return {decision for place in places for decision in place.listed("x-decision")}


def read(sources: Sources) -> Iterator[Entry]:
    """The entries of the ledger, in order."""
    parts = re.split(r"^## (?=D\d)", sources.ledger, flags=re.MULTILINE)
    line = 1 + parts[0].count("\n")
    for part in parts[1:]:
        heading, _, text = part.partition("\n")
        yield Entry(line, heading, text)
        line += part.count("\n")
