# SPDX-License-Identifier: Apache-2.0
"""Attributes of answers: dotted paths, with operations on what is found there, such as `user | value.split('$')[0]`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nephoscope.model.errors import BadRequest
from nephoscope.model.value_expression import ValueExpression
from nephoscope.model.value_operations import NoValue
from nephoscope.model.yaml_tree import Part

VALUE = "value"
ITSELF = "."
_QUOTES = "'\""


@dataclass(frozen=True)
class Attribute:
    """Where something stands in an entry; an empty `path` is the entry itself."""

    text: str
    path: tuple[str, ...]
    operations: tuple[ValueExpression, ...] = ()

    @classmethod
    def read(cls, part: Part, text: str) -> "Attribute":
        """
        The attribute that `text` describes; `part` is where it was written, for the error.

        Errors  BadRequest for an operation outside of the grammar, or that does not use `value`.
        """
        path, *operations = (each.strip() for each in _split(text))
        if not path:
            raise part.wrong("an attribute's name, or '.' for all of it, before any operation")
        read = tuple(_operation(part, each) for each in operations)
        return cls(text, () if path == ITSELF else tuple(path.split(".")), read)

    def of(self, entry: Any) -> Any:
        """What stands there; NoValue when there is none."""
        found = entry
        for step in self.path:
            if not isinstance(found, dict) or step not in found:
                raise NoValue(f"there is no {'.'.join(self.path)}")
            found = found[step]
        for operation in self.operations:
            found = operation.evaluate({VALUE: found})
        return found


def _operation(part: Part, text: str) -> ValueExpression:
    try:
        operation = ValueExpression.read(text, [VALUE])
    except BadRequest as error:
        raise BadRequest(f"{part.file}:{part.line}: {part.path}: {error.message}") from None
    if VALUE not in operation.names:
        raise part.wrong("operations that use 'value'", repr(text))
    return operation


def _split(text: str) -> Iterator[str]:
    """Cut at bars, but not at those within quotes."""
    start, quote, escaped = 0, "", False
    for at, sign in enumerate(text):
        if escaped or (quote and sign == "\\"):
            escaped = not escaped
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign == "|":
            yield text[start:at]
            start = at + 1
    yield text[start:]
