# SPDX-License-Identifier: Apache-2.0
"""Answers of servers and commands as plain values: JSON, XML or text, whichever of them can be read first."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from xml.parsers import expat

from nephoscope.model.value_operations import NoValue

DEPTH_MAX = 64


def decoded(answer: str, handlers: Sequence[str]) -> Any:
    """The value by the first of `handlers` that can read it; NoValue when none can."""
    wrong = []
    for handler in handlers:
        try:
            return HANDLERS[handler](answer)
        except (ValueError, RecursionError, expat.ExpatError) as error:
            wrong.append(f"{handler}: {str(error)[:100]}")
    raise NoValue(f"the answer cannot be read ({'; '.join(wrong)})")


def of_xml(answer: str) -> dict[str, Any]:
    """
    XML as maps: an element's attributes as `@name`, its text as `#text`, elements of one name as a list.

    An element with nothing but text is that text, an empty one null.

    >>> of_xml("<a><b k='1'>x</b><c>2</c><c/></a>")
    {'a': {'b': {'@k': '1', '#text': 'x'}, 'c': ['2', None]}}
    """
    return _Builder().built(answer)


HANDLERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "xml": of_xml,
    "text": lambda answer: [{"out": answer}],
}


class _Builder:
    """What expat tells of a document, put together; nothing of a document type is read, entities least of all."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []

    def built(self, answer: str) -> dict[str, Any]:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._signs
        parser.Parse(answer, True)
        return self._root

    @staticmethod
    def _refuse(*_: Any) -> None:
        raise ValueError("a document type is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH_MAX:
            raise ValueError(f"more than {DEPTH_MAX} levels")
        self._open.append((name, {f"@{key}": value for key, value in attributes.items()}, []))

    def _signs(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        name, inside, texts = self._open.pop()
        text = "".join(texts).strip()
        if inside and text:
            inside["#text"] = text
        value: Any = inside or text or None
        around = self._open[-1][1] if self._open else self._root
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]
