# SPDX-License-Identifier: Apache-2.0
"""Copies of an index: taken while others write, restored into either database."""

import threading
from pathlib import Path
from typing import Any

import pytest

from nephoscope.model.alarm import Quota
from nephoscope.model.audit import AuditFilter
from nephoscope.model.delivery import Attempt, Noted
from nephoscope.model.errors import BadRequest
from nephoscope.model.metric import MetricDraft
from nephoscope.model.paging import Page
from nephoscope.model.resource import ResourceChange
from nephoscope.model.search import equal
from nephoscope.model.user import Membership
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from nephoscope.store.index.schema import newest_version
from tests.store.index.samples import INSTANCE, Clock, draft, make, make_metric
from tests.store.index.watched import ANN, GROUP, NIGHTS, RULES, create, decision, holding, note, watched

LOW = MetricDraft(archive_policy_name="low")


@pytest.fixture
def filled(index: Index, clock: Clock) -> Index:
    """One of everything."""
    index.resource_types.create(INSTANCE)
    vm = make(index, "vm 🐍\n", "instance", host="a", count=1e22, on=True, at=1, metrics={"cpu": LOW, "mem": LOW})
    clock.forward(1)
    index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}), "instance")
    index.metrics.delete([vm.metrics["mem"]])
    make_metric(index, unit="B")
    index.projects.add("blue", description="the sky")
    index.users.add("bob", "good secret", roles=["admin"], memberships=[Membership("blue", ("reader",))])
    index.leases.acquire("work", "node", 10)
    watch(index)
    return index


def watch(index: Index) -> None:
    """Alarms, one of which is gone, with a decision, of whose notifications one is on its way."""
    for name, rule in (("a", RULES[-2]), ("b", RULES[4])):
        create(index, name, rule, time_constraints=(NIGHTS,))
    index.alarms.set_quota(Quota("blue", 5))
    told = decision(watched(index)["a"], "alarm", holding(index), notes=(note("k 🐍", body={"a": 1e300}), note("l")))
    assert index.alarms.decide([told], GROUP, "node") == [True]
    index.alarms.delete("b", ANN)
    one = index.outbox.claim(1, 10)[0]
    attempt = Attempt(delivery=one.number, at_ns=1, lasted_ns=2, status=503)
    assert index.outbox.note([Noted(delivery=one, attempt=attempt, progress="waiting", due_ns=3)]) == [True]


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_everything_is_there_after_a_restore_into_either_database(
    filled: Index, clock: Clock, tmp_path: Path, into: str, request: pytest.FixtureRequest
) -> None:
    _, secret = filled.tokens.add("bob")
    _, cookie = filled.sessions.start("bob", "local", idle_s=60, life_s=60)
    filled.dump(tmp_path / "copy")
    url = f"sqlite:///{tmp_path}/new.db" if into == "sqlite" else request.getfixturevalue("fresh_postgresql_url")
    restored = open_index(url, clock)
    restored.load(tmp_path / "copy")
    assert everything(filled) == everything(restored)
    assert filled.sessions.find(cookie) == restored.sessions.find(cookie)
    assert restored.users.verify("bob", "good secret").roles == ("admin",)
    assert restored.tokens.verify(secret).user == "bob"
    assert restored.install_builtins() is False
    restored.dump(tmp_path / "again")
    for name in ("metric.jsonl", "resource_attribute.jsonl", "resource_type.jsonl", "archive_policy.jsonl"):
        assert (tmp_path / "copy" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert restored.resources.delete(filled.resources.find()[0].id).resources == 1
    restored.close()


def everything(index: Index) -> list[Any]:
    resources = index.resources.find(details=True)
    return [
        index.archive_policies.list_all(),
        index.rules.list_all(),
        index.resource_types.list_all(),
        resources,
        index.resources.find("instance", history=True),
        index.resources.find("instance", equal("host", "b")),
        index.metrics.find(),
        index.metrics.deleted(10),
        index.users.list_all(),
        index.projects.list_all(),
        index.tokens.list_all(),
        index.audit.find(AuditFilter(), Page()),
        index.alarms.find(),
        index.alarms.history(),
        index.alarms.quota("blue", 0),
        index.alarms.watchlist(0, 4),
        index.outbox.find(),
        [index.outbox.attempts(each.number) for each in index.outbox.find()],
    ]


def test_numbers_go_on_after_a_restore_even_those_that_were_forgotten(filled: Index, tmp_path: Path) -> None:
    last = make_metric(filled)
    filled.metrics.delete([last.id])
    filled.metrics.forget([last.id])
    filled.dump(tmp_path / "copy")
    numbers = [each.number for each in filled.outbox.find()]
    version = filled.alarms.watchlist(0, 4).version
    restored = open_index(f"sqlite:///{tmp_path}/new.db")
    restored.load(tmp_path / "copy")
    assert make_metric(restored).number > last.number
    restored.outbox.add([note("new")])
    assert restored.outbox.find()[0].number > max(numbers)
    create(restored, "new")
    assert restored.alarms.watchlist(0, 4).version == version + 1
    restored.close()


def test_what_was_on_its_way_is_delivered_after_a_restore(filled: Index, clock: Clock, tmp_path: Path) -> None:
    claimed = filled.outbox.claim(10, 10**9)
    filled.dump(tmp_path / "copy")
    restored = open_index(f"sqlite:///{tmp_path}/new.db", clock)
    restored.load(tmp_path / "copy")
    assert restored.outbox.claim(10, 10**9) == []
    clock.forward(1)
    assert [each.key for each in restored.outbox.claim(10, 10**9)] == [each.key for each in claimed] == ["k 🐍", "l"]
    restored.close()


def test_a_copy_is_of_one_moment_while_others_write(index: Index, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            index.resources.create([draft(f"vm{n}", metrics={"cpu": LOW, "mem": LOW})])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            index.dump(tmp_path / f"copy{n}")
    finally:
        stop.set()
        writer.join()
    for n in range(3):
        restored = open_index(f"sqlite:///{tmp_path}/new{n}.db")
        restored.load(tmp_path / f"copy{n}")
        resources = restored.resources.find()
        assert all(set(each.metrics) == {"cpu", "mem"} for each in resources)
        assert restored.metrics.count() == 2 * len(resources)
        restored.close()


def test_a_used_index_takes_no_copy(filled: Index, tmp_path: Path) -> None:
    filled.dump(tmp_path / "copy")
    with pytest.raises(BadRequest, match="holds rows already"):
        filled.load(tmp_path / "copy")
    with pytest.raises(BadRequest, match="not empty"):
        filled.dump(tmp_path / "copy")


def test_damaged_and_missing_files_are_refused_and_nothing_is_restored(filled: Index, tmp_path: Path) -> None:
    filled.dump(tmp_path / "copy")
    restored = open_index(f"sqlite:///{tmp_path}/new.db")
    rows = tmp_path / "copy/metric.jsonl"
    whole = rows.read_bytes()
    for damaged in (whole[:-1], whole + b"{}\n", whole.replace(b"cpu", b"CPU"), b""):
        rows.write_bytes(damaged)
        with pytest.raises(BadRequest, match="damaged"):
            restored.load(tmp_path / "copy")
    rows.unlink()
    with pytest.raises(BadRequest, match="missing"):
        restored.load(tmp_path / "copy")
    rows.write_bytes(whole)
    manifest = tmp_path / "copy/manifest.json"
    right = manifest.read_text()
    for wrong, message in (
        (right.replace(f'"{newest_version()}"', '"9999"'), "schema version 9999"),
        (right.replace('"metric"', '"metrics"', 1), "says nothing about metric"),
        ("{}", "damaged"),
        ("", "damaged"),
    ):
        manifest.write_text(wrong)
        with pytest.raises(BadRequest, match=message):
            restored.load(tmp_path / "copy")
    with pytest.raises(BadRequest, match="missing"):
        restored.load(tmp_path / "nowhere")
    manifest.write_text(right)
    restored.load(tmp_path / "copy")
    assert restored.metrics.count() == filled.metrics.count() == 2
    restored.close()
