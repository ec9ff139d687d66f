# SPDX-License-Identifier: Apache-2.0
"""The notation of values in tests of alarms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.rehearsal.values import VALUES_MAX, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2.5 -3 +4 .5 1e3", [1, 2.5, -3, 4, 0.5, 1000]),
        ("1+2x3", [1, 3, 5, 7]),
        ("10-5x2", [10, 5, 0]),
        ("-1+1x1", [-1, 0]),
        ("5x2", [5, 5, 5]),
        ("5x0", [5]),
        ("_ _x2 stale 1", [None, None, None, None, 1]),
        ("  1\n 2  ", [1, 2]),
        ("", []),
    ],
)
def test_values_are_read(text: str, expected: list[float | None]) -> None:
    assert expected == parse(text)


@pytest.mark.parametrize(
    "text", ["x", "1+2", "1+x3", "1x", "1x-1", "nan", "inf", "1e999", "1,2", "_+1x2", f"1x{VALUES_MAX}", "1x999999999"]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        parse(text)


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_whatever_is_written_value_by_value_is_read(values: list[float | None]) -> None:
    assert values == parse(" ".join("_" if each is None else repr(each) for each in values))
