# SPDX-License-Identifier: Apache-2.0
"""Events that rules of alarms ask for, counted and not fetched: those of several rules and many projects at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from nephoscope.model.alarm_rule import RecentEvents
from nephoscope.model.errors import BadRequest
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.event_conditions import event_condition
from nephoscope.query.event_search import Parameters
from nephoscope.query.events import SETTINGS
from nephoscope.store.contract import Store

# What one statement asks: its text may have 256 KiB, and its values travel in an address, which may have 1 MiB.
RULES_AT_ONCE_MAX = 32
RULES_BYTES_MAX = 20_000
PROJECTS_AT_ONCE = 200


class Recent(msgspec.Struct, frozen=True):
    """How many events there are, and the newest of them: when it was, ns, and its id."""

    events: int
    newest_ns: int = 0
    newest_id: str = ""


class PastEvents(msgspec.Struct, frozen=True):
    """Events, oldest first: when each was, ns, and its id."""

    times_ns: npt.NDArray[np.int64]
    ids: Sequence[str]

    def within(self, at_ns: npt.NDArray[np.int64], span_ns: int) -> list[Recent]:
        """Those of the spans that end at moments, which are of them; their begins are not."""
        firsts = np.searchsorted(self.times_ns, at_ns - span_ns, side="right").tolist()
        afters = np.searchsorted(self.times_ns, at_ns, side="right").tolist()
        return [self._between(first, after) for first, after in zip(firsts, afters, strict=True)]

    def _between(self, first: int, after: int) -> Recent:
        return Recent(after - first, int(self.times_ns[after - 1]), self.ids[after - 1]) if first < after else NONE


NONE = Recent(0)


def together(rules: Collection[RecentEvents]) -> Iterator[list[RecentEvents]]:
    """Lists of rules that one statement can ask for, those of like spans together: it reads as far as the longest."""
    part: list[RecentEvents] = []
    size = 0
    for rule in sorted(rules, key=lambda each: each.within_s):
        own_size = len(msgspec.json.encode(rule))
        if len(part) == RULES_AT_ONCE_MAX or (part and size + own_size > RULES_BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(rule)
        size += own_size
    if part:
        yield part


def count_recent(
    store: Store, wanted: Mapping[RecentEvents, Collection[str]], now_ns: int
) -> dict[tuple[RecentEvents, str], Recent]:
    """
    The events of each project that a rule asks for now, of the last `within_s` seconds up to `now_ns`.

    Takes   rules, each with its projects: as many as `together` puts into one list. Nobody's events are those of the
            project "".
    Gives   one for each rule and project; what is exactly `within_s` old does not count any more.
    Errors  StoreUnavailable, QueryFailed.
    """
    found = {(rule, project): NONE for rule, projects in wanted.items() for project in projects}
    projects = sorted({project for _, project in found})
    for start in range(0, len(projects), PROJECTS_AT_ONCE):
        for key, recent in _counted(store, list(wanted), projects[start : start + PROJECTS_AT_ONCE], now_ns):
            if key in found:
                found[key] = recent
    return found


def past_of(store: Store, rule: RecentEvents, project_id: str, start_ns: int, stop_ns: int, limit: int) -> PastEvents:
    """
    All events of a project that a rule asks for at any moment from `start_ns` to `stop_ns`.

    Errors  BadRequest for more than `limit`.
    """
    parameters = Parameters()
    first = parameters.integer(start_ns - rule.within_s * SECOND_NS)
    rows = store.query(
        f"SELECT time, id FROM events FINAL WHERE project_id = {parameters.text(project_id)} "
        f"AND time > {first} AND time <= {parameters.integer(stop_ns)} "
        f"AND {event_condition(rule.event_type, rule.query, parameters)} "
        f"ORDER BY time, id LIMIT {limit + 1} {SETTINGS}",
        parameters.values,
    )
    if rows.num_rows > limit:
        raise BadRequest(f"there are more than {limit} events of type {rule.event_type}; ask for a shorter time")
    return PastEvents(rows["time"].to_numpy(), [str(each) for each in rows["id"].to_pylist()])


def _counted(
    store: Store, rules: Sequence[RecentEvents], projects: Sequence[str], now_ns: int
) -> Iterator[tuple[tuple[RecentEvents, str], Recent]]:
    parameters = Parameters()
    meant, told = [], []
    for place, rule in enumerate(rules):
        oldest = parameters.integer(now_ns - rule.within_s * SECOND_NS)
        meant.append(f"time > {oldest} AND {event_condition(rule.event_type, rule.query, parameters)} AS c{place}")
        told.append(f"countIf(c{place}) AS n{place}, maxIf((time, id), c{place}) AS newest{place}")
    within_ns = max(rule.within_s for rule in rules) * SECOND_NS
    listed = ", ".join(parameters.text(each) for each in projects)
    rows = store.query(
        f"SELECT toString(project_id) AS project, {', '.join(told)} FROM ("
        f"SELECT project_id, time, id, {', '.join(meant)} FROM events FINAL WHERE project_id IN ({listed}) "
        f"AND time > {parameters.integer(now_ns - within_ns)} AND time <= {parameters.integer(now_ns)}) "
        f"GROUP BY project {SETTINGS}",
        parameters.values,
    )
    for row in rows.to_pylist():
        for place, rule in enumerate(rules):
            if row[f"n{place}"]:
                time_ns, id_ = row[f"newest{place}"].values()
                yield (rule, row["project"]), Recent(row[f"n{place}"], time_ns, id_)
