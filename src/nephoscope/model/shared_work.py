# SPDX-License-Identifier: Apache-2.0
"""How agents share work: a group's work lies in slots, each of which one agent holds at a time."""

from typing import Annotated

import msgspec

SLOTS_MAX = 1024
CLAIMS_MAX = 1000
STATE_BYTES_MAX = 4 * 1024 * 1024

Slot = Annotated[int, msgspec.Meta(ge=0, lt=SLOTS_MAX)]
Claims = dict[str, int]


class SlotReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    What a holder says of a slot: `fencing` as it was given with it, `claims` the last number that it did of each task.

    `state` is what work in the slot remembers, for the next holder; None leaves what is there. `release` gives the
    slot back.
    """

    slot: Slot
    fencing: int
    claims: Claims = {}
    state: bytes | None = None
    release: bool = False


class SlotGrant(msgspec.Struct, frozen=True):
    """
    A slot that is held, until `ttl_s` after the answer was asked for.

    For one that is new to the holder, `claims` and `state` are what the holder before left; else they are empty.
    """

    slot: int
    fencing: int
    claims: Claims = {}
    state: bytes | None = None


class Division(msgspec.Struct, frozen=True):
    """
    Who holds what: the slots granted, and those of them to give back, as others have too few.

    `members` are all agents of the group that have been heard of in time; `time_ns` is the clock that all go by.
    """

    slots: tuple[SlotGrant, ...]
    give_back: tuple[int, ...]
    members: tuple[str, ...]
    time_ns: int
