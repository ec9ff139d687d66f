# SPDX-License-Identifier: Apache-2.0
"""Instances of three projects in two groups, and the rules about groups of them that tests choose from."""

import json
from typing import Any

from hypothesis import strategies as st

from nephoscope.model.alarm_rule import ResourcesThreshold
from nephoscope.model.attribute import DatetimeAttribute, NumberAttribute, StringAttribute, UuidAttribute
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index

# What the policy of the instances' metrics keeps.
GRANULARITY_S = 300
IMAGE = "0c9c0f3e-5a3a-4f0c-8a0b-3a3f2f0d9f11"
INSTANCE = ResourceType(
    "instance",
    {
        "server_group": StringAttribute(required=False),
        "image": UuidAttribute(required=False),
        "vcpus": NumberAttribute(required=False),
        "launched": DatetimeAttribute(required=False),
    },
)
LEAVES: list[Any] = [
    *({"=": {"server_group": name}} for name in ("web", "db", "nobody's", "a\x00")),
    *({"=": {"image": text}} for text in (IMAGE, IMAGE.upper(), "none")),
    *({"=": {"vcpus": value}} for value in ("1", 1, "many")),
    *({"=": {"project_id": name}} for name in ("blue", "red")),
    *({"=": {"id": name}} for name in ("vm0", str(resource_id("vm1", "admin")), "x" * 300)),
    {"=": {"ended_at": None}},
    {"=": {"created_by_project_id": "red"}},
    {"=": {"launched": "2026-01-01"}},
    {"=": {"flavor": "there is no such attribute"}},
    {"!=": {"server_group": "web"}},
    {"like": {"server_group": "w%"}},
    {"in": {"server_group": ["web", "db"]}},
    {"not": {"=": {"server_group": "web"}}},
    {">": {"started_at": "-1 hour"}},
    {},
]
QUERIES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.tuples(st.sampled_from(["and", "and", "or"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=4,
)
TEXTS = QUERIES.map(json.dumps) | st.sampled_from(["", "{", "[]", '{"nope": 1}'])


def rule(query: str, metric: str = "cpu", resource_type: str = "instance") -> ResourcesThreshold:
    """A rule about the resources that a query finds."""
    return ResourcesThreshold(
        metric=metric,
        query=query,
        resource_type=resource_type,
        threshold=1,
        aggregation_method="mean",
        granularity=GRANULARITY_S,
    )


GROUPS = st.tuples(
    st.builds(
        rule,
        TEXTS,
        st.sampled_from(["cpu", "cpu_util", "mem", "cpu*", "[c]pu", "nope"]),
        st.sampled_from(["instance", "instance", "instance", "generic", "no type"]),
    ),
    st.sampled_from([None, "blue", "red", "bob", "nobody"]),
)


def draft(number: int) -> ResourceDraft:
    """One of twelve instances, with none to three metrics."""
    creator = "admin" if number < 8 else "bob:red"
    given: dict[str, Any] = {"server_group": ("web", "db", "")[number % 3], "image": IMAGE, "vcpus": number % 3}
    return ResourceDraft(
        id=resource_id(f"vm{number}", creator),
        original_resource_id=f"vm{number}",
        type="instance",
        creator=creator,
        project_id=("blue", "red", None)[number % 3],
        ended_at_ns=2 * 10**18 if number in {3, 7} else None,
        attributes=given if number != 5 else {},
        metrics=dict.fromkeys(("cpu", "cpu_util", "mem")[: number % 4], MetricDraft(archive_policy_name="low")),
    )


def filled(url: str) -> Index:
    """An index at an address, with twelve instances in it."""
    index = open_index(url)
    index.upgrade()
    index.install_builtins()
    index.resource_types.create(INSTANCE)
    index.resources.create([draft(number) for number in range(12)])
    return index
