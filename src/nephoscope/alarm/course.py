# SPDX-License-Identifier: Apache-2.0
"""What becomes of an alarm with all that it watches: each instance goes its way, the alarm is as the worst of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from nephoscope.alarm.composites import Composed
from nephoscope.alarm.instances import Instances, Seen
from nephoscope.alarm.lifecycle import Step, step
from nephoscope.alarm.transitions import UNKNOWN, made, told
from nephoscope.alarm.verdicts import Verdict, unknown
from nephoscope.model.alarm import Alarm, State, Transition
from nephoscope.model.alarm_instance import Instance, Labels, labels_text
from nephoscope.model.timespan import DAY_NS

# What is seen no more is done with after this long, whatever is made of silence.
VANISHED_NS = DAY_NS
WORST: tuple[State, ...] = ("alarm", "insufficient data", "ok")
NAMED_MAX = 5
NOT_SEEN = "nothing is seen of it any more"
NONE_BEYOND = Verdict("ok", "ok")
FAILED = "alarm statistics retrieval failed"
NOBODY: Labels = ()
"""The only instance of an alarm that watches one thing, and what stands for those of one that sees none."""

Words = Callable[[State, State, Verdict], tuple[str, dict[str, Any]]]


@dataclass
class Course:
    """
    What a decision makes of an alarm: its own transition, which stays in its state where only instances change.

    `told` are the transitions that somebody is to be told of, `moved` those of them that instances made. `error` says
    why it could not be decided, "" when it could.
    """

    transition: Transition
    instances: dict[Labels, Instance]
    changed: list[Instance] = field(default_factory=list)
    gone: list[Labels] = field(default_factory=list)
    moved: list[Transition] = field(default_factory=list)
    told: list[Transition] = field(default_factory=list)
    error: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.changed or self.gone or self.told)

    @property
    def reason(self) -> str:
        """Why the state is what it is."""
        return self.transition.reason


def course(alarm: Alarm, kept: Mapping[Labels, Instance], found: Instances, now_ns: int, words: Words = told) -> Course:
    """
    Decide an alarm by what is remembered of its instances, and what is found of them now.

    Instances that are there no more resolve, as the alarm's behaviour allows, and are forgotten; where silence counts
    as alarm or keeps the state they stay for a day. A new one begins without being told of, unless it fires.
    """
    going = _Going(alarm, kept, now_ns, words)
    seen, failed = _all_seen(kept, found)
    for each in seen:
        going.take(each, failed=failed)
    for labels in kept.keys() - {each.labels for each in seen}:
        going.leave(kept[labels])
    return going.course(found.failed)


def of_composite(found: Composed, current: State) -> tuple[Instances, Words]:
    """What a composite rule says of an alarm in a state, as the only instance that there is; and how it tells of it."""

    def words(previous: State, state: State, _verdict: Verdict) -> tuple[str, dict[str, Any]]:
        return found.told(previous, state)

    reason, _ = found.told(current, found.state)
    return Instances([Seen(NOBODY, Verdict(found.state, found.state, reason=reason))]), words


def _all_seen(kept: Mapping[Labels, Instance], found: Instances) -> tuple[Sequence[Seen], bool]:
    """What is to be decided now, and whether that is because nothing could be told."""
    if found.failed:
        verdict = unknown(f"{FAILED}: {found.failed}", 0)
        return [Seen(labels, verdict) for labels in kept or (NOBODY,)], True
    if found.missing:
        return [Seen(NOBODY, unknown(found.missing, 0))], False
    return found.seen or [Seen(NOBODY, NONE_BEYOND)], False


class _Going:
    def __init__(self, alarm: Alarm, kept: Mapping[Labels, Instance], now_ns: int, words: Words) -> None:
        self._alarm = alarm
        self._kept = kept
        self._now_ns = now_ns
        self._words = words
        self._now: dict[Labels, Instance] = {}
        self._changed: list[Instance] = []
        self._gone: list[Labels] = []
        self._told: list[Transition] = []

    def take(self, seen: Seen, *, failed: bool) -> None:
        """An instance that is there."""
        before = self._kept.get(seen.labels)
        is_new = before is None
        if before is None:
            before = self._new(seen.labels)
        taken = self._step(before, seen, failed=failed)
        now = taken.instance
        if taken.told is not None:
            reason, data = self._reason(before, taken, seen)
            now = replace(now, reason=reason) if now.state != before.state else now
            # What there was not before is no news, unless it fires.
            if not (is_new and self._is_one_of_many(seen.labels)) or taken.told == "alarm":
                self._tell(before, taken.told, reason, data)
        elif now.state == UNKNOWN and seen.verdict.state == UNKNOWN:
            now = replace(now, reason=seen.verdict.reason)
        self._keep(now, before=None if is_new else before)

    def leave(self, before: Instance) -> None:
        """An instance that is there no more."""
        since_ns = before.missing_since_ns or self._now_ns
        policy = self._alarm.behaviour.no_data
        is_kept = policy in ("alarm", "keep") and self._now_ns - since_ns < VANISHED_NS
        if before.labels == NOBODY or (before.state != "alarm" and (not is_kept or policy == "keep")):
            self._gone.append(before.labels)
            return
        verdict = unknown(NOT_SEEN, 0) if is_kept else Verdict("ok", "ok", reason=NOT_SEEN)
        seen = Seen(before.labels, verdict)
        taken = self._step(before, seen, failed=False)
        now = replace(taken.instance, missing_since_ns=since_ns)
        if taken.told is not None:
            reason, data = self._reason(before, taken, seen)
            now = replace(now, reason=reason) if now.state != before.state else now
            self._tell(before, taken.told, reason, data)
        if now.state == "ok":
            self._gone.append(before.labels)
        else:
            self._keep(now, before=before)

    def course(self, error: str) -> Course:
        """All of it together."""
        previous = self._alarm.state
        states = [each.state for each in self._now.values()]
        # What is gone was the last there was: nothing is the matter with anything.
        current: State = next((state for state in WORST if state in states), "ok")
        only = self._now.get(NOBODY) if len(self._now) == 1 else None
        if only is not None:
            own = next((each for each in self._told if each.labels == NOBODY and each.current == current), None)
            reason, data = (own.reason, own.reason_data) if own is not None else (only.reason, self._counted())
        else:
            reason, data = self._summary(previous, current), self._counted()
        transition = made(self._alarm, current, reason, data, self._now_ns)
        if previous != current and not any(each.current == current for each in self._told):
            self._told.append(transition)
        return Course(
            transition,
            self._now,
            self._changed,
            self._gone,
            [each for each in self._told if each.labels and each.previous != each.current],
            self._told,
            error,
        )

    def _step(self, before: Instance, seen: Seen, *, failed: bool) -> Step:
        alarm = self._alarm
        return step(before, seen, alarm.behaviour, self._now_ns, repeats=alarm.repeat_actions, failed=failed)

    def _new(self, labels: Labels) -> Instance:
        alarm = self._alarm
        if self._is_one_of_many(labels):
            return Instance(alarm_id=alarm.id, labels=labels, since_ns=self._now_ns)
        return Instance(alarm_id=alarm.id, state=alarm.state, since_ns=alarm.state_timestamp_ns)

    def _is_one_of_many(self, labels: Labels) -> bool:
        return labels != NOBODY or bool(self._kept)

    def _keep(self, now: Instance, *, before: Instance | None) -> None:
        self._now[now.labels] = now
        if now != before:
            self._changed.append(now)

    def _tell(self, before: Instance, current: State, reason: str, data: dict[str, Any]) -> None:
        found = Transition(
            alarm_id=self._alarm.id,
            previous=before.state,
            current=current,
            reason=reason,
            reason_data=data,
            at_ns=self._now_ns,
            labels=before.labels,
        )
        self._told.append(found)

    def _reason(self, before: Instance, taken: Step, seen: Seen) -> tuple[str, dict[str, Any]]:
        assert taken.told is not None
        previous, state, verdict = before.state, taken.told, seen.verdict
        if verdict.state == UNKNOWN or verdict.reason == NOT_SEEN:
            verb = "Remaining as" if previous == state else "Transition to"
            silence = "" if state == UNKNOWN or verdict.reason == NOT_SEEN else f"no data counts as {state}: "
            reason, data = f"{verb} {state}: {silence}{verdict.reason}", verdict.data
            reason = verdict.reason if state == UNKNOWN else reason
        elif verdict == NONE_BEYOND and self._words is told:
            reason, data = f"Transition to {state}: nothing is beyond the threshold", verdict.data
        else:
            reason, data = self._words(previous, state, verdict)
        about = f"Instance {labels_text(seen.labels)}: " if seen.labels else ""
        return f"{about}{reason}{taken.why}", data

    def _counted(self) -> dict[str, Any]:
        return {"type": "instances", "counts": self._counts()}

    def _counts(self) -> dict[State, int]:
        counts = dict.fromkeys(WORST, 0)
        for each in self._now.values():
            counts[each.state] += 1
        return counts

    def _summary(self, previous: State, current: State) -> str:
        count = self._counts()[current]
        named = list(self._named(current))
        more = f" and {count - len(named)} more" if count > len(named) else ""
        verb = "Remaining as" if previous == current else "Transition to"
        which = f": {'; '.join(named)}{more}" if named and current != "ok" else ""
        return f"{verb} {current}: {count} of {len(self._now)} instances are{which}"

    def _named(self, state: State) -> Iterator[str]:
        found = sorted(labels_text(each.labels) for each in self._now.values() if each.state == state and each.labels)
        yield from found[:NAMED_MAX]
