# SPDX-License-Identifier: Apache-2.0
"""Archive policies: which aggregates of a metric are kept, how fine and how long."""

from collections.abc import Iterable, Sequence

import msgspec

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest, InvalidInput

PLAIN_METHODS = frozenset(
    ["mean", "sum", "last", "max", "min", "std", "median", "first", "count"] + [f"{n}pct" for n in range(1, 100)]
)
METHODS = PLAIN_METHODS | {f"rate:{method}" for method in PLAIN_METHODS}
DEFAULT_METHODS = frozenset(["mean", "min", "max", "sum", "std", "count"])
NUMBER_MAX = 2**53  # Beyond it JSON readers lose digits.


class Definition(msgspec.Struct, frozen=True):
    """One granularity and how long its aggregates are kept; `points` and `timespan_ns` are None for ever."""

    granularity_ns: int
    points: int | None = None
    timespan_ns: int | None = None


def definition(
    granularity_ns: int | None = None, points: int | None = None, timespan_ns: int | None = None
) -> Definition:
    """
    Complete a definition of which two of three parts are given.

    Takes   all positive, times in nanoseconds. Only `granularity_ns`: kept without limit.
    Gives   points = whole part of timespan / granularity, then timespan = granularity × points.
    Errors  BadRequest when all three are given and disagree, when too few are, or when nothing would be kept.

    >>> definition(granularity_ns=60, timespan_ns=150)
    Definition(granularity_ns=60, points=2, timespan_ns=120)
    """
    if points is not None and not 1 <= points <= NUMBER_MAX:
        raise BadRequest("Number of points must be positive")
    if granularity_ns is None:
        granularity_ns = _granularity(points, timespan_ns)
    elif points is not None and timespan_ns is not None and granularity_ns * points != timespan_ns:
        raise BadRequest("timespan ≠ granularity × points")
    if points is None:
        if timespan_ns is None:
            return Definition(granularity_ns)
        points = timespan_ns // granularity_ns
        if points == 0:
            raise BadRequest("timespan is shorter than granularity: no point would be kept")
    if granularity_ns * points > timespan.NANOSECONDS_MAX:
        raise BadRequest("granularity × points is longer than 292 years; leave points out to keep without limit")
    return Definition(granularity_ns, points, granularity_ns * points)


def _granularity(points: int | None, timespan_ns: int | None) -> int:
    if points is None or timespan_ns is None:
        raise BadRequest("An archive policy definition needs a granularity, or both points and timespan")
    if timespan_ns < points:
        raise BadRequest("timespan ÷ points is less than a nanosecond")
    return timespan_ns // points


class ArchivePolicy(msgspec.Struct, frozen=True):
    """A policy; `back_window` counts blocks of the coarsest granularity that late points may still change."""

    name: str
    back_window: int
    definition: tuple[Definition, ...]
    aggregation_methods: frozenset[str]

    @property
    def block_ns(self) -> int:
        """The coarsest granularity."""
        return max(each.granularity_ns for each in self.definition)

    @property
    def has_rate(self) -> bool:
        """Whether any method works on differences of successive points."""
        return any(method.startswith("rate:") for method in self.aggregation_methods)


def checked(policy: ArchivePolicy) -> ArchivePolicy:
    """
    The policy itself when its parts fit together.

    Errors  BadRequest for no definition, a granularity twice, no method, or a negative or huge back_window.
    """
    if not policy.definition:
        raise BadRequest(f"Archive policy {policy.name} needs at least one definition")
    seen: set[int] = set()
    for each in policy.definition:
        if each.granularity_ns in seen:
            in_seconds = timespan.seconds(each.granularity_ns)
            raise BadRequest(f"More than one archive policy uses granularity `{in_seconds}'")
        seen.add(each.granularity_ns)
    if not policy.aggregation_methods:
        raise BadRequest(f"Archive policy {policy.name} needs at least one aggregation method")
    if not 0 <= policy.back_window <= NUMBER_MAX:
        raise BadRequest("back_window must be a number of blocks, 0 or more")
    return policy


def resolve_methods(asked: Sequence[object], default: Iterable[str] = DEFAULT_METHODS) -> frozenset[str]:
    """
    The methods that a policy's `aggregation_methods` stand for.

    Takes   the list as sent: names; `*` for all; `-x` and `+x`, which edit the plain names of the list, or the
            `default` set when there are none. Edits apply in the order given.
    Errors  InvalidInput naming the first entry that is no method; BadRequest when nothing remains.

    >>> sorted(resolve_methods(["-mean", "+last"], ["mean", "max"]))
    ['last', 'max']
    """
    for position, entry in enumerate(asked):
        if not isinstance(entry, str) or (entry != "*" and entry.removeprefix("-").removeprefix("+") not in METHODS):
            reason = f"not a valid value @ data['aggregation_methods'][{position}]"
            raise InvalidInput(reason, ["aggregation_methods", str(position)])
    entries = [str(entry) for entry in asked]
    plain = [entry for entry in entries if entry[0] not in "+-"]
    chosen = set(METHODS if "*" in plain else plain or default)
    for entry in entries:
        if entry[0] == "+":
            chosen.add(entry[1:])
        elif entry[0] == "-":
            chosen.discard(entry[1:])
    if not chosen:
        raise BadRequest("aggregation_methods: no method remains")
    return frozenset(chosen)


def changed(policy: ArchivePolicy, definitions: Sequence[Definition], back_window: int | None = None) -> ArchivePolicy:
    """
    The policy with other retention: the same granularities, whatever their order, and perhaps another back_window.

    Errors  BadRequest `Archive policy N does not support change: ...` for any other difference.
    """
    refused = f"Archive policy {policy.name} does not support change: "
    if len(definitions) != len(policy.definition):
        raise BadRequest(refused + "Cannot add or drop granularities")
    ours = sorted(each.granularity_ns for each in policy.definition)
    theirs = sorted(each.granularity_ns for each in definitions)
    for our_ns, their_ns in zip(ours, theirs, strict=True):
        if our_ns != their_ns:
            raise BadRequest(refused + f"{timespan.seconds(our_ns)} granularity interval was changed")
    window = policy.back_window if back_window is None else back_window
    return checked(ArchivePolicy(policy.name, window, tuple(definitions), policy.aggregation_methods))


def builtin_policies(default_methods: Iterable[str] = DEFAULT_METHODS) -> tuple[ArchivePolicy, ...]:
    """The policies that a new installation starts with."""
    usual = frozenset(default_methods)
    second, minute, hour, day = timespan.SECOND_NS, timespan.MINUTE_NS, timespan.HOUR_NS, timespan.DAY_NS
    weeks_and_year = (
        definition(granularity_ns=minute, timespan_ns=7 * day),
        definition(granularity_ns=hour, timespan_ns=365 * day),
    )
    return (
        ArchivePolicy("low", 0, (definition(granularity_ns=5 * minute, timespan_ns=30 * day),), usual),
        ArchivePolicy("medium", 0, weeks_and_year, usual),
        ArchivePolicy("high", 0, (definition(granularity_ns=second, timespan_ns=hour), *weeks_and_year), usual),
        ArchivePolicy("bool", 3600, (definition(granularity_ns=second, timespan_ns=365 * day),), frozenset(["last"])),
    )
