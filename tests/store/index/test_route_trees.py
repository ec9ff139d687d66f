# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Trees of routes and contact points: a revision for each change, and nothing that leads nowhere."""

import pytest
from msgspec.structs import replace

from nephoscope.model.audit import Actor
from nephoscope.model.errors import BadRequest, Conflict, InUse, InvalidInput, NotFound
from nephoscope.model.matcher import Matcher
from nephoscope.model.mute_timing import MuteTiming, TimeInterval, TimeRange
from nephoscope.model.routing import ContactPoint, Inhibition, Route, Tree
from nephoscope.store.index.contract import Index
from nephoscope.store.index.route_trees import DOCUMENT_BYTES_MAX, POINTS_MAX
from tests.store.index.racing import at_once, problems
from tests.store.index.samples import Clock

ANN = Actor("ann", "blue", "192.0.2.1")
NIGHT = MuteTiming(
    name="night", intervals=(TimeInterval(times=(TimeRange(start_time="22:00", end_time="24:00"),), location="UTC"),)
)
MATCHER = Matcher(label="größe", op="!~", value="a|b")
TREE = Tree(
    project_id="blue",
    routes=(
        Route(
            matchers=(MATCHER,),
            contact_point="ops",
            group_by=("...",),
            group_wait_s=0.5,
            goes_on=True,
            routes=(Route(mute_timings=("night",)),),
        ),
    ),
    mute_timings=(NIGHT,),
    inhibitions=(Inhibition(name="racks", source=(MATCHER,), target=(MATCHER,), equal=("rack",)),),
)


def point(name: str, project_id: str = "blue", *targets: str) -> ContactPoint:
    return ContactPoint(project_id=project_id, name=name, targets=targets or ("https://u:p%40@192.0.2.1/?a=é",))


def test_a_tree_is_kept_as_it_is_and_its_revision_grows(index: Index, clock: Clock) -> None:
    assert Tree(project_id="blue") == index.routing.tree("blue")
    index.routing.add_contact_point(point("ops"), by=ANN)
    made = index.routing.set_tree(TREE, by=ANN)
    assert replace(TREE, revision=1, changed_ns=clock.now_ns, changed_by="ann") == made == index.routing.tree("blue")
    empty = index.routing.set_tree(Tree(project_id="blue", revision=1), by=ANN)
    assert (2, ()) == (empty.revision, index.routing.tree("blue").routes)
    assert 0 == index.routing.tree("red").revision


def test_a_tree_that_another_has_changed_is_not_written_over(index: Index) -> None:
    index.routing.set_tree(Tree(project_id="blue", mute_timings=(NIGHT,)), by=ANN)
    for revision in (0, 2):
        with pytest.raises(Conflict, match="the routes have revision 1 by now"):
            index.routing.set_tree(Tree(project_id="blue", revision=revision), by=ANN)
    assert (NIGHT,) == index.routing.tree("blue").mute_timings


def test_of_many_writers_one_succeeds(nodes: list[Index]) -> None:
    outcomes = at_once(nodes, lambda index, _: index.routing.set_tree(Tree(project_id="blue"), by=ANN))
    assert [Conflict] * (len(nodes) - 1) == problems(outcomes)
    assert 1 == nodes[0].routing.tree("blue").revision


def test_a_tree_that_is_wrong_changes_nothing(index: Index) -> None:
    with pytest.raises(InvalidInput, match=r"routes\[0\].contact_point: there is no contact point 'ops'"):
        index.routing.set_tree(TREE, by=ANN)
    index.routing.add_contact_point(point("ops", "red"), by=ANN)
    with pytest.raises(InvalidInput):
        index.routing.set_tree(TREE, by=ANN)
    long = tuple(Route(contact_point="ops", matchers=(replace(MATCHER, value="x" * 255),) * 20) for _ in range(200))
    with pytest.raises(BadRequest, match=f"{DOCUMENT_BYTES_MAX} bytes at most"):
        index.routing.set_tree(Tree(project_id="red", routes=long), by=ANN)
    assert [0, 0] == [index.routing.tree(each).revision for each in ("blue", "red")]


def test_contact_points_are_a_projects_own_and_listed_by_name(index: Index, clock: Clock) -> None:
    for each in (point("ops"), point("db"), point("ops", ""), point("ops", "red", "log:", "test:")):
        index.routing.add_contact_point(each, by=ANN)
    assert ["db", "ops"] == [each.name for each in index.routing.contact_points("blue")]
    assert ("log:", "test:") == index.routing.contact_point("red", "ops").targets
    with pytest.raises(Conflict):
        index.routing.add_contact_point(point("ops"), by=ANN)
    with pytest.raises(NotFound):
        index.routing.contact_point("red", "db")
    now_ns = clock.forward(5)
    changed = index.routing.change_contact_point(
        ContactPoint(project_id="blue", name="db", targets=(), resolved=False), by=ANN
    )
    assert ((), False, now_ns) == (changed.targets, changed.resolved, changed.changed_ns)
    assert changed == index.routing.contact_point("blue", "db")
    with pytest.raises(NotFound):
        index.routing.change_contact_point(point("none"), by=ANN)


def test_a_contact_point_in_use_stays(index: Index) -> None:
    for name in ("ops", "db"):
        index.routing.add_contact_point(point(name), by=ANN)
    routes = (Route(contact_point="ops", routes=(Route(contact_point="db"),)),)
    index.routing.set_tree(Tree(project_id="blue", routes=routes), by=ANN)
    with pytest.raises(InUse, match=r"routes\[0\].routes\[0\] leads to it"):
        index.routing.remove_contact_point("blue", "db", by=ANN)
    index.routing.set_tree(Tree(project_id="blue", revision=1), by=ANN)
    index.routing.remove_contact_point("blue", "db", by=ANN)
    with pytest.raises(NotFound):
        index.routing.remove_contact_point("blue", "db", by=ANN)
    assert ["ops"] == [each.name for each in index.routing.contact_points("blue")]


def test_there_are_only_so_many_contact_points(index: Index) -> None:
    for number in range(POINTS_MAX):
        index.routing.add_contact_point(point(f"p{number}"), by=ANN)
    with pytest.raises(BadRequest, match=f"{POINTS_MAX} contact points at most"):
        index.routing.add_contact_point(point("more"), by=ANN)


def test_whoever_holds_them_sees_each_change(index: Index) -> None:
    index.routing.add_contact_point(point("ops"), by=ANN)
    index.routing.set_tree(TREE, by=ANN)
    kept = index.routing.changed(1)
    assert kept is not None
    assert (2, ["blue"], ["ops"]) == (
        kept.version,
        [each.project_id for each in kept.trees],
        [each.name for each in kept.contact_points],
    )
    assert (TREE.routes, TREE.inhibitions) == (kept.trees[0].routes, kept.trees[0].inhibitions)
    # After a restore the version may be lower than what was seen.
    assert kept == index.routing.changed(9)
