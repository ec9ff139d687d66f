# SPDX-License-Identifier: Apache-2.0
"""The text in which exporters show their series, Prometheus' own and OpenMetrics."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nephoscope.model.metric import Kind

SERIES_MAX = 200_000

_SERIES = re.compile(
    r'(?P<name>[a-zA-Z_:][\w:]*)\s*(?:\{(?P<labels>(?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?'
    r"\s+(?P<value>\S+)(?:\s+-?[\d.eE+-]+)?(?:\s+#.*)?",
    re.ASCII,
)
_LABEL = re.compile(r'\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)', re.ASCII)
_ESCAPE = re.compile(r"\\(.)")
# Parts of a histogram, summary or counter have the type of what they are parts of.
_PARTS = ("_bucket", "_count", "_sum", "_total", "_created")
_OF_PARTS: dict[str, dict[str, Kind]] = {
    "histogram": {"_bucket": "cumulative", "_count": "cumulative", "_sum": "cumulative"},
    "summary": {"_count": "cumulative", "_sum": "cumulative"},
    "counter": {"_total": "cumulative", "": "cumulative"},
}
_UNITS = {"seconds": "s", "bytes": "B"}
UNIT_LENGTH_MAX = 31


@dataclass(frozen=True)
class Series:
    """One value; `labels` in the order in which they were written."""

    name: str
    kind: Kind
    unit: str
    labels: dict[str, str]
    value: float


class TooManySeries(ValueError):
    """An exporter shows more than anybody asked for."""


class Exposition:
    """What an exporter shows; `bad_lines` counts those that `series` could not read so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._types: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self.bad_lines = 0

    def series(self) -> Iterator[Series]:
        """All series, in order; values that are no number (NaN, +Inf) among them. TooManySeries beyond SERIES_MAX."""
        count = 0
        for line in map(str.strip, self._text.split("\n")):
            if line.startswith("#"):
                self._comment(line)
            elif line:
                found = self._read(line)
                if found is None:
                    self.bad_lines += 1
                    continue
                count += 1
                if count > SERIES_MAX:
                    raise TooManySeries(f"more than {SERIES_MAX} series")
                yield found

    def _comment(self, line: str) -> None:
        words = line.split(maxsplit=3)
        if len(words) >= 4 and words[:2] == ["#", "TYPE"]:
            self._types[words[2]] = words[3].lower()
        elif len(words) >= 4 and words[:2] == ["#", "UNIT"]:
            self._units[words[2]] = words[3]

    def _read(self, line: str) -> Series | None:
        match = _SERIES.fullmatch(line)
        labels = _labels(match["labels"] or "") if match else None
        if match is None or labels is None:
            return None
        try:
            value = float(match["value"])
        except ValueError:
            return None
        name = match["name"]
        return Series(name, self._kind(name), self._unit(name), labels, value)

    def _kind(self, name: str) -> Kind:
        whole, part = _taken_apart(name, self._types)
        return _OF_PARTS.get(self._types.get(whole, ""), {}).get(part, "gauge")

    def _unit(self, name: str) -> str:
        whole, part = _taken_apart(name, self._types)
        if part in {"_bucket", "_count"}:
            return ""
        told = self._units.get(whole) or whole.removesuffix("_total").rpartition("_")[2]
        return _UNITS.get(told, told if whole in self._units else "")[:UNIT_LENGTH_MAX]


def _taken_apart(name: str, known: dict[str, str]) -> tuple[str, str]:
    """What a series is a part of, and which: `("latency", "_sum")`; the series itself where nothing says so."""
    if name in known:
        return name, ""
    for part in _PARTS:
        if name.endswith(part) and name.removesuffix(part) in known:
            return name.removesuffix(part), part
    return name, ""


def _labels(text: str) -> dict[str, str] | None:
    """
    The labels between the braces, None when they are broken.

    >>> _labels('a="x\\\\n\\\\"y\\\\"", b=""'), _labels("a=1")
    ({'a': 'x\\n"y"', 'b': ''}, None)
    """
    found: dict[str, str] = {}
    at, text = 0, text.strip()
    while at < len(text):
        match = _LABEL.match(text, at)
        if match is None:
            return None
        found[match[1]] = _ESCAPE.sub(_unescaped, match[2])
        at = match.end()
    return found


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1] if match[1] in '\\"' else match[0]
