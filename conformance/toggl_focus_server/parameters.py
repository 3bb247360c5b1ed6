"""Parameters of path and query: how their text is cut and read, as the description says."""

import re

from jsonschema_rs import ValidationError

from . import hints
from .description import Description, Node, Value
from .problems import Problem, validation
from .schemas import Schemas, first_error, short

# as JSON writes them; the bound is there for int(), the schema has one of its own
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})")
_BOOLEANS = {"true": True, "false": False}


class Place:
    """The parameters of one operation that stand in one place, path or query."""

    def __init__(
        self, place: str, parameters: list[Node], description: Description, schemas: Schemas
    ) -> None:
        self._place = place
        self._parameters = parameters
        self._schemas = {p["name"]: description.resolve(p["schema"]) for p in parameters}
        self._defaults = {
            name: schema["default"] for name, schema in self._schemas.items() if "default" in schema
        }
        self._validator = schemas.validator(
            {
                "type": "object",
                "properties": self._schemas,
                "required": [p["name"] for p in parameters if p.get("required")],
            }
        )

    def read(self, texts: dict[str, list[str]]) -> Node:
        """The values of what is known, defaults filled in; what is unknown is ignored (D23).

        None stands for an empty value where one is allowed. Raises a Problem with status 400.
        """
        values: Node = {}
        empty: dict[str, None] = {}
        for parameter in self._parameters:
            name = parameter["name"]
            if parameter.get("allowEmptyValue") and texts.get(name) == [""]:
                empty[name] = None
            elif name in texts:
                values[name] = _read(parameter, self._schemas[name], texts[name])
        if error := first_error(self._validator, values):
            raise self._problem(error)
        return {**self._defaults, **values, **empty}

    def _problem(self, error: ValidationError) -> Problem:
        if not error.instance_path:
            return validation(f"{self._place}: {short(error.message)}", **{"in": self._place})
        name = str(error.instance_path[0])
        problem = validation(
            f"{self._place} parameter {name}: "
            f"{short(error.message)}{hints.timestamp(error.instance)}",
            **{"in": self._place, "name": name},
        )
        if self._place == "path":
            # seen live: a malformed organization returns invalid_organization_id
            problem.error = f"invalid_{name}"
        return problem


def _read(parameter: Node, schema: Node, texts: list[str]) -> Value:
    """What the texts stand for; text stays text where the schema shall refuse it."""
    if schema.get("type") == "array":
        if not parameter.get("explode", True):
            # a repeated key is read as well (D10)
            texts = [part for text in texts for part in text.split(",")]
        return [_value(schema["items"], text) for text in texts]
    return _value(schema, texts[0]) if len(texts) == 1 else texts


def _value(schema: Node, text: str) -> Value:
    match schema.get("type"):
        case "integer" if _INTEGER.fullmatch(text):
            return int(text)
        case "boolean":
            return _BOOLEANS.get(text, text)
        case _:
            return text
