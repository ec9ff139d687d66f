# SPDX-License-Identifier: Apache-2.0
"""Conditional requests: who has seen what, and may therefore change it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from nephoscope.api.gnocchi.conditions import expected_revision, unchanged, version_headers
from nephoscope.model.resource import Resource

CHANGED_NS = 1_748_779_200_250_000_000  # 2025-06-01 12:00:00.25
RESOURCE = Resource(
    id=UUID(int=1),
    original_resource_id="r",
    type="generic",
    creator="alice",
    user_id=None,
    project_id=None,
    started_at_ns=CHANGED_NS,
    ended_at_ns=None,
    revision_start_ns=CHANGED_NS,
)
TAG = f'"{RESOURCE.etag}"'
BEFORE = "Sun, 01 Jun 2025 11:59:59 GMT"
THEN = "Sun, 01 Jun 2025 12:00:00 GMT"


def outcome(method: str, headers: dict[str, str]) -> int | None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    request = Request({"type": "http", "method": method, "headers": raw})
    try:
        response = unchanged(request, RESOURCE)
    except HTTPException as refusal:
        return refusal.status_code
    return response.status_code if response else None


def test_the_version_is_a_quoted_hash_and_a_whole_second() -> None:
    assert version_headers(RESOURCE) == {"ETag": TAG, "Last-Modified": THEN}
    assert len(TAG) == 42


@pytest.mark.parametrize(
    ("headers", "for_get", "for_patch"),
    [
        ({}, None, None),
        ({"if-match": TAG}, None, None),
        ({"if-match": "*"}, None, None),
        ({"if-match": f'"other", {TAG}'}, None, None),
        ({"if-match": '"other"'}, 412, 412),
        ({"if-match": ""}, 412, 412),
        ({"if-unmodified-since": THEN}, None, None),
        ({"if-unmodified-since": BEFORE}, 412, 412),
        ({"if-unmodified-since": "yesterday"}, None, None),
        ({"if-match": TAG, "if-unmodified-since": BEFORE}, None, None),
        ({"if-none-match": '"other"'}, None, None),
        ({"if-none-match": TAG}, 304, 412),
        ({"if-none-match": f"W/{TAG}"}, 304, 412),
        ({"if-none-match": "*"}, 304, 412),
        ({"if-modified-since": BEFORE}, None, None),
        ({"if-modified-since": THEN}, 304, 412),
        ({"if-modified-since": "a\xff"}, None, None),
        ({"if-none-match": '"other"', "if-modified-since": THEN}, None, None),
        ({"if-match": '"other"', "if-none-match": TAG}, 412, 412),
    ],
)
def test_headers_are_judged(headers: dict[str, str], for_get: int | None, for_patch: int | None) -> None:
    assert (for_get, for_get, for_patch, for_patch) == tuple(
        outcome(method, headers) for method in ("GET", "HEAD", "PATCH", "DELETE")
    )


def test_a_change_insists_on_the_revision_that_it_was_told_of() -> None:
    conditional = Request({"type": "http", "headers": [(b"if-match", TAG.encode())]})

    assert expected_revision(conditional, RESOURCE) == CHANGED_NS
    assert expected_revision(Request({"type": "http", "headers": []}), RESOURCE) is None


@given(
    st.dictionaries(
        st.sampled_from(["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"]),
        st.text(st.characters(max_codepoint=255), max_size=30) | st.sampled_from([THEN, BEFORE[:-4], THEN + "00"]),
    )
)
def test_any_headers_lead_to_an_outcome(headers: dict[str, str]) -> None:
    assert outcome("GET", headers) in (None, 304, 412)
