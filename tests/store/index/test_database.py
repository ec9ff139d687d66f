# SPDX-License-Identifier: Apache-2.0
"""Races between nodes, and what happens when the database goes away."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event

from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.errors import BadRequest, Conflict, IndexUnavailable, InUse, NotFound
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import ResourceChange
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.services.postgresql import PostgreSQL
from tests.store.index.racing import NODES, at_once, problems
from tests.store.index.samples import INSTANCE, draft, make

LOW = MetricDraft(archive_policy_name="low")


def policy(name: str, back_window: int = 0) -> ArchivePolicy:
    return ArchivePolicy(name, back_window, (definition(60),), frozenset(["mean"]))


@pytest.mark.parametrize(
    "work",
    [
        lambda index, n: index.resources.create([draft("vm", metrics={"cpu": LOW})]),
        lambda index, n: index.resource_types.create(INSTANCE),
        lambda index, n: index.archive_policies.create(policy("p", n)),
        lambda index, n: index.rules.create(ArchivePolicyRule("r", "x", "low")),
        lambda index, n: index.users.add("bob", "good secret"),
        lambda index, n: index.projects.add("blue"),
    ],
)
def test_one_of_several_makers_wins_and_the_others_learn_it(
    nodes: list[Index], work: Callable[[Index, int], object]
) -> None:
    assert [Conflict] * (NODES - 1) == problems(at_once(nodes, work))


def test_of_admins_that_are_all_deleted_at_once_one_stays(nodes: list[Index]) -> None:
    for n in range(NODES):
        nodes[0].users.add(f"admin{n}", "good secret", roles=["admin"])
    assert [Conflict] == problems(at_once(nodes, lambda index, n: index.users.delete(f"admin{n}")))
    assert len(nodes[0].users.list_all()) == 1


def test_one_of_several_new_names_wins(nodes: list[Index]) -> None:
    for n in range(NODES):
        nodes[0].rules.create(ArchivePolicyRule(f"r{n}", "x", "low"))
    lost = problems(at_once(nodes, lambda index, n: index.rules.rename(f"r{n}", "new")))
    assert [BadRequest] * (NODES - 1) == lost


def test_makers_that_keep_what_is_there_all_get_the_same(nodes: list[Index]) -> None:
    drafts = [draft(f"vm{n}", metrics={"cpu": LOW, "mem": LOW}) for n in range(50)]

    def work(index: Index, n: int) -> object:
        mixed = drafts if n % 2 else drafts[::-1]
        made = index.resources.create(mixed, keep_existing=True)
        return sorted((each.id, sorted(each.metrics.items())) for each in made)

    outcomes = at_once(nodes, work)
    assert problems(outcomes) == []
    assert all(each == outcomes[0] for each in outcomes)


def test_metrics_of_one_name_are_made_once(nodes: list[Index]) -> None:
    vm = make(nodes[0], "vm")
    names = [MetricDraft(f"m{n}", "low", resource_id=vm.id) for n in range(50)]

    def work(index: Index, n: int) -> object:
        found = index.metrics.create(names[n * 5 :] + names[: n * 5], keep_existing=True)
        return sorted((each.name or "", each.number) for each in found)

    outcomes = at_once(nodes, work)
    assert problems(outcomes) == []
    assert all(each == outcomes[0] for each in outcomes)


def test_changes_of_one_resource_follow_each_other(nodes: list[Index]) -> None:
    nodes[0].resource_types.create(INSTANCE)
    vm = make(nodes[0], "vm", "instance", host="start")

    def work(index: Index, n: int) -> object:
        for step in range(5):
            index.resources.change(vm.id, ResourceChange(attributes={"host": f"{n}-{step}"}), "instance")
        return None

    assert problems(at_once(nodes, work)) == []
    history = nodes[0].resources.history(vm.id, "instance")
    assert len(history) == 1 + 5 * NODES
    assert [each.revision_end_ns for each in history[:-1]] == [each.revision_start_ns for each in history[1:]]


def test_users_of_a_thing_and_its_remover_do_not_both_win(nodes: list[Index]) -> None:
    nodes[0].resource_types.create(ResourceType("rare"))
    nodes[0].archive_policies.create(policy("rare"))

    def work(index: Index, n: int) -> object:
        if n % 2:
            index.resource_types.delete("rare")
            index.archive_policies.delete("rare")
            return "removed"
        metrics = {"cpu": MetricDraft(archive_policy_name="rare")}
        return index.resources.create([draft(f"vm{n}", "rare", metrics=metrics)])

    outcomes = at_once(nodes, work)
    assert {InUse, NotFound, BadRequest} >= set(problems(outcomes))
    left = nodes[0].resources.find("generic", details=True)
    known = {each.name for each in nodes[0].resource_types.list_all()}
    assert all(each.type in known for each in left)
    policies = {each.name for each in nodes[0].archive_policies.list_all()}
    assert all(each.archive_policy_name in policies for each in nodes[0].metrics.find())


def test_metrics_and_the_deletion_of_their_resource_do_not_both_win(nodes: list[Index]) -> None:
    vm = make(nodes[0], "vm", metrics={"cpu": LOW})

    def work(index: Index, n: int) -> object:
        if n == 0:
            return index.resources.delete(vm.id)
        return index.metrics.create([MetricDraft(f"m{n}", "low", resource_id=vm.id)])

    assert {NotFound} >= set(problems(at_once(nodes, work)))
    assert nodes[0].metrics.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "index.db",
        "mysql://a/b",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+asyncpg://a/b",
        "postgresql+psycopg2://a",
    ],
)
def test_urls_of_other_databases_are_refused(url: str) -> None:
    with pytest.raises(BadRequest, match="index url"):
        open_index(url)


def test_a_short_postgresql_url_takes_our_driver(fresh_postgresql_url: str) -> None:
    opened = open_index(fresh_postgresql_url.replace("+psycopg", ""))
    opened.upgrade()
    opened.check()
    opened.close()


def test_postgresql_may_die_and_come_back(postgresql: PostgreSQL, fresh_postgresql_url: str) -> None:
    opened = open_index(fresh_postgresql_url)
    opened.upgrade()
    opened.install_builtins()
    vm = make(opened, "vm")
    postgresql.kill()
    for call in (
        opened.check,
        lambda: opened.resources.get(vm.id),
        lambda: make(opened, "lost"),
        lambda: opened.metrics.get([uuid4()]),
        opened.upgrade,
    ):
        with pytest.raises(IndexUnavailable, match="database is away"):
            call()
    postgresql.start()
    assert vm == opened.resources.get(vm.id)
    assert make(opened, "next").original_resource_id == "next"
    postgresql.restart()
    # All pooled connections are dead now; neither reads nor writes notice.
    assert make(opened, "after").original_resource_id == "after"
    assert len(opened.resources.find()) == 3
    opened.close()


def test_a_problem_names_no_password(tmp_path: Path) -> None:
    opened = open_index("postgresql://bob:pass-word@127.0.0.1:1/nowhere")
    with pytest.raises(IndexUnavailable) as refused:
        opened.check()
    assert "pass-word" not in refused.value.message


def test_sqlite_locked_by_another_program_is_unavailable_for_writes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nephoscope.store.index.database.LOCK_TIMEOUT_S", 0.2)
    opened = open_index(f"sqlite:///{tmp_path}/index.db")
    opened.upgrade()
    vm = make(opened, "vm")
    other = sqlite3.connect(tmp_path / "index.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(IndexUnavailable, match="locked"):
        make(opened, "lost")
    assert time.monotonic() - begun < 5
    assert vm == opened.resources.get(vm.id)
    other.execute("ROLLBACK")
    other.close()
    assert make(opened, "next").original_resource_id == "next"
    opened.close()


def test_sqlite_without_room_is_unavailable_until_there_is(tmp_path: Path) -> None:
    opened = open_index(f"sqlite:///{tmp_path}/index.db")
    opened.upgrade()
    database = opened._database  # type: ignore[attr-defined]
    pages = database.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def limited(connection: sqlite3.Connection, most: int) -> None:
        connection.execute(f"PRAGMA max_page_count = {most}")

    def full(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        limited(connection, pages)

    event.listen(database.engine, "checkout", full)
    with pytest.raises(IndexUnavailable, match="full"):
        opened.resources.create([draft(f"vm{n}") for n in range(500)])
    event.remove(database.engine, "checkout", full)
    event.listen(database.engine, "checkout", lambda connection, *_: limited(connection, 2**30))
    assert opened.resources.find() == []
    assert len(opened.resources.create([draft(f"vm{n}") for n in range(500)])) == 500
    opened.close()
