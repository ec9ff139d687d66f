# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The index lists by itself whatever changes of metrics and resources."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from nephoscope.model.directory import Changes
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceChange
from nephoscope.store.index import directory, open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import INSTANCE, START_NS, draft, make, make_metric

LOW = MetricDraft(archive_policy_name="low", unit="%")


def drained(index: Index) -> Changes:
    """Everything noted so far, taken off the list."""
    changes = index.directory.take(10_000)
    assert changes is not None
    index.directory.done(changes)
    assert index.directory.take(10_000) is None
    return changes


def rows(columns: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(zip(*(columns[name] for name in names), strict=True))


def test_new_metrics_and_resources_are_told_with_all_that_sql_shows(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    made = make(index, "vm", "instance", project_id="blue", host="h1", count=3, on=True, metrics={"cpu": LOW})
    loose = make_metric(index, name="loose", creator="eve")
    changes = drained(index)
    pairs = [("host", "h1"), ("count", "3"), ("on", "true")]
    names = ("id", "name", "unit", "resource", "type", "project_id", "creator", "creator_project", "policy")
    cpu = (str(made.metrics["cpu"]), "cpu", "%", "vm", "instance", "blue", "alice:blue", "blue", "low")
    assert sorted([cpu, (str(loose.id), "loose", "", "", "", "", "eve", "", "low")]) == rows(changes.metrics, *names)
    assert {str(made.id), ""} == set(changes.metrics["resource_id"])
    assert [0, 0] == list(changes.metrics["gone"])
    assert sorted([[], pairs]) == sorted(map(list, changes.metrics["attributes"]))
    assert [(str(made.id), "vm", "instance", "blue", 0)] == rows(
        changes.resources, "id", "name", "type", "project_id", "gone"
    )
    assert [pairs] == [list(each) for each in changes.resources["attributes"]]
    assert [made.started_at_ns] == list(changes.resources["started"])
    assert [None] == list(changes.resources["ended"])


def test_a_change_of_a_resource_tells_its_metrics_too(index: Index) -> None:
    made = make(index, "vm", metrics={"cpu": LOW, "disk": LOW})
    make(index, "other", metrics={"cpu": LOW})
    drained(index)
    index.resources.change(made.id, ResourceChange(project_id="green"))
    changes = drained(index)
    assert [("cpu", "green"), ("disk", "green")] == rows(changes.metrics, "name", "project_id")
    assert [("vm", "green")] == rows(changes.resources, "name", "project_id")


def test_what_is_deleted_is_gone(index: Index) -> None:
    made = make(index, "vm", metrics={"cpu": LOW, "disk": LOW})
    first = drained(index)
    index.metrics.delete([made.metrics["disk"]])
    gone = drained(index)
    place = list(first.metrics["id"]).index(str(made.metrics["disk"]))
    assert [(first.metrics["metric"][place], 1)] == rows(gone.metrics, "metric", "gone")
    index.resources.delete(made.id)
    gone = drained(index)
    assert [1] == list(gone.metrics["gone"])
    assert [(first.resources["number"][0], 1)] == rows(gone.resources, "number", "gone")


def test_a_metric_that_leaves_its_resource_keeps_its_name_only(index: Index) -> None:
    made = make(index, "vm", project_id="blue", metrics={"cpu": LOW})
    drained(index)
    index.resources.change(made.id, ResourceChange(metrics={}))
    assert [("cpu", "", "", 0)] == rows(drained(index).metrics, "name", "resource", "project_id", "gone")


def test_attributes_that_a_type_loses_are_told(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    make(index, "vm", "instance", host="h1", count=3)
    drained(index)
    index.resource_types.change("instance", [{"op": "remove", "path": "/attributes/host"}])
    assert [[("count", "3")]] == [list(each) for each in drained(index).resources["attributes"]]


def test_versions_rise_and_changes_come_in_portions(index: Index) -> None:
    for place in range(5):
        make(index, f"vm{place}")
    versions, seen = [], 0
    while (changes := index.directory.take(2)) is not None:
        versions.append(changes.version)
        seen += len(changes.resources["id"])
        index.directory.done(changes)
    assert 5 == seen
    assert versions == sorted(set(versions))
    assert index.directory.version() == versions[-1]
    index.directory.note_all(1000)
    again = drained(index)
    assert again.version > 1000
    assert 5 == len(again.resources["id"])


def test_changes_that_are_not_done_come_again_with_a_higher_version(index: Index) -> None:
    make(index, "vm")
    first, second = index.directory.take(10), index.directory.take(10)
    assert first is not None
    assert second is not None
    assert first.version < second.version
    assert first.resources == second.resources
    make(index, "later", creator="eve")
    index.directory.done(second)
    assert ["later"] == drained(index).resources["name"]


def test_a_restored_index_tells_everything_anew(index: Index, tmp_path: Path) -> None:
    made = make(index, "vm", metrics={"cpu": LOW})
    drained(index)
    make(index, "pending")
    index.dump(tmp_path / "copy")
    restored = open_index(f"sqlite:///{tmp_path}/restored.db")
    restored.load(tmp_path / "copy")
    changes = drained(restored)
    assert ["pending", "vm"] == sorted(changes.resources["name"])
    assert [made.metrics["cpu"]] == [UUID(each) for each in changes.metrics["id"]]
    restored.close()


def test_what_was_there_before_the_list_is_told(index: Index) -> None:
    assert index.directory.take(10) is None
    index.resources.create([draft("vm")])
    assert index.directory.take(10) is not None


def test_the_mark_changes_with_whatever_is_made_changed_or_deleted(index: Index) -> None:
    marks = [index.directory.mark()]

    def expect_another() -> None:
        marks.append(index.directory.mark())
        assert marks[-1] not in marks[:-1]

    owner = make(index, "vm", metrics={"cpu": LOW})
    expect_another()
    index.resources.change(owner.id, ResourceChange(ended_at_ns=START_NS))
    expect_another()
    index.resources.add_metrics(owner.id, {"mem": LOW}, None)
    expect_another()
    index.metrics.delete([owner.metrics["cpu"]])
    expect_another()
    changes = index.directory.take(100)
    assert changes is not None
    index.directory.done(changes)
    taken = index.directory.mark()
    index.resources.change(owner.id, ResourceChange(project_id="other"))
    expect_another()
    index.resources.delete(owner.id)
    expect_another()
    assert taken not in marks
    assert index.directory.mark() == marks[-1]


def test_what_was_touched_since_a_mark_is_told(index: Index) -> None:
    one = make(index, "one", metrics={"cpu": LOW, "mem": LOW})
    other = make(index, "other", metrics={"cpu": LOW})
    known = drained(index)
    resource = dict(rows(known.resources, "id", "number"))
    metric = dict(rows(known.metrics, "id", "metric"))
    number = {each.id: resource[str(each.id)] for each in (one, other)}
    cpu, mem = (metric[str(one.metrics[name])] for name in ("cpu", "mem"))

    def since(mark: tuple[int, ...]) -> tuple[set[int], set[int]]:
        found = index.directory.since(mark)
        assert found is not None
        assert found.mark == index.directory.mark()
        return {*found.resources}, {*found.metrics}

    first = index.directory.mark()
    assert (set(), set()) == since(first)
    index.resources.change(one.id, ResourceChange(ended_at_ns=START_NS))
    assert ({number[one.id]}, {cpu, mem}) == since(first)
    second = index.directory.mark()
    index.resources.change(other.id, ResourceChange(metrics={"cpu": one.metrics["cpu"]}))
    theirs = metric[str(other.metrics["cpu"])]
    assert ({number[other.id]}, {cpu, theirs}) == since(second)
    third = index.directory.mark()
    index.resources.delete(one.id)
    assert ({number[one.id]}, {mem}) == since(third)
    assert ({*number.values()}, {cpu, mem, theirs}) == since(first)


def test_it_is_told_though_the_store_was_told_meanwhile(index: Index) -> None:
    mark = index.directory.mark()
    made = []
    for place in range(4):
        made.append(make(index, f"vm{place}", metrics={"cpu": LOW}).id)
        found = index.directory.since(mark)
        assert found is not None
        assert (place + 1, place + 1) == (len(found.resources), len(found.metrics))
        changes = index.directory.take(3)
        assert changes is not None
        assert index.directory.since(mark) == msgspec.structs.replace(found, mark=index.directory.mark())
        index.directory.done(changes)
        assert index.directory.since(mark) == msgspec.structs.replace(found, mark=index.directory.mark())


def test_it_is_not_told_once_another_process_told_the_store(nodes: list[Index]) -> None:
    index, another, *_ = nodes
    mark = index.directory.mark()
    make(index, "vm")
    changes = another.directory.take(100)
    assert changes is not None
    assert index.directory.since(mark) is None
    taken = index.directory.mark()
    another.directory.done(changes)
    assert index.directory.since(taken) is None
    done = index.directory.mark()
    make(index, "other")
    assert index.directory.since(done) is not None


def test_it_is_not_told_of_what_was_taken_long_ago(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "TAKEN_MAX", 2)
    mark = index.directory.mark()
    for place in range(4):
        make(index, f"vm{place}")
        drained(index)
        assert (index.directory.since(mark) is None) == (place >= 2)


def test_it_is_not_told_where_a_number_was_given_out_early_and_is_seen_late(index: Index) -> None:
    make(index, "vm")
    version, count, lowest, highest, total = index.directory.mark()
    make(index, "other")
    assert index.directory.since((version, count, lowest, highest, total)) is not None
    # As if the first had been on its way still, and the second had been there already.
    assert index.directory.since((version, count, lowest + 1, highest + 1, total + 1)) is None


def test_it_is_not_told_of_too_many(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "TOUCHED_MAX", 2)
    mark = index.directory.mark()
    for place in range(3):
        assert index.directory.since(mark) is not None
        make(index, f"vm{place}")
    assert index.directory.since(mark) is None
