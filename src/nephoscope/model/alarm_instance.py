# SPDX-License-Identifier: Apache-2.0
"""What one alarm watches many of: each has labels that tell it from the others, and a state of its own."""

import hashlib
from typing import Literal, TypeAlias

import msgspec

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, sorted."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One of what an alarm watches; the only one of an alarm that watches one thing has no labels.

    `since_ns` is when the state was entered; `value` and `reason` are of the last change. The other times are 0 but
    while they count: `beyond_since_ns` since when values have been beyond the threshold without its firing yet,
    `cleared_since_ns` since when they have been back while it still fires, `missing_since_ns` since when nothing was
    seen of it. `number` is that of its row, 0 before there is one.
    """

    alarm_id: str
    labels: Labels = ()
    state: Literal["ok", "alarm", "insufficient data"] = "insufficient data"
    since_ns: int = 0
    value: float | None = None
    reason: str = ""
    beyond_since_ns: int = 0
    cleared_since_ns: int = 0
    missing_since_ns: int = 0
    number: int = 0


def digest(labels: Labels) -> str:
    """
    A short text that stands for labels.

    >>> digest(()), digest((("disk", "sda"),))[:8]
    ('44136fa355b3678a1146ad16f7e8649e', '92d0ed47')
    """
    return hashlib.sha256(msgspec.json.encode(dict(labels))).hexdigest()[:32]


def labels_text(labels: Labels) -> str:
    """
    Labels as people read them.

    >>> labels_text((("disk", "sda"), ("host", "a")))
    'disk=sda, host=a'
    """
    return ", ".join(f"{name}={value}" for name, value in labels)
