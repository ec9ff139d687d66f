# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/shared-work/{group}`: an agent is told which part of its group's work is its own."""

from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.errors import InvalidInput, TooLarge
from nephoscope.model.shared_work import CLAIMS_MAX, SLOTS_MAX, STATE_BYTES_MAX, Division, SlotReport

NS_PER_S = 1_000_000_000
GROUP_LENGTH_MAX = 255


class SharedWorkReport(msgspec.Struct, forbid_unknown_fields=True):
    """
    Who asks, and what of the slots that it holds.

    The group's work lies in `slots` slots; those granted are held for `ttl_s`. Who wants to `leave` releases all.
    """

    holder: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    slots: Annotated[int, msgspec.Meta(ge=1, le=SLOTS_MAX)] = 64
    ttl_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 15
    held: Annotated[list[SlotReport], msgspec.Meta(max_length=SLOTS_MAX)] = []
    leave: bool = False


def divide(call: Call, body: SharedWorkReport) -> Division:
    """Slots that are held, taken and to be given back; the work of one project's agents is not another's."""
    group = call.segment("group")
    if len(group) > GROUP_LENGTH_MAX:
        raise InvalidInput(f"the group's name is longer than {GROUP_LENGTH_MAX} characters", ["group"])
    for report in body.held:
        if report.state is not None and len(report.state) > STATE_BYTES_MAX:
            raise TooLarge(f"the state of slot {report.slot} is larger than {STATE_BYTES_MAX} bytes")
        if len(report.claims) > CLAIMS_MAX:
            raise TooLarge(f"slot {report.slot} has more than {CLAIMS_MAX} claims")
    # What is remembered may tell of a project's resources.
    whose = call.caller.project_id or call.caller.creator
    return call.parts.index.shared_work.divide(
        f"{whose}/{group}",
        body.holder,
        body.held,
        slots=body.slots,
        ttl_ns=int(body.ttl_s * NS_PER_S),
        leave=body.leave,
    )


def routes() -> list[BaseRoute]:
    """The page of this module."""
    return [at("/v1/shared-work/{group}", POST=operation(divide, "send samples"))]
