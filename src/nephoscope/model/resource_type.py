# SPDX-License-Identifier: Apache-2.0
"""Resource types: which attributes resources of a kind have, and how a type may change."""

import math
import re
from collections.abc import Mapping, Sequence

import msgspec

from nephoscope.model.attribute import KINDS, STRING_LENGTH_MAX, Attribute, NumberAttribute, Stored, StringAttribute
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.text import TEXT_LENGTH_MAX, is_storable

GENERIC = "generic"
ATTRIBUTE_NAME_LENGTH_MAX = 63
ATTRIBUTES_MAX = 500
RESERVED_NAMES = frozenset(
    [
        *("id", "type", "metrics", "revision", "revision_start", "revision_end", "started_at", "ended_at"),
        *("user_id", "project_id", "created_by_user_id", "created_by_project_id", "creator", "get_metric"),
        # These two name fields of every resource in searches and answers, so an attribute must not hide them.
        *("original_resource_id", "lifespan"),
    ]
)
# Quotes, backslashes and control characters would need escapes in the JSON paths of both databases.
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9][^\"\\\x00-\x1f\x7f\ud800-\udfff]*")


class ResourceType(msgspec.Struct, frozen=True):
    """A resource type; `attributes` in the order in which they were defined."""

    name: str
    attributes: dict[str, Attribute] = {}
    state: str = "active"

    def store_attributes(self, values: Mapping[str, object], *, partial: bool = False) -> dict[str, Stored | None]:
        """
        Check raw attribute values and bring them into the form kept.

        Takes   values as decoded from JSON; with `partial`, as in a PATCH, required ones may be missing.
        Gives   every value given, None for an optional attribute set to null.
        Errors  InvalidInput with Gnocchi's reasons, `extra keys not allowed @ data['foo']` and so on.
        """
        stored: dict[str, Stored | None] = {}
        for name, value in values.items():
            if name not in self.attributes:
                raise InvalidInput(f"extra keys not allowed @ data['{name}']", [name])
            stored[name] = store_value(self.attributes[name], value, [name])
        for name, attribute in self.attributes.items():
            if attribute.required and not partial and name not in values:
                raise InvalidInput(f"required key not provided @ data['{name}']", [name])
        return stored

    def present_attributes(self, stored: Mapping[str, Stored | None]) -> dict[str, Stored | None]:
        """Every attribute of the type in the form shown, None when unset."""
        shown: dict[str, Stored | None] = {}
        for name, attribute in self.attributes.items():
            value = stored.get(name)
            shown[name] = None if value is None else attribute.present(value)
        return shown


class TypeChange(msgspec.Struct, frozen=True):
    """
    The difference that a PATCH makes: `after` is the new type, `fills` the values (in the form kept) to be written
    to resources where the attribute is unset, `removed` the attributes that go with all their values.

    `needs_no_nulls` names attributes that become required without a fill: right only if every resource has a value.
    """

    after: ResourceType
    fills: dict[str, Stored]
    removed: tuple[str, ...]
    needs_no_nulls: tuple[str, ...]


def store_value(attribute: Attribute, value: object, path: Sequence[str]) -> Stored | None:
    """One raw value in the form kept; InvalidInput names `path` when it does not fit the attribute."""
    if value is None and not attribute.required:
        return None
    try:
        return attribute.store(value)
    except ValueError as problem:
        raise InvalidInput(f"{problem} for dictionary value @ {_data(path)}", list(path)) from None


def check_type_name(name: str) -> None:
    """Refuse, as BadRequest, a name that is empty, too long, holds a slash, or cannot be stored."""
    if not 1 <= len(name) <= TEXT_LENGTH_MAX or "/" in name or not is_storable(name):
        raise BadRequest(f"A resource type name has 1 to {TEXT_LENGTH_MAX} characters and no slash")


def read_attributes(raw: object) -> dict[str, Attribute]:
    """
    Read the `attributes` of a resource type as sent by a client.

    Takes   a JSON object: name to `{"type": ..., "required": ..., ...}`; `required` is true unless given.
    Errors  InvalidInput naming the place; BadRequest `Invalid input: ...` for a minimum above its maximum.
    """
    if not isinstance(raw, dict):
        raise InvalidInput("expected a dictionary for dictionary value @ data['attributes']", ["attributes"])
    if len(raw) > ATTRIBUTES_MAX:
        raise InvalidInput(f"more than {ATTRIBUTES_MAX} attributes @ data['attributes']", ["attributes"])
    return {name: read_attribute(name, each, ["attributes", str(name)]) for name, each in raw.items()}


def read_attribute(name: str, raw: object, path: Sequence[str]) -> Attribute:
    """Read one attribute's definition; errors as `read_attributes`, naming `path`."""
    check_attribute_name(name, path)
    if not isinstance(raw, dict):
        raise InvalidInput(f"expected a dictionary for dictionary value @ {_data(path)}", list(path))
    kind = KINDS.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    if kind is None:
        raise _wrong("required key not provided" if "type" not in raw else None, path, "type")
    for key in raw:
        if key not in {"type", *kind.__struct_fields__}:
            raise _wrong("extra keys not allowed", path, str(key))
    options = {key: _option(key, value, path) for key, value in raw.items() if key != "type"}
    attribute: Attribute = msgspec.convert({"type": raw["type"], **options}, Attribute)
    _check_bounds(attribute)
    return attribute


def check_attribute_name(name: str, path: Sequence[str]) -> None:
    """Refuse, as InvalidInput, reserved, too long or badly spelled attribute names."""
    fits = len(name) <= ATTRIBUTE_NAME_LENGTH_MAX and _ATTRIBUTE_NAME.fullmatch(name)
    if not fits or name in RESERVED_NAMES:
        raise InvalidInput(f"not a valid value @ {_data(path)}", list(path))


def patched(current: ResourceType, operations: object) -> TypeChange:
    """
    What a JSON Patch makes of a type.

    Takes   the decoded body: `add` and `remove` under `/attributes/...`; an added definition may carry
            `"options": {"fill": value}`.
    Errors  InvalidInput for other shapes and for fills of the wrong kind; BadRequest when an attribute to remove does
            not exist, when a kind would change, or when a new required attribute has no fill.
    """
    if not isinstance(operations, list):
        raise InvalidInput("expected a list", [])
    attributes = dict(current.attributes)
    fills: dict[str, Stored] = {}
    for position, operation in enumerate(operations):
        verb, name = _operation(operation, str(position))
        if verb == "remove":
            if name not in attributes:
                raise BadRequest(f"can't remove a non-existent object '{name}'")
            del attributes[name]
            fills.pop(name, None)
        else:
            _add(attributes, fills, name, operation["value"], [str(position), "value"])
    if len(attributes) > ATTRIBUTES_MAX:
        raise BadRequest(f"A resource type has at most {ATTRIBUTES_MAX} attributes")
    return _difference(current, attributes, fills)


def _add(attributes: dict[str, Attribute], fills: dict[str, Stored], name: str, raw: object, path: list[str]) -> None:
    options = raw.get("options", {}) if isinstance(raw, dict) else {}
    if not isinstance(options, dict) or not options.keys() <= {"fill"}:
        raise _wrong(None, path, "options")
    without_options = {k: v for k, v in raw.items() if k != "options"} if isinstance(raw, dict) else raw
    attributes[name] = read_attribute(name, without_options, path)
    fills.pop(name, None)
    if options.get("fill") is not None:
        fill = store_value(attributes[name], options["fill"], [*path, "options", "fill"])
        assert fill is not None
        fills[name] = fill


def _difference(current: ResourceType, attributes: dict[str, Attribute], fills: dict[str, Stored]) -> TypeChange:
    needs_no_nulls = []
    for name, attribute in attributes.items():
        before = current.attributes.get(name)
        if before is not None and type(before) is not type(attribute):
            raise BadRequest(f"Type update is not available yet: attribute {name}")
        if attribute.required and name not in fills:
            if before is None:
                reason = "required attributes need a fill: options: {fill: value}"
                raise InvalidInput(f"{reason} @ data['attributes']['{name}']", ["attributes", name])
            if not before.required:
                needs_no_nulls.append(name)
    removed = tuple(name for name in current.attributes if name not in attributes)
    after = ResourceType(current.name, attributes, current.state)
    return TypeChange(after, fills, removed, tuple(needs_no_nulls))


def _operation(operation: object, position: str) -> tuple[str, str]:
    """The verb and the attribute's name of one JSON Patch operation."""
    if not isinstance(operation, dict):
        raise InvalidInput(f"expected a dictionary @ data[{position}]", [position])
    verb, pointer = operation.get("op"), operation.get("path")
    if verb not in ("add", "remove"):  # A tuple, because a list sent as the verb has no hash.
        raise InvalidInput(f"not a valid value for dictionary value @ data[{position}]['op']", [position, "op"])
    found = re.fullmatch(r"/attributes/([^/]+)", pointer) if isinstance(pointer, str) else None
    if found is None:
        reason = f"not a valid value for dictionary value @ data[{position}]['path']"
        raise InvalidInput(reason, [position, "path"])
    allowed = {"op", "path", "value"} if verb == "add" else {"op", "path"}
    for key in operation:
        if key not in allowed:
            raise InvalidInput(f"extra keys not allowed @ data[{position}]['{key}']", [position, str(key)])
    if verb == "add" and "value" not in operation:
        raise InvalidInput(f"required key not provided @ data[{position}]['value']", [position, "value"])
    return verb, found[1].replace("~1", "/").replace("~0", "~")


def _option(key: str, value: object, path: Sequence[str]) -> bool | int | float | None:
    """One parameter of an attribute's definition, checked for its kind and range."""
    if key == "required":
        if isinstance(value, bool):
            return value
        raise _wrong("expected bool", path, key)
    if key in {"min", "max"} and value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _wrong("expected int" if key.endswith("length") else "expected Number", path, key)
    lowest = {"min_length": 0, "max_length": 1}
    if key in lowest and not (isinstance(value, int) and lowest[key] <= value <= STRING_LENGTH_MAX):
        raise _wrong(f"value must be between {lowest[key]} and {STRING_LENGTH_MAX}", path, key)
    return value


def _check_bounds(attribute: Attribute) -> None:
    if isinstance(attribute, StringAttribute) and attribute.min_length > attribute.max_length:
        raise BadRequest(f"Invalid input: min_length {attribute.min_length} > max_length {attribute.max_length}")
    if not isinstance(attribute, NumberAttribute) or attribute.min is None or attribute.max is None:
        return
    if attribute.min > attribute.max:
        raise BadRequest(f"Invalid input: min {attribute.min} > max {attribute.max}")


def _wrong(reason: str | None, path: Sequence[str], key: str) -> InvalidInput:
    whole = [*path, key]
    return InvalidInput(f"{reason or 'not a valid value'} for dictionary value @ {_data(whole)}", whole)


def _data(path: Sequence[str]) -> str:
    """The place in the body as messages show it: `data['attributes']['host']`, list positions without quotes."""
    return "data" + "".join(f"[{part}]" if part.isdigit() else f"['{part}']" for part in path)
