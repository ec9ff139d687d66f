# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Silences hold back an alarm's own actions, by its labels, those of an instance, and the state that it enters."""

from nephoscope.act.route.quiet import REFRESH_S, Quiet
from nephoscope.act.route.rules import CurrentRules
from nephoscope.model.errors import NotFound
from nephoscope.model.routing import ContactPoint, Tree
from nephoscope.store.index.route_contract import Kept
from tests.act.route.made import alarm, silence
from tests.store.index.samples import START_NS


class Known:
    """As `Routing`, of silences alone."""

    def __init__(self) -> None:
        self.kept = Kept(0, (), (), ())
        self.asked = 0

    def changed(self, since: int) -> Kept | None:
        self.asked += 1
        return None if since == self.kept.version else self.kept

    def contact_points(self, project_id: str) -> list[ContactPoint]:
        return []

    def contact_point(self, project_id: str, name: str) -> ContactPoint:
        raise NotFound(name)

    def tree(self, project_id: str) -> Tree:
        return Tree(project_id=project_id)

    def set_tree(self, tree: Tree, *, by: object) -> Tree:
        return tree

    def add_contact_point(self, point: ContactPoint, *, by: object) -> ContactPoint:
        return point

    change_contact_point = add_contact_point

    def remove_contact_point(self, project_id: str, name: str, *, by: object) -> None:
        raise NotFound(name)


def test_silences_are_known_within_a_second() -> None:
    known, clock = Known(), [0.0]
    quiet = Quiet(CurrentRules(known), monotonic_s=lambda: clock[0])
    cpu = alarm("cpu")
    assert None is quiet.silence(cpu, (), "alarm", START_NS)
    known.kept = Kept(1, (silence("name=cpu"),), (), ())
    clock[0] = REFRESH_S - 0.1
    assert None is quiet.silence(cpu, (), "alarm", START_NS)
    clock[0] = REFRESH_S
    assert quiet.silence(cpu, (), "alarm", START_NS) is not None
    assert None is quiet.silence(cpu, (), "alarm", START_NS - 1)
    assert 2 == known.asked


def test_labels_of_alarm_and_instance_and_the_state_entered_count() -> None:
    known = Known()
    known.kept = Kept(1, (silence("team=db", "disk=~sd.", "state!=ok"),), (), ())
    quiet = Quiet(CurrentRules(known))
    disks = alarm("disks", labels={"team": "db"})
    sda = (("disk", "sda"),)
    assert quiet.silence(disks, sda, "alarm", START_NS) is not None
    assert quiet.silence(disks, sda, "insufficient data", START_NS) is not None
    assert None is quiet.silence(disks, sda, "ok", START_NS)
    assert None is quiet.silence(disks, (), "alarm", START_NS)
    assert None is quiet.silence(alarm("disks"), sda, "alarm", START_NS)
