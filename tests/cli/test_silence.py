# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""`nephoscope silence`: what it asks a server for, shows and refuses."""

import json
from functools import partial
from typing import Any

import pytest

from nephoscope.cli.silence import silence
from tests.cli.asking import Asked, running

TEAM = {"label": "team", "op": "=", "value": "db"}
HOST = {"label": "host", "op": "=~", "value": "db[0-9]"}
SILENCE: dict[str, Any] = {
    "id": "5b1e0000-0000-4000-8000-000000000001",
    "project_id": "blue",
    "state": "active",
    "matchers": [TEAM, HOST],
    "from_ms": 1_767_571_200_000,
    "until_ms": 1_767_578_400_000,
    "comment": "a [disk] comes",
    "author": "mia",
    "created_ms": 1_767_571_200_000,
    "changed_ms": 1_767_571_200_000,
}
OTHER = {**SILENCE, "id": "other", "project_id": None, "state": "pending", "matchers": [TEAM], "author": "ann"}
ALARM = {"id": "a1", "name": "busy", "state": "alarm", "severity": "low", "project_id": "blue", "instances": [{}, {}]}
FITTING = {"count": 3, "firing": 1, "looked_at": 9, "whole": True, "alarms": [ALARM]}
ENDED = {"silences/gone/expire": (409, {"detail": "Silence gone is over; make another one"})}

serving = partial(running, silence)


class Listed(Asked):
    """Two silences, each in its state, a page of one."""

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        shown = {"active": [SILENCE], "pending": [OTHER], "expired": []}
        state = next(each for each in shown if f"state={each}" in path)
        self.answers["silences"] = {"silences": shown[state], "next": None}
        return super().__call__(method, path, body)


def test_list_shows_those_in_force_and_to_come() -> None:
    asked = Listed()
    with serving(asked) as run:
        done = run("list", "--project", "blue")
        assert (0, "") == (done.exit_code, done.stderr)
        for text in (SILENCE["id"], 'team="db", host=~"db[0-9]"', "2026-01-05 02:00:00", "a [disk] comes", "pending"):
            assert text in done.stdout
        assert ["/api/v1/silences?limit=1000&state=active&project=blue"] == [
            path for _, path, _ in asked.requests if "active" in path
        ]
        assert f"{SILENCE['id']}\nother\n" == run("list", "--ids").stdout
        assert [SILENCE, OTHER] == json.loads(run("list", "--json").stdout)
        assert "silence --help" in run("list", "--expired").stdout


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--matcher", "team=db"), [SILENCE["id"], "other"]),
        (("--matcher", "team=db", "--matcher", 'host=~"db[0-9]"'), [SILENCE["id"]]),
        (("--matcher", "team=~db"), []),
        (("--author", "ann"), ["other"]),
    ],
)
def test_a_list_is_narrowed(options: tuple[str, ...], found: list[str]) -> None:
    with serving(Listed()) as run:
        assert found == run("list", "--ids", *options).stdout.split()


def test_all_pages_are_read() -> None:
    class Paged(Asked):
        def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
            is_second = "marker=m" in path
            self.answers["silences"] = {
                "silences": [OTHER if is_second else SILENCE],
                "next": None if is_second else "m",
            }
            return super().__call__(method, path, body)

    with serving(Paged()) as run:
        assert [SILENCE["id"], "other"] == run("list", "--expired", "--ids").stdout.split()


def test_show_tells_what_it_is_about_and_what_fits() -> None:
    asked = Asked(**{"silences/s1": SILENCE, "silences/preview": FITTING})
    with serving(asked) as run:
        done = run("show", "s1")
        assert 0 == done.exit_code, done.output
        for text in ('team="db", host=~"db[0-9]" in project blue', "by mia", "a [disk] comes", "fit now: 3", "busy"):
            assert text in done.stdout
        assert {"matchers": [TEAM, HOST], "project": "blue"} == asked.requests[-1][2]
        assert {"silence": SILENCE, "fitting": FITTING} == json.loads(run("show", "s1", "--json").stdout)
        asked.answers["silences/s1"] = {**OTHER, "state": "expired"}
        done = run("show", "s1")
        assert ("in all projects" in done.stdout, "fit now" in done.stdout) == (True, False)


def test_add_gives_the_id_to_scripts_and_the_rest_to_people() -> None:
    asked = Asked(**{"silences/preview": {**FITTING, "whole": False}, "silences": SILENCE})
    with serving(asked) as run:
        done = run("add", "disk is full", "team=db", "--for", "1d12h", "--comment", "so", "--project", "blue")
        assert (0, f"{SILENCE['id']}\n") == (done.exit_code, done.stdout)
        assert "alarms that fit now: 3, in alarm: 1, among the first 9 alarms" in done.stderr
        named = {"label": "name", "op": "=", "value": "disk is full"}
        body = {"matchers": [named, TEAM], "until": "+129600.000 seconds", "comment": "so", "project": "blue"}
        assert body == asked.requests[-1][2]
        assert SILENCE == json.loads(run("add", "team=db", "--until", "2030-01-01", "--json").stdout)
        assert {"matchers": [TEAM], "until": "2030-01-01T00:00:00+00:00", "comment": ""} == asked.requests[-1][2]
        run("add", "team=db", "--from", "2030-01-01 08:00", "--for", "90m")
        assert ("2030-01-01T08:00:00+00:00", "2030-01-01T09:30:00+00:00") == (
            asked.requests[-1][2]["from"],
            asked.requests[-1][2]["until"],
        )


def test_a_dry_run_makes_nothing() -> None:
    asked = Asked(**{"silences/preview": FITTING})
    with serving(asked) as run:
        done = run("add", "team=db", "--dry-run")
        assert (0, True) == (done.exit_code, "busy" in done.stdout)
        assert FITTING == json.loads(run("add", "team=db", "--dry-run", "--json").stdout)
    assert {"/api/v1/silences/preview"} == {path for _, path, _ in asked.requests}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "team=db"), "expected one of --for and --until"),
        (("add", "team=db", "--for", "1h", "--until", "+2h"), "expected one of --for and --until"),
        (("add", "--for", "1h"), "Missing argument 'MATCHER...'"),
        (("add", "=db", "--for", "1h"), "'=db': expected a label, one of = != =~ !~, and a value, such as team=db"),
        (("add", "team=db", "--for", "soon"), "'soon': expected a length of time"),
        (("add", "team=db", "--until", "18 o'clock"), "expected a time in UTC"),
        (("change", "s1"), "say what is to be different"),
        (("end",), "Missing argument 'ID...'"),
    ],
)
def test_what_cannot_be_is_refused_before_a_server_is_asked(arguments: tuple[str, ...], said: str) -> None:
    asked = Asked()
    with serving(asked) as run:
        done = run(*arguments)
    assert (2, True, []) == (done.exit_code, said in done.stderr, asked.requests), done.stderr


def test_change_lets_it_last_longer() -> None:
    asked = Asked(**{"silences/s1": SILENCE})
    with serving(asked) as run:
        assert f"{SILENCE['id']}: active, from 2026-01-05 00:00:00" in run("change", "s1", "--for", "2h").stdout
        assert ("PATCH", "/api/v1/silences/s1", {"until": "+7200.000 seconds"}) == asked.requests[-1]
        run("change", "s1", "--comment", "")
        assert {"comment": ""} == asked.requests[-1][2]


def test_end_ends_all_that_can_be_ended() -> None:
    asked = Asked(**ENDED, **{"silences/a/expire": SILENCE, "silences/b/expire": SILENCE})
    with serving(asked) as run:
        done = run("end", "a", "gone", "b", "a")
        assert (1, "a is over\nb is over\n", "Error: Silence gone is over; make another one\n") == (
            done.exit_code,
            done.stdout,
            done.stderr,
        )
        assert 3 == len(asked.requests)
        assert 0 == run("end", "a").exit_code
