# SPDX-License-Identifier: Apache-2.0
"""What the files of operators have in common: lists and texts that may be missing, names, globs, keys nobody reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nephoscope.model.errors import BadRequest
from nephoscope.model.name_filter import NameFilter
from nephoscope.model.yaml_tree import Part, list_of, map_of, some, text_of, told


def given(keys: Mapping[str, Part], key: str) -> Part | None:
    """What stands under a key that may be missing; null is as if it were."""
    part = keys.get(key)
    return None if part is None or part.value is None else part


def given_list(keys: Mapping[str, Part], key: str, what: str) -> list[Part]:
    """The parts of a list that may be missing; BadRequest when it is anything else than `what`."""
    part = given(keys, key)
    return [] if part is None else list_of(part, what)


def given_text(keys: Mapping[str, Part], key: str, what: str) -> str | None:
    """Text that may be missing; BadRequest when it is blank, or anything else than `what`."""
    part = given(keys, key)
    return None if part is None else text_of(part, what)


def strict_map_of(part: Part, known: Sequence[str]) -> dict[str, Part]:
    """The parts of a map by key; BadRequest for a key that is none of the known ones."""
    keys = map_of(part, known)
    refuse_unknown(keys, known)
    return keys


def refuse_unknown(keys: Mapping[str, Part], known: Sequence[str]) -> None:
    """BadRequest for the first key that is none of the known ones."""
    for key, value in keys.items():
        if key not in known:
            raise value.wrong(f"one of the keys {some(known)}", f"the key {key!r}"[:60])


def ignored(part: Part, known: Sequence[str], historical: Mapping[str, str] | None = None) -> Iterator[str]:
    """A sentence for each key of a map that is none of the known ones; `historical` says what became of some."""
    for key, value in map_of(part, known).items():
        if key not in known:
            why = (historical or {}).get(key, f"the keys here are {', '.join(known)}")
            yield f"{value.file}:{value.line}: {value.path} is ignored: {why}"


def name_filter(part: Part, what: str, each_what: str) -> NameFilter:
    """The filter that a list of globs stands for; BadRequest when it is anything else than `what`, or cannot be one."""
    patterns = [text_of(each, each_what) for each in list_of(part, what)]
    try:
        return NameFilter.of(patterns)
    except BadRequest as error:
        raise BadRequest(f"{part.file}:{part.line}: {part.path}: {error.message}") from error


def refuse_same_names(parts: Iterable[Part]) -> None:
    """BadRequest for the second of two maps with one `name`; all have one that is text."""
    seen: dict[str, Part] = {}
    for name in (map_of(part, ())["name"] for part in parts):
        first = seen.setdefault(text_of(name, "a name"), name)
        if first is not name:
            raise name.wrong("a name of its own", f"{told(name.value)} as in line {first.line}")
