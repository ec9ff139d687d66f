# SPDX-License-Identifier: Apache-2.0
"""
What silences have held back and hold back no more: is it still true, and news to those who were not told?

Of each alarm, or instance of one, the states that nobody was told of are taken together. Where it is now in the state
that it entered last, and that is another than the one before the silence, the actions of that last decision are carried
out after all. Everything else is over: it stays in the record as what it is, silenced.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nephoscope.act.route.rules import Rules
from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.delivery import Delivery, Draft
from nephoscope.model.matcher import labels_of
from nephoscope.model.search import Compare
from nephoscope.store.index.alarm_contract import Alarms
from nephoscope.store.index.route_contract import RouteGroups

AT_ONCE = 1000

Labels = tuple[tuple[str, str], ...]


@dataclass
class Chain:
    """What of one alarm or instance was held back, in order: the state before, and the deliveries of the last."""

    before: str
    numbers: list[int] = field(default_factory=list)
    last: list[Delivery] = field(default_factory=list)

    def add(self, delivery: Delivery) -> None:
        """Take the next one; several of one decision have the same body."""
        self.numbers.append(delivery.number)
        if self.last and self.last[0].body != delivery.body:
            self.last = []
        self.last.append(delivery)


@dataclass(frozen=True)
class Settled:
    """Deliveries of which nothing more is to be decided, and what is told in their place."""

    numbers: Sequence[int]
    drafts: Sequence[Draft]


def settled(groups: RouteGroups, alarms: Alarms, rules: Rules, now_ns: int) -> Iterator[Settled]:
    """What is to become of all that was held back and is not any more. Errors as those of the index."""
    chains: dict[tuple[str, Labels], Chain] = {}
    known: dict[str, Alarm] = {}
    for part in _parts(groups):
        known |= {each.id: each for each in _alarms(alarms, {each.alarm_id for each in part} - known.keys())}
        for delivery in part:
            labels = tuple(sorted(delivery.body.get("labels", {}).items()))
            alarm = known.get(delivery.alarm_id)
            if alarm is None or not _is_silenced(rules, alarm, labels, delivery, now_ns):
                chain = Chain(str(delivery.body.get("previous", "")))
                chains.setdefault((delivery.alarm_id, labels), chain).add(delivery)
    listed = list(chains.items())
    for start in range(0, len(listed), AT_ONCE):
        part_of = listed[start : start + AT_ONCE]
        states = _states(alarms, [known[key[0]] for key, _ in part_of if key[0] in known])
        drafts = [
            draft for key, chain in part_of for draft in _made_up(chain, states.get(key)) if known[key[0]].enabled
        ]
        yield Settled([number for _, chain in part_of for number in chain.numbers], drafts)


def _parts(groups: RouteGroups) -> Iterator[list[Delivery]]:
    after = 0
    while part := groups.held(after, AT_ONCE):
        yield part
        after = part[-1].number


def _is_silenced(rules: Rules, alarm: Alarm, labels: Labels, delivery: Delivery, now_ns: int) -> bool:
    entered: State = delivery.body["current"]
    return rules.silence(alarm.project_id, labels_of(alarm, labels, entered), now_ns) is not None


def _made_up(chain: Chain, state: str | None) -> list[Draft]:
    """What goes out after all, where the alarm is in this state now."""
    entered = str(chain.last[0].body.get("current", ""))
    if state != entered or state == chain.before:
        return []
    return [
        Draft(
            key=f"after-silence.{each.number}",
            alarm_id=each.alarm_id,
            project_id=each.project_id,
            target=each.target,
            body=each.body,
        )
        for each in chain.last
    ]


def _alarms(alarms: Alarms, ids: set[str]) -> list[Alarm]:
    return alarms.find(Compare("in", "alarm_id", tuple(sorted(ids)))) if ids else []


def _states(alarms: Alarms, listed: Sequence[Alarm]) -> Mapping[tuple[str, Labels], str]:
    """The states of alarms, and of their instances by the labels that notifications have of them."""
    instances: dict[str, list[Instance]] = defaultdict(list)
    for each in alarms.instances_of([alarm.id for alarm in listed if alarm.keeps_instances]):
        instances[each.alarm_id].append(each)
    found: dict[tuple[str, Labels], str] = {}
    for alarm in listed:
        found[alarm.id, alarm.labels] = alarm.state
        for each in instances[alarm.id]:
            found[alarm.id, tuple(sorted({**dict(alarm.labels), **dict(each.labels)}.items()))] = each.state
    return found
