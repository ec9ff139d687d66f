# SPDX-License-Identifier: Apache-2.0
"""Notifications on their way: what is to be delivered to whom, and each attempt at it."""

from typing import Any, Literal

import msgspec

Progress = Literal["waiting", "delivered", "given up", "silenced"]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """
    A notification to be put into the outbox together with the decision that it tells of.

    `target` is the URL of an action, byte for byte. `key` marks it: the same key is taken once, and receivers are told
    it, so that what arrives twice can be told. `body` is plain JSON. `silence` is the id of the silence that holds it
    back, "" for none: it is kept then, and not delivered.
    """

    key: str
    alarm_id: str
    project_id: str
    target: str
    body: dict[str, Any]
    silence: str = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """
    A notification in the outbox.

    `due_ns` is when it is tried next, `attempts` how often it was; `claim` is a number that grows with each time that
    somebody takes it up, by which a late answer of one who dallied is known. What is "silenced" is not delivered.
    """

    number: int
    key: str
    alarm_id: str
    project_id: str
    target: str
    body: dict[str, Any]
    created_ns: int
    due_ns: int
    progress: Progress = "waiting"
    attempts: int = 0
    claim: int = 0


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """
    One try at a delivery: when, how long it took, the status that came back, 0 for none, and what went wrong.

    `error` is "" for a success, or what the receiver made of it; it never holds credentials.
    """

    delivery: int
    at_ns: int
    lasted_ns: int
    status: int = 0
    error: str = ""


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt at a claimed delivery and what comes next: it is over, or due again at `due_ns`."""

    delivery: Delivery
    attempt: Attempt
    progress: Progress
    due_ns: int
