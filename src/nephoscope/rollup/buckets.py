# SPDX-License-Identifier: Apache-2.0
"""SQL that turns measures into buckets: the one form that reads, roll-ups and checks share."""

from collections.abc import Iterator, Sequence

from nephoscope.rollup.methods import method_named

METRICS = "metric IN {metrics:Array(UInt32)}"
SINCE = "{since:Int64}"


def buckets_sql(method: str, granularity_ns: int, *, final: bool, since: str = SINCE) -> str:
    """
    A SELECT of (metric, bucket, value), unordered, over the measures of {metrics} in [since, {until}).

    `bucket` is floor(time / granularity) · granularity in ns: 12:01:59.999 at 60 s belongs to 12:01:00. `since` may be
    an expression of `metric` that is nowhere less than {since}. Differences are taken to the metric's true predecessor,
    also when it lies before `since`.
    """
    chosen = method_named(method)
    table = "measures FINAL" if final else "measures"
    source = _rates(table, since) if chosen.over_rates else _values(table, since)
    having = f" HAVING {chosen.having}" if chosen.having else ""
    return (
        f"SELECT metric, intDiv(time, {granularity_ns}) * {granularity_ns} AS bucket, {chosen.expression} AS value "
        f"FROM ({source}) GROUP BY metric, bucket{having}"
    )


def _values(table: str, since: str) -> str:
    # The constant bound serves the primary key, which the expression cannot.
    narrower = "" if since == SINCE else f" AND time >= {since}"
    return (
        f"SELECT metric, time, value FROM {table} "
        f"WHERE {METRICS} AND time >= {SINCE}{narrower} AND time < {{until:Int64}}"
    )


def _rates(table: str, since: str) -> str:
    """Differences of successive measures; the one before the span is fetched so that the first one has its rate."""
    before = (
        f"SELECT metric, max(time) AS last_time, argMax(value, time) AS last_value FROM {table} "
        f"WHERE {METRICS} AND time < {since} GROUP BY metric"
    )
    return (
        "SELECT metric, time, value - before AS value FROM ("
        "SELECT metric, time, value, lagInFrame(toNullable(value)) OVER "
        "(PARTITION BY metric ORDER BY time ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before "
        f"FROM ({_values(table, since)} UNION ALL {before})"
        f") WHERE isNotNull(before) AND time >= {since}"
    )


def rollup_sql(
    methods: Sequence[str],
    granularity_ns: int,
    metrics: Sequence[int],
    starts: Sequence[int],
    stops: Sequence[int],
    *,
    final: bool,
) -> Iterator[str]:
    """
    The statements that write the aggregates of many metrics, each over its own whole buckets [start, stop).

    One statement serves all methods over values, another all methods over differences. Times are ns; `starts` and
    `stops` are multiples of the granularity.
    """
    listed = "[" + ",".join(map(str, metrics)) + "]"

    def each(bounds: Sequence[int]) -> str:
        # The engine would take a list of large numbers and zeros for unsigned ones, which do not go with the default.
        return f"transform(metric, {listed}, CAST([{','.join(map(str, bounds))}], 'Array(Int64)'), toInt64(0))"

    places = {"{metrics:Array(UInt32)}": listed, SINCE: str(min(starts)), "{until:Int64}": str(max(stops))}
    for over_rates in (False, True):
        chosen = [name for name in methods if method_named(name).over_rates == over_rates]
        if not chosen:
            continue
        table = "measures FINAL" if final else "measures"
        source = (_rates if over_rates else _values)(table, each(starts))
        values = ", ".join(_pair(name) for name in chosen)
        sql = (
            "INSERT INTO aggregates (metric, granularity, method, time, value) "
            f"SELECT metric, toInt64({granularity_ns}), pair.1, bucket, assumeNotNull(pair.2) FROM ("
            f"SELECT metric, intDiv(time, {granularity_ns}) * {granularity_ns} AS bucket, [{values}] AS pairs "
            f"FROM ({source}) WHERE time < {each(stops)} GROUP BY metric, bucket"
            ") ARRAY JOIN pairs AS pair WHERE isNotNull(pair.2)"
        )
        for place, text in places.items():
            sql = sql.replace(place, text)
        yield sql


def _pair(name: str) -> str:
    method = method_named(name)
    value = f"if({method.having}, {method.expression}, NULL)" if method.having else method.expression
    return f"tuple('{name}', toNullable({value}))"
