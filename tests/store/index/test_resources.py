# SPDX-License-Identifier: Apache-2.0
"""Resources in the index: made, changed, ended, reopened, deleted, listed."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from nephoscope.model.errors import BadRequest, Conflict, InvalidInput, NotFound
from nephoscope.model.metric import MetricDraft
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import Resource, ResourceChange, ResourceDraft
from nephoscope.model.search import EVERYTHING, Compare, equal
from nephoscope.store.index.contract import Index
from tests.store.index.samples import CREATOR, INSTANCE, SECOND, START_NS, Clock, draft, make, make_metric, names

LOW = MetricDraft(archive_policy_name="low")
UUID_TEXT = "6868da77-fa82-4e67-aba9-270c5ae8cbca"


@pytest.fixture(autouse=True)
def instances(index: Index) -> None:
    index.resource_types.create(INSTANCE)


def test_a_resource_is_read_back_as_it_was_made(index: Index) -> None:
    attributes: dict[str, Any] = {"host": "a", "count": 2, "on": False, "img": UUID_TEXT, "at": "2025-01-01"}
    wanted = draft("vm", "instance", user_id="u", project_id="p", started_at_ns=START_NS - 1_999, **attributes)
    made = index.resources.create([wanted])[0]
    expected = Resource(
        id=wanted.id,
        original_resource_id="vm",
        type="instance",
        creator=CREATOR,
        user_id="u",
        project_id="p",
        started_at_ns=START_NS - 2_000,
        ended_at_ns=None,
        revision_start_ns=START_NS,
        attributes={"host": "a", "count": 2.0, "on": False, "img": UUID_TEXT, "at": "2025-01-01T00:00:00+00:00"},
    )
    assert expected == made
    assert expected == index.resources.get(wanted.id, "instance")
    assert {wanted.id: expected} == index.resources.get_many([wanted.id, uuid4()])


def test_a_resource_starts_now_unless_said(index: Index) -> None:
    assert make(index, "vm").started_at_ns == START_NS


def test_generic_shows_any_resource_bare_unless_details_are_wanted(index: Index) -> None:
    vm = make(index, "vm", "instance", host="a")
    assert index.resources.get(vm.id).attributes == {}
    assert index.resources.get(vm.id, details=True).attributes == vm.attributes
    assert [each.attributes for each in index.resources.find()] == [{}]
    assert [vm.attributes] == [each.attributes for each in index.resources.find(details=True)]


def test_a_wrong_type_shows_nothing(index: Index) -> None:
    vm = make(index, "vm")
    gone = f"Resource {vm.id} does not exist"
    for call in (
        lambda: index.resources.get(vm.id, "instance"),
        lambda: index.resources.history(vm.id, "instance"),
        lambda: index.resources.metrics(vm.id, "instance"),
        lambda: index.resources.change(vm.id, ResourceChange(), "instance"),
        lambda: index.resources.add_metrics(vm.id, {}, CREATOR, "instance"),
        lambda: index.resources.delete(vm.id, "instance"),
    ):
        with pytest.raises(NotFound) as refused:
            call()
        assert gone == refused.value.message
    with pytest.raises(NotFound, match=r"^Resource type nope does not exist$"):
        index.resources.get(vm.id, "nope")
    with pytest.raises(NotFound, match=r"^Resource type nope does not exist$"):
        index.resources.find("nope")


def test_an_id_is_given_once_whatever_the_type(index: Index) -> None:
    vm = make(index, "vm")
    with pytest.raises(Conflict, match=f"^Resource {vm.id} already exists$"):
        make(index, "vm", "instance")
    twice = draft("twice")
    with pytest.raises(Conflict):
        index.resources.create([twice, twice])


def test_existing_resources_are_kept_as_they_are_when_asked_for(index: Index) -> None:
    vm = make(index, "vm", "instance", host="a", metrics={"cpu": LOW})
    again = draft("vm", host="b", metrics={"mem": LOW})
    new = draft("new", "instance", host="c", metrics={"cpu": LOW})
    kept, first, second = index.resources.create([again, new, new], keep_existing=True)
    assert kept == vm
    assert first == second
    assert first.attributes["host"] == "c"
    assert index.metrics.count() == 2


def test_many_are_made_in_one_go_in_the_order_given(index: Index) -> None:
    drafts = [draft(f"vm{n}", "instance" if n % 2 else "generic", metrics={"cpu": LOW}) for n in range(200)]
    made = index.resources.create(drafts)
    assert [each.id for each in drafts] == [each.id for each in made]
    assert all(list(each.metrics) == ["cpu"] for each in made)
    assert index.metrics.count() == 200


def test_metrics_are_made_and_attached_with_a_resource(index: Index) -> None:
    loose = make_metric(index, name="old name")
    vm = make(index, "vm", metrics={"cpu": loose.id, "mem": MetricDraft(unit="B"), "disk": LOW})
    cpu, disk, mem = index.resources.metrics(vm.id)
    assert [loose.id, disk.id, mem.id] == [vm.metrics[name] for name in ("cpu", "disk", "mem")]
    assert ("cpu", vm.id) == (cpu.name, cpu.resource_id)
    assert (mem.name, mem.unit, mem.creator, mem.archive_policy_name) == ("mem", "B", CREATOR, "low")


@pytest.mark.parametrize(
    "wrong",
    [
        draft("vm", "instance", host=1),
        draft("vm", "instance", nope=1),
        draft("vm", nope=1),
        draft("vm", started_at_ns=2000, ended_at_ns=1000),
        draft("vm", project_id="a" * 256),
        draft("vm", user_id="\0"),
        draft("vm", metrics={"cpu": uuid4()}),
        draft("vm", metrics={"a/b": LOW}),
        draft("vm", metrics={"cpu": MetricDraft(archive_policy_name="nope")}),
        draft("vm", metrics={"cpu": MetricDraft(unit="B" * 32)}),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_made(index: Index, wrong: ResourceDraft) -> None:
    with pytest.raises(BadRequest):
        index.resources.create([draft("good", metrics={"cpu": LOW}), wrong])
    assert index.resources.find() == []
    assert index.metrics.count() == 0


def test_a_metric_has_one_place(index: Index) -> None:
    loose = make_metric(index)
    with pytest.raises(BadRequest, match="two names"):
        make(index, "vm", metrics={"a": loose.id, "b": loose.id})
    one, two = make(index, "one", metrics={"a": loose.id}), make(index, "two", metrics={"a": loose.id})
    assert index.resources.get(one.id).metrics == {}
    assert index.resources.get(two.id).metrics == {"a": loose.id}


def test_an_unknown_type_is_not_found(index: Index) -> None:
    with pytest.raises(NotFound, match=r"^Resource type nope does not exist$"):
        make(index, "vm", "nope")


def test_a_change_begins_a_revision(index: Index, clock: Clock) -> None:
    vm = make(index, "vm", "instance", host="a", count=1)
    now_ns = clock.forward(60)
    changed = index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}, user_id="u"), "instance")
    assert {name: changed.attributes[name] for name in ("host", "count")} == {"host": "b", "count": 1.0}
    assert ("u", now_ns, -1) == (changed.user_id, changed.revision_start_ns, changed.revision)
    assert vm.etag != changed.etag
    old, current = index.resources.history(vm.id, "instance")
    assert current == changed
    assert ("a", None, START_NS, now_ns) == (
        old.attributes["host"],
        old.user_id,
        old.revision_start_ns,
        old.revision_end_ns,
    )
    assert old.revision > 0


def test_same_values_and_nothing_begin_none(index: Index, clock: Clock) -> None:
    vm = make(index, "vm", "instance", host="a", at="2025-01-01")
    clock.forward(60)
    same = ResourceChange(attributes={"host": "a", "at": 1735689600}, started_at_ns=vm.started_at_ns + 1)
    assert vm == index.resources.change(vm.id, same, "instance")
    assert vm == index.resources.change(vm.id, ResourceChange(), "instance")
    assert [vm] == index.resources.history(vm.id, "instance")


def test_revisions_do_not_overlap_when_the_clock_stands_or_steps_back(index: Index, clock: Clock) -> None:
    vm = make(index, "vm", "instance", host="0")
    for step in range(1, 4):
        index.resources.change(vm.id, ResourceChange(attributes={"host": str(step)}), "instance")
        clock.forward(-1)
    history = index.resources.history(vm.id, "instance")
    assert [each.attributes["host"] for each in history] == ["0", "1", "2", "3"]
    assert [each.revision_end_ns for each in history[:-1]] == [each.revision_start_ns for each in history[1:]]
    assert all(each.revision_start_ns < (each.revision_end_ns or 2**63) for each in history)


def test_an_end_is_set_and_taken_back(index: Index, clock: Clock) -> None:
    vm = make(index, "vm")
    end_ns = clock.forward(60)
    assert index.resources.change(vm.id, ResourceChange(ended_at_ns=end_ns)).ended_at_ns == end_ns
    assert index.resources.change(vm.id, ResourceChange(ended_at_ns=None)).ended_at_ns is None
    with pytest.raises(BadRequest, match=r"^Start timestamp cannot be after end timestamp$"):
        index.resources.change(vm.id, ResourceChange(ended_at_ns=vm.started_at_ns - SECOND))
    assert len(index.resources.history(vm.id)) == 3


def test_an_attribute_is_unset_by_null_and_found_no_more(index: Index) -> None:
    vm = make(index, "vm", "instance", host="a")
    changed = index.resources.change(vm.id, ResourceChange(attributes={"host": None}), "instance")
    assert changed.attributes["host"] is None
    assert index.resources.find("instance", equal("host", "a")) == []
    assert names(index.resources.find("instance", equal("host", None))) == ["vm"]


def test_a_change_through_generic_knows_no_attributes_and_keeps_them(index: Index) -> None:
    vm = make(index, "vm", "instance", host="a")
    with pytest.raises(InvalidInput, match="extra keys not allowed"):
        index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}))
    index.resources.change(vm.id, ResourceChange(user_id="u"))
    assert index.resources.get(vm.id, "instance").attributes["host"] == "a"
    assert names(index.resources.find("instance", equal("host", "a"))) == ["vm"]


def test_metrics_are_replaced_as_a_whole_without_a_revision(index: Index) -> None:
    vm = make(index, "vm", metrics={"cpu": LOW, "mem": LOW, "disk": LOW})
    change = ResourceChange(metrics={"cpu": vm.metrics["mem"], "net": LOW}, metrics_creator="bob:red")
    changed = index.resources.change(vm.id, change)
    assert {"cpu", "net"} == set(changed.metrics)
    assert vm.metrics["mem"] == changed.metrics["cpu"]
    assert changed.revision_start_ns == vm.revision_start_ns
    detached = index.metrics.get([vm.metrics["cpu"], vm.metrics["disk"]])
    assert [each.resource_id for each in detached.values()] == [None, None]
    assert index.metrics.get([changed.metrics["net"]])[changed.metrics["net"]].creator == "bob:red"
    assert index.resources.change(vm.id, ResourceChange(metrics={})).metrics == {}


def test_a_change_that_came_too_late_is_refused(index: Index, clock: Clock) -> None:
    vm = make(index, "vm")
    clock.forward(1)
    index.resources.change(vm.id, ResourceChange(user_id="u"), revision_start_ns=vm.revision_start_ns)
    for call in (
        lambda: index.resources.change(vm.id, ResourceChange(user_id="v"), revision_start_ns=vm.revision_start_ns),
        lambda: index.resources.delete(vm.id, revision_start_ns=vm.revision_start_ns),
    ):
        with pytest.raises(Conflict) as refused:
            call()
        assert refused.value.cause == "Resource has changed"
    assert index.resources.get(vm.id).user_id == "u"


def test_a_deleted_resource_goes_with_its_history_and_its_metrics(index: Index, clock: Clock) -> None:
    vm = make(index, "vm", "instance", host="a", metrics={"cpu": LOW})
    clock.forward(1)
    index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}), "instance")
    removed = index.resources.delete(vm.id)
    assert (1, (vm.metrics["cpu"],)) == (removed.resources, removed.metric_ids)
    assert index.metrics.count() == 0
    assert [vm.metrics["cpu"]] == [each.id for each in index.metrics.deleted(10)]
    with pytest.raises(NotFound):
        index.resources.get(vm.id)
    with pytest.raises(NotFound):
        index.resources.delete(vm.id)
    assert index.resources.find(history=True) == []
    assert make(index, "vm", "instance", host="c", metrics={"cpu": LOW}).id == vm.id
    assert len(index.resources.history(vm.id)) == 1


def test_all_that_match_are_deleted_completely(index: Index) -> None:
    for n in range(5):
        make(index, f"vm{n}", "instance", host=f"h{n % 2}", metrics={"cpu": LOW}, creator=f"u:p{n}")
    visible = Compare("ne", "created_by_project_id", "p1")
    removed = index.resources.delete_matching("instance", equal("host", "h1"), visible=visible)
    assert (removed.resources, len(removed.metric_ids)) == (1, 1)
    assert names(index.resources.find()) == names(index.resources.find("instance"))
    assert {"vm0", "vm1", "vm2", "vm4"} == set(names(index.resources.find()))
    assert index.resources.delete_matching("instance", equal("host", "none")).resources == 0
    assert index.resources.delete_matching("generic", EVERYTHING).resources == 4
    assert index.metrics.count() == 0


def test_metrics_are_added_beside_those_that_are_there(index: Index) -> None:
    vm = make(index, "vm", metrics={"cpu": LOW})
    loose = make_metric(index)
    found = index.resources.add_metrics(vm.id, {"mem": LOW, "disk": loose.id}, "bob:red")
    assert [each.name for each in found] == ["cpu", "disk", "mem"]
    assert [each.creator for each in found] == [CREATOR, None, "bob:red"]
    with pytest.raises(Conflict, match=r"^Named metric cpu already exists$"):
        index.resources.add_metrics(vm.id, {"net": LOW, "cpu": LOW}, CREATOR)
    with pytest.raises(NotFound):
        index.resources.add_metrics(uuid4(), {"cpu": LOW}, CREATOR)
    assert len(index.resources.metrics(vm.id)) == 3


def test_a_point_not_older_than_the_end_reopens(index: Index, clock: Clock) -> None:
    end_ns = START_NS + 60 * SECOND
    ended = [make(index, f"vm{n}", ended_at_ns=end_ns, metrics={"cpu": LOW, "mem": LOW}) for n in range(3)]
    still = make(index, "still", metrics={"cpu": LOW})
    clock.forward(100)
    newest = {
        ended[0].metrics["cpu"]: end_ns,
        ended[0].metrics["mem"]: end_ns - 1,
        ended[1].metrics["cpu"]: end_ns - 1,
        still.metrics["cpu"]: end_ns,
        uuid4(): end_ns,
    }
    assert [ended[0].id] == index.resources.reopen(newest)
    assert index.resources.get(ended[0].id).ended_at_ns is None
    assert [end_ns, None] == [each.ended_at_ns for each in index.resources.history(ended[0].id)]
    assert index.resources.get(ended[1].id) == ended[1]
    assert index.resources.reopen(newest) == []
    assert index.resources.reopen({}) == []


def test_pages_of_resources_follow_each_other_in_any_order(index: Index, clock: Clock) -> None:
    made = []
    for n in range(9):
        clock.forward(n % 2)
        fields = {"host": None if n % 4 == 1 else f"h{n % 3}", "ended_at_ns": clock() if n % 3 else None}
        made.append(make(index, f"vm{n}", "instance", **fields))
    for sort in (
        (),
        (Sort("host"),),
        (Sort("host", True), Sort("ended_at")),
        (Sort("ended_at", True),),
        (Sort("id", True),),
        (Sort("revision_start", True), Sort("original_resource_id")),
    ):
        whole = [each.id for each in index.resources.find("instance", page=Page(100, sort=sort))]
        assert {each.id for each in made} == set(whole)
        for limit in (1, 2, 4, 9):
            assert whole == pages(index, Page(limit, sort=sort))
    assert names(index.resources.find("instance", page=Page(sort=(Sort("host"),))))[:2] == ["vm1", "vm5"]


def test_history_is_paged_by_id_and_revision(index: Index, clock: Clock) -> None:
    vms = [make(index, name, "instance", host="0") for name in ("a", "b")]
    for step in range(1, 4):
        clock.forward(1)
        for vm in vms:
            index.resources.change(vm.id, ResourceChange(attributes={"host": str(step)}), "instance")
    whole = index.resources.history(vms[0].id, "instance")
    assert [each.attributes["host"] for each in whole] == ["0", "1", "2", "3"]
    for position, each in enumerate(whole):
        page = Page(2, f"{each.id}@{each.revision}")
        assert whole[position + 1 : position + 3] == index.resources.history(vms[0].id, "instance", page)
    everything = index.resources.find("instance", history=True)
    assert len(everything) == 8
    page = Page(3, f"{everything[2].id}@{everything[2].revision}")
    assert everything[3:6] == index.resources.find("instance", history=True, page=page)


@pytest.mark.parametrize(
    ("message", "page", "history"),
    [
        ("Sort key supplied is invalid: nope", Page(sort=(Sort("nope"),)), False),
        ("Sort key supplied is invalid: host", Page(sort=(Sort("host"),)), False),
        ("Invalid marker: `vm'", Page(marker="vm"), False),
        (f"Invalid marker: `{UUID_TEXT}'", Page(marker=UUID_TEXT), False),
        (f"Invalid marker: `{UUID_TEXT}@1'", Page(marker=f"{UUID_TEXT}@1"), False),
        (f"Invalid marker: `{UUID_TEXT}'", Page(marker=UUID_TEXT), True),
        (f"Invalid marker: `{UUID_TEXT}@-1'", Page(marker=f"{UUID_TEXT}@-1"), True),
        (f"Invalid marker: `{UUID_TEXT}@{'9' * 30}'", Page(marker=f"{UUID_TEXT}@{'9' * 30}"), True),
    ],
)
def test_pages_that_cannot_be_are_refused(index: Index, message: str, page: Page, history: bool) -> None:
    make(index, "vm")
    with pytest.raises(BadRequest) as refused:
        index.resources.find(page=page, history=history)
    assert f"Invalid pagination: `{message}'" == refused.value.message


def pages(index: Index, page: Page) -> list[UUID]:
    """The ids of all instances, page by page."""
    ids: list[UUID] = []
    while found := index.resources.find("instance", page=page):
        assert len(found) <= page.limit
        ids += [each.id for each in found]
        page = Page(page.limit, str(ids[-1]), page.sort)
    return ids
