# SPDX-License-Identifier: Apache-2.0
"""Matchers and labels as they are written on the command line, and as commands show them."""

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec

from nephoscope.model.errors import BadRequest
from nephoscope.model.matcher import Matcher, parse


def matchers(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> list[Matcher]:
    """What matchers are written, for a `callback`; a word without a comparison is an alarm's name."""
    return [_matcher(each) for each in given]


def labels(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """What labels are written, for a `callback`; a word without `=` is an alarm's name."""
    found: dict[str, str] = {}
    for each in given:
        label, equals, value = each.partition("=")
        name, value = (label, value) if equals else ("name", each)
        if not name or name in found:
            raise click.BadParameter(f"{each!r}: expected each label once, such as team=db")
        found[name] = value
    return found


def matchers_text(listed: Sequence[Any]) -> str:
    """Matchers of an answer as they can be written."""
    return ", ".join(str(each) for each in msgspec.convert(listed, list[Matcher])) or "everything"


def labels_text(given: Mapping[str, str]) -> str:
    """Labels of an answer as they can be written."""
    return ", ".join(str(Matcher(label=label, value=value)) for label, value in given.items())


def _matcher(text: str) -> Matcher:
    if not any(sign in text for sign in "=~"):
        return Matcher(label="name", value=text)
    try:
        return parse(text)
    except BadRequest as error:
        raise click.BadParameter(error.message) from None
