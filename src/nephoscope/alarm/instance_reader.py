# SPDX-License-Identifier: Apache-2.0
"""The instances of many rules at one moment: of series with few reads for all, of SQL with a statement each."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from nephoscope.alarm.instances import Asked, Instances
from nephoscope.alarm.series_reading import PastInstances, SeriesReading
from nephoscope.alarm.sql_rule import SqlReading
from nephoscope.model.errors import BadRequest
from nephoscope.model.series_rule import SeriesRule, SqlRule

NO_SQL = Instances(missing="datapoints are unknown: no SQL is run here")


class InstanceReader:
    """
    Looks at rules that have instances: at series for one thread, at SQL for several, see `SqlReading`.

    Without `sql` nothing is known of rules in SQL.
    """

    def __init__(self, series: SeriesReading, sql: SqlReading | None = None) -> None:
        self._series = series
        self._sql = sql

    def look(self, wanted: Collection[Asked], now_ns: int) -> Mapping[Asked, Instances]:
        """What is seen of each rule now; what one fails at does not keep the others from being seen."""
        of_series = {asked: asked.rule for asked in wanted if isinstance(asked.rule, SeriesRule)}
        of_sql = {asked: asked.rule for asked in wanted if isinstance(asked.rule, SqlRule)}
        found = self._series.look(of_series, now_ns) if of_series else {}
        if not of_sql:
            return found
        return found | (dict.fromkeys(of_sql, NO_SQL) if self._sql is None else self._sql.look(of_sql))

    def past(self, asked: Asked, at_ns: Sequence[int]) -> PastInstances:
        """
        What would have been seen at moments, in ascending order, of the instances that there are today.

        Errors  BadRequest for a rule in SQL, whose past is not known; TooLarge for more than can be judged at once.
        """
        if not isinstance(asked.rule, SeriesRule):
            raise BadRequest("an alarm of type sql asks how things are, so nothing is known of its past")
        return self._series.past(asked, asked.rule, np.asarray(at_ns, np.int64))

    def close(self) -> None:
        """Run no statements any more."""
        if self._sql is not None:
            self._sql.close()
