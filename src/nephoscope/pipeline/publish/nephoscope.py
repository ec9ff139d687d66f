# SPDX-License-Identifier: Apache-2.0
"""`nephoscope://`: samples and events to our own server, resources with type and attributes."""

import gzip
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import msgspec
import numpy as np

from nephoscope.client.batch import GZIP_LEVEL, EncodedBatch, encode, split
from nephoscope.client.send import PATH, Credentials, Outcome, Sender, basic, bearer_from, no_credentials
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event, Trait
from nephoscope.model.resource_id import resource_id
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.model.sample_columns import Objects, Samples, objects
from nephoscope.model.text import is_storable
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import origin, timeout_s
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import encoded, in_parts, new_ids, sendable
from nephoscope.pipeline.resource_definitions import ResourceDefinitions, Value

EVENTS_PATH = "/api/v1/events"
EVENTS_START = b'{"events":'
SAMPLES_MAX = 5000
EVENTS_MAX = 500
GZIP_OVER_BYTES = 1024
# What the native API takes.
NAME_LENGTH_MAX, UNIT_LENGTH_MAX = 255, 31
TRAITS_MAX, TRAIT_TEXT_LENGTH_MAX = 200, 4096
KINDS = ("gauge", "delta", "cumulative")


class Nephoscope:
    """
    Posts to the native API.

    Without a host, to the agent's own server as the agent; with one, to that, as the URL says.
    """

    OPTIONS: ClassVar[dict[str, str]] = {
        "ssl": "`false`: over plain HTTP; only with a host (default `true`)",
        "token_file": "a file with the token for that host",
        "timeout": "seconds for the connection, and for each part of the answer (default 10)",
    }
    TAKES_EVENTS = True

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        server = origin(url, "https" if url.flag("ssl", True) else "http") if url.host else settings.server_url
        self._sender = Sender(
            server,
            credentials=_credentials(url, settings),
            timeout_s=timeout_s(url, 10),
            verify=settings.verify,
            ca_file=settings.ca_file,
        )
        text = settings.definitions
        self._definitions = ResourceDefinitions.of(*text) if text else ResourceDefinitions.builtin()
        self._described = frozenset(name for entry in self._definitions.entries for name in entry.metrics)

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        """Meters that no definition knows belong to resources as others of the same id are, else to generic ones."""
        samples = _acceptable(sendable(samples))
        for part in split(self._batch(samples), SAMPLES_MAX) if len(samples) else []:
            yield encode(part, created_ns=now_ns, gzip_over_bytes=GZIP_OVER_BYTES)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterator[EncodedBatch]:
        texts = encoded((msgspec.to_builtins(event) for event in _acceptable_events(events)), msgspec.json.encode)
        for part in in_parts(texts, count_max=EVENTS_MAX):
            body, encoding = EVENTS_START + b"[" + b",".join(part) + b"]}", ""
            if len(body) > GZIP_OVER_BYTES:
                body, encoding = gzip.compress(body, GZIP_LEVEL, mtime=0), "gzip"
            yield EncodedBatch(new_ids(1)[0], now_ns, len(part), encoding, body)

    def send(self, batch: EncodedBatch) -> Outcome:
        return self._sender.send(batch, EVENTS_PATH if _holds_events(batch) else PATH)

    def close(self) -> None:
        self._sender.close()

    def _batch(self, samples: Samples) -> SampleBatch:
        names = samples.name.tolist()
        known = np.fromiter((each in self._described for each in names), bool, len(names))
        described = self._definitions.describe(samples.take(known))
        rest = samples.take(~known)
        resources = [
            SampledResource(each.id, each.type, _storable(each.project_id), _attributes(each.attributes))
            for each in described.resources
        ]
        place = {each.id: i for i, each in enumerate(resources)}
        for id_, project in zip(rest.resource_id.tolist(), rest.project_id.tolist(), strict=True):
            if id_ not in place:
                place[id_] = len(resources)
                resources.append(SampledResource(id_, project_id=_storable(project)))
        meters: dict[tuple[str, str, str], int] = {}
        batch = SampleBatch(resources, [], [], [], [], [])
        batch.resource = [*described.resource.tolist(), *(place[each] for each in rest.resource_id.tolist())]
        for part in (described.samples, rest):
            keys = zip(part.name.tolist(), part.type.tolist(), part.unit.tolist(), strict=True)
            batch.meter += [meters.setdefault(key, len(meters)) for key in keys]
            batch.time_ns += part.time_ns.tolist()
            batch.value += part.volume.tolist()
        batch.meters = [msgspec.convert({"name": n, "kind": k, "unit": u}, Meter) for n, k, u in meters]
        return batch


def _credentials(url: PublisherUrl, settings: PublishSettings) -> Credentials:
    """Who we are to the agent's own server is nobody else's business."""
    file = url.option("token_file")
    if "token_file" in url.options and not Path(file).is_file():
        raise url.wrong("token_file", "a file that is there")
    if file:
        return bearer_from(Path(file))
    if url.username:
        return basic(unquote(url.username), unquote(url.password))
    return no_credentials if url.host else settings.credentials


def _acceptable(samples: Samples) -> Samples:
    """What the server will take: one sample that it refuses would take its whole batch with it. Counted by cause."""
    ids = {each: _usable_id(each) for each in set(samples.resource_id.tolist())}
    names, kinds = samples.name.tolist(), samples.type.tolist()
    placed = objects(ids[each] for each in samples.resource_id.tolist())
    good = np.ones(len(samples), bool)
    for cause, fine in (
        ("resource id", (each is not None for each in placed.tolist())),
        ("meter name", (1 <= len(each) <= NAME_LENGTH_MAX and "\0" not in each for each in names)),
        ("meter type", (each in KINDS for each in kinds)),
        ("time", (each >= 0 for each in samples.time_ns.tolist())),
    ):
        passing = np.fromiter(fine, bool, len(samples))
        dropped("publish", cause, int(np.count_nonzero(good & ~passing)))
        good &= passing
    return samples.having(resource_id=placed, unit=_units(samples.unit)).take(good)


def _usable_id(text: str | None) -> str | None:
    """The id without slashes, None for what can be no id."""
    replaced = (text or "").replace("/", "_")
    try:
        resource_id(replaced, None)
    except BadRequest:
        return None
    return replaced


def _units(units: Objects) -> Objects:
    cut = {each: (_storable(each) or "")[:UNIT_LENGTH_MAX] for each in set(units.tolist())}
    return objects(cut[each] for each in units.tolist())


def _storable(text: str | None) -> str | None:
    """A text without what no database keeps."""
    return None if text is None else text.encode("utf-8", "replace").decode().replace("\0", "")


def _attributes(found: Mapping[str, Value]) -> dict[str, str | float | bool | None]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in found.items()}


def _acceptable_events(events: Sequence[Event]) -> list[Event]:
    """As `_acceptable`, for events."""
    good = [event for event in events if _is_acceptable(event)]
    dropped("publish", "event", len(events) - len(good))
    return good


def _is_acceptable(event: Event) -> bool:
    names = [event.id, event.type, *(each.name for each in event.traits)]
    texts = [each.value for each in event.traits if isinstance(each.value, str)]
    return (
        event.generated_ns >= 0
        and len(event.traits) <= TRAITS_MAX
        and all(1 <= len(each) <= NAME_LENGTH_MAX for each in names)
        and all(len(each) <= TRAIT_TEXT_LENGTH_MAX for each in texts)
        and is_storable("".join([*names, *texts]))
        and all(_fits(each) for each in event.traits)
    )


def _fits(trait: Trait) -> bool:
    """Whether a trait's value is of its type."""
    value = trait.value
    if trait.type == "text" or isinstance(value, str | bool):
        return trait.type == "text" and isinstance(value, str)
    if trait.type == "float":
        return math.isfinite(value)
    return isinstance(value, int) and (0 if trait.type == "datetime" else -(2**63)) <= value < 2**63


def _holds_events(batch: EncodedBatch) -> bool:
    """A batch from the spool comes without a word about what it is, but begins with one."""
    if batch.encoding != "gzip":
        return batch.body.startswith(EVENTS_START)
    return zlib.decompressobj(wbits=31).decompress(batch.body[:256], len(EVENTS_START)) == EVENTS_START
