# SPDX-License-Identifier: Apache-2.0
"""
The grammar of InfluxDB's line protocol, applied to a block of lines with array operations.

    measurement,tag=value,tag=value field=1.5,other=12i,text="no number" 1700000000000000000
    └──────────── head ───────────┘ └───────────── fields ─────────────┘ └── time, may miss ┘

A backslash takes the meaning from the sign behind it; inside the quotes of a text only quotes and backslashes have one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from nephoscope.receive.series import Float64s, Int64s
from nephoscope.receive.slices import Bytes, column, distinct, joined

Flags = npt.NDArray[np.bool_]

NEWLINE, SPACE, QUOTE, COMMA, EQUALS, BACKSLASH, RETURN, HASH = b'\n ",=\\\r#'
_TRUE = frozenset({b"t", b"T", b"true", b"True", b"TRUE"})
_FALSE = frozenset({b"f", b"F", b"false", b"False", b"FALSE"})
_TIME_MAX = 2**63 - 1
# Beyond any buffer, and far from where int64 ends.
_NOWHERE = 2**62


def _table(signs: bytes) -> Flags:
    table = np.zeros(256, bool)
    table[list(signs)] = True
    return table


_SEPARATES = _table(b'\n ",=\\').tobytes()
_IN_FLOATS = _table(b"0123456789+-.eE")
_IN_INTEGERS = _table(b"0123456789+-")
_DIGITS = _table(b"0123456789")
_INTEGER_ENDS = _table(b"iu")
_BOOLEAN_STARTS = _table(b"tTfF")


class BadLine(Exception):
    """A line breaks the grammar: its position in the block, from 0, and why; `reason` replaces the usual one."""

    def __init__(self, line: int, why: str, reason: str = "") -> None:
        super().__init__(why)
        self.line = line
        self.why = why
        self.reason = reason


@dataclass(frozen=True)
class Block:
    """
    What a block of lines says. By line: `number` (its position in the block), `head` (position in `heads`) and `time`
    (ns). By field that is a number or a boolean, in order: `line` (position in the columns by line), `key` (position in
    `keys`) and `value`. `texts` counts the fields that are neither.
    """

    heads: list[bytes]
    keys: list[bytes]
    number: Int64s
    head: Int64s
    time: Int64s
    line: Int64s
    key: Int64s
    value: Float64s
    texts: int


@dataclass(frozen=True)
class _Lines:
    """Where lines, without empty ones and comments, start and end, and their positions in the block."""

    start: Int64s
    end: Int64s
    number: Int64s

    def __len__(self) -> int:
        return len(self.start)

    def refuse(self, bad: Flags, why: str) -> None:
        """BadLine for the first of the lines that are bad."""
        if bad.any():
            raise BadLine(int(self.number[np.argmax(bad)]), why)


@dataclass(frozen=True)
class _Signs:
    """Signs that separate, in order: where they are, what they are, and the line that they are in."""

    at: Int64s
    sign: Bytes
    line: Int64s

    def those(self, chosen: Flags) -> "_Signs":
        place = np.flatnonzero(chosen)
        return _Signs(self.at[place], self.sign[place], self.line[place])

    def position(self) -> Int64s:
        """Which one in its line each sign is, from 0."""
        first = np.flatnonzero(np.diff(self.line, prepend=-1))
        return np.arange(len(self.at)) - np.repeat(first, np.diff(first, append=len(self.at)))


@dataclass(frozen=True)
class _Spans:
    """Fields: the line of each, where its key starts, where the `=` is, and where its value ends."""

    line: Int64s
    start: Int64s
    equals: Int64s
    end: Int64s

    def those(self, chosen: Flags) -> "_Spans":
        return _Spans(self.line[chosen], self.start[chosen], self.equals[chosen], self.end[chosen])


def parse(block: bytes, now_ns: int, unit_ns: int) -> Block:
    """
    Take a block of lines apart.

    Takes   lines split by newlines (a CR before one is dropped); empty ones and those that start with `#` do not
            count; what a missing time is, and the nanoseconds in one step of the others.
    Errors  BadLine: of the lines that break the first rule that any of them breaks, the first.
    """
    text = block if block.endswith(b"\n") else block + b"\n"
    data = np.frombuffer(text, np.uint8)
    lines, signs = _lines(data, _separators(text, data))
    gap = _nth_space(lines, signs, 0)
    lines.refuse(gap >= lines.end, "there are no fields")
    signs = signs.those(signs.at > gap[signs.line])
    signs, quotes = _outside_quotes(lines, signs)
    second, third = _nth_space(lines, signs, 0), _nth_space(lines, signs, 1)
    lines.refuse(third < lines.end, "there is something behind the time")
    fields_end = np.minimum(second, lines.end)
    spans = _spans(lines, signs.those(signs.at < fields_end[signs.line]), gap, fields_end)
    is_text = data[spans.equals + 1] == QUOTE
    _check_quotes(lines, spans.those(is_text), quotes)
    spans = spans.those(~is_text)
    heads, head = distinct(data, lines.start, gap)
    keys, key = distinct(data, spans.start, spans.equals)
    return Block(
        heads=heads,
        keys=keys,
        number=lines.number,
        head=head,
        time=_times(data, lines, np.minimum(second + 1, lines.end), now_ns, unit_ns),
        line=spans.line,
        key=key,
        value=_values(data, lines, spans),
        texts=int(is_text.sum()),
    )


def _separators(text: bytes, data: Bytes) -> _Signs:
    """All signs that separate: newlines, and what no backslash stands before. `line` counts newlines."""
    at = np.flatnonzero(np.frombuffer(text.translate(_SEPARATES), bool))
    sign = data[at]
    slashes = at[sign == BACKSLASH]
    if len(slashes):
        # Of a row of backslashes every second one is taken by the one before it.
        row = np.maximum.accumulate(np.where(np.diff(slashes, prepend=-2) > 1, slashes, 0))
        taken = np.zeros(len(data) + 1, bool)
        taken[slashes[(slashes - row) % 2 == 0] + 1] = True
        counts = (sign == NEWLINE) | ~(taken[at] | (sign == BACKSLASH))
        at, sign = at[counts], sign[counts]
    ends = sign == NEWLINE
    return _Signs(at, sign, np.cumsum(ends) - ends)


def _lines(data: Bytes, signs: _Signs) -> tuple[_Lines, _Signs]:
    """The lines that say something, and the signs in them, `line` being the position among these lines."""
    newlines = signs.sign == NEWLINE
    end = signs.at[newlines]
    start = np.concatenate((np.zeros(1, np.int64), end[:-1] + 1))
    end = end - ((data[end - 1] == RETURN) & (end > start))
    said = (end > start) & (data[start] != HASH)
    lines = _Lines(start[said], end[said], np.flatnonzero(said))
    place = np.cumsum(said) - 1
    kept = said[signs.line] & ~newlines
    return lines, _Signs(signs.at[kept], signs.sign[kept], place[signs.line[kept]])


def _nth_space(lines: _Lines, signs: _Signs, nth: int) -> Int64s:
    """Where the nth space of each line is; beyond any line where there is none."""
    spaces = signs.those(signs.sign == SPACE)
    wanted = spaces.those(spaces.position() == nth)
    found = np.full(len(lines), _NOWHERE, np.int64)
    found[wanted.line] = wanted.at
    return found


def _outside_quotes(lines: _Lines, signs: _Signs) -> tuple[_Signs, _Signs]:
    """The signs behind the heads that are not in a quoted text, and the quotes."""
    is_quote = signs.sign == QUOTE
    quotes = signs.those(is_quote)
    if not len(quotes.at):
        return signs, quotes
    lines.refuse(np.bincount(quotes.line, minlength=len(lines)) % 2 == 1, "a quote is not closed")
    # Each line has an even number of them, so the count over all lines tells as well as one for each.
    outside = np.cumsum(is_quote) % 2 == 0
    return signs.those(outside & ~is_quote), quotes


def _spans(lines: _Lines, signs: _Signs, gap: Int64s, fields_end: Int64s) -> _Spans:
    """The fields, whose signs must be `=`, or `=` `,` `=`, and so on."""
    position = signs.position()
    in_order = signs.sign == np.where(position % 2 == 0, EQUALS, COMMA)
    count = np.bincount(signs.line, minlength=len(lines))
    wrong = (count % 2 == 0) | (np.bincount(signs.line, weights=~in_order, minlength=len(lines)) > 0)
    lines.refuse(wrong, "fields are written key=value,key=value")
    is_equals = position % 2 == 0
    line, equals = signs.line[is_equals], signs.at[is_equals]
    first, last = position[is_equals] == 0, position[is_equals] == count[line] - 1
    before = np.concatenate((np.zeros(1, np.int64), signs.at))[:-1][is_equals]
    behind = np.concatenate((signs.at, np.zeros(1, np.int64)))[1:][is_equals]
    start = np.where(first, gap[line], before) + 1
    end = np.where(last, fields_end[line], behind)
    lines.refuse(_any_of(lines, line, (start >= equals) | (equals + 1 >= end)), "a field lacks its key or value")
    return _Spans(line, start, equals, end)


def _check_quotes(lines: _Lines, texts: _Spans, quotes: _Signs) -> None:
    """A quoted text is a whole value: quotes stand at its ends and nowhere else."""
    if not len(quotes.at):
        return
    is_edge = np.isin(quotes.at, np.concatenate((texts.equals + 1, texts.end - 1)))
    lines.refuse(_any_of(lines, quotes.line, ~is_edge), "a quoted text must be the whole value")
    whole = np.isin(texts.end - 1, quotes.at) & (texts.end - 1 > texts.equals + 1)
    lines.refuse(_any_of(lines, texts.line, ~whole), "a quoted text must be the whole value")


def _any_of(lines: _Lines, line: Int64s, bad: Flags) -> Flags:
    """Which lines have something bad in them."""
    found = np.zeros(len(lines), bool)
    found[line[bad]] = True
    return found


def _times(data: Bytes, lines: _Lines, start: Int64s, now_ns: int, unit_ns: int) -> Int64s:
    """The time of each line, in ns; a missing one is now."""
    given = lines.end > start
    times = np.full(len(lines), now_ns, np.int64)
    which = np.flatnonzero(given)
    if not len(which):
        return times
    text, offsets = joined(data, start[given], lines.end[given])
    bad = np.zeros(len(lines), bool)
    bad[which] = ~_only(_DIGITS, text, offsets) | (np.diff(offsets) > 19)
    lines.refuse(bad, "the time is not a whole number of 0 or more")
    # Of 19 digits each, so beyond what int64 holds at most by the factor that uint64 has room for.
    steps = pc.cast(column(text, offsets, pa.large_string()), pa.uint64()).to_numpy(zero_copy_only=False)
    bad[which] = steps > _TIME_MAX // unit_ns
    lines.refuse(bad, "the time is too far away")
    times[which] = steps.astype(np.int64) * unit_ns
    return times


def _only(allowed: Flags, text: Bytes, offsets: Int64s) -> Flags:
    """Which of the pieces (none is empty) hold nothing but allowed signs."""
    fits = allowed[text]
    if fits.all():
        return np.ones(len(offsets) - 1, bool)
    return np.logical_and.reduceat(fits, offsets[:-1])


def _values(data: Bytes, lines: _Lines, spans: _Spans) -> Float64s:
    """The value of each field, none of which is a text."""
    start, end = spans.equals + 1, spans.end
    values = np.empty(len(start), np.float64)
    boolean = _BOOLEAN_STARTS[data[start]]
    if boolean.any():
        values[boolean] = _booleans(data, lines, spans.those(boolean))
        number = ~boolean
        values[number] = _numbers(data, lines, spans.line[number], start[number], end[number])
    else:
        values = _numbers(data, lines, spans.line, start, end)
    return values


def _booleans(data: Bytes, lines: _Lines, spans: _Spans) -> Float64s:
    words, word = distinct(data, spans.equals + 1, spans.end)
    unknown = np.array([each not in _TRUE and each not in _FALSE for each in words], bool)
    lines.refuse(_any_of(lines, spans.line, unknown[word]), "a value is neither number, boolean nor quoted text")
    return np.array([each in _TRUE for each in words], np.float64)[word]


def _numbers(data: Bytes, lines: _Lines, line: Int64s, start: Int64s, end: Int64s) -> Float64s:
    """Floats, and integers with `i` or `u` behind them."""
    why = "a value is neither number, boolean nor quoted text"
    if not len(line):
        return np.empty(0, np.float64)
    whole = _INTEGER_ENDS[data[end - 1]]
    end = end - whole
    lines.refuse(_any_of(lines, line, end <= start), why)
    text, offsets = joined(data, start, end)
    bad = ~_only(_IN_FLOATS, text, offsets)
    if whole.any():
        bad |= whole & ~_only(_IN_INTEGERS, text, offsets)
    lines.refuse(_any_of(lines, line, bad), why)
    try:
        values = pc.cast(column(text, offsets, pa.large_string()), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        values = _one_by_one(text, offsets)
    lines.refuse(_any_of(lines, line, ~np.isfinite(values)), why)
    return values


def _one_by_one(text: Bytes, offsets: Int64s) -> Float64s:
    """The slow way, to find out which piece is no number: that one becomes not-a-number."""
    raw = text.tobytes()
    values = np.full(len(offsets) - 1, np.nan)
    for place, (start, end) in enumerate(zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)):
        try:
            values[place] = float(raw[start:end])
        except ValueError:
            break
    return values
