# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The store's tables of names follow the index, whatever happens on the way."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import StoreUnavailable
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceChange
from nephoscope.store import directory as module
from nephoscope.store.contract import Store
from nephoscope.store.directory import Directory
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import draft, make

LOW = MetricDraft(archive_policy_name="low", unit="%")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_index(f"sqlite:///{tmp_path}/index.db")
    opened.upgrade()
    opened.install_builtins()
    yield opened
    opened.close()


def metrics(store: Store) -> list[tuple[str, str, str]]:
    """Name, resource and project of each metric that the store knows."""
    found = store.query("SELECT name, resource, project_id FROM names FINAL ORDER BY name, resource").to_pylist()
    return [(row["name"], row["resource"], row["project_id"]) for row in found]


def resources(store: Store) -> list[str]:
    found = store.query("SELECT name FROM resource_names FINAL ORDER BY name")
    return [str(name) for name in found["name"].to_pylist()]


def test_names_follow_what_is_made_changed_and_deleted(store: Store, index: Index) -> None:
    directory = Directory(store, index)
    directory.check()
    directory.refresh()
    assert [] == metrics(store)
    made = make(index, "vm", project_id="blue", metrics={"cpu": LOW, "disk": LOW})
    directory.refresh()
    assert [("cpu", "vm", "blue"), ("disk", "vm", "blue")] == metrics(store)
    index.resources.change(made.id, ResourceChange(project_id="green"))
    index.metrics.delete([made.metrics["disk"]])
    directory.refresh()
    assert [("cpu", "vm", "green")] == metrics(store)
    index.resources.delete(made.id)
    directory.refresh()
    assert [] == metrics(store)
    assert [] == resources(store)


def test_a_store_that_knows_less_than_the_index_believes_is_filled_anew(embedded_store: Store, index: Index) -> None:
    make(index, "vm", metrics={"cpu": LOW})
    Directory(embedded_store, index).refresh()
    Directory(embedded_store, index).check()
    assert index.directory.take(10) is None
    embedded_store.execute("TRUNCATE TABLE names")
    embedded_store.execute("TRUNCATE TABLE resource_names")
    again = Directory(embedded_store, index)
    again.check()
    again.refresh()
    assert [("cpu", "vm", "")] == metrics(embedded_store)
    assert ["vm"] == resources(embedded_store)


def test_names_of_another_index_give_way(embedded_store: Store, index: Index) -> None:
    """A store that was written with higher versions than this index has given out."""
    make(index, "vm")
    embedded_store.execute("INSERT INTO resource_names (number, name, version) VALUES (1, 'stale', 1000)")
    directory = Directory(embedded_store, index)
    directory.check()
    directory.refresh()
    assert ["vm"] == resources(embedded_store)


def test_changes_that_the_store_refused_are_brought_over_later(
    embedded_store: Store, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    make(index, "vm", metrics={"cpu": LOW})
    directory = Directory(embedded_store, index)
    with monkeypatch.context() as patch:
        patch.setattr(embedded_store, "insert", refuse)
        with pytest.raises(StoreUnavailable, match="full"):
            directory.refresh()
    directory.refresh()
    assert [("cpu", "vm", "")] == metrics(embedded_store)


def test_many_changes_go_over_in_portions(embedded_store: Store, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHANGES_AT_ONCE", 7)
    index.resources.create([draft(f"vm{place:02}", metrics={"cpu": LOW}) for place in range(20)])
    Directory(embedded_store, index).refresh()
    assert [f"vm{place:02}" for place in range(20)] == resources(embedded_store)
    assert 20 == len(metrics(embedded_store))


STEPS = st.lists(st.tuples(st.sampled_from(["make", "move", "drop", "refresh"]), st.integers(0, 3)), max_size=12)


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_nodes_agree_in_the_end(embedded_store: Store, index: Index, steps: list[tuple[str, int]]) -> None:
    """Whatever order things are changed and brought over in, by two at the same time."""
    nodes = [Directory(embedded_store, index), Directory(embedded_store, index)]
    for step, place in steps:
        id_ = draft(f"vm{place}").id
        known = index.resources.get_many([id_])
        if step == "make" and not known:
            make(index, f"vm{place}", metrics={"cpu": LOW})
        elif step == "move" and known:
            index.resources.change(id_, ResourceChange(project_id=str(known[id_].revision_start_ns)))
        elif step == "drop" and known:
            index.resources.delete(id_)
        elif step == "refresh":
            threads = [Thread(target=node.refresh) for node in nodes]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    nodes[0].refresh()
    expected = sorted(("cpu", each.original_resource_id, each.project_id or "") for each in index.resources.find())
    assert expected == metrics(embedded_store)
    assert [name for _, name, _ in expected] == resources(embedded_store)
