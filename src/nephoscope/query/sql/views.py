# SPDX-License-Identifier: Apache-2.0
"""The views that SQL reads: their columns, what these mean, and how each is made of the engine's tables."""

import msgspec

# The aliases under which the expressions of columns find a view's rows, and the names of their metrics.
ROWS, NAMED = "rows", "named"


class Column(msgspec.Struct, frozen=True):
    """A column: `type` as the engine calls it, `text` the expression that gives it."""

    name: str
    type: str
    meaning: str
    text: str

    @property
    def is_of_metric(self) -> bool:
        """Whether it belongs to the metric and not to the row itself."""
        return self.text.startswith(f"{NAMED}.")


class View(msgspec.Struct, frozen=True):
    """
    A view over `table`; `by_metric` when its rows belong to metrics and are known by the metric's number only.

    `latest` when the engine may hold an older row beside the one that counts. `time` is the column of the table that
    says when, in ns. `owners` are the columns that make a row a caller's own: by project, or by creator.
    """

    name: str
    meaning: str
    table: str
    columns: tuple[Column, ...]
    by_metric: bool = False
    latest: bool = True
    time: str = ""
    by_project: tuple[str, ...] = ()
    by_creator: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(column.name for column in self.columns)


TEXT, MAPPING, TIME = "String", "Map(String, String)", "DateTime64(9, 'UTC')"


def _time(column: str) -> str:
    return f"fromUnixTimestamp64Nano({ROWS}.{column}, 'UTC')"


def _own(name: str, type_: str, meaning: str, text: str = "") -> Column:
    return Column(name, type_, meaning, text or f"{ROWS}.{name}")


_OF_METRIC = (
    Column("name", TEXT, "the metric's name, such as cpu.util", f"{NAMED}.name"),
    Column("unit", TEXT, "its unit", f"{NAMED}.unit"),
    Column("resource", TEXT, "the thing measured, by the name that its agent gives it", f"{NAMED}.resource"),
    Column("type", TEXT, "the thing's resource type, such as host", f"{NAMED}.type"),
    Column(
        "attributes", MAPPING, "the thing's attributes as they are now, as in attributes['rack']", "named.attributes"
    ),
    Column("project_id", TEXT, "the thing's project", f"{NAMED}.project_id"),
    Column("metric_id", TEXT, "the metric's id", f"{NAMED}.id"),
    Column("resource_id", TEXT, "the thing's id", f"{NAMED}.resource_id"),
)

MEASURES = View(
    "measures",
    "What was written, one row for each metric and time.",
    "measures",
    (
        _own("time", TIME, "when it was measured", _time("time")),
        _own("value", "Float64", "the value"),
        *_OF_METRIC,
    ),
    by_metric=True,
    time="time",
)

AGGREGATES = View(
    "aggregates",
    "Closed buckets of granularities coarser than a policy's finest, which outlive the measures they are made of.",
    "aggregates",
    (
        _own("time", TIME, "the start of the bucket", _time("time")),
        _own("value", "Float64", "the value"),
        _own("method", TEXT, "how the bucket's measures became one value, such as mean"),
        _own("granularity", "Float64", "the width of the bucket, s", f"{ROWS}.granularity / 1e9"),
        *_OF_METRIC,
    ),
    by_metric=True,
    time="time",
)

METRICS = View(
    "metrics",
    "Metrics as they are now, each with the thing that it measures.",
    "names",
    (
        _own("id", TEXT, "the metric's id"),
        _own("name", TEXT, "its name"),
        _own("unit", TEXT, "its unit"),
        _own("policy", TEXT, "its archive policy"),
        _own("resource", TEXT, "the thing measured, by the name that its agent gives it"),
        _own("type", TEXT, "the thing's resource type"),
        _own("attributes", MAPPING, "the thing's attributes"),
        _own("project_id", TEXT, "the thing's project"),
        _own("resource_id", TEXT, "the thing's id"),
        _own("creator", TEXT, "who made the metric: user, or user:project"),
    ),
    by_project=("project_id", "creator_project"),
    by_creator=("creator",),
)

RESOURCES = View(
    "resources",
    "Resources as they are now, those without metrics too.",
    "resource_names",
    (
        _own("id", TEXT, "the resource's id"),
        _own("name", TEXT, "the name that its agent gives it"),
        _own("type", TEXT, "its resource type"),
        _own("attributes", MAPPING, "its attributes"),
        _own("project_id", TEXT, "its project"),
        _own("user_id", TEXT, "its user"),
        _own("creator", TEXT, "who made it: user, or user:project"),
        _own("started", TIME, "when it began", _time("started")),
        _own("ended", f"Nullable({TIME})", "when it ended; NULL while it lives", _time("ended")),
        _own("changed", TIME, "when its present revision began", _time("revision")),
    ),
    by_project=("project_id", "creator_project"),
    by_creator=("creator",),
)

DEAD_LETTERS = View(
    "dead_letters",
    "Records that were refused or dropped, the first of each kind, kept for a week.",
    "dead_letters",
    (
        _own("time", TIME, "when it was refused", _time("received")),
        _own("station", TEXT, "the station that refused it"),
        _own("cause", TEXT, "why"),
        _own("project_id", TEXT, "the project that it was for; empty where nobody can tell"),
        _own("record", TEXT, "the record itself, as JSON or as it came"),
    ),
    latest=False,
    time="received",
    by_project=("project_id",),
)

EVENTS = View(
    "events",
    "What happened, one row for each event, with its traits.",
    "events",
    (
        _own("time", TIME, "when it was generated", _time("time")),
        _own("id", TEXT, "the event's id"),
        _own("type", TEXT, "its type, such as compute.instance.create.end", f"toString({ROWS}.type)"),
        _own(
            "resource", TEXT, "the thing that it is about, by the name that its agent gives it", f"{ROWS}.resource_id"
        ),
        _own(
            "traits",
            MAPPING,
            "its traits as texts, as in traits['state']; times in ns since the epoch",
            f"CAST(mapFromArrays({ROWS}.trait_names, {ROWS}.trait_values), '{MAPPING}')",
        ),
        _own("project_id", TEXT, "its project; empty where nobody can tell", f"toString({ROWS}.project_id)"),
    ),
    time="time",
    by_project=("project_id",),
)

VIEWS = {view.name: view for view in (MEASURES, AGGREGATES, METRICS, RESOURCES, EVENTS, DEAD_LETTERS)}
# The table that says of a metric's number what it is and whose.
METRIC_NAMES = METRICS
