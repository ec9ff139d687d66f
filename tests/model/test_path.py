# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Paths through JSON: what each notation finds, where it says that it was, and what it cannot do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload, BadRequest
from nephoscope.model.path import Path
from tests.model.test_path_grammar import WRITTEN

LISTED = [{"key": "image_id", "value": "v1", "n": 3}, {"key": "k2", "value": "v2", "n": 4}]
DOCUMENT: dict[str, Any] = {
    "payload": {
        "a": 1,
        "b": {"c": 2, "x y": 5, "d.e": 7},
        "l": LISTED,
        "s": "x.y.z",
        "n": None,
        "texts": ["1", "20", "q", None, {}],
    },
    "ctxt": {"user_id": "u", "user": {"user": "w"}},
}

# What a path finds: full paths and values.
FOUND: list[tuple[str, list[tuple[str, Any]]]] = [
    ("payload.a", [("payload.a", 1)]),
    ("$.payload.a", [("payload.a", 1)]),
    ("payload.n", [("payload.n", None)]),
    ("payload.nowhere", []),
    ("payload.a.b", []),
    ("payload[b].c", [("payload.b.c", 2)]),
    ("payload.b.[c]", [("payload.b.c", 2)]),
    ("payload.b.'x y'", [("payload.b.x y", 5)]),
    ('payload.b["d.e"]', [("payload.b.d.e", 7)]),
    ("payload.b.*", [("payload.b.c", 2), ("payload.b.x y", 5), ("payload.b.d.e", 7)]),
    ("payload.l.*", []),
    ("payload.b,a", [("payload.b", DOCUMENT["payload"]["b"]), ("payload.a", 1)]),
    ("payload.(a|(b.c))", [("payload.a", 1), ("payload.b.c", 2)]),
    ("(payload.a)|(payload.b.c)", [("payload.a", 1), ("payload.b.c", 2)]),
    # As `|` holds tighter than `.`, this is payload.(a|payload).b, and leads nowhere.
    ("payload.a|payload.b", []),
    ("ctxt.user_id|ctxt.user", []),
    ("ctxt.user_id|user.user", [("ctxt.user.user", "w")]),
    ("payload.(a|($.ctxt.user_id))", [("payload.a", 1), ("ctxt.user_id", "u")]),
    ("payload.l[0].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[-1].value", [("payload.l.[-1].value", "v2")]),
    ("payload.l[5]", []),
    ("payload.a[0]", []),
    ("payload.l[*].value", [("payload.l.[0].value", "v1"), ("payload.l.[1].value", "v2")]),
    ("payload.l.[*].value", [("payload.l.[0].value", "v1"), ("payload.l.[1].value", "v2")]),
    ("payload.l[1:].value", [("payload.l.[1].value", "v2")]),
    ("payload.l[:1].value", [("payload.l.[0].value", "v1")]),
    ("payload.b[*].c", [("payload.b.[0].c", 2)]),
    ("payload.l.n", []),
    ("payload.l[?key=image_id].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[?(@.key='image_id')].value", [("payload.l.[0].value", "v1")]),
    ('payload.l[?key=="k2"].n', [("payload.l.[1].n", 4)]),
    ("payload.l[?n!=3].value", [("payload.l.[1].value", "v2")]),
    ("payload.l[?n>3].value", [("payload.l.[1].value", "v2")]),
    ("payload.l[?n<=3].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[?n=3&key=image_id].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[?n=3.0].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[?n=true].value", [("payload.l.[0].value", "v1"), ("payload.l.[1].value", "v2")]),
    ("payload.l[?key~'i.*'].value", [("payload.l.[0].value", "v1")]),
    ("payload.l[?value].n", [("payload.l.[0].n", 3), ("payload.l.[1].n", 4)]),
    ("payload.l[?nowhere].n", []),
    ("payload.texts[?@>1]", [("payload.texts.[1]", "20")]),
    ("payload.b[?c=2]", []),
    ("payload.s.`split(., 1, -1)`", [("", "y")]),
    ("payload.s.`split(., 1, 1)`", [("", "y.z")]),
    ("payload.s.`split(., 9, -1)`", []),
    ("payload.a.`split(., 0, -1)`", []),
    ("payload.s.`sub(/x/, q)`", [("", "q.y.z")]),
    (r"payload.s.`sub(/(\\w)\\.(\\w)/, \\2\\1)`", [("", "yx.z")]),
    ("payload.s.`sub(/nowhere/, q)`", []),
    ("payload.a.`sub(/1/, q)`", []),
    ("payload.l.`len`", [("", 2)]),
    ("payload.s.`len`", [("", 5)]),
    ("payload.a.`len`", []),
    ("$.payload.a + 1", [("", 2)]),
    ("$.payload.a - 1", [("", 0)]),
    ("2 * $.payload.a", [("", 2)]),
    ("$.payload.a / 2", [("", 0.5)]),
    ("$.payload.a / 0", []),
    ("$.payload.a * 2 + 3", [("", 5)]),
    ("payload.s + '_' + payload.s", [("", "x.y.z_x.y.z")]),
    ("'id.' + $.payload.s", [("", "id.x.y.z")]),
    ("payload.s + '_' + payload.b.c", []),
    ("payload.s * 1000000", []),
    ("payload.l[*].n + 1", [("", 4), ("", 5)]),
    ("payload.l[*].n + payload.l[*].n", [("", 6), ("", 8)]),
    ("payload.l[*].n + payload.a", []),
    ("7", [("", 7)]),
    ("'payload'.a", [("payload.a", 1)]),
    ("payload.`this`.a", [("payload.a", 1)]),
]


@pytest.mark.parametrize(("text", "expected"), FOUND, ids=[text for text, _ in FOUND])
def test_a_path_finds_values_with_their_places(text: str, expected: list[tuple[str, Any]]) -> None:
    assert expected == Path.read(text, "here").values(DOCUMENT)


@pytest.mark.parametrize(("text", "expected"), FOUND, ids=[text for text, _ in FOUND])
def test_the_first_is_the_first_that_is_not_null(text: str, expected: list[tuple[str, Any]]) -> None:
    first = next((value for _, value in expected if value is not None), None)
    assert first == Path.read(text, "here").first(DOCUMENT)


def test_a_null_gives_way_to_the_next_alternative() -> None:
    assert 2 == Path.read("payload.(n|(b.c))", "here").first(DOCUMENT)


def test_paths_are_equal_when_they_are_written_alike() -> None:
    assert Path.read("a.b", "here") == Path.read("a.b", "there")
    assert Path.read("a.b", "here") != Path.read("a.c", "here")
    assert 1 == len({Path.read("a.b", "here"), Path.read("a.b", "there")})


def test_a_path_that_finds_too_much_says_so() -> None:
    many = {"a": {f"k{i}": {f"k{j}": 0 for j in range(101)} for i in range(101)}}
    path = Path.read("a.*.(*|*)", "here")
    with pytest.raises(BadPayload, match="more than 10000 values"):
        path.values(many)
    with pytest.raises(BadPayload, match="more than 10000 values"):
        path.first(many)


KEYS = st.sampled_from(["payload", "a", "b", "key", "value", "metrics", "name", "host", "glance_metadata"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from([text for text, _ in FOUND] + WRITTEN), JSON)
def test_no_document_makes_a_path_fail(text: str, document: Any) -> None:
    path = Path.read(text, "here")
    found = [value for _, value in path.values(document)]
    first = next((value for value in found if value is not None), None)
    # What is not a map has no keys, whichever way is taken.
    assert first == path.first(document)


@given(st.text("ab.$@*|&?=()[]'`,:1+ ", max_size=12), JSON)
def test_what_can_be_read_can_be_followed(text: str, document: Any) -> None:
    try:
        path = Path.read(text, "here")
    except BadRequest:
        return
    path.values(document)
    path.first(document)
