# SPDX-License-Identifier: Apache-2.0
"""One meter computed of several others of the same resource."""

import re

import numpy as np

from nephoscope.model.expression import Column, Expression, Path
from nephoscope.model.sample_columns import NOTHING, Samples, filled
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.memory import Held
from nephoscope.pipeline.transform.parameters import TYPES, Parameters
from nephoscope.pipeline.transform.predecessors import SERIES_MAX
from nephoscope.pipeline.transform.target import column_of

METER = re.compile(r"\$\(([^()]+)\)")


class Arithmetic:
    """
    Computes `target.expr`, such as `100 * $(memory.usage) / $(memory)`, for each resource that has all its meters.

    The newest sample of each meter counts, across batches, and is used once. What comes out is like the sample of the
    meter that the expression names first, with the time of the last sample that was seen at all. `$(meter)` is its
    volume, `$(meter).resource_metadata.vcpus` and the like its other fields.
    """

    def __init__(self, parameters: Parameters) -> None:
        target = parameters.of("target").map("target").of("name", "unit", "type", "expr")
        text = target.text("expr")
        if text is None:
            raise target.wrong("expr", "is needed: an expression of $(meter) names")
        self._meters = list(dict.fromkeys(name.strip() for name in METER.findall(text)))
        names = {meter: f"meter_{place}" for place, meter in enumerate(self._meters)}
        self._place = {name: place for place, name in enumerate(names.values())}
        written = METER.sub(lambda found: names[found[1].strip()], text)
        self._expression = Expression.read(written, names.values(), parameters.place)
        self._name, self._unit = target.text("name"), target.text("unit")
        self._type = target.one_of("type", TYPES)
        self.memory = Held()
        self._last_ns = 0

    def take(self, samples: Samples) -> Samples:
        """Nothing: what can be computed comes at the flush."""
        if not len(samples):
            return NOTHING
        self._last_ns = int(samples.time_ns[-1])
        wanted = np.fromiter((each in self._meters for each in samples.name.tolist()), bool, len(samples))
        self.memory.add(samples.take(wanted))
        return NOTHING

    def flush(self, now_ns: int) -> Samples:
        """One sample for each resource of which all meters have come since the last."""
        if not len(self.memory):
            return NOTHING
        held = self.memory.all()
        newest = _newest_rows(held, self._meters)
        complete = (newest >= 0).all(axis=1)
        rest = np.sort(newest[~complete].ravel())
        self.memory.keep(rest[rest >= 0][-SERIES_MAX:].tolist())
        if not complete.any():
            return NOTHING
        return self._computed([held.take(rows) for rows in newest[complete].T])

    def _computed(self, by_meter: list[Samples]) -> Samples:
        def column(path: Path) -> Column:
            fields = column_of(by_meter[self._place[path[0]]])
            return fields(path[1:] or ("volume",))

        like = by_meter[0]
        volume = self._expression.values(len(like), column)
        kept = np.isfinite(volume)
        dropped("pipeline", "expression without a value", int(len(kept) - kept.sum()))
        like = like.take(kept)
        return like.having(
            name=like.name if self._name is None else filled(self._name, len(like)),
            unit=like.unit if self._unit is None else filled(self._unit, len(like)),
            type=like.type if self._type is None else filled(self._type, len(like)),
            volume=volume[kept],
            time_ns=np.full(len(like), self._last_ns),
            monotonic_s=np.full(len(like), np.nan),
        )


def _newest_rows(held: Samples, meters: list[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.intp]]":
    """For each resource (a row, as they came first) and meter (a column) the row of its newest sample, -1 for none."""
    resources: dict[object, int] = {}
    row = [resources.setdefault(each, len(resources)) for each in held.resource_id.tolist()]
    place = {meter: column for column, meter in enumerate(meters)}
    newest = np.full((len(resources), len(meters)), -1, np.intp)
    # Of several values for one cell the last assigned stays.
    newest[row, [place[each] for each in held.name.tolist()]] = np.arange(len(held))
    return newest
