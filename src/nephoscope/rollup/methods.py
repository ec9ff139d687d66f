# SPDX-License-Identifier: Apache-2.0
"""The aggregation methods: each is an expression that the engine computes over the values of one bucket."""

from functools import cache

import msgspec

RATE = "rate:"


class Method(msgspec.Struct, frozen=True):
    """
    An aggregate over `value` and `time` of one bucket.

    `having` leaves out buckets for which the method has no answer; `over_rates` tells that `value` is the difference
    to the metric's preceding measure.
    """

    expression: str
    having: str = ""
    over_rates: bool = False


# A value that is not a number makes its bucket not a number; the engine's own min and max would pass over it.
_POISONED = "if(countIf(isNaN(value)) > 0, nan, {}(value))"

METHODS: dict[str, Method] = {
    "mean": Method("avg(value)"),
    "sum": Method("sum(value)"),
    "min": Method(_POISONED.format("min")),
    "max": Method(_POISONED.format("max")),
    "count": Method("toFloat64(count())"),
    "first": Method("argMin(value, time)"),
    "last": Method("argMax(value, time)"),
    "std": Method("stddevSampStable(value)", having="count() > 1"),
    "median": Method("quantileExactInclusive(0.5)(value)"),
    **{f"{n}pct": Method(f"quantileExactInclusive({n / 100})(value)") for n in range(1, 100)},
}


@cache
def method_named(name: str) -> Method:
    """The method of a name such as `mean`, `95pct` or `rate:max`; KeyError when there is none."""
    if name.startswith(RATE):
        plain = METHODS[name.removeprefix(RATE)]
        return msgspec.structs.replace(plain, over_rates=True)
    return METHODS[name]
