# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/samples`: batches of samples, by column, as our agent sends them."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from hashlib import blake2b
from uuid import UUID

import msgspec
import numpy as np
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.auth.targets import resource_target
from nephoscope.api.bodies import require_media_type
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.offload import offload
from nephoscope.model.attribute import Attribute, BoolAttribute, NumberAttribute, StringAttribute
from nephoscope.model.audit import Actor
from nephoscope.model.errors import BadPayload, Forbidden, InvalidInput, NotFound
from nephoscope.model.metric import MetricDraft
from nephoscope.model.resource import Resource, ResourceChange, ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import GENERIC, ResourceType
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit, Measures, Receipt
from nephoscope.store.index.contract import Index
from nephoscope.store.series import UInt32s

_decoder = msgspec.json.Decoder(SampleBatch)


class Sender(msgspec.Struct, frozen=True):
    """
    Who sends, and where samples go.

    What is new belongs to `creator` and, where a resource names no project, to `project_id`; new metrics are under
    `policy`, without one under that which a rule gives them. To what is there already only those may send who
    `may_change` it, as whoever has this `standing`.
    """

    index: Index
    catalog: Catalog
    commit: GroupCommit
    creator: str
    project_id: str | None
    actor: Actor
    policy: str | None = None
    may_change: Callable[[Resource], bool] = lambda _resource: True
    standing: str = ""


async def post_samples(call: Call) -> Response:
    """202 once every sample is on disk. Resources and metrics that are not there yet are made."""
    require_media_type(call.request, "application/json")
    await asyncio.wrap_future(await offload(_take, call))
    return Response(status_code=202)


def _take(call: Call) -> "Future[Receipt]":
    parts, caller = call.parts, call.caller
    project = caller.project_id or None

    def may_change(resource: Resource) -> bool:
        return parts.policy.allows("update resource", caller, resource_target(resource))

    standing = " ".join(sorted(caller.roles))
    sender = Sender(
        parts.index,
        parts.catalog,
        parts.commit,
        caller.creator,
        project,
        call.actor,
        may_change=may_change,
        standing=standing,
    )
    return take(sender, decode(call.body))


def take(sender: Sender, batch: SampleBatch) -> "Future[Receipt]":
    """Hand a checked batch to the commit, making resources and metrics that are not there yet."""
    owners = [resource_id(each.id, sender.creator) for each in batch.resources]
    seen = sender.catalog.changes
    said = _ensure_resources(sender, batch.resources, owners)
    pair = np.array(batch.resource, np.int64) * max(len(batch.meters), 1) + np.array(batch.meter, np.int64)
    distinct, place = np.unique(pair, return_inverse=True)
    numbers = _metric_numbers(sender, batch, owners, distinct.tolist())
    if said:
        # Only now, as it is kept beside the metrics.
        sender.catalog.note(said, seen)
    times, values = np.array(batch.time_ns, np.int64), np.array(batch.value, np.float64)
    return sender.commit.submit(Measures(numbers[place], times, values))


def decode(body: bytes) -> SampleBatch:
    """Read and check a batch; BadPayload when it is no JSON, InvalidInput naming the column that is wrong."""
    try:
        batch = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadPayload(f"the body is not JSON: {error}") from None
    lengths = {len(batch.resource), len(batch.meter), len(batch.time_ns), len(batch.value)}
    if len(lengths) > 1:
        raise InvalidInput("resource, meter, time_ns and value must be equally long")
    for name, column, size in (
        ("resource", batch.resource, len(batch.resources)),
        ("meter", batch.meter, len(batch.meters)),
        ("time_ns", batch.time_ns, 2**63),
    ):
        if column and not (min(column) >= 0 and max(column) < size):
            raise InvalidInput(f"{name} has a value outside 0..{size - 1}", [name])
    return batch


def _ensure_resources(sender: Sender, sampled: list[SampledResource], owners: list[UUID]) -> dict[UUID, bytes]:
    """
    Make what is missing, and note attributes that have changed. Gives what was said of resources that are so now.

    What was said before in the same words, and is noted since, the index is not asked about. Forbidden, before anything
    is made, for what is another's.
    """
    index = sender.index
    words = [_words(sender, each) for each in sampled]
    asked = [place for place, owner in enumerate(owners) if not sender.catalog.is_noted(owner, words[place])]
    if not asked:
        return {}
    known = index.resources.get_many([owners[place] for place in asked], metrics=False)
    _refuse_others(sender, known.values())
    missing = {owners[place]: sampled[place] for place in asked if owners[place] not in known}
    if missing:
        _ensure_types(sender, missing.values())
        drafts = [_draft(sender, owner, each) for owner, each in missing.items()]
        # Somebody else may have made them meanwhile, with other attributes.
        known |= {made.id: made for made in index.resources.create(drafts, keep_existing=True)}
        _refuse_others(sender, known.values())
    said = {}
    for place in asked:
        owner, each = owners[place], sampled[place]
        if _differs(known[owner], each):
            _ensure_types(sender, [each])
            changed = index.resources.change(owner, ResourceChange(attributes=each.attributes), each.type)
            sender.catalog.resource_changed(changed, replaced=False)
        else:
            said[owner] = words[place]
    return said


def _refuse_others(sender: Sender, resources: Iterable[Resource]) -> None:
    for each in resources:
        if not sender.may_change(each):
            name = each.original_resource_id
            raise Forbidden(f"resource {name} was made by others, who alone may send samples of it")


def _words(sender: Sender, sampled: SampledResource) -> bytes:
    """What an agent says of a resource that may change, and who it is, however much that is, in 16 bytes."""
    said = (sender.creator, sender.project_id, sender.standing, sampled.type, sampled.attributes)
    return blake2b(msgspec.json.encode(said), digest_size=16).digest()


def _differs(resource: Resource, sampled: SampledResource) -> bool:
    if resource.type != sampled.type:
        return False
    return any(resource.attributes.get(key) != value for key, value in sampled.attributes.items())


def _ensure_types(sender: Sender, sampled: Iterable[SampledResource]) -> None:
    """Every type is there and has every attribute; what is new is optional."""
    wanted: dict[str, dict[str, Attribute]] = {}
    for each in sampled:
        wanted.setdefault(each.type, {}).update({key: _attribute(value) for key, value in each.attributes.items()})
    for name, attributes in wanted.items():
        if name == GENERIC:
            continue
        try:
            there = sender.index.resource_types.get(name)
        except NotFound:
            wanted_type = ResourceType(name, attributes)
            there = sender.index.resource_types.create(wanted_type, keep_existing=True, by=sender.actor)
        added = {key: attribute for key, attribute in attributes.items() if key not in there.attributes}
        if added:
            patch = [
                {"op": "add", "path": f"/attributes/{key}", "value": msgspec.to_builtins(attribute)}
                for key, attribute in added.items()
            ]
            sender.index.resource_types.change(name, patch, by=sender.actor)


def _attribute(value: str | float | bool | None) -> Attribute:
    if isinstance(value, bool):
        return BoolAttribute(required=False)
    return NumberAttribute(required=False) if isinstance(value, int | float) else StringAttribute(required=False)


def _draft(sender: Sender, owner: UUID, sampled: SampledResource) -> ResourceDraft:
    return ResourceDraft(
        id=owner,
        original_resource_id=sampled.id,
        type=sampled.type,
        creator=sender.creator,
        project_id=sampled.project_id or sender.project_id,
        attributes=sampled.attributes,
    )


def _metric_numbers(sender: Sender, batch: SampleBatch, owners: list[UUID], pairs: list[int]) -> UInt32s:
    """The number of each distinct (resource, meter), metrics being made where there are none."""
    meters = batch.meters
    known = sender.catalog.known_numbers(owners)
    names = [meter.name for meter in meters]
    numbers = [known[pair // len(meters)].get(names[pair % len(meters)]) for pair in pairs]
    if None not in numbers:
        return np.array(numbers, np.uint32)
    wanted = [(owners[pair // len(meters)], meters[pair % len(meters)]) for pair in pairs]
    found = sender.catalog.numbers([(owner, meter.name) for owner, meter in wanted])
    missing = [(owner, meter) for owner, meter in wanted if (owner, meter.name) not in found]
    if missing:
        made = sender.index.metrics.create([_metric(sender, *each) for each in missing], keep_existing=True)
        sender.catalog.remember_numbers(made, new=True)
        found |= {(owner, meter.name): each.number for (owner, meter), each in zip(missing, made, strict=True)}
    return np.array([found[owner, meter.name] for owner, meter in wanted], np.uint32)


def _metric(sender: Sender, owner: UUID, meter: Meter) -> MetricDraft:
    return MetricDraft(
        name=meter.name,
        archive_policy_name=sender.policy,
        unit=meter.unit or None,
        resource_id=owner,
        creator=sender.creator,
        kind=meter.kind,
    )


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/samples", POST=operation(post_samples, "send samples", 202, body=SampleBatch))]
