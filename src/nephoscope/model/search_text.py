# SPDX-License-Identifier: Apache-2.0
"""
Filter text, such as `project_id = 'abc' and not (host like "web%")`, read to the tree of `search.py`.

    search      := conjunction {("or" | "∨") conjunction}
    conjunction := opposite {("and" | "∧") opposite}
    opposite    := "not" opposite | "(" search ")" | comparison
    comparison  := attribute operator value
    attribute   := word | quoted
    value       := null | boolean | UUID | word | number | quoted; after "in" a list, "[" value {"," value} "]"

Where attributes are `dotted`, a word may have dots inside, as in `traits.state`, and an id is taken as it is written.
"""

import re
from uuid import UUID

from nephoscope.model.errors import BadRequest
from nephoscope.model.search import (
    ALL_OF,
    ANY_OF,
    OPERATORS,
    And,
    Budget,
    Compare,
    Not,
    Or,
    Search,
    SearchLimits,
    Value,
)

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"[^"\n]*"|'[^'\n]*')
      | (?P<uuid>[0-9A-Fa-f]{8}(?:-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}(?![0-9A-Za-z_-]))
      | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![0-9A-Za-z_]))
      | (?P<word>[A-Za-z][A-Za-z0-9_]*)
      | (?P<sign>>=|<=|!=|==|[=<>≠≥≤∧∨()\[\],])
    )""",
    re.VERBOSE | re.ASCII,
)
_DOTTED = re.compile(_TOKEN.pattern.replace("[A-Za-z0-9_]*)", r"[A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)"), _TOKEN.flags)
_CONSTANTS: dict[str, Value] = {
    **dict.fromkeys(("None", "none", "null"), None),
    **dict.fromkeys(("True", "true"), True),
    **dict.fromkeys(("False", "false"), False),
}
_END = ("end", "the end")


def read_filter(text: str, limits: SearchLimits | None = None, *, dotted: bool = False) -> Search:
    """
    Read filter text.

    Errors  BadRequest `Invalid filter: ...`, TooLarge beyond the limits.

    >>> read_filter("host = web1 or not count > 2")
    Or(items=(Compare(operator='eq', field='host', value='web1'), Not(item=Compare(operator='gt', ...
    """
    tokens = _tokens(text, _DOTTED if dotted else _TOKEN)
    return _Reader(tokens, Budget(limits or SearchLimits()), as_written=dotted).whole()


def _tokens(text: str, pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    tokens = []
    position, end = 0, len(text.rstrip())
    while position < end:
        found = pattern.match(text, position)
        if found is None or found.lastgroup is None:
            raise _invalid(f"cannot read {text[position : position + 20].strip()!r} (at char {position})")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        position = found.end()
    return tokens


class _Reader:
    """Walks the tokens from left to right, one method a rule of the grammar."""

    def __init__(self, tokens: list[tuple[str, str]], budget: Budget, *, as_written: bool) -> None:
        self._tokens = tokens
        self._as_written = as_written
        self._position = 0
        self._budget = budget

    def whole(self) -> Search:
        search = self._search(1)
        if self._peek() != _END:
            raise _invalid(f"expected the end, found {self._peek()[1]!r}")
        return search

    def _search(self, depth: int) -> Search:
        items = [self._conjunction(depth)]
        while self._peek()[1] in ANY_OF:
            self._next()
            items.append(self._conjunction(depth))
        return items[0] if len(items) == 1 else Or(tuple(items))

    def _conjunction(self, depth: int) -> Search:
        items = [self._opposite(depth)]
        while self._peek()[1] in ALL_OF:
            self._next()
            items.append(self._opposite(depth))
        return items[0] if len(items) == 1 else And(tuple(items))

    def _opposite(self, depth: int) -> Search:
        self._budget.enter(depth)
        if self._peek() == ("word", "not"):
            self._next()
            return Not(self._opposite(depth + 1))
        if self._peek() == ("sign", "("):
            self._next()
            inner = self._search(depth + 1)
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Search:
        kind, text = self._next()
        if kind not in {"word", "quoted"}:
            raise _invalid(f"expected an attribute, found {text!r}")
        field = text[1:-1] if kind == "quoted" else text
        word = self._next()[1]
        if word not in OPERATORS:
            raise _invalid(f"expected an operator after {field!r}, found {word!r}")
        if OPERATORS[word] == "in":
            return Compare("in", field, self._list(field))
        return Compare(OPERATORS[word], field, self._value())

    def _list(self, field: str) -> tuple[Value, ...]:
        self._expect("[")
        values = [self._value()]
        while self._peek() == ("sign", ","):
            self._next()
            values.append(self._value())
        self._expect("]")
        self._budget.listed(len(values))
        return tuple(values)

    def _value(self) -> Value:
        kind, text = self._next()
        match kind:
            case "quoted":
                return text[1:-1]
            case "uuid":
                return text if self._as_written else str(UUID(text))
            case "number":
                return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else float(text)
            case "word":
                return _CONSTANTS.get(text, text)
        raise _invalid(f"expected a value, found {text!r}")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else _END

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._position += 1
        return token

    def _expect(self, sign: str) -> None:
        found = self._next()[1]
        if found != sign:
            raise _invalid(f"expected {sign!r}, found {found!r}")


def _invalid(problem: str) -> BadRequest:
    return BadRequest(f"Invalid filter: {problem}")
