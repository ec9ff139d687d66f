# SPDX-License-Identifier: Apache-2.0
"""Arguments of query strings in every notation, and what is said of bad ones."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from starlette.requests import Request

from nephoscope.api.arguments import Arguments
from nephoscope.model.errors import BadArgument, BadPayload

NOW_NS = 1_800_000_000 * 10**9


def given_query(query: str) -> Arguments:
    return Arguments(QueryParams(query), NOW_NS)


@pytest.mark.parametrize("spelled", ["true", "True", "1", "yes", "on", "t", "y"])
def test_every_spelling_of_true_is_true(spelled: str) -> None:
    assert given_query(f"refresh={spelled}").flag("refresh")


@pytest.mark.parametrize("spelled", ["false", "FALSE", "0", "no", "off", "f", "n"])
def test_every_spelling_of_false_is_false(spelled: str) -> None:
    assert not given_query(f"refresh={spelled}").flag("refresh", default=True)


def test_a_missing_argument_is_its_default() -> None:
    arguments = given_query("other=1")

    assert arguments.flag("details") is False
    assert arguments.flag("details", default=True) is True
    assert (
        arguments.text("x"),
        arguments.time("start"),
        arguments.timespan("granularity"),
        arguments.texts("attrs"),
    ) == (None, None, None, [])


@pytest.mark.parametrize(
    ("spelled", "seconds"),
    [
        ("0", 0),
        ("1.5", 1.5),
        ("2025-06-01T12:00:00", 1748779200),
        ("2025-06-01 12:00:00.25", 1748779200.25),
        ("2025-06-01T14:00:00%2B02:00", 1748779200),
        ("-1 hour", 1_800_000_000 - 3600),
    ],
)
def test_times_are_read_in_every_notation(spelled: str, seconds: float) -> None:
    assert round(seconds * 1000) * 10**6 == given_query(f"start={spelled}").time("start")


def test_a_repeated_timespan_gives_all_of_them() -> None:
    assert given_query("granularity=60&granularity=5 minutes").timespans("granularity") == [60 * 10**9, 300 * 10**9]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("start=yesterday-ish", "Must be a datetime or a timestamp"),
        ("start=1969-01-01", "Must be a datetime or a timestamp"),
        ("granularity=abc", "Unable to parse timespan"),
        ("granularity=0", "Timespan must be positive"),
        ("refresh=perhaps", "invalid truth value 'perhaps'"),
    ],
)
def test_a_bad_argument_is_named_with_the_reason(query: str, reason: str) -> None:
    arguments, name = given_query(query), query.partition("=")[0]
    with pytest.raises(BadArgument) as caught:
        _ = (arguments.time("start"), arguments.timespan("granularity"), arguments.flag("refresh"))
    assert ("Argument value error", name, reason) == (caught.value.cause, caught.value.detail, caught.value.reason)


def test_text_that_no_database_keeps_is_refused() -> None:
    with pytest.raises(BadPayload):
        Arguments.of(Request({"type": "http", "query_string": b"name=a%00b", "headers": []}))


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    arguments = given_query(f"a={quote(text, errors='replace')}")
    for read in (arguments.time, arguments.timespan, arguments.flag):
        with suppress(BadArgument):
            read("a")
