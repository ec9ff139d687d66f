# SPDX-License-Identifier: Apache-2.0
"""The grammar of paths through JSON: a text becomes a tree of steps, bounded in length and depth, or a BadRequest."""

import re
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from nephoscope.model.errors import BadRequest

LENGTH_MAX = 1000
# Of parentheses and filters within each other, and of operators of arithmetic in a row.
DEPTH_MAX = 24

Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Root:
    """`$`: the whole document."""


@dataclass(frozen=True)
class Here:
    """`@`: the value that was reached."""


@dataclass(frozen=True)
class Keys:
    """`a`, `'a b'`, `a,b`: values of a map."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class AnyKey:
    """`*`: all values of a map."""


@dataclass(frozen=True)
class Item:
    """`[0]`: one of a list, from its end when negative."""

    index: int


@dataclass(frozen=True)
class Items:
    """`[*]`, `[1:3]`: some of a list; anything else than a list counts as a list of one."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Test:
    """`key=value` of a filter; without an operator the path only has to lead somewhere."""

    path: "Node"
    operator: str = ""
    value: Scalar = ""


@dataclass(frozen=True)
class Filter:
    """`[?a=1&b=2]`: those of a list that pass all tests."""

    tests: tuple[Test, ...]


@dataclass(frozen=True)
class Split:
    """`` `split(sep, segment, splits_max)` ``: a part of a text."""

    separator: str
    segment: int
    splits_max: int


@dataclass(frozen=True)
class Substitute:
    """`` `sub(/regex/, replacement)` ``: a text with something replaced; nothing where nothing was."""

    pattern: re.Pattern[str]
    replacement: str


@dataclass(frozen=True)
class Length:
    """`` `len` ``: of a text, list or map."""


@dataclass(frozen=True)
class Chain:
    """`a.b`: one step after the other."""

    steps: tuple["Node", ...]


@dataclass(frozen=True)
class Union:
    """`a|b`: what either finds, in that order."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Constant:
    """A number or a text beside an operator of arithmetic."""

    value: Scalar


@dataclass(frozen=True)
class Arithmetic:
    """`a + b`: numbers, or texts to put together; the two sides go pair by pair."""

    left: "Node"
    operator: str
    right: "Node"


Node: TypeAlias = (
    Root
    | Here
    | Keys
    | AnyKey
    | Item
    | Items
    | Filter
    | Split
    | Substitute
    | Length
    | Chain
    | Union
    | Constant
    | Arithmetic
)


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


_TOKENS = re.compile(
    r"""
    (?P<blank>\s+)
    |(?P<float>\d+\.\d+)
    |(?P<integer>\d+)
    |(?P<name>@?[^\W\d][\w@\-]*)
    |(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<function>`(?:[^`\\]|\\.)*`)
    |(?P<compare>==|=|!=|<=|>=|<|>|~)
    |(?P<sign>[.\[\]()$,:|&?@+*/\-])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPLIT = re.compile(r"split\((.),\s*(\d{1,9}),\s*(\d{1,9}|-1)\)", re.DOTALL)
_SUBSTITUTE = re.compile(r"sub\(/(.*)/,\s*(.*)\)", re.DOTALL)
# How tightly what is infix holds its sides together. A `|` holds tighter than a `.`, so `a.b|c.d` is `a.(b|c).d`.
_POWERS = {"+": 1, "-": 1, "*": 2, "/": 2, ".": 3, "|": 4}
_ARITHMETIC = frozenset("+-*/")
_DIGITS_MAX = 18


def parse(text: str, place: str) -> Node:
    """The tree of a path; BadRequest begins with `place` and says what was expected at which sign of the text."""
    if len(text) > LENGTH_MAX:
        raise BadRequest(f"{place}: expected a path of at most {LENGTH_MAX} signs, there are {len(text)}")
    reader = _Reader(text, place)
    tree = reader.expression(0, 0)
    if reader.next.kind != "end":
        raise reader.wrong("a '.', '|', '[' or an operator, or the end")
    return tree


class _Reader:
    """Reads tokens from the left; `next` is the first that is not yet understood."""

    def __init__(self, text: str, place: str) -> None:
        self._text = text
        self._place = place
        self._at = 0
        self._operators = 0
        self.next = _Token("end", "", 0)
        self._advance()

    def wrong(self, expected: str) -> BadRequest:
        """The error for the token that comes next."""
        found = repr(self.next.text[:40]) if self.next.kind != "end" else "the end"
        shown = self._text if len(self._text) <= 80 else f"{self._text[:77]}..."
        where = f"path {shown!r}, sign {self.next.column + 1}"
        return BadRequest(f"{self._place}: {where}: expected {expected}, there is {found}")

    def expression(self, power: int, depth: int) -> Node:
        """Everything that is held together more tightly than `power`."""
        if depth > DEPTH_MAX:
            raise self.wrong(f"at most {DEPTH_MAX} levels of parentheses and filters")
        found = self._operand(depth)
        while True:
            if self._is("["):
                found = _chained(found, self._bracket(depth))
                continue
            sign = self.next.text if self.next.kind == "sign" else ""
            if _POWERS.get(sign, 0) <= power:
                return found
            found = self._infix(found, sign, depth)

    def _infix(self, left: Node, sign: str, depth: int) -> Node:
        self._advance()
        start = self.next
        right = self.expression(_POWERS[sign], depth if sign not in _ARITHMETIC else depth + 1)
        if sign in _ARITHMETIC:
            self._operators += 1
            if self._operators > DEPTH_MAX:
                raise self.wrong(f"at most {DEPTH_MAX} operators of arithmetic")
            return Arithmetic(_constant(left), sign, _constant(right))
        if isinstance(left, Constant) or isinstance(right, Constant):
            self.next = start
            raise self.wrong("a key")
        if sign == ".":
            return _chained(left, right)
        return Union((*(left.parts if isinstance(left, Union) else (left,)), right))

    def _operand(self, depth: int) -> Node:
        token = self.next
        if token.kind in {"name", "quoted"}:
            return Keys(self._names())
        if token.kind == "function":
            return self._function()
        if token.kind in {"integer", "float"} or self._is("-"):
            return Constant(self._number())
        if self._is("["):
            return self._bracket(depth)
        simple: dict[str, Node] = {"$": Root(), "@": Here(), "*": AnyKey()}
        if token.kind == "sign" and token.text in simple:
            self._advance()
            return simple[token.text]
        self._take("(", "a key, '$', '*', '(', '[' or a function in backquotes")
        inner = self.expression(0, depth + 1)
        self._take(")", "a ')'")
        return inner

    def _bracket(self, depth: int) -> Node:
        self._take("[", "a '['")
        found: Node
        if self._is("?"):
            self._advance()
            found = Filter(self._tests(depth + 1))
        elif self._is("*"):
            self._advance()
            found = Items()
        elif self.next.kind in {"name", "quoted"}:
            found = Keys(self._names())
        else:
            start = None if self._is(":") else self._integer()
            found = Item(start) if start is not None else Items()
            if self._is(":"):
                self._advance()
                found = Items(start, None if self._is("]") else self._integer())
        self._take("]", "a ']'")
        return found

    def _tests(self, depth: int) -> tuple[Test, ...]:
        """`a=1&b=2`, all or some of it in parentheses."""
        if depth > DEPTH_MAX:
            raise self.wrong(f"at most {DEPTH_MAX} levels of parentheses and filters")
        found: tuple[Test, ...] = ()
        while True:
            if self._is("("):
                self._advance()
                found += self._tests(depth + 1)
                self._take(")", "a ')'")
            else:
                found += (self._test(depth),)
            if not self._is("&"):
                return found
            self._advance()

    def _test(self, depth: int) -> Test:
        path = self.expression(0, depth)
        if self.next.kind != "compare":
            return Test(path)
        operator = self.next.text
        self._advance()
        if self.next.kind in {"integer", "float"} or self._is("-"):
            return Test(path, operator, self._number())
        if self.next.kind == "name" and self.next.text in {"true", "false"}:
            return Test(path, operator, self._name() == "true")
        if self.next.kind not in {"name", "quoted"}:
            raise self.wrong("a value to compare with")
        column = self.next
        value = self._name()
        if operator == "~":
            self._checked(value, column)
        return Test(path, operator, value)

    def _checked(self, pattern: str, token: _Token) -> re.Pattern[str]:
        try:
            return re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self.next = token
            raise self.wrong(f"a regular expression ({error})") from None

    def _function(self) -> Node:
        token = self.next
        written = _ESCAPED.sub(r"\1", token.text[1:-1])
        self._advance()
        if written == "len":
            return Length()
        if written == "this":
            return Here()
        if found := _SPLIT.fullmatch(written):
            return Split(found[1], int(found[2]), int(found[3]))
        if found := _SUBSTITUTE.fullmatch(written):
            pattern, replacement = self._checked(found[1].strip(), token), found[2].strip()
            try:
                # This compiles the replacement too, which may name groups that are not there.
                pattern.sub(replacement, "")
            except (re.error, IndexError) as error:
                self.next = token
                raise self.wrong(f"a replacement that goes with its expression ({error})") from None
            return Substitute(pattern, replacement)
        self.next = token
        raise self.wrong("`len`, `split(sep, segment, max)` or `sub(/regex/, replacement)`")

    def _names(self) -> tuple[str, ...]:
        names = [self._name()]
        while self._is(","):
            self._advance()
            names.append(self._name())
        return tuple(names)

    def _name(self) -> str:
        token = self.next
        if token.kind not in {"name", "quoted"}:
            raise self.wrong("a key")
        self._advance()
        return token.text if token.kind == "name" else _ESCAPED.sub(r"\1", token.text[1:-1])

    def _number(self) -> int | float:
        negative = self._is("-")
        if negative:
            self._advance()
        token = self.next
        if token.kind not in {"integer", "float"} or len(token.text) > _DIGITS_MAX:
            raise self.wrong(f"a number of at most {_DIGITS_MAX} digits")
        self._advance()
        number = int(token.text) if token.kind == "integer" else float(token.text)
        return -number if negative else number

    def _integer(self) -> int:
        token = self.next
        number = self._number()
        if isinstance(number, float):
            self.next = token
            raise self.wrong("an integer")
        return number

    def _is(self, sign: str) -> bool:
        return self.next.kind == "sign" and self.next.text == sign

    def _take(self, sign: str, expected: str) -> None:
        if not self._is(sign):
            raise self.wrong(expected)
        self._advance()

    def _advance(self) -> None:
        while True:
            if self._at == len(self._text):
                self.next = _Token("end", "", self._at)
                return
            found = _TOKENS.match(self._text, self._at)
            if found is None:
                self.next = _Token("unknown", self._text[self._at], self._at)
                raise self.wrong("a path")
            column, self._at = self._at, found.end()
            if found.lastgroup != "blank":
                self.next = _Token(found.lastgroup or "", found[0], column)
                return


def _chained(left: Node, right: Node) -> Chain:
    """Flat, so that a long path is not a deep tree."""
    before = left.steps if isinstance(left, Chain) else (left,)
    return Chain((*before, *(right.steps if isinstance(right, Chain) else (right,))))


def _constant(side: Node) -> Node:
    """A lone key beside an operator is a text: a field can be written in full, `$.key`, a text cannot."""
    return Constant(side.names[0]) if isinstance(side, Keys) and len(side.names) == 1 else side
