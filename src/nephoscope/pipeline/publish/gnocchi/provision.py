# SPDX-License-Identifier: Apache-2.0
"""What has to be at a metric API before samples can: archive policies, resource types, and their attributes."""

import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from nephoscope.model.attribute import (
    Attribute,
    BoolAttribute,
    DatetimeAttribute,
    NumberAttribute,
    StringAttribute,
    UuidAttribute,
)
from nephoscope.model.errors import BadRequest
from nephoscope.model.resource_type import GENERIC, read_attribute
from nephoscope.pipeline.publish.gnocchi.packed import PackedResource
from nephoscope.pipeline.publish.gnocchi.session import Answer, Away, Session
from nephoscope.pipeline.resource_definitions import ResourceDefinitions, Value

log = logging.getLogger("nephoscope.publish")

FORBIDDEN = 403
NOT_FOUND = 404
BAD_REQUEST = 400
CONFLICT = 409
# Short enough for every release's indexes; longer values are cut.
_TEXT = {"type": "string", "required": False, "min_length": 0, "max_length": 255}
_WARNED_MAX = 1000
COMMON = frozenset({"user_id", "project_id", "started_at", "ended_at"})
"""Fields that every resource has, as far as definitions may set them."""

Schema = dict[str, Attribute]


class Provision:
    """
    Makes what is missing, once each, and remembers what is there until told to `forget`.

    What exists is left as it is. Where we may not make something, that is said once: attributes are then left out,
    while without an archive policy or a type nothing can be stored, so everything waits.
    """

    def __init__(self, session: Session, definitions: ResourceDefinitions) -> None:
        self._session = session
        self._definitions = definitions
        self._bodies = {body["name"]: body for body in definitions.archive_policies}
        self._policies: set[str] = set()
        self._types: dict[str, Schema] = {}
        # Attributes that a type will not get from us.
        self._hopeless: dict[str, set[str]] = {}
        self._warned: set[tuple[str, ...]] = set()

    def forget(self) -> None:
        """Look again before the next use: the peer is not as we remember it."""
        self._policies.clear()
        self._types.clear()
        self._hopeless.clear()

    def ensure_policies(self, used: Iterable[str]) -> None:
        """The file's archive policies exist, and those `used`; Away, with what to do, where one does not."""
        for name in [*self._bodies, *used]:
            if name not in self._policies:
                self._ensure_policy(name)
                self._policies.add(name)

    def schema(self, resource_type: str, wanted: Iterable[str]) -> Schema:
        """The attributes that a type has, after those `wanted`, and those of the definitions, were added."""
        known = self._types.get(resource_type)
        asked = set(wanted)
        if known is None:
            asked |= self._definitions.attribute_names(resource_type)
            known = self._types[resource_type] = self._ensured_type(resource_type, asked)
        missing = asked - known.keys() - self._hopeless.get(resource_type, set())
        if missing and resource_type != GENERIC:
            known |= self._added(resource_type, sorted(missing))
        return known

    def fitting(self, resource_type: str, attributes: dict[str, Value]) -> dict[str, Value]:
        """Attributes as their type takes them: converted where they can be, left out and told of once where not."""
        schema = self.schema(resource_type, attributes)
        found: dict[str, Value] = {}
        for name, value in attributes.items():
            if name not in schema:
                continue
            converted = _converted(schema[name], value)
            if converted is None:
                self.warn_once(
                    (resource_type, name),
                    f"resource type {resource_type}: attribute {name} takes no {value!r:.80}; it is left out",
                )
            else:
                found[name] = converted
        return found

    def fields(self, resource_type: str, values: dict[str, Value]) -> dict[str, Value]:
        """Values as fields of a resource: those that all have as they are, attributes as `fitting`."""
        common = {name: value for name, value in values.items() if name in COMMON}
        own = {name: value for name, value in values.items() if name not in COMMON}
        return common | self.fitting(resource_type, own)

    def changing_fields(self, about: PackedResource) -> dict[str, Value]:
        """What samples tell of a resource that may be another value tomorrow."""
        fields = self.fitting(about.type, about.attributes)
        return fields if about.project_id is None else {**fields, "project_id": about.project_id}

    def warn_of_old_attributes(self, resource_id: str, resource_type: str, why: str) -> None:
        """Say, once a type, that a resource is not brought up to date."""
        self.warn_once(
            ("patch", resource_type), f"resource {resource_id} of type {resource_type} keeps its attributes: {why}"
        )

    def warn_once(self, about: tuple[str, ...], text: str) -> None:
        """Say something the first time that it is about this."""
        if about not in self._warned and len(self._warned) < _WARNED_MAX:
            self._warned.add(about)
            log.warning("%s: %s", self._session.url, text)

    def _ensure_policy(self, name: str) -> None:
        if self._session.call("GET", f"/v1/archive_policy/{quote(name, safe='')}").ok:
            return
        body = self._bodies.get(name)
        if body is None:
            raise Away(f"archive policy {name} does not exist there, and no definition says what it is: create it")
        answer = self._made("/v1/archive_policy", body, f"archive policy {name}")
        if not answer.ok and answer.status != CONFLICT:
            raise Away(f"archive policy {name} cannot be created: {answer.status} {answer.message}")

    def _ensured_type(self, name: str, wanted: set[str]) -> Schema:
        address = f"/v1/resource_type/{quote(name, safe='')}"
        answer = self._session.call("GET", address)
        if answer.status == NOT_FOUND:
            body = {"name": name, "attributes": dict.fromkeys(sorted(wanted), _TEXT)}
            made = self._made("/v1/resource_type", body, f"resource type {name}")
            if not made.ok and made.status != CONFLICT:
                raise Away(f"resource type {name} cannot be created: {made.status} {made.message}")
            answer = self._session.call("GET", address)
        if not answer.ok:
            raise Away(f"resource type {name} cannot be read: {answer.status} {answer.message}")
        return _schema(answer)

    def _made(self, path: str, body: object, what: str) -> Answer:
        try:
            return self._session.call("POST", path, body)
        except Away as away:
            if away.status != FORBIDDEN:
                raise
            reason = f"{what} does not exist there and we may not create it: let an administrator do so"
            raise Away(reason, status=FORBIDDEN) from away

    def _added(self, name: str, missing: list[str]) -> Schema:
        """The type's attributes after these were added, as far as that may be."""
        patch = [{"op": "add", "path": f"/attributes/{_escaped(each)}", "value": _TEXT} for each in missing]
        address = f"/v1/resource_type/{quote(name, safe='')}"
        try:
            answer = self._session.call("PATCH", address, patch, content_type="application/json-patch+json")
            why = f"{answer.status} {answer.message}"
        except Away as away:
            if away.status != FORBIDDEN:
                raise
            answer, why = None, "we may not add them; let an administrator do so"
        if answer is not None and answer.ok:
            return _schema(answer)
        self._hopeless.setdefault(name, set()).update(missing)
        self.warn_once((name, *missing), f"resource type {name} lacks the attributes {', '.join(missing)}: {why}")
        return {}


def _schema(answer: Answer) -> Schema:
    body: Any = answer.body
    listed = body.get("attributes") if isinstance(body, dict) else None
    return {str(name): _attribute(str(name), each) for name, each in (listed or {}).items()}


def _attribute(name: str, raw: object) -> Attribute:
    """A kind that we do not know takes texts, for all that we can tell."""
    try:
        return read_attribute(name, raw, [name])
    except BadRequest:
        return StringAttribute(required=False)


def _converted(attribute: Attribute, value: Value) -> Value | None:
    """A value as the attribute takes it, None where it takes none of the kind."""
    candidate: Value | None = value
    match attribute:
        case StringAttribute():
            text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else f"{value}"
            candidate = text[: attribute.max_length]
        case NumberAttribute() if isinstance(value, str):
            candidate = _number(value)
        case BoolAttribute() if isinstance(value, str):
            candidate = {"true": True, "false": False}.get(value.lower())
        case UuidAttribute() | DatetimeAttribute() | _:
            pass
    try:
        attribute.store(candidate)
    except ValueError:
        return None
    return candidate


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _escaped(name: str) -> str:
    """A key in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
