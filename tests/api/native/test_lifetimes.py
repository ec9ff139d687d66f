# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What events do to resources, many at once."""

from typing import Any

import pytest

from nephoscope.model.resource_type import ResourceType, read_attributes
from nephoscope.store.index.contract import Index
from tests.api.native.cloud import Asker

TEXT = {"type": "string", "required": False}
AT = "2026-03-02T09:00:00Z"


@pytest.fixture(autouse=True)
def types(index: Index) -> None:
    index.resource_types.create(ResourceType("server", read_attributes({"host": TEXT})))
    index.resource_types.create(ResourceType("disk", read_attributes({"vm": TEXT})))


def step(do: str, name: str, type_name: str = "server", **more: Any) -> dict[str, Any]:
    return {"do": do, "type": type_name, "id": name, **more}


def tell(who: Asker, *steps: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = who.post("/resources/lifetimes", at=AT, steps=list(steps))
    return found


def test_resources_begin_change_and_end(member: Asker, admin: Asker) -> None:
    with_disks = [{"type": "disk", "search": {"=": {"vm": "vm"}}}]
    begun = tell(
        member,
        step("create", "vm", fields={"host": "a", "project_id": "blue"}),
        step("create", "vm-vda", "disk", fields={"vm": "vm", "project_id": "blue"}),
    )
    assert {"changed": 2, "refused": []} == begun
    ended = tell(member, step("update", "vm", fields={"host": "b"}), step("end", "vm", associates=with_disks))
    assert {"changed": 2, "refused": []} == ended
    listed = admin.get("/resources", ended="true")["resources"]
    assert {("vm", 1772442000000), ("vm-vda", 1772442000000)} == {(each["name"], each["ended_ms"]) for each in listed}
    vm = next(each for each in listed if each["name"] == "vm")
    assert ("b", 1772442000000) == (vm["attributes"]["host"], vm["started_ms"])


def test_a_refused_step_is_named_and_the_others_are_taken(member: Asker) -> None:
    told = tell(
        member,
        step("create", "one"),
        step("create", "two", "nope"),
        step("create", "a\\b/c"),
        step("create", "three", fields={"colour": "red"}),
        step("end", "one", associates=[{"type": "disk", "search": {"=": {"vm": 1}, "or": []}}]),
        step("create", "four"),
    )
    assert 2 == told["changed"]
    assert [(1, 404), (2, 400), (3, 400), (4, 400)] == [(each["step"], each["status"]) for each in told["refused"]]
    reasons = [each["reason"] for each in told["refused"]]
    assert ["Resource type nope does not exist", "expected exactly one operator"] == [
        reasons[0],
        reasons[3].partition(": ")[2].partition(" @")[0],
    ]


def test_resources_of_other_projects_are_refused_and_no_search_finds_them(
    index: Index, member: Asker, admin: Asker
) -> None:
    theirs = "0d8b5a2c-7c0e-4f5e-9a4b-2f6b1c9d8e70"
    tell(admin, step("create", theirs, fields={"host": "a"}), step("create", "d", "disk", fields={"vm": "x"}))
    (refused,) = tell(
        member,
        step("end", theirs),
        step("end", "none", associates=[{"type": "disk", "search": {"=": {"vm": "x"}}}]),
    )["refused"]
    assert (0, 403) == (refused["step"], refused["status"])
    assert "was made by others" in refused["reason"]
    assert [None, None] == [each.ended_at_ns for each in index.resources.find()]


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ({}, 400, "steps"),
        ({"steps": [{"do": "stop", "type": "t", "id": "i"}]}, 400, "do"),
        ({"steps": [{"do": "end", "type": "t"}]}, 400, "id"),
        ({"steps": [{"do": "end", "type": "", "id": "i"}]}, 400, "type"),
        ({"steps": [{"do": "create", "type": "t", "id": "i", "fields": {"a": []}}]}, 400, "fields"),
        ({"steps": [{"do": "create", "type": "t", "id": "i"}] * 1001}, 400, "steps"),
        ({"steps": [], "at": "whenever"}, 400, "timestamps"),
        ({"steps": [], "until": 1}, 400, "until"),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    member: Asker, body: dict[str, Any], status: int, place: str
) -> None:
    answer = member.ask("POST", "/resources/lifetimes", body)
    assert status == answer.status
    assert place in answer.text
