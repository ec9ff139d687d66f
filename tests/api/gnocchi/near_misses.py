# SPDX-License-Identifier: Apache-2.0
"""Requests that are almost right: valid ones in which a value or two were changed, left out or added."""

import copy
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

RESOURCE, METRIC = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
JSON, PATCH = "application/json", "application/json-patch+json"
DEFINITION = [{"granularity": "1 minute", "points": 10}, {"granularity": 3600, "timespan": "1 day"}]
ATTRIBUTES = {
    "host": {"type": "string", "max_length": 20},
    "cores": {"type": "number", "required": False, "min": 0},
    "at": {"type": "datetime", "required": False},
}
GENERIC_QUERIES: tuple[Any, ...] = (
    {"or": [{"=": {"id": RESOURCE}}, {"≥": {"started_at": "2025-01-01"}}]},
    {"<": {"lifespan": "1 day"}},
    {"!=": {"created_by_user_id": "admin"}},
)
QUERIES: tuple[Any, ...] = (
    *GENERIC_QUERIES,
    {"and": [{"like": {"host": "w%"}}, {"not": {"in": {"cores": [1, 2.5]}}}]},
    {"=": {"at": None}},
)
DRAFT = {
    "id": "vm-1",
    "host": "web",
    "cores": 2,
    "at": "2025-01-01",
    "project_id": "blue",
    "started_at": "2025-01-01T00:00:00",
    "ended_at": "+1 day",
    "metrics": {"cpu": {"unit": "%"}, "disk": METRIC},
}
CHANGES: tuple[Any, ...] = (
    [{"op": "add", "path": "/attributes/new", "value": {"type": "number", "options": {"fill": 3}}}],
    [{"op": "remove", "path": "/attributes/cores"}, {"op": "add", "path": "/attributes/at", "value": ATTRIBUTES["at"]}],
    [{"op": "add", "path": "/attributes/note", "value": {"type": "string", "required": False, "min_length": 1}}],
)
VALID: tuple[tuple[str, str, Any, str], ...] = (
    ("POST", "/v1/archive_policy", {"name": "p", "definition": DEFINITION, "aggregation_methods": ["-std"]}, JSON),
    ("PATCH", "/v1/archive_policy/low", {"definition": [{"granularity": 300, "points": 9}], "back_window": 1}, JSON),
    ("POST", "/v1/archive_policy_rule", {"name": "r", "metric_pattern": "d*", "archive_policy_name": "low"}, JSON),
    ("PATCH", "/v1/archive_policy_rule/default", {"name": "default"}, JSON),
    ("POST", "/v1/resource_type", {"name": "t", "attributes": ATTRIBUTES}, JSON),
    *(("PATCH", "/v1/resource_type/vm", change, PATCH) for change in CHANGES),
    ("POST", "/v1/metric", {"name": "m", "unit": "B", "archive_policy_name": "low", "resource_id": RESOURCE}, JSON),
    ("POST", "/v1/resource/vm", DRAFT, JSON),
    ("PATCH", f"/v1/resource/vm/{RESOURCE}", {key: DRAFT[key] for key in DRAFT if key != "id"}, JSON),
    ("POST", f"/v1/resource/vm/{RESOURCE}/metric", {"net": {"unit": "B"}}, JSON),
    *(("POST", "/v1/search/resource/vm", query, JSON) for query in QUERIES),
    *(("POST", "/v1/search/resource/generic", query, JSON) for query in GENERIC_QUERIES),
    *(("DELETE", "/v1/resource/vm", query, JSON) for query in QUERIES),
    *(("GET", path, None, JSON) for path in ("/v1/metric", "/v1/resource/vm", f"/v1/resource/vm/{RESOURCE}/history")),
)
SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 2**31, 2**63, 2**64, 10**30, 1e308, 0.1, 1e-9, 253402300800])
    | st.sampled_from(["low", "vm", "*", "1 day", "-1 day", "0001-01-01", "9999-12-31T23:59:59", "%", "'", ""])
    | st.sampled_from([RESOURCE, METRIC, "[", "a/b", "\x00", "x" * 300, "string", "datetime", "rate:mean"])
    | st.text(max_size=8)
)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=2)
KEYS = st.sampled_from(["id", "type", "metrics", "lifespan", "=", "in", "not", "definition"]) | st.text(max_size=5)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each value inside a JSON value, its own first."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inside for place in places(each, (*path, key)))]


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """A JSON value with up to three places changed."""
    whole = {"": copy.deepcopy(value)}
    for _ in range(draw(st.integers(0, 3))):
        *way, last = draw(st.sampled_from(places(whole)[1:]))
        holder: Any = whole
        for key in way:
            holder = holder[key]
        edit = draw(st.sampled_from(["set", "set", "drop", "add"]))
        if edit == "drop" and way:
            del holder[last]
        elif edit == "add" and isinstance(holder[last], dict):
            holder[last][draw(KEYS)] = draw(VALUES)
        else:
            holder[last] = draw(VALUES)
    return whole[""]


TOKENS = (
    "host",
    "id",
    "=",
    "!=",
    "like",
    "in",
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    ",",
    "null",
    "'a'",
    "1e400",
    "≥",
)
FILTERS = st.lists(st.sampled_from(TOKENS), max_size=7).map(" ".join) | st.sampled_from(
    ["host = web and not (cores > 1)", "id in [vm-1, 'b']", "ended_at = null", "lifespan < '1 day'", "host like 'w%'"]
)
ARGUMENTS = st.one_of(
    st.tuples(st.just("limit"), st.sampled_from(["1", "2", "0", "-1", "x", "9" * 30, "1.5", "٣"])),
    st.tuples(st.just("marker"), st.sampled_from([RESOURCE, f"{RESOURCE}@-1", f"{RESOURCE}@9", "@", "x"]) | st.text()),
    st.tuples(
        st.just("sort"), st.sampled_from(["id", "host:desc", "metrics", "revision_end:asc", ":", "id:up", "lifespan"])
    ),
    st.tuples(st.sampled_from(["history", "details"]), st.sampled_from(["true", "false", "maybe"])),
    st.tuples(st.just("attrs"), st.sampled_from(["id", "host", "nope"])),
    st.tuples(st.just("filter"), FILTERS),
    st.tuples(st.sampled_from(["id", "name", "status", "user_id", "creator", "unit"]), SCALARS.map(str)),
)
QUERY_STRINGS = st.lists(ARGUMENTS, max_size=3).map(
    lambda pairs: "&".join(f"{name}={quote(value, errors='replace')}" for name, value in pairs)
)
NearMiss = tuple[str, str, str, Any, str]
"""Method, path, query string, body, media type."""

REQUESTS: st.SearchStrategy[NearMiss] = st.sampled_from(VALID).flatmap(
    lambda valid: st.tuples(st.just(valid[0]), st.just(valid[1]), QUERY_STRINGS, changed(valid[2]), st.just(valid[3]))
)
