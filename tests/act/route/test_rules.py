# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which routes an alarm goes, what silences it, and when a route is quiet."""

from nephoscope.act.route.rules import Rules
from tests.act.route.made import route, rules, silence, tree
from tests.store.index.samples import SECOND, START_NS

NIGHT = {"name": "night", "intervals": [{"times": [{"start_time": "22:00", "end_time": "24:00"}]}]}
# The test begins at 8 in the morning.
NIGHT_NS = START_NS + 15 * 3600 * SECOND


def places(found: Rules, **labels: str) -> list[str]:
    return [way.place for branches in found.branches_of("blue") for way in branches.reached(labels)]


def test_an_alarm_goes_down_the_first_route_that_it_fits_and_on_where_that_says_so() -> None:
    found = rules(
        tree(
            route("team=db", **{"continue": True}),
            route("severity=critical", routes=[route("team=db"), route("team=web", **{"continue": True}), route()]),
            route(),
        )
    )
    assert ["routes[0]", "routes[2]"] == places(found, team="db")
    assert ["routes[0]", "routes[1].routes[0]"] == places(found, team="db", severity="critical")
    assert ["routes[1].routes[1]", "routes[1].routes[2]"] == places(found, team="web", severity="critical")
    assert ["routes[2]"] == places(found)


def test_what_fits_none_of_the_routes_below_stays_in_the_one_above() -> None:
    found = rules(tree(route("severity=critical", routes=[route("team=db")])))
    assert ["routes[0]"] == places(found, severity="critical")
    assert [] == places(found)


def test_alarms_go_through_the_tree_of_their_project_and_the_one_for_all() -> None:
    found = rules(tree(route()), tree(route(), project_id=""), tree(route(), project_id="red"))
    assert ["blue", ""] == [each.project_id for each in found.branches_of("blue")]
    assert [""] == [each.project_id for each in found.branches_of("green")]
    assert [] == rules(tree(project_id="blue")).branches_of("blue")


def test_a_silence_is_about_its_project_or_all_and_its_time() -> None:
    found = rules(
        silences=[
            silence("name=a", start=10, end=20),
            silence("name=b", project_id=""),
            silence("name=c", project_id="red"),
        ]
    )

    def silenced(name: str, at_s: int, project: str = "blue") -> bool:
        return found.silence(project, {"name": name}, START_NS + at_s * SECOND) is not None

    assert [False, True, True, False] == [silenced("a", at_s) for at_s in (9, 10, 19, 20)]
    assert [True, True] == [silenced("b", 5), silenced("b", 5, "red")]
    assert [False, True] == [silenced("c", 5), silenced("c", 5, "red")]
    assert [2, 3, 2, 0] == [len(found.active(START_NS + at_s * SECOND)) for at_s in (5, 15, 25, 3600)]
    assert [True, True, False] == [found.waits(START_NS + at_s * SECOND) for at_s in (0, 3599, 3600)]


def test_a_route_is_quiet_in_its_mute_timings_and_outside_of_its_active_ones() -> None:
    found = rules(
        tree(route(mute_timings=["night"], **{"continue": True}), route(active_timings=["night"]), timings=[NIGHT])
    )
    (branches,) = found.branches_of("blue")
    muted, active = branches.reached({})
    assert ["", "mute timing night holds"] == [branches.muted(muted, each) for each in (START_NS, NIGHT_NS)]
    assert ["active timing night does not hold", ""] == [branches.muted(active, each) for each in (START_NS, NIGHT_NS)]
