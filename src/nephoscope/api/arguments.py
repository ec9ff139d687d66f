# SPDX-License-Identifier: Apache-2.0
"""Arguments of query strings: text, booleans, times, timespans; a bad one is named in the answer."""

import time
from collections.abc import Callable

from starlette.datastructures import QueryParams
from starlette.requests import Request

from nephoscope.api.bodies import require_text
from nephoscope.model import timespan, timestamp
from nephoscope.model.errors import BadArgument, BadRequest

_TRUE = frozenset({"1", "t", "true", "y", "yes", "on"})
_FALSE = frozenset({"0", "f", "false", "n", "no", "off"})


class Arguments:
    """
    The arguments of one request. `now_ns` is what relative times count from.

    Where an argument may appear once and appears more often, the last one counts.
    """

    def __init__(self, params: QueryParams, now_ns: int) -> None:
        self.params = params
        self.now_ns = now_ns

    @classmethod
    def of(cls, request: Request, now_ns: Callable[[], int] = time.time_ns) -> "Arguments":
        """The arguments of `request`. Raises BadPayload for text that no database keeps."""
        for key, value in request.query_params.multi_items():
            require_text(key)
            require_text(value)
        return cls(request.query_params, now_ns())

    def __contains__(self, name: str) -> bool:
        return name in self.params

    def text(self, name: str) -> str | None:
        """The argument as it is, or None."""
        return self.params.get(name)

    def texts(self, name: str) -> list[str]:
        """All values of a repeatable argument."""
        return self.params.getlist(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean: true, 1, yes, on and their opposites. Raises BadArgument."""
        value = self.params.get(name)
        if value is None:
            return default
        if value.lower() in _TRUE:
            return True
        if value.lower() in _FALSE:
            return False
        raise BadArgument(name, f"invalid truth value {value!r}")

    def time(self, name: str) -> int | None:
        """A point in time, in nanoseconds since the epoch, or None. Raises BadArgument."""
        value = self.params.get(name)
        if value is None:
            return None
        try:
            return timestamp.parse(value, self.now_ns)
        except BadRequest:
            raise BadArgument(name, "Must be a datetime or a timestamp") from None

    def timespan(self, name: str) -> int | None:
        """A duration in nanoseconds, or None. Raises BadArgument."""
        values = self.timespans(name)
        return values[-1] if values else None

    def timespans(self, name: str) -> list[int]:
        """Every value of a repeatable duration. Raises BadArgument."""
        try:
            return [timespan.parse(value) for value in self.params.getlist(name)]
        except BadRequest as error:
            raise BadArgument(name, error.message) from None
