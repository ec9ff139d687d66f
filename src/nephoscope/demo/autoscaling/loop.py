# SPDX-License-Identifier: Apache-2.0
"""
The closed loop of the demo on a server: what has to be there for it, and what it looks like now.

    load ─▶ workers ─▶ worker.cpu_util ─▶ alarms over the group's mean ─▶ policies ─▶ group ─▶ workers
"""

from dataclasses import dataclass
from typing import Any

from nephoscope.client.ask import Server
from nephoscope.demo.autoscaling.worker import METRIC, TYPE
from nephoscope.model.errors import Conflict, NotFound

GROUP = "demo"
COMMAND = "demo-worker"
ARCHIVE_POLICY = "demo-autoscaling"
BUSY, IDLE = "demo workers are busy", "demo workers are idle"
KEPT_S = 3600
RECENT_S = 6


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    What the group is to be: between so many members, growing and shrinking by so many at a time.

    It grows while the mean utilisation is above `busy` percent, and shrinks while it is below `idle`; one number is
    looked at for each `granularity`, s.
    """

    min_size: int = 1
    max_size: int = 5
    out_by: int = 2
    in_by: int = 1
    busy: float = 70
    idle: float = 25
    granularity: int = 2
    cooldown_s: float = 5


@dataclass(frozen=True)
class Seen:
    """The loop at one moment: the group, the members' states by name, the mean in percent, and the alarms' states."""

    group: dict[str, Any]
    members: dict[str, str]
    mean: float | None
    busy: str
    idle: str

    @property
    def running(self) -> list[str]:
        """The names of the members that are there."""
        return [name for name, state in self.members.items() if state == "running"]


class Loop:
    """Made on a server that knows the command `demo-worker`."""

    def __init__(self, server: Server, plan: Plan) -> None:
        self.group = ""
        self._server = server
        self._plan = plan
        self._alarms: dict[str, str] = {}
        self._told = 0

    def make(self) -> None:
        """A type and an archive policy for workers, a group with two policies, and an alarm that signals each."""
        plan = self._plan
        self._know_workers()
        wanted = {
            "name": GROUP,
            "actuator": "command",
            "options": {"command": COMMAND},
            "min_size": plan.min_size,
            "max_size": plan.max_size,
            "desired": plan.min_size,
            "cooldown_s": plan.cooldown_s,
        }
        self.group = self._server.post("scaling/groups", wanted)["group"]["id"]
        self._alarm(BUSY, "gt", plan.busy, self._policy("out", plan.out_by))
        self._alarm(IDLE, "lt", plan.idle, self._policy("in", -plan.in_by))

    def told(self) -> dict[str, Any]:
        """The group with its policies and members, as the server tells it."""
        found: dict[str, Any] = self._server.get(f"scaling/groups/{self.group}")
        return found

    def look(self) -> Seen:
        """What there is now."""
        told = self.told()
        members = {each["name"]: each["state"] for each in told["members"]}
        busy, idle = (self._server.call("GET", f"/aodh/v2/alarms/{self._alarms[name]}/state") for name in (BUSY, IDLE))
        return Seen(told["group"], members, self._mean(), busy, idle)

    def news(self) -> list[dict[str, Any]]:
        """What was decided since the last time and led to something, the oldest first; `by` names alarms."""
        decisions = self._server.get(f"scaling/groups/{self.group}/decisions", verdict="accepted")["decisions"]
        new = [each for each in reversed(decisions) if each["id"] > self._told and each["progress"] != "under way"]
        self._told = max((each["id"] for each in new), default=self._told)
        named = {f"alarm {alarm}": f"the alarm “{name}”" for name, alarm in self._alarms.items()}
        return [{**each, "by": named.get(each["by"], each["by"] or each["cause"])} for each in new]

    def remove(self) -> None:
        """Take alarms, group and members away; what was measured stays."""
        for alarm in self._alarms.values():
            self._server.call("DELETE", f"/aodh/v2/alarms/{alarm}")
        self._server.call("DELETE", f"/api/v1/scaling/groups/{self.group}?members=remove")

    def is_gone(self) -> bool:
        """Whether the group has gone, and with it all members."""
        try:
            self.told()
        except NotFound:
            return True
        return False

    def _know_workers(self) -> None:
        definition = [{"granularity": self._plan.granularity, "timespan": KEPT_S}]
        policy = {"name": ARCHIVE_POLICY, "definition": definition, "aggregation_methods": ["mean"]}
        rule = {"name": ARCHIVE_POLICY, "metric_pattern": METRIC, "archive_policy_name": ARCHIVE_POLICY}
        kind = {"name": TYPE, "attributes": {"server_group": {"type": "string", "required": False}}}
        for address, body in (("archive_policy", policy), ("archive_policy_rule", rule), ("resource_type", kind)):
            try:
                self._server.call("POST", f"/gnocchi/v1/{address}", body)
            except Conflict:
                # Of the last time.
                continue

    def _policy(self, name: str, adjustment: int) -> str:
        """The alarm action of a new policy."""
        rule = {"type": "adjustment", "adjustment_type": "change_in_capacity", "scaling_adjustment": adjustment}
        made = self._server.post(f"scaling/groups/{self.group}/policies", {"name": name, "rule": rule})
        return str(made["alarm_action"])

    def _alarm(self, name: str, operator: str, threshold: float, action: str) -> None:
        """One over the mean of the group's members that are there, which signals as long as it is in alarm."""
        body = {
            "name": f"{name} ({self.group})",
            "type": "gnocchi_aggregation_by_resources_threshold",
            "alarm_actions": [action],
            "repeat_actions": True,
            "gnocchi_aggregation_by_resources_threshold_rule": {
                "metric": METRIC,
                "resource_type": TYPE,
                "query": f'{{"=": {{"server_group": "{self.group}"}}}}',
                "aggregation_method": "mean",
                "comparison_operator": operator,
                "threshold": threshold,
                "granularity": self._plan.granularity,
                "evaluation_periods": 2,
            },
        }
        self._alarms[name] = self._server.call("POST", "/aodh/v2/alarms", body)["alarm_id"]

    def _mean(self) -> float | None:
        """The newest mean of the members' utilisation, percent; None before there is one."""
        body = {
            "operations": f"(aggregate mean (metric {METRIC} mean))",
            "resource_type": TYPE,
            "search": f"server_group='{self.group}'",
        }
        address = f"/gnocchi/v1/aggregates?needed_overlap=0&start=-{RECENT_S}s"
        try:
            told = self._server.call("POST", address, body)
        except NotFound:
            return None
        points = told["measures"].get("aggregated", [])
        return float(points[-1][2]) if points else None
