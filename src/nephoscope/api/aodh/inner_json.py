# SPDX-License-Identifier: Apache-2.0
"""JSON in texts of bodies, which are JSON themselves."""

import json
from typing import Any

from nephoscope.api.bodies import BodyLimits, check_shape


def read_inner_json(text: str, limits: BodyLimits) -> Any:
    """
    The plain values of a text.

    Errors  ValueError in the words of Python's own reader, which clients know; BadPayload for text that no database
            keeps, TooLarge.

    >>> read_inner_json('{"=": ', BodyLimits())
    Traceback (most recent call last):
    ...
    json.decoder.JSONDecodeError: Expecting value: line 1 column 7 (char 6)
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    check_shape(value, limits)
    return value


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
