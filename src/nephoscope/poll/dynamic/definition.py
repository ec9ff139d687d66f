# SPDX-License-Identifier: Apache-2.0
"""What a file of `pollsters.d` says of a pollster, checked as far as can be before anything is asked."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec

from nephoscope.model.metric import Kind
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, required, some, text_of
from nephoscope.poll.contract import Namespace
from nephoscope.poll.dynamic.address import Address
from nephoscope.poll.dynamic.answers import HANDLERS
from nephoscope.poll.dynamic.attribute import Attribute
from nephoscope.poll.dynamic.authentication import Authentication, read_authentication

Source = Literal["openstack", "http", "command"]

NAME = re.compile(r"[\w-]+(\.[\w-]+)*(\.\{(?P<selector>[\w-]+)\})?")
# `[categories].ops`, and `categories.[category].ops`, which names the selector again.
LIST_FIRST = re.compile(r"\[([\w-]+)\]((?:\.[\w-]+)+)((?:\s*\|.*)?)", re.DOTALL)
SELECTOR_INSIDE = re.compile(r"([\w.-]+)\.\[([\w-]+)\]((?:\.[\w-]+)+)((?:\s*\|.*)?)", re.DOTALL)
TIMEOUT_S_MAX = 3_600
UNIT_LENGTH_MAX = 31

KEYS = (
    *("name", "sample_type", "unit", "value_attribute", "namespaces", "endpoint_type", "url_path", "host_command"),
    *("module", "authentication_object", "authentication_parameters", "barbican_secret_id", "metadata_fields"),
    *("metadata_mapping", "preserve_mapped_metadata", "skip_sample_values", "value_mapping", "default_value"),
    *("response_entries_key", "next_sample_url_attribute", "user_id_attribute", "project_id_attribute"),
    *("resource_id_attribute", "headers", "timeout", "response_handlers", "base_metadata", "extra_metadata_fields"),
    *("extra_metadata_fields_cache_seconds", "extra_metadata_fields_skip"),
)
OF_EXTRA = (*(key for key in KEYS if key not in {"namespaces", "extra_metadata_fields"}), "value")
# What expressions of extra fields may use.
CAPTURED = ("sample", "extra_metadata_captured", "extra_metadata_by_name")


class Owner(msgspec.Struct, frozen=True):
    """Where an id stands in an entry; one that was not asked for may be missing."""

    attribute: Attribute
    must: bool


class Definition(msgspec.Struct, frozen=True):
    """
    One pollster, or one extra field of another.

    `value` is what stands in an entry or, with a `selector`, in each map of the list that `several` finds in it.
    """

    place: str
    name: str
    source: Source
    kind: Kind
    unit: str
    namespaces: tuple[Namespace, ...]
    value: Attribute
    several: Attribute | None
    selector: str
    endpoint_type: str
    address: Address
    authentication: Authentication | None
    barbican_secret_id: str
    metadata_fields: tuple[Attribute, ...]
    metadata_mapping: Mapping[str, str]
    preserve_mapped_metadata: bool
    skip_sample_values: tuple[Any, ...]
    value_mapping: Mapping[str, Any]
    default_value: Any
    entries: Attribute | None
    next_page: Attribute | None
    user_id: Owner
    project_id: Owner
    resource_id: Owner
    headers: Mapping[str, str]
    timeout_s: float
    handlers: tuple[str, ...]
    extra: tuple["Definition", ...]
    cache_s: float
    skip_extra: tuple[Mapping[str, Any], ...]


def read_definition(part: Part, outer: Mapping[str, Part] | None = None) -> Definition:
    """
    The pollster that a map of the file describes; `outer` are the keys of the one that it is an extra field of.

    Errors  BadRequest as `file:line: path: expected …, there is …`.
    """
    written = map_of(part, KEYS if outer is None else OF_EXTRA)
    # Null is as if the key were not there.
    keys = {key: each for key, each in written.items() if each.value is not None}
    if outer is not None:
        _refuse_nested(keys)
        inherited = ("sample_type", "unit", "value_attribute", "extra_metadata_fields_skip")
        keys = {
            **{key: outer[key] for key in inherited if key in outer},
            **({"value_attribute": keys["value"]} if "value" in keys else {}),
            **keys,
        }
    return _Reader(part, keys, extra=outer is not None).definition()


def unknown_keys(part: Part) -> list[str]:
    """Keys of a definition, and of its extra fields, that nothing reads."""
    keys = map_of(part, KEYS)
    extra = keys.get("extra_metadata_fields")
    inner = [] if extra is None else _one_or_more(extra)
    found = [each for key, each in keys.items() if key not in KEYS]
    found += [each for one in inner for key, each in map_of(one, OF_EXTRA).items() if key not in OF_EXTRA]
    return [f"{each.file}:{each.line}: {each.path}: not a key of a pollster, ignored" for each in found]


def _refuse_nested(keys: Mapping[str, Part]) -> None:
    if "extra_metadata_fields" in keys:
        raise keys["extra_metadata_fields"].wrong("no extra fields of extra fields")


def _one_or_more(part: Part) -> list[Part]:
    return part.value if isinstance(part.value, list) else [part]


class _Reader:
    """Reads the keys of one definition."""

    def __init__(self, part: Part, keys: dict[str, Part], *, extra: bool) -> None:
        self._part = part
        self._keys = keys
        self._extra = extra

    def definition(self) -> Definition:
        name = self._name()
        source = self._source()
        several, selector, value = self._value(name)
        return Definition(
            place=f"{self._part.file}:{self._part.line}",
            name=name,
            source=source,
            kind=self._one_of("sample_type", get_args(Kind)),
            unit=self._unit(),
            namespaces=self._namespaces(),
            value=value,
            several=several,
            selector=selector,
            endpoint_type=self._text("endpoint_type", "a service's type") if source == "openstack" else "",
            address=self._address(source),
            authentication=self._authentication() if source == "http" else None,
            barbican_secret_id=self._text("barbican_secret_id", "a secret's id", ""),
            metadata_fields=self._attributes("metadata_fields"),
            metadata_mapping=self._texts("metadata_mapping"),
            preserve_mapped_metadata=self._truth("preserve_mapped_metadata", True),
            skip_sample_values=tuple(self._plain("skip_sample_values", list, [])),
            value_mapping=self._plain("value_mapping", dict, {}),
            default_value=self._plain("default_value", (int, float, str), -1),
            entries=self._attribute("response_entries_key"),
            next_page=self._next_page(source),
            user_id=self._owner("user_id"),
            project_id=self._owner("project_id"),
            resource_id=self._owner("resource_id", "id"),
            headers=self._texts("headers"),
            timeout_s=self._seconds("timeout", 30, 0.001, TIMEOUT_S_MAX),
            handlers=self._handlers(),
            extra=self._extras(),
            cache_s=self._seconds("extra_metadata_fields_cache_seconds", 3600, 0, 10**9),
            skip_extra=self._skips(),
        )

    def _name(self) -> str:
        part = required(self._part, self._keys, "name", "the pollster's name")
        name = text_of(part, "the pollster's name")
        if not NAME.fullmatch(name) or len(name) > 255:
            raise part.wrong("letters, digits, - and _ with dots between, and at the end perhaps .{attribute}")
        return name

    def _source(self) -> Source:
        if "host_command" in self._keys:
            return "command"
        return "http" if "module" in self._keys else "openstack"

    def _value(self, name: str) -> tuple[Attribute | None, str, Attribute]:
        """The list that several samples are made of, what tells them apart, and the value."""
        text = self._text("value_attribute", "the attribute that holds the value")
        part = self._keys["value_attribute"]
        named = NAME.fullmatch(name)
        selector = (named["selector"] if named else None) or ""
        if not selector:
            if text.startswith("["):
                raise part.wrong("an attribute, as the name ends in no .{attribute}")
            return None, "", Attribute.read(part, text)
        if found := LIST_FIRST.fullmatch(text):
            several, inside, operations = found[1], found[2], found[3]
        elif (found := SELECTOR_INSIDE.fullmatch(text)) and found[2] == selector:
            several, inside, operations = found[1], found[3], found[4]
        else:
            raise part.wrong(f"[list].attribute or list.[{selector}].attribute, as the name ends in .{{{selector}}}")
        return Attribute.read(part, several), selector, Attribute.read(part, f"{inside[1:]}{operations}")

    def _unit(self) -> str:
        unit = self._text("unit", "the unit")
        if len(unit) > UNIT_LENGTH_MAX:
            raise self._keys["unit"].wrong(f"a unit of at most {UNIT_LENGTH_MAX} signs")
        return unit

    def _namespaces(self) -> tuple[Namespace, ...]:
        part = self._keys.get("namespaces")
        if part is None:
            return ("central",)
        known: tuple[Namespace, ...] = get_args(Namespace)
        found = [next((one for one in known if one == each.value), None) for each in _one_or_more(part)]
        if None in found or not found:
            raise part.wrong(f"one or more of {', '.join(known)}")
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _address(self, source: Source) -> Address:
        key = "host_command" if source == "command" else "url_path"
        what = "a command of the shell" if source == "command" else "the path of the request"
        text_of(required(self._part, self._keys, key, what), what)
        base = self._plain("base_metadata", dict, {})
        # A command that holds what an answer said would let the answer run commands.
        captured = CAPTURED if self._extra and source != "command" else ()
        address = Address.read(self._keys[key], base, captured)
        if source == "http" and not address.text.startswith(("http://", "https://", "'", '"', "$")):
            raise self._keys[key].wrong("a URL that begins with http:// or https://")
        return address

    def _authentication(self) -> Authentication:
        for key in ("module", "authentication_object"):
            text_of(required(self._part, self._keys, key, "the name of a known authentication"), "a name")
        parameters = self._keys.get("authentication_parameters")
        if parameters is not None and not isinstance(parameters.value, str):
            raise parameters.wrong("text in quotes", "something else")  # which may well be a secret
        return read_authentication(self._keys)

    def _next_page(self, source: Source) -> Attribute | None:
        if source == "command" and "next_sample_url_attribute" in self._keys:
            raise self._keys["next_sample_url_attribute"].wrong(
                "no such key beside host_command: what a command prints is not run as the next one"
            )
        return self._attribute("next_sample_url_attribute")

    def _owner(self, what: str, default: str = "") -> Owner:
        key = f"{what}_attribute"
        attribute = self._attribute(key)
        if attribute is None:
            name = default or what
            return Owner(Attribute(name, (name,)), must=False)
        return Owner(attribute, must=attribute.text != (default or what))

    def _attribute(self, key: str) -> Attribute | None:
        if key not in self._keys:
            return None
        return Attribute.read(self._keys[key], self._text(key, "an attribute"))

    def _attributes(self, key: str) -> tuple[Attribute, ...]:
        if key not in self._keys:
            return ()
        listed = list_of(self._keys[key], "a list of attributes")
        return tuple(Attribute.read(each, text_of(each, "an attribute")) for each in listed)

    def _handlers(self) -> tuple[str, ...]:
        if "response_handlers" not in self._keys:
            return ("json",)
        listed = list_of(self._keys["response_handlers"], f"a list of {some(HANDLERS)}")
        for each in listed:
            if each.value not in HANDLERS:
                raise each.wrong(f"one of {some(HANDLERS)}")
        if not listed:
            raise self._keys["response_handlers"].wrong(f"at least one of {some(HANDLERS)}")
        return tuple(str(each.value) for each in listed)

    def _extras(self) -> tuple[Definition, ...]:
        if "extra_metadata_fields" not in self._keys:
            return ()
        return tuple(read_definition(each, self._keys) for each in _one_or_more(self._keys["extra_metadata_fields"]))

    def _skips(self) -> tuple[Mapping[str, Any], ...]:
        if "extra_metadata_fields_skip" not in self._keys:
            return ()
        for each in list_of(self._keys["extra_metadata_fields_skip"], "a list of maps"):
            map_of(each, ("the sample's fields",))
        return tuple(each for each in plain(self._keys["extra_metadata_fields_skip"]) if each)

    def _text(self, key: str, what: str, default: str | None = None) -> str:
        if key not in self._keys and default is not None:
            return default
        return text_of(required(self._part, self._keys, key, what), what)

    def _one_of(self, key: str, known: Sequence[Kind]) -> Kind:
        part = required(self._part, self._keys, key, f"one of {', '.join(known)}")
        for each in known:
            if part.value == each:
                return each
        raise part.wrong(f"one of {', '.join(known)}")

    def _texts(self, key: str) -> Mapping[str, str]:
        if key not in self._keys:
            return {}
        return {name: text_of(each, "text") for name, each in map_of(self._keys[key], ("any text",)).items()}

    def _plain(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        if key not in self._keys:
            return default
        found = plain(self._keys[key])
        if not isinstance(found, kind):
            raise self._keys[key].wrong({list: "a list", dict: "a map"}.get(kind, "a number or text"))  # type: ignore[call-overload]
        return found

    def _truth(self, key: str, default: bool) -> bool:
        found = self._plain(key, (bool, int, float, str, list, dict), default)
        if not isinstance(found, bool):
            raise self._keys[key].wrong("true or false")
        return found

    def _seconds(self, key: str, default: float, least: float, most: float) -> float:
        found = self._plain(key, (int, float, str, list, dict), default)
        if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
            raise self._keys[key].wrong(f"seconds, from {least:g} to {most:g}")
        return float(found)


def read_all(parts: Sequence[Part], warn: Callable[[str], None]) -> list[Definition]:
    """
    The definitions of all files, in their order: of those with one name the first.

    BadRequest where a file is no list of maps.
    """
    found: dict[str, Definition] = {}
    for top in parts:
        if top.value is None:
            continue
        for part in list_of(top, "a list of pollsters"):
            for warning in unknown_keys(part):
                warn(warning)
            definition = read_definition(part)
            if definition.name in found:
                first = found[definition.name].place
                warn(f"{definition.place}: pollster {definition.name} is defined in {first} already, which counts")
            else:
                found[definition.name] = definition
    return list(found.values())
