# SPDX-License-Identifier: Apache-2.0
"""A pollster that a file describes: asks, follows pages, picks values, and makes samples of them."""

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from nephoscope.model.sample import Meter
from nephoscope.model.value_operations import NoValue
from nephoscope.observe import dropped
from nephoscope.poll.contract import Polled, Target
from nephoscope.poll.dynamic.answers import decoded
from nephoscope.poll.dynamic.asking import Asking, Given
from nephoscope.poll.dynamic.attribute import Attribute
from nephoscope.poll.dynamic.definition import Definition, Owner
from nephoscope.poll.failures import Failures, refuse_others, without_secrets
from nephoscope.poll.sample_rows import SampleRows

log = logging.getLogger("nephoscope.poll")

PAGES_MAX = 1_000
ENTRIES_MAX = 1_000_000
CACHED_MAX = 10_000

Entry = dict[str, Any]


class DynamicFamily:
    """Polls by one definition; answers for extra fields are kept as long as the definition says."""

    def __init__(self, definition: Definition, asking: Asking, clock: Callable[[], float] = time.monotonic) -> None:
        self._definition = definition
        self._asking = asking
        self._clock = clock
        self._failures = Failures(definition.name)
        self._kept: OrderedDict[tuple[str, str], tuple[float, Any]] = OrderedDict()
        self._unmapped: set[str] = set()

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of all entries of all targets; one that fails is counted, and the others are asked all the same."""
        rows = SampleRows(now_ns)
        if self._definition.source == "openstack":
            refuse_others(targets, ("http", "https"), self._definition.name)
        for target in rows.each(targets if self._definition.name in meters else ()):
            self._poll_one(target, rows)
        return rows.polled()

    def _poll_one(self, target: Target, rows: SampleRows) -> None:
        try:
            for entry in self._entries(self._definition, target, {}):
                self._sampled(entry, target, rows)
        except Exception as error:  # whatever a server answers, the other targets are asked
            self._failures.met(without_secrets(target.id), error)

    def _entries(self, definition: Definition, target: Target, given: Given, keep_s: float = 0) -> Iterator[Entry]:
        """The entries of all pages, as maps with their ids."""
        page = ""
        seen = set()
        for _ in range(PAGES_MAX):
            where = self._asking.where(definition, target, given, page)
            if where in seen:
                raise NoValue("the pages go in a circle")
            seen.add(where)
            answer = self._answer(definition, target, where, keep_s)
            if not isinstance(answer, dict | list):
                raise NoValue("the answer is no map and no list")
            if not answer:
                return
            yield from _with_ids(definition, _listed(answer, definition.entries))
            page = _next_page(answer, definition.next_page)
            if not page:
                return
        raise NoValue(f"there are more than {PAGES_MAX} pages")

    def _answer(self, definition: Definition, target: Target, where: str, keep_s: float) -> Any:
        key = (definition.source, where)
        until, kept = self._kept.get(key, (0.0, None))
        if keep_s and self._clock() < until:
            return kept
        answer = decoded(self._asking.answer(definition, target, where), definition.handlers)
        if keep_s:
            self._kept[key] = (self._clock() + keep_s, answer)
            self._kept.move_to_end(key)
            if len(self._kept) > CACHED_MAX:
                self._kept.popitem(last=False)
        return answer

    def _sampled(self, entry: Entry, target: Target, rows: SampleRows) -> None:
        """Put down the samples of one entry."""
        definition = self._definition
        try:
            found = list(self._values(entry))
        except NoValue as error:
            dropped("poll", "dynamic pollster: no value")
            self._failures.met(without_secrets(target.id), str(error))
            return
        metadata: dict[str, Any] | None = None
        for name, value in found:
            metadata = self._metadata(entry, value, target) if metadata is None else metadata
            rows.add(
                Meter(name, definition.kind, definition.unit),
                value,
                entry.get("id"),
                project_id=entry.get("project_id"),
                user_id=entry.get("user_id"),
                metadata=metadata,
            )

    def _values(self, entry: Entry) -> Iterator[tuple[str, Any]]:
        """Meters and their values, those to be skipped left out."""
        definition = self._definition
        if definition.several is None:
            value = definition.value.of(entry)
            if value not in definition.skip_sample_values:
                yield definition.name, self._mapped(definition, value)
            return
        listed = definition.several.of(entry)
        if not isinstance(listed, list):
            raise NoValue(f"{definition.several.text} is no list")
        for each in listed:
            selected = each.get(definition.selector) if isinstance(each, dict) else None
            if not isinstance(selected, str) or not selected:
                raise NoValue(f"there is no text {definition.selector} in {definition.several.text}")
            value = definition.value.of(each)
            if value not in definition.skip_sample_values and selected not in definition.skip_sample_values:
                yield definition.name.replace(f"{{{definition.selector}}}", selected), value

    def _mapped(self, definition: Definition, value: Any) -> Any:
        mapping = definition.value_mapping
        if not mapping:
            return value
        # Keys of the file are texts; true, 1 and null of an answer are written as JSON writes them.
        key = value if isinstance(value, str) else json.dumps(value)
        if key not in mapping and key not in self._unmapped and len(self._unmapped) < 100:
            self._unmapped.add(key)
            log.warning("%s: value %.80r is not in value_mapping (said once)", definition.name, key)
        return mapping.get(key, definition.default_value)

    def _metadata(self, entry: Entry, value: Any, target: Target) -> dict[str, Any]:
        metadata = _fields(self._definition, entry)
        if self._definition.extra:
            sample = {**entry, "value": value, "metadata": metadata}
            metadata = {**self._extra(sample, target), **metadata}
        return metadata

    def _extra(self, sample: Entry, target: Target) -> dict[str, Any]:
        """What follow-up requests tell of a sample; one that fails adds nothing, and the sample stays."""
        captured: dict[str, Any] = {}
        by_name: dict[str, Any] = {}
        given = {"sample": sample, "extra_metadata_captured": captured, "extra_metadata_by_name": by_name}
        for extra in self._definition.extra:
            if any(_alike(skip, sample) for skip in extra.skip_extra):
                continue
            try:
                for entry in self._entries(extra, self._asking.elsewhere(extra, target), given, extra.cache_s):
                    self._capture(extra, entry, captured, by_name)
            except Exception as error:  # as above
                self._failures.met(f"extra field {extra.name}", error)
        return captured

    def _capture(self, extra: Definition, entry: Entry, captured: dict[str, Any], by_name: dict[str, Any]) -> None:
        value = extra.value.of(entry)
        if value in extra.skip_sample_values:
            return
        value = self._mapped(extra, value)
        metadata = _fields(extra, entry)
        captured[extra.name] = value
        captured.update({key: each for key, each in metadata.items() if each is not None or key not in captured})
        by_name[extra.name] = {"value": value, "metadata": metadata}


def _listed(answer: Any, attribute: Attribute | None) -> list[Any]:
    """The entries of an answer: it is a list itself, or they stand under a key of it, the first unless said."""
    if isinstance(answer, list):
        found: Any = answer
    else:
        found = next(iter(answer.values())) if attribute is None else attribute.of(answer)
    listed = found if isinstance(found, list) else [] if found is None else [found]
    if len(listed) > ENTRIES_MAX:
        raise NoValue(f"there are more than {ENTRIES_MAX} entries")
    return listed


def _next_page(answer: Any, attribute: Attribute | None) -> str:
    if attribute is None:
        return ""
    try:
        found = attribute.of(answer)
    except NoValue:
        return ""
    return found if isinstance(found, str) else ""


def _with_ids(definition: Definition, listed: list[Any]) -> Iterator[Entry]:
    for entry in listed:
        if not isinstance(entry, dict):
            dropped("poll", "dynamic pollster: entry is no map")
            continue
        try:
            owners = [
                _owner(each, entry) for each in (definition.user_id, definition.project_id, definition.resource_id)
            ]
        except NoValue:
            dropped("poll", "dynamic pollster: no id")
            continue
        yield {**entry, **dict(zip(("user_id", "project_id", "id"), owners, strict=True))}


def _owner(owner: Owner, entry: Entry) -> Any:
    try:
        return owner.attribute.of(entry)
    except NoValue:
        if owner.must:
            raise
        return None


def _fields(definition: Definition, entry: Entry) -> dict[str, Any]:
    """The fields for the metadata, under their own names and those they are mapped to; what is missing is left out."""
    metadata: dict[str, Any] = {}
    for attribute in definition.metadata_fields:
        try:
            metadata[attribute.text] = attribute.of(entry)
        except NoValue:
            continue
    for name in [each for each in metadata if each in definition.metadata_mapping]:
        metadata[definition.metadata_mapping[name]] = metadata[name]
        if not definition.preserve_mapped_metadata:
            del metadata[name]
    return metadata


def _alike(skip: Any, sample: Any) -> bool:
    """Whether a sample has everything that `skip` says, maps inside of it likewise."""
    if not isinstance(skip, dict) or not isinstance(sample, dict):
        return bool(skip == sample)
    return all(key in sample and _alike(each, sample[key]) for key, each in skip.items())
