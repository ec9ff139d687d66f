# SPDX-License-Identifier: Apache-2.0
"""Asks one family for what the sources of a task want of it: few calls, each target and meter once."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nephoscope.model.sample_columns import Int64s, Samples, joined
from nephoscope.observe import dropped
from nephoscope.poll.contract import PermanentError, Polled, Target
from nephoscope.poll.discovery import Found
from nephoscope.poll.failures import without_secrets
from nephoscope.poll.families import Loaded
from nephoscope.poll.plan import Task, Want
from nephoscope.poll.sharing import part_of, slot_of

log = logging.getLogger("nephoscope.poll")

LOCAL_PART = ""
# Of one source; beyond that the oldest are asked again, as what comes and goes must not fill the memory.
GIVEN_UP_MAX = 10_000
_NO_SLOT = -1


@dataclass(frozen=True)
class Claim:
    """The slots of a group that a cycle may poll."""

    group: str
    slots: frozenset[int]


@dataclass(frozen=True)
class _Call:
    """One call of a family: with `by_name` a sample's slot is that of its meter, else that of its target."""

    meters: frozenset[str]
    targets: tuple[Target, ...]
    by_name: bool


# A want with its targets by id.
Wanted = tuple[Want, Mapping[str, Target]]


class Asking:
    """
    How a family is asked, and which targets it shall not be asked for any more.

    Lives as long as the agent, as what is permanently wrong with a target does; called by one thread at a time.
    """

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        # By source; dicts for their order.
        self._given_up: dict[str, dict[str, None]] = {}
        self._untold = False

    def poll(
        self, task: Task, found: Found, claim: Claim | None, now_ns: int, failed: Callable[[Exception], None]
    ) -> dict[str, Samples]:
        """
        All that a task wants of the family, by part: "" for this host's, else `group/slot`.

        Takes   `claim` for shared tasks, None for others; the stamp of all samples; who is told when a call fails, or
                a discovery does: what depends on it is left out, and the rest is read.
        """
        wanted: list[Wanted] = []
        for want in task.wants[self.loaded.name]:
            try:
                wanted.append((want, self._targets(want, found)))
            except Exception as error:
                failed(error)
        parts: dict[str, list[Samples]] = {}
        for call in self._calls(wanted, task, claim):
            try:
                read = self._called(call, wanted, claim, now_ns)
            except Exception as error:
                failed(error)
                continue
            for part, samples in read.items():
                parts.setdefault(part, []).append(samples)
        return {part: joined(samples) for part, samples in parts.items()}

    def _targets(self, want: Want, found: Found) -> dict[str, Target]:
        """What a want is about, by id, without what its source was told to leave."""
        targets = {target.id: target for url in want.discovery for target in found.by(url)}
        for resource in want.resources:
            targets.setdefault(resource, Target(resource))
        if not targets and want.otherwise is not None:
            targets = {target.id: target for target in found.by(want.otherwise)}
        for gone in self._given_up.get(want.source, ()):
            targets.pop(gone, None)
        return targets

    def _calls(self, wanted: Sequence[Wanted], task: Task, claim: Claim | None) -> list[_Call]:
        """Meters that are wanted of the same targets go together."""
        by_meter: dict[str, dict[str, Target]] = {}
        untargeted: set[str] = set()
        for want, targets in wanted:
            for meter in want.meters:
                by_meter.setdefault(meter, {}).update(targets)
            if want.untargeted:
                untargeted |= want.meters
        groups: dict[tuple[frozenset[str], bool], tuple[set[str], dict[str, Target]]] = {}
        for meter, targets in by_meter.items():
            by_name = meter in task.by_name
            if targets and not (by_name and claim and slot_of(meter) not in claim.slots):
                groups.setdefault((frozenset(targets), by_name), (set(), targets))[0].add(meter)
        calls = [_Call(frozenset(meters), tuple(targets.values()), key[1]) for key, (meters, targets) in groups.items()]
        calls = [self._own(call, claim) for call in calls]
        return [*(call for call in calls if call.targets), *self._without_targets(untargeted, task, claim)]

    @staticmethod
    def _own(call: _Call, claim: Claim | None) -> _Call:
        """The same call for those targets only that are this agent's."""
        if claim is None or call.by_name:
            return call
        own = tuple(target for target in call.targets if slot_of(target.id) in claim.slots)
        return _Call(call.meters, own, call.by_name)

    def _without_targets(self, meters: set[str], task: Task, claim: Claim | None) -> list[_Call]:
        """A family that needs no targets is shared as one thing, by its name, but for meters shared by theirs."""
        by_name = {meter for meter in meters & task.by_name if claim is None or slot_of(meter) in claim.slots}
        others = meters - task.by_name
        if claim is not None and slot_of(self.loaded.name) not in claim.slots:
            others = set()
        named = [(by_name, True), (others, False)]
        return [_Call(frozenset(meters), (), flag) for meters, flag in named if meters]

    def _called(self, call: _Call, wanted: Sequence[Wanted], claim: Claim | None, now_ns: int) -> dict[str, Samples]:
        targets = call.targets
        while True:
            try:
                read = self.loaded.family.poll(targets, call.meters, now_ns)
            except PermanentError as error:
                left = tuple(target for target in targets if target.id not in error.targets)
                if len(left) == len(targets):
                    raise
                self._leave(error, call, wanted)
                if not left:
                    return {}
                targets = left
            else:
                return self._by_part(read, targets, call, claim, now_ns)

    def _leave(self, error: PermanentError, call: _Call, wanted: Sequence[Wanted]) -> None:
        """Remember what never to ask for again, for each source that wanted it."""
        for want, targets in wanted:
            gone = error.targets & targets.keys()
            if gone and want.meters & call.meters:
                given_up = self._given_up.setdefault(want.source, {})
                given_up.update(dict.fromkeys(gone))
                for oldest in list(given_up)[:-GIVEN_UP_MAX]:
                    del given_up[oldest]
                some = ", ".join(map(without_secrets, sorted(gone)[:3]))
                some += f" and {len(gone) - 3} more" if len(gone) > 3 else ""
                log.warning(
                    "%s: %s left out for source %s until the agent starts again: %s",
                    self.loaded.name,
                    some,
                    want.source,
                    error,
                )

    def _by_part(
        self, read: Samples | Polled, targets: Sequence[Target], call: _Call, claim: Claim | None, now_ns: int
    ) -> dict[str, Samples]:
        samples = read.samples if isinstance(read, Polled) else read
        if not len(samples):
            return {}
        slots = None if claim is None else self._slots(read, samples, targets, call)
        samples = samples.having(time_ns=np.full(len(samples), now_ns, np.int64))
        finite = np.isfinite(samples.volume)
        if not finite.all():
            dropped("poll", "volume is no number", len(samples) - int(finite.sum()))
            samples = samples.take(finite)
            slots = None if slots is None else slots[finite]
        if claim is None or slots is None:
            return {LOCAL_PART: samples}
        there = np.unique(slots).tolist()
        return {
            LOCAL_PART if slot == _NO_SLOT else part_of(claim.group, slot): samples.take(slots == slot)
            for slot in there
        }

    def _slots(self, read: Samples | Polled, samples: Samples, targets: Sequence[Target], call: _Call) -> Int64s:
        """Each sample's slot; _NO_SLOT where the family does not say, and nothing else tells, what it was read of."""
        if call.by_name:
            return _mapped(samples.name.tolist(), slot_of)
        if not targets:
            return np.full(len(samples), slot_of(self.loaded.name), np.int64)
        of_targets = np.array([slot_of(target.id) for target in targets], np.int64)
        if isinstance(read, Polled):
            return of_targets[read.target]
        if (of_targets == of_targets[0]).all():
            return np.full(len(samples), of_targets[0], np.int64)
        known = {target.id: int(slot) for target, slot in zip(targets, of_targets, strict=True)}
        slots = _mapped(samples.resource_id.tolist(), lambda resource_id: known.get(resource_id, _NO_SLOT))
        if not self._untold and (slots == _NO_SLOT).any():
            self._untold = True
            log.warning(
                "%s does not say which targets its samples were read of: their rates begin anew on another agent",
                self.loaded.name,
            )
        return slots


def _mapped(names: Collection[str], slot: Callable[[str], int]) -> Int64s:
    """A slot for each name of a column, told once for names that come often."""
    slots = {name: slot(name) for name in set(names)}
    return np.fromiter((slots[name] for name in names), np.int64, len(names))
