# SPDX-License-Identifier: Apache-2.0
"""What whoever makes groups is told: how many there may be, which actuators take which options, and whom to wake."""

from collections.abc import Callable
from dataclasses import dataclass

from nephoscope.model.scaling import ScalingGroup


def _any(_group: ScalingGroup) -> None:
    """Whatever it says."""


def _nobody() -> None:
    """Nobody has to be woken."""


@dataclass(frozen=True)
class Offer:
    """
    `check` raises BadRequest for a group whose actuator or options cannot be; `wake` is to be called when a group has
    something to do.
    """

    check: Callable[[ScalingGroup], None] = _any
    wake: Callable[[], None] = _nobody
    groups_max: int = 100
    policies_max: int = 20
    options_bytes_max: int = 16_000
