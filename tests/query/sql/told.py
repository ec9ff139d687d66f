# SPDX-License-Identifier: Apache-2.0
"""A store with the measures of two projects, and short ways to ask it as one of their members."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pyarrow as pa

from nephoscope.model.event import Trait
from nephoscope.model.kept_event import KeptEvent
from nephoscope.query.sql.narrow import Reach
from nephoscope.query.sql.statements import Answer, Statements
from nephoscope.store.contract import Store
from nephoscope.store.directory import METRICS, RESOURCES
from nephoscope.store.events import keep
from tests.store.measured import MINUTE_NS, NOON_NS

EVERYTHING = Reach(everything=True)
BLUE = Reach(project_id="blue", creator="ann:blue")
NOBODY = Reach(creator="eve")
# Stands in every text of project green, and 4242 in every number of it.
SECRET = "verdant"
SECRET_VALUE = 4242.0


def known_already() -> None:
    """What the tests put into the store needs no bringing over."""


@dataclass
class Told:
    """Statements over a filled store."""

    store: Store
    statements: Statements

    def ask(self, text: str, reach: Reach = BLUE) -> Answer:
        """The answer to a statement."""
        return self.statements.run(text, reach, "ann")

    def rows(self, text: str, reach: Reach = BLUE) -> list[list[Any]]:
        """The rows of a statement."""
        return self.ask(text, reach).rows

    def value(self, text: str, reach: Reach = BLUE) -> Any:
        """The one value of a statement that has one."""
        [[value]] = self.rows(text, reach)
        return value


def told(store: Store) -> Told:
    """
    Two hosts of project blue with two metrics each, and as many of green; five measures each, a minute apart.

    Of blue the values are 0 to 4, plus ten times the number of the metric.
    """
    projects = ("blue", "blue", "green", "green")
    names = [f"web{place}" if project == "blue" else f"{SECRET}{place}" for place, project in enumerate(projects)]
    hosts = list(zip(names, projects, strict=True))
    metrics = [(host, project, name) for host, project in hosts for name in ("cpu.util", "load")]
    store.insert("names", names_of([metric_row(place, *each) for place, each in enumerate(metrics)]))
    store.insert("resource_names", resources_of([resource_row(place, *each) for place, each in enumerate(hosts)]))
    points = [(place, minute) for place in range(len(metrics)) for minute in range(5)]
    rows = {
        "metric": pa.array([place for place, _ in points], pa.uint32()),
        "time": pa.array([NOON_NS + minute * MINUTE_NS for _, minute in points], pa.int64()),
        "value": pa.array([SECRET_VALUE if place > 3 else 10.0 * place + minute for place, minute in points]),
    }
    store.insert("measures", pa.table(rows))
    count = len(points)
    kept = {
        "granularity": pa.array([MINUTE_NS] * count, pa.int64()),
        "method": pa.array(["mean"] * count),
    }
    store.insert("aggregates", pa.table({**rows, **kept}))
    keep_events(store)
    bury_letters(store)
    return Told(store, Statements(store, known_already))


def metric_row(number: int, host: str, project: str, name: str, version: int = 1) -> dict[str, Any]:
    """A row of the engine's names of metrics."""
    return {
        "metric": number,
        "id": str(uuid5(NAMESPACE_URL, f"{host}/{name}")),
        "name": name if project == "blue" else f"{name}.{SECRET}" if name == "load" else name,
        "unit": "%",
        "resource": host,
        "resource_id": str(uuid5(NAMESPACE_URL, host)),
        "type": "host",
        "project_id": project,
        "creator": f"gus:{project}",
        "creator_project": project,
        "policy": "low",
        "attributes": [("rack", "r1" if project == "blue" else SECRET)],
        "gone": 0,
        "version": version,
    }


def resource_row(number: int, host: str, project: str) -> dict[str, Any]:
    """A row of the engine's names of resources."""
    return {
        "number": number,
        "id": str(uuid5(NAMESPACE_URL, host)),
        "name": host,
        "type": "host",
        "project_id": project,
        "user_id": "",
        "creator": f"gus:{project}",
        "creator_project": project,
        "started": NOON_NS,
        "ended": None,
        "revision": NOON_NS,
        "attributes": [("rack", "r1" if project == "blue" else SECRET)],
        "gone": 0,
        "version": 1,
    }


def names_of(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of names of metrics as the store takes them."""
    return _table(rows, METRICS)


def resources_of(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of names of resources as the store takes them."""
    return _table(rows, RESOURCES)


def _table(rows: list[dict[str, Any]], types: dict[str, pa.DataType]) -> pa.Table:
    columns = {**types, "version": pa.uint64()}
    return pa.table({name: pa.array([row[name] for row in rows], type_) for name, type_ in columns.items()})


def keep_events(store: Store) -> None:
    """Two events of each project, what tells the other one's in type, resource and traits."""
    told = {"blue": "mine", "green": SECRET}
    keep(
        store,
        [
            KeptEvent(f"{project}-{n}", f"vm.{text}", NOON_NS + n, project, text, (Trait(text, "text", text),))
            for project, text in told.items()
            for n in range(2)
        ],
    )


def bury_letters(store: Store) -> None:
    """One dead letter of each project, and one of nobody's."""
    letters = {
        "received": pa.array([NOON_NS] * 3, pa.int64()),
        "station": pa.array(["store"] * 3),
        "cause": pa.array(["late"] * 3),
        "project_id": pa.array(["blue", "green", ""]),
        "record": pa.array(['{"mine":1}', f'{{"{SECRET}":1}}', f"nobody's {SECRET}"]),
    }
    store.insert("dead_letters", pa.table(letters))
