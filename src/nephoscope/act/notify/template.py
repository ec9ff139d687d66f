# SPDX-License-Identifier: Apache-2.0
"""
Texts with places to be filled from a notification's body, for mail and chat.

    ${alarm_name}                        a field of the body
    ${reason_data.most_recent|round:2}   a field inside of a field, changed by filters from left to right
    $$                                   a dollar sign

There are no loops, no calls and no way to anything but the body: users write templates, too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nephoscope.model.errors import BadRequest

TEMPLATE_LENGTH_MAX = 16_384
TEXT_LENGTH_MAX = 65_536
PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*", re.ASCII)


class _Missing:
    """What a path leads to that the body does not have."""


MISSING = _Missing()
Change = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Filter:
    """Changes a value; `argument` says in words what stands behind its colon, "" where nothing does."""

    change: Change
    argument: str = ""
    number: bool = False


FILTERS: dict[str, Filter] = {
    "upper": Filter(lambda value, _: as_text(value).upper()),
    "lower": Filter(lambda value, _: as_text(value).lower()),
    "json": Filter(lambda value, _: msgspec.json.encode(value).decode()),
    "default": Filter(lambda value, other: value if as_text(value) else other, "a text"),
    "cut": Filter(lambda value, most: _cut(as_text(value), int(most)), "the most signs", number=True),
    "round": Filter(lambda value, digits: _rounded(value, int(digits)), "how many digits", number=True),
}


@dataclass(frozen=True)
class _Hole:
    offset: int
    path: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]

    def value(self, body: Mapping[str, Any]) -> Any:
        """What stands here; MISSING where the body has no such thing."""
        value = _at(body, self.path)
        for name, argument in self.filters:
            if value is not MISSING:
                value = FILTERS[name].change(value, argument)
            elif name == "default":
                value = argument
        return value


class Template:
    """A template that has been read."""

    def __init__(self, text: str) -> None:
        """BadRequest names the line and column of what cannot be read."""
        if len(text) > TEMPLATE_LENGTH_MAX:
            raise BadRequest(f"a template has at most {TEMPLATE_LENGTH_MAX} signs")
        self._text = text
        self._parts: list[str | _Hole] = []
        position = 0
        while (dollar := text.find("$", position)) >= 0:
            self._parts.append(text[position:dollar])
            position = self._read(dollar)
        self._parts.append(text[position:])

    def render(self, body: Mapping[str, Any], *, escape: Callable[[str], str] = str, strict: bool = False) -> str:
        """
        The text for a body, cut where it gets too long; `escape` is done to what is filled in.

        What the body does not have is left out; when `strict`, BadRequest names where it was asked for.
        """
        made: list[str] = []
        left = TEXT_LENGTH_MAX
        for part in self._parts:
            if isinstance(part, _Hole):
                value = part.value(body)
                if value is MISSING and strict:
                    name = ".".join(part.path)
                    raise self._wrong(part.offset, f"the body has no {name}; add |default:TEXT where it may be missing")
                text = "" if value is MISSING else escape(as_text(value)[:left])
            else:
                text = part
            made.append(text[:left])
            left -= len(made[-1])
        return "".join(made)

    def _read(self, dollar: int) -> int:
        """Read what a dollar sign begins; gives where the text goes on."""
        text = self._text
        if text.startswith("$$", dollar):
            self._parts.append("$")
            return dollar + 2
        if not text.startswith("${", dollar):
            raise self._wrong(dollar, "a dollar sign alone; write ${name} for a field, $$ for a dollar sign")
        end = text.find("}", dollar)
        if end < 0:
            raise self._wrong(dollar, "${ without a } that ends it")
        path, *filters = text[dollar + 2 : end].split("|")
        if not PATH.fullmatch(path.strip()):
            raise self._wrong(dollar + 2, f"expected a name such as reason_data.count, found '{path[:40]}'")
        read = tuple(self._filter(dollar, each) for each in filters)
        self._parts.append(_Hole(dollar, tuple(path.strip().split(".")), read))
        return end + 1

    def _filter(self, dollar: int, text: str) -> tuple[str, str]:
        name, colon, argument = text.partition(":")
        name = name.strip()
        known = FILTERS.get(name)
        if known is None:
            raise self._wrong(dollar, f"no filter is called '{name[:40]}'; there are {', '.join(FILTERS)}")
        if bool(colon) != bool(known.argument):
            told = f"{name}:, and behind the colon {known.argument}" if known.argument else f"{name} without a colon"
            raise self._wrong(dollar, f"expected {told}")
        if known.number and not re.fullmatch(r"\d{1,4}", argument, re.ASCII):
            raise self._wrong(dollar, f"{name}: expected {known.argument}, found '{argument[:40]}'")
        return name, argument

    def _wrong(self, offset: int, what: str) -> BadRequest:
        line = self._text.count("\n", 0, offset) + 1
        column = offset - (self._text.rfind("\n", 0, offset) + 1) + 1
        return BadRequest(f"line {line}, column {column}: {what}")


def preview(template: str, body: Mapping[str, Any]) -> str:
    """
    What a template makes of a body; BadRequest names the line and column of what is wrong, or is not in the body.

    >>> preview("${alarm_name|upper}: ${reason_data.most_recent|round:1}", {"alarm_name": "cpu", "reason_data":
    ... {"most_recent": 50.25}})
    'CPU: 50.2'
    """
    return Template(template).render(body, strict=True)


def one_line(text: str) -> str:
    """
    A text without line breaks and other signs that do not show.

    >>> one_line("a\\r\\nBcc: b\\x1b[31m")
    'a Bcc: b [31m'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def as_text(value: Any) -> str:
    """A value of the body as texts show it: nothing for null, JSON for what is not a text."""
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def _at(body: Any, path: tuple[str, ...]) -> Any:
    found = body
    for name in path:
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name[:9]) < len(found):
            found = found[int(name[:9])]
        else:
            return MISSING
    return found


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: max(most - 1, 0)]}…"[:most]


def _rounded(value: Any, digits: int) -> Any:
    return round(value, digits) if isinstance(value, float) else value
