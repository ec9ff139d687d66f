# SPDX-License-Identifier: Apache-2.0
"""What definitions make of the values that their paths find, beyond taking the first: a table, and a function each."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from nephoscope.model import timestamp
from nephoscope.model.path import Found
from nephoscope.model.yaml_checks import given, refuse_unknown, strict_map_of
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, required, text_of

Compute: TypeAlias = Callable[[Sequence[Found]], Iterable[Any]]
"""From values that are not null, each with its full path, to values; None for what has none."""
Parameters: TypeAlias = dict[str, Part]

BIT_MAX = 62


class Plugin(NamedTuple):
    """
    `make(place, parameters)` checks the parameters once, BadRequest for what is wrong; `keys` are those there may be.

    `many` when it gives as many values as it takes, so that a `lookup` may count on them.
    """

    make: Callable[[Part, Parameters], Compute]
    keys: tuple[str, ...]
    many: bool


def split(place: Part, parameters: Parameters) -> Compute:
    """One segment of a text: `{separator: ".", segment: 0, max_split: none}`."""
    separator = "."
    if "separator" in parameters:
        separator = _separator(parameters["separator"])
    segment = _integer(parameters, "segment", 0)
    splits = _integer(parameters, "max_split", -1)

    def compute(found: Sequence[Found]) -> Iterable[Any]:
        for _, value in found:
            parts = str(value).split(separator, splits)
            yield parts[segment] if segment < len(parts) else None

    return compute


def bitfield(place: Part, parameters: Parameters) -> Compute:
    """An integer of which a bit is set where its path led to something, or to its `value` when it names one."""
    initial = _integer(parameters, "initial_bitfield", 0)
    flags = [_flag(part) for part in list_of(parameters["flags"], "a list of flags")] if "flags" in parameters else []

    def compute(found: Sequence[Found]) -> Iterable[Any]:
        bits = initial
        for path, bit, any_value, expected in flags:
            if any(where == path and (any_value or value == expected) for where, value in found):
                bits |= 1 << bit
        return [bits]

    return compute


def timedelta(place: Part, parameters: Parameters) -> Compute:
    """The seconds between two times, whichever is first."""

    def compute(found: Sequence[Found]) -> Iterable[Any]:
        if len(found) != 2 or "" in (found[0][1], found[1][1]):
            return [None]
        begin_ns, end_ns = (timestamp.parse_absolute(value) for _, value in found)
        return [abs(end_ns - begin_ns) / 1e9]

    return compute


def mapped(place: Part, parameters: Parameters) -> Compute:
    """What `values` has under each text: `{values, default: none, case_sensitive: true}`."""
    values_part = required(place, parameters, "values", "a map from texts to values")
    values = {key: plain(part) for key, part in map_of(values_part, ("the texts to replace",)).items()}
    default = plain(parameters["default"]) if "default" in parameters else None
    sensitive = plain(parameters["case_sensitive"]) if "case_sensitive" in parameters else True
    if not isinstance(sensitive, bool):
        raise parameters["case_sensitive"].wrong("true or false")
    if not sensitive:
        values = {key.casefold(): value for key, value in values.items()}

    def compute(found: Sequence[Found]) -> Iterable[Any]:
        return [values.get(str(value) if sensitive else str(value).casefold(), default) for _, value in found]

    return compute


PLUGINS: dict[str, Plugin] = {
    "split": Plugin(split, ("separator", "segment", "max_split"), many=True),
    "bitfield": Plugin(bitfield, ("initial_bitfield", "flags"), many=False),
    "timedelta": Plugin(timedelta, (), many=False),
    "map": Plugin(mapped, ("values", "default", "case_sensitive"), many=True),
}
"""The name by which definitions call each."""


def made(part: Part) -> tuple[Plugin, Compute]:
    """What stands under the key `plugin`: a name, or `{name, parameters}`."""
    name_part, parameters = part, Parameters()
    if isinstance(part.value, dict):
        name_part = required(part, part.value, "name", f"one of {', '.join(PLUGINS)}")
        refuse_unknown(part.value, ("name", "parameters"))
        written = given(part.value, "parameters")
        parameters = {} if written is None else map_of(written, ("the plugin's",))
    name = text_of(name_part, f"one of {', '.join(PLUGINS)}")
    if name not in PLUGINS:
        raise name_part.wrong(f"one of {', '.join(PLUGINS)}")
    plugin = PLUGINS[name]
    refuse_unknown(parameters, plugin.keys)
    return plugin, plugin.make(part, parameters)


def _separator(part: Part) -> str:
    if not isinstance(part.value, str) or not part.value:
        raise part.wrong("a text to split at")
    return part.value


def _integer(parameters: Parameters, key: str, default: int) -> int:
    part = given(parameters, key)
    if part is None:
        return default
    value = part.value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << (BIT_MAX + 1):
        raise part.wrong("an integer from 0")
    return value


def _flag(part: Part) -> tuple[str, int, bool, Any]:
    """A flag's full path, its bit, whether any value will do, and which one otherwise."""
    keys = strict_map_of(part, ("path", "bit", "value"))
    path = text_of(required(part, keys, "path", "a full path, as it is found"), "a full path, as it is found")
    bit = _integer({"bit": required(part, keys, "bit", f"an integer from 0 to {BIT_MAX}")}, "bit", 0)
    if bit > BIT_MAX:
        raise keys["bit"].wrong(f"an integer from 0 to {BIT_MAX}")
    return path.removeprefix("$."), bit, "value" not in keys, plain(keys["value"]) if "value" in keys else None
