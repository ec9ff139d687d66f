# SPDX-License-Identifier: Apache-2.0
"""Only some samples."""

import numpy as np

from nephoscope.model.errors import BadRequest
from nephoscope.model.expression import Expression
from nephoscope.model.name_filter import NameFilter
from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.transform.parameters import Parameters
from nephoscope.pipeline.transform.target import ROOTS, column_of


class Filter:
    """
    Lets samples through whose meter `names` takes, a list as in a source, and for which `where` is true.

    `where` is an expression such as `volume > 0 and resource_metadata.status == "active"`. What stays behind is
    counted as filtered.
    """

    memory = None

    def __init__(self, parameters: Parameters) -> None:
        parameters.of("names", "where")
        names, where = parameters.texts("names"), parameters.text("where")
        if names is None and where is None:
            raise parameters.wrong("where", "or parameters.names is needed")
        try:
            self._names = None if names is None else NameFilter.of(names)
        except BadRequest as error:
            raise BadRequest(f"{parameters.place}: parameters.names: {error.message}") from None
        self._where = None if where is None else _condition(where, parameters.place)

    def take(self, samples: Samples) -> Samples:
        """Those that pass, in their order."""
        kept = np.ones(len(samples), bool)
        if self._names is not None:
            names = samples.name.tolist()
            taken = self._names.matching(names)
            kept &= np.fromiter((name in taken for name in names), bool, len(names))
        if self._where is not None:
            kept &= self._where.values(len(samples), column_of(samples)) == 1
        if kept.all():
            return samples
        dropped("pipeline", "filtered", int(len(kept) - kept.sum()))
        return samples.take(kept)

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING


def _condition(where: str, place: str) -> Expression:
    """An expression that is 1 or 0: a truth is no number, and a choice between two is one."""
    # By itself first, so that parentheses of the text cannot end ours.
    Expression.read(where, ROOTS, place)
    return Expression.read(f"1 if ({where}) else 0", ROOTS, place)
