# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope route`: the tree as text, what would become of an alarm, and what is told together."""

import json
from functools import partial
from typing import Any

import pytest

from nephoscope.cli.route import route
from tests.cli.asking import Asked, running

EMPTY: dict[str, Any] = {
    "matchers": [],
    "contact_point": None,
    "group_by": None,
    "group_wait_s": None,
    "group_interval_s": None,
    "repeat_interval_s": None,
    "continue": False,
    "mute_timings": [],
    "active_timings": [],
    "routes": [],
}
DB = [{"label": "team", "op": "=", "value": "db"}]
LOW = [{"label": "severity", "op": "!~", "value": "low|moderate"}]
BELOW = {**EMPTY, "matchers": LOW, "mute_timings": ["nights"], "active_timings": ["year"], "repeat_interval_s": 86400}
TREE: dict[str, Any] = {
    "project_id": "blue",
    "revision": 3,
    "routes": [
        {
            **EMPTY,
            "matchers": DB,
            "contact_point": "dba",
            "group_by": ["name", "host"],
            "routes": [BELOW, {**EMPTY, "contact_point": "ops", "continue": True, "group_wait_s": 0.0}],
        },
        {**EMPTY, "contact_point": "ops", "group_by": []},
    ],
    "mute_timings": [{"name": "nights"}, {"name": "year"}],
    "inhibitions": [{"name": "racks", "source": DB, "target": LOW, "equal": ["rack"]}],
    "changed_ms": 1_767_571_200_000,
    "changed_by": "mia",
}
POINT = {"name": "ops", "targets": ["https://***@a/", "log:"], "resolved": False}
REACHED = {
    "project_id": None,
    "place": "routes[0].routes[1]",
    "contact_point": "ops",
    "group": {"host": "[a]"},
    "muted": "",
}
TRIED: dict[str, Any] = {
    "labels": {"name": "", "team": "db"},
    "silenced": [],
    "inhibited": [],
    "routes": [REACHED],
    "told": ["ops"],
}
HELD = {
    "silenced": [
        {"id": "s1", "comment": "a disk", "until_ms": 1_767_571_200_000},
        {"id": None, "comment": "", "until_ms": 0},
    ],
    "inhibited": [{"rule": "racks", "by": {"name": "rack"}}, {"rule": "", "by": None}],
    "routes": [{**REACHED, "muted": "mute timing nights holds"}],
    "told": [],
}
ALARM = {"alarm": "a1", "labels": {"host": "[a]"}, "since_ms": 0, "reason": "", "value": None, "known": "new"}
GROUP: dict[str, Any] = {
    "key": "k",
    "project_id": None,
    "place": "routes[0]",
    "contact_point": "dba",
    "labels": {"name": "busy"},
    "told_ms": None,
    "times": 0,
    "next_ms": 0,
    "muted": "",
    "count": 3,
    "new": 1,
    "over": 1,
    "silenced": 2,
    "inhibited": 0,
    "alarms": [{**ALARM, "held": "silenced"}],
}
LATER = {"told_ms": 1_767_571_200_000, "new": 0, "over": 0, "silenced": 0, "alarms": []}
SEVERAL = [GROUP, {**GROUP, **LATER, "next_ms": 4_102_444_800_000}, {**GROUP, **LATER, "next_ms": None, "muted": "so"}]

serving = partial(running, route)


def test_the_tree_is_drawn_with_what_each_route_says() -> None:
    asked = Asked(**{"routing": TREE, "contact-points": {"contact_points": [POINT]}})
    with serving(asked) as run:
        done = run("show", "--project", "blue")
        assert (0, "") == (done.exit_code, done.stderr)
        assert """\
routes for project blue, revision 3, by mia, 2026-01-05 00:00:00
├── [0] team="db" → dba; by name, host
│   ├── [0] severity!~"low|moderate" → dba; again after 86400 s; not during nights; only during year
│   └── [1] everything → ops; waits 0 s; goes on
└── [1] everything → ops; by nothing
inhibition racks: team="db" holds back severity!~"low|moderate", alike in rack
mute timings: nights, year

""" == done.stdout.partition("contact point")[0]
        for text in ("https://***@a/", "log:", "no"):
            assert text in done.stdout
        assert ["/api/v1/routing?project=blue", "/api/v1/contact-points?project=blue"] == [
            path for _, path, _ in asked.requests
        ]
        assert TREE == json.loads(run("show", "--json").stdout)["routing"]


def test_where_nothing_is_routed_it_says_how() -> None:
    nothing: dict[str, Any] = {"project_id": None, "revision": 0, "routes": [], "mute_timings": [], "inhibitions": []}
    with serving(Asked(**{"routing": nothing, "contact-points": {"contact_points": []}})) as run:
        assert "There are no routes for all projects; docs/how-to/route-alarms.md" in run("show").stdout


def test_labels_are_tried_out() -> None:
    asked = Asked(**{"routing/test": TRIED})
    with serving(asked) as run:
        done = run("test", "slow queries", "team=db", "--project", "blue", "--at", "2026-01-05 03:00")
        assert (
            """\
team="db"
routes[0].routes[1] of all projects → ops, in the group host="[a]"
told: ops
"""
            == done.stdout
        )
        labels = {"name": "slow queries", "team": "db"}
        assert {"labels": labels, "at_ms": 1_767_582_000_000, "project": "blue"} == asked.requests[-1][2]
        assert TRIED == json.loads(run("test", "team=db", "--json").stdout)


def test_what_holds_an_alarm_back_is_told() -> None:
    with serving(Asked(**{"routing/test": TRIED | HELD})) as run:
        told = run("test", "team=db").stdout
    assert (
        """\
team="db"
routes[0].routes[1] of all projects → ops, in the group host="[a]"; tells nobody: mute timing nights holds
silenced until 2026-01-05 00:00:00 by s1: a disk
silenced until 1970-01-01 00:00:00 by a silence for all
held back by the inhibition racks, for name="rack" is in alarm
held back by the inhibition of the routes for all
told: nobody
"""
        == told
    )


def test_an_alarm_is_tried_out_by_its_name() -> None:
    listed = {"alarms": [{"id": "a1", "name": "busy"}], "next": None}
    asked = Asked(alarms=listed, **{"routing/test": {**TRIED, "routes": [], "told": []}})
    with serving(asked) as run:
        assert "it fits no route\ntold: nobody\n" in run("test", "--alarm", "busy", "host=a").stdout
        assert {"alarm": "a1", "labels": {"host": "a"}} == asked.requests[-1][2]


@pytest.mark.parametrize(
    ("expected", "told", "said"),
    [
        (("ops",), ["ops"], ""),
        (("dba", "ops"), ["ops", "dba"], ""),
        (("dba",), ["ops"], "Error: expected dba to be told, and it is ops\n"),
        (("ops",), [], "Error: expected ops to be told, and it is nobody\n"),
    ],
)
def test_routes_are_tested_by_whom_they_tell(expected: tuple[str, ...], told: list[str], said: str) -> None:
    options = [part for each in expected for part in ("--expect", each)]
    with serving(Asked(**{"routing/test": {**TRIED, "told": told}})) as run:
        done = run("test", "team=db", *options)
    assert (1 if said else 0, said) == (done.exit_code, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("test",), "expected labels such as team=db, or --alarm"),
        (("test", "team=a", "team=b"), "'team=b': expected each label once"),
        (("test", "=b"), "'=b': expected each label once"),
        (("test", "a=b", "--at", "soon"), "expected a time in UTC"),
    ],
)
def test_what_cannot_be_is_refused_before_a_server_is_asked(arguments: tuple[str, ...], said: str) -> None:
    asked = Asked()
    with serving(asked) as run:
        done = run(*arguments)
    assert (2, True, []) == (done.exit_code, said in done.stderr, asked.requests), done.stderr


def test_groups_tell_what_is_due() -> None:
    asked = Asked(alarms={"alarms": [{"id": "a1", "name": "busy"}], "next": None})
    asked.answers["routing/groups"] = {"groups": SEVERAL}
    with serving(asked) as run:
        rows = [" ".join(line.split()) for line in run("groups", "--alarm", "busy").stdout.splitlines()]
        assert [
            "contact point group alarms held back told last told next",
            'dba name="busy" 3 (1 new, 1 over) 2 silenced never now',
            'dba name="busy" 3 2026-01-05 00:00:00 2100-01-01 00:00:00',
            'dba name="busy" 3 so 2026-01-05 00:00:00 not',
        ] == rows
        assert "/api/v1/routing/groups?alarm=a1" == asked.requests[-1][1]
        listed = run("groups", "--alarms").stdout
        assert 'host="[a]" new silenced since 1970-01-01 00:00:00' in " ".join(listed.split())
        assert SEVERAL == json.loads(run("groups", "--json").stdout)
        asked.answers["routing/groups"] = {"groups": []}
        assert "nothing that is in alarm goes along a route" in run("groups").stdout
