# SPDX-License-Identifier: Apache-2.0
"""`scale:POLICY` signals a policy of a scaling group here; what that led to is told with the attempt."""

from nephoscope.act.notify import scheme_of
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest, NotFound, Unavailable


class Scale:
    """
    Decided once for each notification, however often it is delivered.

    What is refused, because of a cooldown say, is delivered all the same: an alarm that repeats its actions signals
    again.
    """

    def __init__(self, tools: Tools) -> None:
        """Nothing has to be set."""
        self._signals = tools.signals

    def place(self, target: str) -> str:
        _policy(target)
        return "scale"

    def notify(self, delivery: Delivery) -> Outcome:
        policy = _policy(delivery.target)
        if self._signals is None:
            return Outcome(
                "again", cause="settings", error="this server works on no scaling groups: see [scale] enabled"
            )
        try:
            told = self._signals.by_alarm(
                policy, alarm_id=delivery.alarm_id, project_id=delivery.project_id, key=delivery.key
            )
        except (NotFound, BadRequest) as error:
            return Outcome("refused", cause="target", error=error.message)
        except Unavailable as error:
            return Outcome("again", cause="index", error=error.message)
        return Outcome("delivered", said=told)


def _policy(target: str) -> str:
    """The policy of a target; BadRequest without one."""
    scheme = scheme_of(target)
    policy = target[len(scheme) + 1 :].removeprefix("//").strip()
    if not policy or len(policy) > 255:
        raise BadRequest("the action's URL cannot be read: expected scale: and the id of a scaling policy")
    return policy
