# SPDX-License-Identifier: Apache-2.0
"""Whether a notification's turn has come: of one alarm to one target an older one is never sent behind a newer one."""

from collections.abc import Sequence
from dataclasses import dataclass

from nephoscope.model.delivery import Delivery
from nephoscope.model.paging import Page, Sort
from nephoscope.model.search import all_of, equal
from nephoscope.store.index.alarm_contract import Outbox

# Of one alarm. Whoever has more that wait is served in order all the same, as the oldest are seen first.
SEEN_MAX = 200


@dataclass(frozen=True)
class Standing:
    """Where a delivery stands: a newer one was delivered already, or an older one is due first at `behind_ns`."""

    overtaken: bool = False
    behind_ns: int | None = None


FREE = Standing()


def to_be_looked_at(outbox: Outbox, claimed: Sequence[Delivery]) -> set[int]:
    """
    The numbers of those that something may stand in the way of; most are the only ones of their alarm.

    One that is claimed for the first time was waiting all the while, so nothing newer went past it. Errors as those of
    the outbox.
    """
    first, again = [each for each in claimed if each.claim == 1], [each for each in claimed if each.claim > 1]
    return outbox.behind(first) | {each.number for each in again}


def standing(outbox: Outbox, delivery: Delivery) -> Standing:
    """Look for others of the same alarm to the same target. Errors as those of the outbox."""
    of_alarm = equal("alarm_id", delivery.alarm_id)
    if delivery.claim > 1:
        delivered = outbox.find(all_of(of_alarm, equal("progress", "delivered")), page=Page(SEEN_MAX))
        if any(each.target == delivery.target and each.number > delivery.number for each in delivered):
            return Standing(overtaken=True)
    oldest_first = Page(SEEN_MAX, sort=(Sort("created"),))
    waiting = outbox.find(all_of(of_alarm, equal("progress", "waiting")), page=oldest_first)
    older = [each for each in waiting if each.target == delivery.target and each.number < delivery.number]
    return Standing(behind_ns=min(each.due_ns for each in older)) if older else FREE
