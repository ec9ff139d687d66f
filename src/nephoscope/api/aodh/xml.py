# SPDX-License-Identifier: Apache-2.0
"""Answers as XML, for those who prefer it: the same content, a list's items in `item`, null as `nil`."""

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

JSON = "application/json"
XML = "application/xml"
# What is a table of names and values is written as pairs; what has no type of its own, as JSON.
_TABLES = frozenset({"api", "storage", "alarm_storage", "state_counters"})
_UNTYPED = frozenset({"composite_rule"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def prefers_xml(accept: str) -> bool:
    """
    Whether an Accept header wants XML rather than JSON.

    >>> [prefers_xml(each) for each in ("application/xml", "application/xml;q=0.5, */*", "", "text/html")]
    [True, False, False, False]
    """
    return _quality(accept, XML) > _quality(accept, JSON)


def result(content: Any) -> bytes:
    """An answer's content."""
    return _encoded(_element("result", content))


def error_message(fault: Any) -> bytes:
    """
    An error's content: a fault with its code and string, or a plain text.

    >>> error_message("gone")
    b'<error_message>gone</error_message>'
    """
    message = ET.Element("error_message")
    if isinstance(fault, dict):
        inside = ET.SubElement(message, "error")
        for name in ("faultcode", "faultstring"):
            said = fault[name]
            ET.SubElement(inside, name).text = _text(said if isinstance(said, str) else json.dumps(said))
        ET.SubElement(inside, "debuginfo")
    else:
        message.text = _text(fault)
    return _encoded(message)


def _element(name: str, value: Any) -> ET.Element:
    element = ET.Element(name)
    if value is None:
        element.set("nil", "true")
    elif name in _UNTYPED:
        element.text = _text(json.dumps(value))
    elif isinstance(value, dict) and name in _TABLES:
        for key, each in value.items():
            item = ET.SubElement(element, "item")
            item.extend((_element("key", key), _element("value", each)))
    elif isinstance(value, dict):
        element.extend(_element(key, each) for key, each in value.items())
    elif isinstance(value, list | tuple):
        element.extend(_element("item", each) for each in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    else:
        element.text = _text(str(value))
    return element


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _encoded(element: ET.Element) -> bytes:
    encoded: bytes = ET.tostring(element)
    return encoded


def _quality(accept: str, media_type: str) -> float:
    """How much a media type is wanted, 0 to 1: what the most exact entry of the header says."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    best = (len(ranges), 0.0)
    for entry in accept.lower().split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        if name in ranges:
            best = min(best, (ranges.index(name), _weight(parameters)))
    return best[1]


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        if each.startswith("q="):
            try:
                return float(each.removeprefix("q="))
            except ValueError:
                return 0.0
    return 1.0
