# SPDX-License-Identifier: Apache-2.0
"""Made-up operations: well-formed ones as lists, and things that come close."""

from typing import Any

from hypothesis import strategies as st

from nephoscope.query.operations.arithmetic import BINARY, RATES, UNARY
from nephoscope.query.operations.methods import AGGREGATIONS

NAMES = st.sampled_from(["a", "b", "cpu.util", "disk.*", "0ad1", "it's", "5"])
METHODS = st.sampled_from(["mean", "rate:max", "95pct"])
NUMBERS = st.floats(allow_nan=False, width=32) | st.integers(-1000, 1000)
PAIRS = st.tuples(NAMES, METHODS).map(list)
METRICS = PAIRS.map(lambda pair: ["metric", *pair]) | st.lists(PAIRS, min_size=1, max_size=3).map(
    lambda pairs: ["metric", *pairs]
)
AGGREGATES = st.sampled_from(sorted(AGGREGATIONS))


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    operand = inner | NUMBERS
    return st.one_of(
        st.tuples(st.sampled_from([*UNARY, *RATES]), inner),
        st.tuples(st.sampled_from(list(BINARY)), inner, operand),
        st.tuples(st.sampled_from(list(BINARY)), operand, inner),
        st.tuples(st.just("clip"), inner, NUMBERS, NUMBERS),
        st.tuples(st.just("aggregate"), AGGREGATES, inner),
        st.tuples(st.just("resample"), AGGREGATES, st.sampled_from([60, 120, 0.5, "3600"]), inner),
        st.tuples(st.just("rolling"), AGGREGATES, st.integers(1, 5), inner),
    ).map(list)


OPERATIONS = st.recursive(METRICS, _larger, max_leaves=8)

WORDS = st.sampled_from(
    ["metric", "aggregate", "resample", "rolling", "clip", "+", "abs", "rateofchange", "mean", "1h", "2", "nan", ""]
)
NEARLY = st.recursive(
    WORDS | NUMBERS | st.none() | st.booleans() | st.text(max_size=5) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=20,
)
NEARLY_TEXT = st.lists(
    WORDS | st.sampled_from(["(", ")", " ", '"', "'", "(metric a mean)"]) | st.characters(), max_size=30
).map("".join)


def as_text(operations: Any) -> str:
    """Write lists the way people type them."""
    if isinstance(operations, list):
        return f"({' '.join(map(as_text, operations))})"
    return str(operations)
