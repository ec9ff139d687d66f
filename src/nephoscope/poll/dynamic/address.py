# SPDX-License-Identifier: Apache-2.0
"""What a pollster asks for, a path or a command: text as it is, or an expression such as `'/v3/' + sample['id']`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nephoscope.model.errors import BadRequest
from nephoscope.model.value_expression import ValueExpression
from nephoscope.model.value_operations import NoValue
from nephoscope.model.yaml_tree import Part

FACT = re.compile(r"\$\{([\w.:-]+)\}")


@dataclass(frozen=True)
class Address:
    """`text` is what was written; `expression` is None where that is the address itself."""

    text: str
    expression: ValueExpression | None
    base: Mapping[str, Any]

    @classmethod
    def read(cls, part: Part, base: Mapping[str, Any], captured: Sequence[str]) -> "Address":
        """
        The address in `part`, an expression if it can be read as one of the names in `base` and `captured`.

        Errors  BadRequest for what begins with a quote, as expressions do and addresses never, and cannot be read.
        """
        text = str(part.value)
        try:
            expression = ValueExpression.read(text, [*base, *captured])
        except BadRequest as error:
            if text.lstrip().startswith(("'", '"')):
                raise BadRequest(f"{part.file}:{part.line}: {part.path}: {error.message}") from None
            return cls(text, None, base)
        # A number, or one plain word, is no expression that anybody meant.
        meant = text.lstrip().startswith(("'", '"')) or bool(expression.names)
        return cls(text, expression if meant else None, base)

    def of(self, given: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
        """
        The address with these values: `given` for an expression, `facts` of the target for `${name}` in it.

        Errors  NoValue when something is missing.
        """
        found = self.text if self.expression is None else self.expression.evaluate({**self.base, **given})
        if not isinstance(found, str):
            raise NoValue(f"{self.text!r} gives no text")
        return FACT.sub(lambda match: quote(_fact(match[1], facts), safe=""), found)


def _fact(name: str, facts: Mapping[str, Any]) -> str:
    if name not in facts:
        raise NoValue(f"the target has no {name}")
    return str(facts[name])
