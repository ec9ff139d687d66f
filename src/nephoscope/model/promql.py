# SPDX-License-Identifier: Apache-2.0
"""
As much of PromQL as it takes to make alarms of alerting rules: comparisons with a number, and the simplest selections.

    expression        EXPR > 5     5 < EXPR     EXPR > 10 * 1024
    selection         metric{label="value", other=~"a|b"}
                      rate(SELECTION[5m])
                      sum by (label) (SELECTION)     max(rate(SELECTION[5m])) by (label)

Of anything else only the brackets and strings are looked at; whether it means something, a Prometheus says.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from nephoscope.model.comparison import Comparison
from nephoscope.model.errors import BadRequest

Item = TypeVar("Item")

COMPARISONS: dict[str, Comparison] = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">=": "ge", ">": "gt"}
TURNED: dict[Comparison, Comparison] = {"lt": "gt", "le": "ge", "eq": "eq", "ne": "ne", "ge": "le", "gt": "lt"}
# How the series of a group are put together, in the words of our rules.
ACROSS = {"sum": "sum", "avg": "mean", "min": "min", "max": "max", "count": "count"}
# These bind less than comparisons do.
SETS = frozenset({"and", "or", "unless"})
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, frozenset(")]}")

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)
      | (?P<span>(?:\d+(?:ms|[smhdwy]))+(?![\w.]))
      | (?P<number>0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])|(?:[iI]nf|[nN]a[nN])(?!\w))
      | (?P<name>[a-zA-Z_:][\w:]*)
      | (?P<sign>==|!=|>=|<=|=~|!~|[-+*/%^<>=(){}\[\],:@])""",
    re.VERBOSE | re.ASCII,
)
_SPAN = re.compile(r"(\d+)(ms|[smhdwy])", re.ASCII)
_UNIT_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Token:
    """A piece of an expression: `kind` is text, span, number, name or sign; `start` and `stop` are where it stands."""

    kind: str
    text: str
    start: int
    stop: int


@dataclass(frozen=True)
class Matcher:
    """`label operator value`, the operator being =, !=, =~ or !~."""

    label: str
    operator: str
    value: str


@dataclass(frozen=True)
class Selection:
    """
    Series of one metric: those that all matchers let through, perhaps as rates over `range_s` seconds.

    With `across`, in the words of our rules, those with the same values of `group_by` are put together.
    """

    metric: str
    matchers: tuple[Matcher, ...] = ()
    range_s: float | None = None
    across: str | None = None
    group_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """An expression whose values are held against a number; `query` is its text."""

    query: str
    operator: Comparison
    threshold: float


def compared(text: str) -> Compared | None:
    """
    The comparison with a number that an expression is; None for one that is something else, as a whole.

    Errors  BadRequest for what is no expression: nothing, brackets and strings that do not end, stray signs.

    >>> compared('sum(rate(errors[5m])) / sum(rate(requests[5m])) > 0.05')
    Compared(query='sum(rate(errors[5m])) / sum(rate(requests[5m]))', operator='gt', threshold=0.05)
    >>> compared("10 * 1024 <= size")
    Compared(query='size', operator='ge', threshold=10240.0)
    >>> compared("a > 1 and b > 2"), compared("a > b")
    (None, None)
    """
    tokens = _tokens(text)
    outer = list(_outermost(tokens))
    signs = [place for place in outer if tokens[place].kind == "sign" and tokens[place].text in COMPARISONS]
    if len(signs) != 1 or any(tokens[place].text in SETS for place in outer):
        return None
    (place,) = signs
    left, right = tokens[:place], tokens[place + 1 :]
    operator = COMPARISONS[tokens[place].text]
    for query, number, by in ((left, right, operator), (right, left, TURNED[operator])):
        value = _constant(number)
        if value is not None and query and _constant(query) is None and query[0].text != "bool":
            return Compared(text[query[0].start : query[-1].stop], by, value)
    return None


def bare(text: str) -> str:
    """
    An expression without what stands around it. BadRequest as `compared`.

    >>> bare(" absent(up) # is it there?")
    'absent(up)'
    """
    tokens = _tokens(text)
    return text[tokens[0].start : tokens[-1].stop]


def selection(text: str) -> Selection:
    """
    The series that an expression selects. BadRequest says what is not of the forms that can be read.

    >>> selection('max by (host) (rate(disk_errors{job="node"}[5m]))').group_by
    ('host',)
    """
    reading = _Reading(_tokens(text))
    found = reading.selection()
    reading.end()
    return found


def span_s(text: str) -> float:
    """
    The seconds of a duration. BadRequest for what is none.

    >>> span_s("1h30m"), span_s("0")
    (5400, 0)
    """
    if text == "0":
        return 0
    parts = _SPAN.findall(text)
    if not parts or "".join(f"{count}{unit}" for count, unit in parts) != text:
        raise BadRequest(f"expected a duration such as 5m or 1h30m, there is {text!r:.40}")
    return sum(int(count) * _UNIT_S[unit] for count, unit in parts)


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadRequest(f"not an expression from {text[place : place + 20]!r} on")
        if match.lastgroup != "blank":
            found.append(Token(str(match.lastgroup), match.group(), place, match.end()))
        place = match.end()
    if not found:
        raise BadRequest("there is no expression")
    return found


def _outermost(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of tokens that are within no brackets. BadRequest for brackets that do not fit."""
    awaited: list[str] = []
    for place, token in enumerate(tokens):
        if token.kind == "sign" and token.text in OPENING:
            awaited.append(OPENING[token.text])
        elif token.kind == "sign" and token.text in CLOSING:
            if not awaited or awaited.pop() != token.text:
                raise BadRequest(f"a bracket {token.text} too many")
        elif not awaited:
            yield place
    if awaited:
        raise BadRequest(f"a bracket {awaited[-1]} is missing")


def _constant(tokens: Sequence[Token]) -> float | None:
    """The value of numbers with * and / between them, perhaps with a sign before; None for anything else."""
    sign = 1.0
    if tokens and tokens[0].text in ("-", "+"):
        sign = -1.0 if tokens[0].text == "-" else 1.0
        tokens = tokens[1:]
    if len(tokens) % 2 == 0 or any(each.kind != "number" for each in tokens[::2]):
        return None
    value = sign * _number(tokens[0].text)
    for between, each in zip(tokens[1::2], tokens[2::2], strict=True):
        number = _number(each.text)
        if between.text not in ("*", "/") or (between.text == "/" and not number):
            return None
        value = value * number if between.text == "*" else value / number
    return value if math.isfinite(value) else None


def _number(text: str) -> float:
    return float(int(text, 16)) if text[:2].lower() == "0x" else float(text)


class _Reading:
    """Tokens that are taken one after the other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def selection(self) -> Selection:
        """Also in brackets, and put together by an aggregation."""
        if self._take("("):
            found = self.selection()
            self._expect(")")
            return found
        name = self._name("a metric, rate(...), or one of " + ", ".join(ACROSS))
        if name == "rate" and self._sees("("):
            return self._rate()
        if name in ACROSS and (self._sees("(") or self._sees("by") or self._sees("without")):
            return self._aggregation(ACROSS[name])
        if self._sees("("):
            self._refuse(f"{name}() is not among the functions that a rule of our own has")
        return self._series(name)

    def end(self) -> None:
        """BadRequest where something is left."""
        if self._place < len(self._tokens):
            self._refuse(f"expected nothing more, there is {self._tokens[self._place].text!r}")

    def _aggregation(self, across: str) -> Selection:
        group_by = self._by()
        self._expect("(")
        inner = self.selection()
        self._expect(")")
        if group_by is None:
            group_by = self._by()
        if inner.across is not None:
            self._refuse("an aggregation of an aggregation is more than a rule of our own has")
        return Selection(inner.metric, inner.matchers, inner.range_s, across, group_by or ())

    def _by(self) -> tuple[str, ...] | None:
        if self._sees("without"):
            self._refuse("without (...) would need to know all labels that there are; say by (...)")
        if not self._take("by"):
            return None
        return tuple(self._listed("(", ")", lambda: self._name("a label")))

    def _rate(self) -> Selection:
        self._expect("(")
        inner = self._series(self._name("a metric"))
        self._expect("[")
        range_s = span_s(self._kind("span", "a duration such as 5m"))
        self._expect("]")
        self._expect(")")
        return Selection(inner.metric, inner.matchers, range_s)

    def _series(self, metric: str) -> Selection:
        matchers = self._listed("{", "}", self._matcher) if self._sees("{") else []
        return Selection(metric, tuple(matchers))

    def _matcher(self) -> Matcher:
        label = self._name("a label")
        operator = self._kind("sign", "=, !=, =~ or !~")
        if operator not in ("=", "!=", "=~", "!~"):
            self._refuse(f"expected =, !=, =~ or !~ after the label {label}, there is {operator!r}")
        return Matcher(label, operator, _unquoted(self._kind("text", "a text in quotes")))

    def _listed(self, opening: str, closing: str, read: Callable[[], Item]) -> list[Item]:
        found: list[Item] = []
        self._expect(opening)
        while not self._take(closing):
            found.append(read())
            if not self._take(","):
                self._expect(closing)
                break
        return found

    def _sees(self, text: str) -> bool:
        return self._place < len(self._tokens) and self._tokens[self._place].text == text

    def _take(self, text: str) -> bool:
        seen = self._sees(text)
        self._place += seen
        return seen

    def _expect(self, text: str) -> None:
        if not self._take(text):
            self._refuse(f"expected {text!r}, there is {self._there()}")

    def _name(self, what: str) -> str:
        return self._kind("name", what)

    def _kind(self, kind: str, what: str) -> str:
        if self._place >= len(self._tokens) or self._tokens[self._place].kind != kind:
            self._refuse(f"expected {what}, there is {self._there()}")
        self._place += 1
        return self._tokens[self._place - 1].text

    def _there(self) -> str:
        return repr(self._tokens[self._place].text)[:60] if self._place < len(self._tokens) else "the end"

    @staticmethod
    def _refuse(why: str) -> NoReturn:
        raise BadRequest(why)


def _unquoted(text: str) -> str:
    """What a text in quotes means. BadRequest for escapes beyond the usual."""
    if text[0] == "`":
        return text[1:-1]

    def meant(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPES:
            raise BadRequest(f"the escape \\{escape[1]} in {text:.40} is not among those that are read")
        return _ESCAPES[escape[1]]

    return _ESCAPE.sub(meant, text[1:-1])
