# SPDX-License-Identifier: Apache-2.0
"""Line protocol read one line at a time, with regular expressions, and written: another opinion than the decoder's."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

Value = float | str

# A sign of a name is anything but a separator, or a backslash with what it takes the meaning from.
_SIGN = rb"(?:\\.|\\$|[^\\,= ])"
_PAIR = rb"%b+=%b+" % (_SIGN, _SIGN)
_KEY = rb"(?:\\.|[^\\,= \"])+"
_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?\d+[iu]"
_WORD = rb"t|T|true|True|TRUE|f|F|false|False|FALSE"
_TEXT = rb'"(?:\\.|[^\\"])*"'
_FIELD = rb"%b=(?:%b|%b|%b)" % (_KEY, _TEXT, _NUMBER, _WORD)
_LINE = re.compile(
    rb"(?P<measurement>%b+)(?P<tags>(?:,%b)*) (?P<fields>%b(?:,%b)*)(?: (?P<time>\d{0,19}))?"
    % (_SIGN.replace(b"= ", b" "), _PAIR, _FIELD, _FIELD),
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\\,= ])")


@dataclass(frozen=True)
class Line:
    """One line; `fields` without texts; `time` as it was sent, None when it was not."""

    measurement: str
    tags: Mapping[str, str]
    fields: tuple[tuple[str, float], ...]
    texts: int
    time: int | None


def read(raw: bytes) -> Line | None:
    """A line, or None when it breaks the grammar."""
    found = _LINE.fullmatch(raw)
    if found is None:
        return None
    fields = re.findall(rb"(%b)=(%b|%b|%b)(?:,|$)" % (_KEY, _TEXT, _NUMBER, _WORD), found["fields"], re.DOTALL)
    try:
        tags = [pair.groups() for pair in re.finditer(rb",(%b+)=(%b+)" % (_SIGN, _SIGN), found["tags"], re.DOTALL)]
        values = [(_name(key), _value(value)) for key, value in fields if not value.startswith(b'"')]
        line = Line(
            _name(found["measurement"]),
            {_name(key): _name(value) for key, value in tags},
            tuple(values),
            len(fields) - len(values),
            int(found["time"]) if found["time"] else None,
        )
    except UnicodeDecodeError:
        return None
    return line if all(math.isfinite(value) for _, value in values) and (line.time or 0) < 2**63 else None


def _name(raw: bytes) -> str:
    return _ESCAPED.sub(r"\1", raw.decode())


def _value(raw: bytes) -> float:
    if raw[:1] in b"tTfF":
        return float(raw[:1] in b"tT")
    return float(raw.rstrip(b"iu"))


def escaped(name: str) -> str:
    """A name as it stands in a line."""
    return re.sub(r"([\\,= ])", r"\\\1", name)


def write(measurement: str, tags: Mapping[str, str], fields: Mapping[str, Value | bool], time: int | None) -> str:
    """A line."""
    head = "".join([escaped(measurement), *(f",{escaped(key)}={escaped(value)}" for key, value in tags.items())])
    values = ",".join(f"{escaped(key)}={_written(value)}" for key, value in fields.items())
    return f"{head} {values}" + ("" if time is None else f" {time}")


def _written(value: Value | bool) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bool):
        return "true" if value else "f"
    return f"{value}i" if isinstance(value, int) else repr(value)
