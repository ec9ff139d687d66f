# SPDX-License-Identifier: Apache-2.0
"""When a delivery is tried again, and when no more."""

from collections.abc import Callable
from dataclasses import dataclass

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.model.delivery import Delivery, Progress
from nephoscope.model.timespan import SECOND_NS

DOUBLINGS_MAX = 40


def pause_s(attempts: int, settings: NotifierSettings, random: Callable[[], float]) -> float:
    """
    Seconds until the next try after so many: doubled each time up to the longest, and a random part of the upper half
    left out, so that many that failed together do not come back together.

    >>> settings = NotifierSettings(retry_s_min=2, retry_s_max=300)
    >>> [pause_s(n, settings, lambda: 0.0) for n in (0, 1, 5, 50)]
    [2.0, 4.0, 64.0, 300.0]
    """
    longest_s = min(settings.retry_s_max, settings.retry_s_min * 2.0 ** min(attempts, DOUBLINGS_MAX))
    return float(longest_s * (1 - random() / 2))


@dataclass(frozen=True)
class Next:
    """What comes next for a delivery; `given_up` says why it is not tried any more, "" where it is or is over."""

    progress: Progress
    due_ns: int
    given_up: str = ""


def after(
    delivery: Delivery, outcome: Outcome, now_ns: int, settings: NotifierSettings, random: Callable[[], float]
) -> Next:
    """What an outcome makes of a delivery: it is over, or due again before its age ends."""
    if outcome.result == "delivered":
        return Next("delivered", now_ns)
    if outcome.result == "refused":
        return Next("given up", now_ns, outcome.cause)
    if delivery.attempts + 1 >= settings.attempts_max:
        return Next("given up", now_ns, "attempts")
    end_ns = delivery.created_ns + int(settings.age_s_max * SECOND_NS)
    asked_ns = now_ns + int(outcome.pause_s * SECOND_NS)
    if now_ns >= end_ns or asked_ns > end_ns:
        return Next("given up", now_ns, "age")
    wanted_ns = now_ns + int(pause_s(delivery.attempts, settings, random) * SECOND_NS)
    return Next("waiting", max(asked_ns, min(wanted_ns, end_ns)))
