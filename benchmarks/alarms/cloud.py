# SPDX-License-Identifier: Apache-2.0
"""A cloud in which each alarm watches a metric or a group of its own: its rules, and all of it in our index."""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Literal
from uuid import UUID, uuid5

import msgspec
import numpy as np
from sqlalchemy import Connection, insert

from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_rule import ResourcesThreshold, ResourceThreshold
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.lifetime import Step
from nephoscope.model.metric import MetricDraft
from nephoscope.model.paging import Page
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_type import ResourceType
from nephoscope.model.timespan import SECOND_NS
from nephoscope.store.catalog import Catalog, numbers_of
from nephoscope.store.commit import Measures
from nephoscope.store.index.alarm_rows import VERSION, kept, values_of
from nephoscope.store.index.contract import Index
from nephoscope.store.index.database import Database
from nephoscope.store.index.tables import alarm as alarm_table
from nephoscope.store.index.versions import keep
from nephoscope.store.series import Int64s, UInt32s

Kind = Literal["thresholds", "groups"]
TYPES: dict[Kind, str] = {
    "thresholds": "gnocchi_resources_threshold",
    "groups": "gnocchi_aggregation_by_resources_threshold",
}

GRANULARITY_S, PERIODS, THRESHOLD = 60, 2, 50.0
QUIET, LOUD = 10.0, 90.0
METRIC, METHOD, RESOURCE_TYPE = "cpu_util", "mean", "instance"
# One minute for a week, with six methods.
POLICY = "medium"
GROUP_MEMBERS = 5
ALARMS_A_PROJECT = 50
CREATOR = "admin"
AT_ONCE = 5000
NAMES = UUID("5d0c8d3e-98a7-4b0e-9f43-3f1f3ad40c6a")


def members(kind: Kind, number: int) -> Iterator[str]:
    """The ids of the resources that an alarm watches."""
    for member in range(GROUP_MEMBERS if kind == "groups" else 1):
        yield str(uuid5(NAMES, f"{number} {member}"))


def project(number: int) -> str:
    """Whose an alarm is, and what it watches."""
    return uuid5(NAMES, f"project {number // ALARMS_A_PROJECT}").hex


def rule(kind: Kind, number: int) -> dict[str, object]:
    """An alarm's rule, as clients write it."""
    common: dict[str, object] = {
        "metric": METRIC,
        "resource_type": RESOURCE_TYPE,
        "aggregation_method": METHOD,
        "granularity": GRANULARITY_S,
        "evaluation_periods": PERIODS,
        "threshold": THRESHOLD,
        "comparison_operator": "gt",
    }
    if kind == "groups":
        return {**common, "query": json.dumps({"=": {"server_group": f"group-{number}"}})}
    (watched,) = members(kind, number)
    return {**common, "resource_id": watched}


def move(index: Index, groups: Sequence[int], *, away: bool, at_ns: int) -> None:
    """Let the first member of each of these groups go away, or come back."""
    steps = [
        Step("update", RESOURCE_TYPE, UUID(first), first, at_ns, {"server_group": "" if away else f"group-{number}"})
        for number in groups
        for first in itertools.islice(members("groups", number), 1)
    ]
    carried = index.resources.carry_out(steps, CREATOR, lambda _: True)
    if carried.refused:
        raise AssertionError(f"members did not move: {carried.refused}")


def alarm_id(number: int) -> str:
    """The id of an alarm."""
    return str(uuid5(NAMES, f"alarm {number}"))


def fill(index: Index, database: Database, kind: Kind, alarms: int, targets: Sequence[str], at_ns: int) -> None:
    """
    Make resources, metrics and alarms; an alarm tells one of the `targets`, in turn, of each change but to unknown.

    Alarms are inserted many in a transaction, as a hundred thousand requests would take too long.
    """
    index.resource_types.create(ResourceType(RESOURCE_TYPE, {"server_group": StringAttribute(required=False)}))
    metrics = {METRIC: MetricDraft(archive_policy_name=POLICY)}
    drafts = (
        ResourceDraft(
            id=UUID(each),
            original_resource_id=each,
            type=RESOURCE_TYPE,
            creator=CREATOR,
            project_id=project(number),
            attributes={"server_group": f"group-{number}"},
            metrics=metrics,
        )
        for number in range(alarms)
        for each in members(kind, number)
    )
    while part := list(itertools.islice(drafts, AT_ONCE)):
        index.resources.create(part)
    made = [_alarm(kind, number, targets, at_ns) for number in range(alarms)]

    def work(connection: Connection) -> None:
        rows = [{**values_of(kept(each)), "revision": 1, "version": 1} for each in made]
        connection.execute(insert(alarm_table), rows)
        keep(connection, VERSION, 1)

    database.write(work)


def _alarm(kind: Kind, number: int, targets: Sequence[str], at_ns: int) -> Alarm:
    actions = (targets[number % len(targets)],) if targets else ()
    return Alarm(
        id=alarm_id(number),
        name=f"alarm {number}",
        description="",
        rule=msgspec.convert({**rule(kind, number), "type": TYPES[kind]}, ResourceThreshold | ResourcesThreshold),
        project_id=project(number),
        user_id="ann",
        ok_actions=actions,
        alarm_actions=actions,
        timestamp_ns=at_ns,
    )


def watched_numbers(index: Index, catalog: Catalog) -> UInt32s:
    """The numbers of all metrics, ascending; the catalogue knows them, as does that of a server which is written to."""
    numbers, marker = [], None
    while listed := index.metrics.find(page=Page(AT_ONCE, marker)):
        catalog.remember_numbers(listed)
        numbers.append(numbers_of(listed))
        marker = str(listed[-1].id)
    return np.sort(np.concatenate(numbers))


def points(numbers: UInt32s, times_s: Int64s, level: float) -> Measures:
    """A measure of each metric at each time, around a level on one side of the threshold."""
    count = len(numbers) * len(times_s)
    values = np.random.default_rng(int(times_s[0])).uniform(-5, 5, count).round(3) + level
    # In the order of time, as they come.
    return Measures(np.tile(numbers, len(times_s)), np.repeat(times_s * SECOND_NS, len(numbers)), values)
