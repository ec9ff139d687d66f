# SPDX-License-Identifier: Apache-2.0
"""Resource types in the index, and what their changes do to resources."""

from typing import Any

import pytest

from nephoscope.model.attribute import NumberAttribute
from nephoscope.model.errors import BadRequest, Conflict, InUse, InvalidInput, NotFound
from nephoscope.model.resource import ResourceChange
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.search import equal
from nephoscope.store.index.contract import Index
from tests.store.index.samples import INSTANCE, Clock, make, names


def added(name: str, **definition: Any) -> dict[str, Any]:
    return {"op": "add", "path": f"/attributes/{name}", "value": definition}


def test_a_type_is_read_back_with_its_attributes_in_order(index: Index) -> None:
    assert index.resource_types.create(INSTANCE) == INSTANCE
    assert index.resource_types.get("instance") == INSTANCE
    assert list(INSTANCE.attributes) == list(index.resource_types.get("instance").attributes)
    assert [each.name for each in index.resource_types.list_all()] == [GENERIC, "instance"]


def test_a_name_is_given_once_unless_the_existing_is_wanted(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    with pytest.raises(Conflict, match=r"^Resource type instance already exists$"):
        index.resource_types.create(ResourceType("instance"))
    assert index.resource_types.create(ResourceType("instance"), keep_existing=True) == INSTANCE
    with pytest.raises(Conflict):
        index.resource_types.create(ResourceType(GENERIC))


def test_generic_is_always_there_as_it_is(index: Index) -> None:
    assert index.resource_types.get(GENERIC) == ResourceType(GENERIC)
    with pytest.raises(BadRequest):
        index.resource_types.delete(GENERIC)
    with pytest.raises(BadRequest):
        index.resource_types.change(GENERIC, [added("x", type="string", required=False)])


def test_an_unknown_type_is_not_found(index: Index) -> None:
    with pytest.raises(NotFound, match=r"^Resource type nope does not exist$"):
        index.resource_types.get("nope")
    with pytest.raises(NotFound):
        index.resource_types.delete("nope")
    with pytest.raises(NotFound):
        index.resource_types.change("nope", [])


def test_a_type_in_use_stays(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    vm = make(index, "vm", "instance")
    with pytest.raises(InUse, match=r"^Resource type instance is still in use$"):
        index.resource_types.delete("instance")
    index.resources.delete(vm.id)
    index.resource_types.delete("instance")
    assert [each.name for each in index.resource_types.list_all()] == [GENERIC]


def test_an_added_attribute_is_filled_everywhere_and_found(index: Index, clock: Clock) -> None:
    index.resource_types.create(INSTANCE)
    vm = make(index, "vm", "instance", host="a")
    clock.forward(1)
    index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}), "instance")
    make(index, "other")
    changed = index.resource_types.change(
        "instance",
        [
            added("zone", type="string", options={"fill": "z1"}),
            added("rack", type="number", required=False, options={"fill": 7}),
            added("since", type="datetime", options={"fill": "2025-01-01"}),
            added("row", type="string", required=False),
        ],
    )
    assert index.resource_types.get("instance") == changed
    expected = {"zone": "z1", "rack": 7.0, "since": "2025-01-01T00:00:00+00:00", "row": None}
    for revision in index.resources.history(vm.id, "instance"):
        assert expected == {name: revision.attributes[name] for name in expected}
    for search in (equal("zone", "z1"), equal("rack", 7), equal("since", "2025-01-01")):
        assert names(index.resources.find("instance", search)) == ["vm"]
        assert names(index.resources.find("instance", search, history=True)) == ["vm", "vm"]


def test_a_removed_attribute_goes_with_its_values(index: Index, clock: Clock) -> None:
    index.resource_types.create(INSTANCE)
    index.resource_types.create(ResourceType("other", INSTANCE.attributes))
    vm, other = make(index, "vm", "instance", host="a", count=1), make(index, "x", "other", host="a")
    clock.forward(1)
    index.resources.change(vm.id, ResourceChange(attributes={"host": "b"}), "instance")
    index.resource_types.change("instance", [{"op": "remove", "path": "/attributes/host"}])
    with pytest.raises(BadRequest, match=r"^Resource type instance has no host attribute$"):
        index.resources.find("instance", equal("host", "b"))
    assert "host" not in index.resources.get(vm.id, "instance").attributes
    # Had anything stayed behind, a new attribute of that name would show it.
    index.resource_types.change("instance", [added("host", type="number", required=False)])
    assert [each.attributes["host"] for each in index.resources.history(vm.id, "instance")] == [None, None]
    assert index.resources.find("other", equal("host", "a"))[0].id == other.id


def test_a_fill_reaches_only_what_is_unset(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    unset, given = make(index, "unset", "instance"), make(index, "given", "instance", host="a", on=True)
    index.resource_types.change(
        "instance",
        [added("host", type="string", options={"fill": "z"}), added("on", type="bool", options={"fill": False})],
    )
    assert host_and_on(index, unset.id) == ("z", False)
    assert host_and_on(index, given.id) == ("a", True)
    assert names(index.resources.find("instance", equal("host", "z"))) == ["unset"]
    with pytest.raises(InvalidInput, match="required key not provided"):
        make(index, "new", "instance")


def test_an_attribute_becomes_required_when_nothing_lacks_it(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    vm = make(index, "vm", "instance")
    with pytest.raises(BadRequest, match="cannot become required"):
        index.resource_types.change("instance", [added("count", type="number")])
    assert not index.resource_types.get("instance").attributes["count"].required
    index.resources.change(vm.id, ResourceChange(attributes={"count": 3}), "instance")
    index.resource_types.change("instance", [added("count", type="number", min=1)])
    assert NumberAttribute(True, 1.0) == index.resource_types.get("instance").attributes["count"]


def test_nothing_to_change_gives_the_type_as_it_is(index: Index) -> None:
    index.resource_types.create(INSTANCE)
    assert index.resource_types.change("instance", []) == INSTANCE


def test_attribute_names_may_hold_what_sql_and_json_paths_find_odd(index: Index) -> None:
    odd = ["a-b", "a.b", "a b", "a'b", "a$b[0]", "größe", "a%_b", "a:b", "a~b/c"]
    definitions = dict.fromkeys(odd, INSTANCE.attributes["host"])
    index.resource_types.create(ResourceType("odd", definitions))
    for name in odd:
        make(index, name.replace("/", "_"), "odd", **{name: name.upper()})
    for name in odd:
        found = index.resources.find("odd", equal(name, name.upper()))
        assert [{name: name.upper()}] == [set_ones(each.attributes) for each in found]
        index.resource_types.change("odd", [{"op": "remove", "path": f"/attributes/{pointer(name)}"}])
    assert all(set_ones(each.attributes) == {} for each in index.resources.find("odd"))


def host_and_on(index: Index, resource_id: Any) -> tuple[Any, Any]:
    attributes = index.resources.get(resource_id, "instance").attributes
    return attributes["host"], attributes["on"]


def set_ones(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
