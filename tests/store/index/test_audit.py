# SPDX-License-Identifier: Apache-2.0
"""Audit events: found by who, what and when; kept in a bounded number; never without their act."""

import pytest

from nephoscope.model.archive_policy import ArchivePolicy, definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.audit import PROGRAM, Actor, AuditEvent, AuditFilter
from nephoscope.model.errors import BadRequest, Conflict
from nephoscope.model.paging import Page
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.index import audit
from nephoscope.store.index.contract import Index
from tests.store.index.samples import INSTANCE, SECOND, START_NS, Clock

ANN = Actor("ann", "blue", "192.0.2.1")
BOB = Actor("bob")


@pytest.fixture
def filled(index: Index, clock: Clock) -> Index:
    """Six events, one a second: ann and bob log in, in turns; every third is a log out."""
    for n in range(6):
        index.audit.record(AuditEvent(ANN if n % 2 == 0 else BOB, "log out" if n % 3 == 2 else "log in", f"t{n}"))
        clock.forward(1)
    return index


def found(index: Index, wanted: AuditFilter | None = None, page: Page | None = None) -> list[str]:
    """The targets of the events that are found."""
    return [each.target for each in index.audit.find(wanted or AuditFilter(), page or Page())]


def test_an_event_is_read_back_whole(index: Index) -> None:
    details: dict[str, object] = {"text": "é", "none": None, "list": [1, 2.5, True], "deep": {"a": {}}}
    kept = index.audit.record(AuditEvent(ANN, "log in", "ann", details))
    assert AuditEvent(ANN, "log in", "ann", details, kept.id, START_NS) == kept
    assert [kept] == index.audit.find(AuditFilter(), Page())


def test_events_are_found_newest_first_by_who_what_and_when(filled: Index) -> None:
    assert found(filled) == ["t5", "t4", "t3", "t2", "t1", "t0"]
    assert found(filled, AuditFilter(actor="ann")) == ["t4", "t2", "t0"]
    assert found(filled, AuditFilter(action="log out")) == ["t5", "t2"]
    assert found(filled, AuditFilter(actor="ann", action="log out")) == ["t2"]
    times = AuditFilter(start_ns=START_NS + 2 * SECOND, stop_ns=START_NS + 4 * SECOND)
    assert found(filled, times) == ["t3", "t2"]
    assert found(filled, AuditFilter(actor="an")) == []


def test_pages_follow_one_another_without_gaps(filled: Index) -> None:
    seen: list[str] = []
    marker = None
    while page := filled.audit.find(AuditFilter(), Page(4, marker)):
        seen += [each.target for each in page]
        marker = str(page[-1].id)
    assert seen == ["t5", "t4", "t3", "t2", "t1", "t0"]
    for wrong in ("", "x", "-1", "9" * 30, "١"):
        with pytest.raises(BadRequest, match="Unknown marker"):
            filled.audit.find(AuditFilter(), Page(4, wrong))


def test_only_the_newest_are_kept(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "EVENTS_MAX", 3)
    filled.audit.record(AuditEvent(ANN, "log in", "t6"))
    assert found(filled) == ["t6", "t5", "t4"]


def test_no_text_is_too_long_or_too_strange_to_be_recorded(index: Index) -> None:
    index.audit.record(AuditEvent(Actor("a\0" + "b" * 300, peer="\ud800"), "c" * 100, "d" * 1000))
    (kept,) = index.audit.find(AuditFilter(), Page())
    assert (
        kept.actor.name,
        kept.actor.peer,
        kept.action,
        kept.target,
    ) == ("a�" + "b" * 253, "?", "c" * 63, "d" * 600)


def test_what_fails_is_not_recorded(index: Index) -> None:
    index.projects.add("blue", by=ANN)
    with pytest.raises(Conflict):
        index.projects.add("blue", by=ANN)
    assert found(index) == ["blue"]


def test_acts_on_policies_rules_and_types_are_recorded(index: Index) -> None:
    policy = ArchivePolicy("p", 0, (definition(60, 10),), frozenset(["mean"]))
    index.archive_policies.create(policy, by=ANN)
    index.archive_policies.change("p", policy.definition, by=ANN)
    index.archive_policies.change("p", policy.definition, 2, by=ANN)
    index.rules.create(ArchivePolicyRule("r", "x*", "p"), by=ANN)
    index.rules.rename("r", "s", by=ANN)
    index.rules.rename("s", "s", by=ANN)
    index.rules.delete("s", by=ANN)
    index.archive_policies.delete("p", by=ANN)
    index.resource_types.create(INSTANCE, by=ANN)
    index.resource_types.create(INSTANCE, keep_existing=True, by=ANN)
    index.resource_types.change("instance", [{"op": "remove", "path": "/attributes/host"}], by=ANN)
    index.resource_types.delete("instance", by=ANN)
    events = list(reversed(index.audit.find(AuditFilter(), Page())))
    assert {ANN} == {each.actor for each in events}
    assert [(each.action, each.target) for each in events] == [
        ("create archive policy", "p"),
        ("update archive policy", "p"),
        ("create archive policy rule", "r"),
        ("update archive policy rule", "r"),
        ("delete archive policy rule", "s"),
        ("delete archive policy", "p"),
        ("create resource type", "instance"),
        ("update resource type", "instance"),
        ("delete resource type", "instance"),
    ]
    assert events[1].details == {"back_window": {"from": 0, "to": 2}}
    assert events[2].details == {"metric_pattern": "x*", "archive_policy": "p"}
    assert events[3].details == {"name": {"from": "r", "to": "s"}}
    assert {"host"} == set(events[7].details)


def test_what_nobody_in_particular_does_is_done_by_the_program(index: Index) -> None:
    index.resource_types.create(ResourceType("t", {}))
    assert [each.actor for each in index.audit.find(AuditFilter(), Page())] == [PROGRAM]
