# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What fires, laid out in groups: changed bit by bit it is the same as laid out anew."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.route.board import Board
from nephoscope.act.route.rules import Rules
from nephoscope.model.route_group import GroupMemory
from tests.act.route.made import alarm, firing, inhibition, instance, route, rules, silence, tree
from tests.store.index.samples import SECOND, START_NS

LATER_NS = START_NS + 1000 * SECOND


def tell(board: Board, now_ns: int = LATER_NS) -> dict[str, tuple[set[str], set[str]]]:
    """What every group would be told now, by its labels; it is remembered."""
    told = {}
    for group, found in list(board.due(now_ns)):
        board.done(group, found)
        if found.firing or found.over:
            labels = ",".join(f"{name}={value}" for name, value in sorted(group.empty.labels.items()))
            told[labels] = (
                {each.labels["name"] + each.labels.get("disk", "") for each in found.firing},
                {each.labels["name"] + each.labels.get("disk", "") for each in found.over.values()},
            )
    return told


def memories(board: Board) -> list[GroupMemory]:
    return [each.memory for each in board.groups.values() if each.memory is not None]


def opened(found: Rules, *alarms: Any, known: Any = (), **more: Any) -> Board:
    board = Board(found, known)
    board.take(firing(*alarms, whole=True, **more))
    return board


def test_alarms_and_instances_are_put_together_by_their_labels() -> None:
    found = rules(tree(route(group_by=["team"])))
    disks = {"disks": [instance("disks", disk="sda"), instance("disks", disk="sdb")]}
    board = opened(
        found,
        alarm("cpu", labels={"team": "web"}),
        alarm("disks", labels={"team": "db"}),
        alarm("net"),
        alarm("theirs", project_id="red"),
        instances=disks,
    )
    assert {
        "team=web": ({"cpu"}, set()),
        "team=db": ({"diskssda", "diskssdb"}, set()),
        "": ({"net"}, set()),
    } == tell(board)
    board.take(firing(alarm("disks", labels={"team": "db"}), gone=["cpu"], instances={"disks": disks["disks"][1:]}))
    assert {"team=web": (set(), {"cpu"}), "team=db": ({"diskssdb"}, {"diskssda"})} == tell(
        board, LATER_NS + 60 * SECOND
    )


def test_labels_of_everybody_cannot_be_taken_by_an_alarm_or_an_instance() -> None:
    board = opened(rules(tree(route("severity=critical"))), alarm("a", labels={"severity": "critical"}))
    assert {} == tell(board)
    board = opened(rules(tree(route("label_severity=critical"))), alarm("a", labels={"severity": "critical"}))
    assert {"": ({"a"}, set())} == tell(board)


def test_a_source_holds_back_targets_of_the_same_rack_and_nothing_else() -> None:
    found = rules(tree(route(), inhibitions=[inhibition("name=rack", "name=vm", "rack")]))
    here, there = {"rack": "1"}, {"rack": "2"}
    board = opened(
        found,
        alarm("rack", labels=here),
        alarm("vm", labels=here),
        alarm("vm", id="vm2", labels=there),
        alarm("vm", id="vm3", project_id="red", labels=here),
    )
    assert {"": ({"rack", "vm"}, set())} == tell(board)
    (memory,) = memories(board)
    assert {"rack", "vm2"} == {each.alarm_id for each in memory.told.values()}
    board.take(firing(gone=["rack"]))
    assert {"": ({"vm"}, {"rack"})} == tell(board, LATER_NS + 60 * SECOND)


def test_what_fits_both_sides_is_not_held_back_by_its_like() -> None:
    both = inhibition("name=~rack|row", "name=~rack|row")
    assert {"": ({"rack", "row"}, set())} == tell(
        opened(rules(tree(route(), inhibitions=[both])), alarm("rack"), alarm("row"))
    )


def test_inhibitions_for_all_hold_back_what_projects_would_tell() -> None:
    found = rules(tree(route()), tree(project_id="", inhibitions=[inhibition("name=rack", "name=vm")]))
    assert {"": ({"other"}, set())} == tell(opened(found, alarm("rack", project_id="red"), alarm("vm"), alarm("other")))


def test_a_silence_holds_back_until_it_is_over() -> None:
    board = opened(rules(tree(route()), silences=[silence("name=vm", end=1100)]), alarm("vm"))
    assert {} == tell(board)
    assert {} == tell(board, START_NS + 1100 * SECOND)
    board.wake()
    assert {"": ({"vm"}, set())} == tell(board, START_NS + 1100 * SECOND)


def test_the_tree_for_all_tells_groups_of_its_own() -> None:
    found = rules(tree(route()), tree(route(group_by=["project_id"]), project_id=""))
    board = opened(found, alarm("a"), alarm("b", project_id="red"))
    assert {"": ({"a"}, set()), "project_id=blue": ({"a"}, set()), "project_id=red": ({"b"}, set())} == tell(board)


def test_routes_that_are_alike_are_told_each_by_itself() -> None:
    found = rules(tree(route(**{"continue": True}), route(), route()))
    assert 2 == len(opened(found, alarm("a")).groups)


def test_who_begins_anew_goes_on_where_another_stopped() -> None:
    found = rules(tree(route(group_by=["team"])))
    first = opened(found, alarm("a", labels={"team": "x"}), alarm("b", labels={"team": "y"}))
    assert 2 == len(tell(first))
    second = opened(found, alarm("a", labels={"team": "x"}), known=memories(first))
    assert {"team=y": (set(), {"b"})} == tell(second, LATER_NS + 60 * SECOND)
    assert ([], 1) == (second.forgotten, len(second.groups))


def test_groups_of_routes_that_are_gone_or_group_otherwise_are_forgotten() -> None:
    first = opened(rules(tree(route(group_by=["team"]))), alarm("a", labels={"team": "x"}))
    tell(first)
    for other in (rules(tree(route("name=b"))), rules(tree(route())), rules(tree(route(), project_id="red")), Rules()):
        board = opened(other, alarm("a", labels={"team": "x"}), known=memories(first))
        assert 1 == len(board.forgotten)
    same = rules(tree(route("name=z"), route(group_by=["team"], group_wait_s=0, repeat_interval_s=5)))
    assert [] == opened(same, known=memories(first)).forgotten


NAMES = st.sampled_from(["rack", "vm", "disk", "net"])
CHANGES = st.lists(
    st.lists(st.tuples(NAMES, st.sampled_from(["x", "y", ""]), st.integers(0, 3)), max_size=4), max_size=8
)


@given(CHANGES)
def test_bit_by_bit_it_comes_to_the_same_as_at_once(changes: Any) -> None:
    found = rules(
        tree(
            route(group_by=["team"], **{"continue": True}),
            route("name=disk", group_by=["..."]),
            inhibitions=[inhibition("name=rack", "name=~vm|disk", "team")],
        )
    )
    board = Board(found, ())
    there: dict[str, Any] = {}
    of: dict[str, Any] = {}
    for change in changes:
        gone = []
        for name, team, count in change:
            there.pop(name, None)
            of.pop(name, None)
            if not count:
                gone.append(name)
                continue
            there[name] = alarm(name, labels={"team": team} if team else {})
            of[name] = [instance(name, disk=str(number)) for number in range(count - 1)]
        changed = [there[name] for name in dict.fromkeys(name for name, _, _ in change) if name in there]
        board.take(firing(*changed, gone=[name for name in gone if name not in there], instances=of))
    anew = opened(found, *there.values(), instances=of)
    assert tell(anew) == tell(board)
    assert anew.groups.keys() == board.groups.keys()
