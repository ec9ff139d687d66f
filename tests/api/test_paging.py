# SPDX-License-Identifier: Apache-2.0
"""Pages: what the arguments ask for, and the link to the next one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from starlette.requests import Request

from nephoscope.api.paging import next_link, page_of
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort


def asked(query: str) -> Page:
    return page_of(QueryParams(query), ["id:asc"], limit_max=1000).page


def test_without_arguments_the_page_is_as_large_as_allowed() -> None:
    assert Page(1000, None, ()) == asked("")


def test_limit_marker_and_sort_are_read() -> None:
    page = asked("limit=2&marker=m@3&sort=name:desc&sort=id&sort=ended_at:desc-nullslast")

    assert Page(2, "m@3", (Sort("name", True), Sort("id"), Sort("ended_at", True))) == page


def test_a_limit_above_the_maximum_becomes_the_maximum() -> None:
    assert asked("limit=1000000").limit == 1000


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("0", "value must be at least 1"),
        ("-2", "value must be at least 1"),
        ("x", "expected int"),
        ("", "expected int"),
    ],
)
def test_a_bad_limit_is_named(limit: str, reason: str) -> None:
    with pytest.raises(BadRequest) as caught:
        asked(f"limit={limit}")
    assert f"{reason} for dictionary value @ data['limit']" == caught.value.reason
    assert caught.value.cause == "Argument value error"


def test_a_bad_sort_direction_is_refused() -> None:
    with pytest.raises(BadRequest, match="Invalid pagination: `Unknown sort direction"):
        asked("sort=id:sideways")


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_gives_a_page_or_a_refusal(limit: str, sort: str) -> None:
    with suppress(BadRequest):
        assert 1 <= page_of(QueryParams([("limit", limit), ("sort", sort)]), [], 1000).page.limit <= 1000


def link(path: str, query: str, defaults: list[str]) -> str:
    scope = {
        "type": "http",
        "scheme": "https",
        "path": "/gnocchi" + path,
        "root_path": "/gnocchi",
        "headers": [(b"host", b"cloud")],
        "query_string": query.encode(),
    }
    request = Request(scope)
    return next_link(request, page_of(request.query_params, defaults, 1000), "last@1")


def test_the_link_holds_every_argument_in_alphabetic_order() -> None:
    expected = (
        "<https://cloud/gnocchi/v1/resource/my%20type?attrs=id&attrs=host&limit=2&marker=last%401"
        '&sort=started_at%3Aasc>; rel="next"'
    )

    assert expected == link("/v1/resource/my type", "limit=2&attrs=id&marker=old&attrs=host", ["started_at:asc"])


def test_the_link_repeats_the_sorts_that_were_asked_for() -> None:
    assert link("/v1/metric", "sort=name&sort=unit:desc", ["id:asc"]).endswith(
        'limit=1000&marker=last%401&sort=name&sort=unit%3Adesc>; rel="next"'
    )
