# SPDX-License-Identifier: Apache-2.0
"""Points of series that foreign writers name: resources and metrics are found or made, then the points go to disk."""

from collections.abc import Callable, Mapping
from uuid import UUID

from nephoscope.api.auth.targets import resource_target
from nephoscope.api.gnocchi.batch import Named, allow_all, create_metrics
from nephoscope.api.gnocchi.call import Call
from nephoscope.api.gnocchi.measures import Accepted
from nephoscope.model.metric import MetricDraft, check_name
from nephoscope.model.resource import ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.observe import dropped
from nephoscope.receive.series import SeriesBatch
from nephoscope.store.catalog import numbers_of
from nephoscope.store.commit import Measures


def accept_series(call: Call, batch: SeriesBatch, resource_type: Callable[[], str]) -> Accepted:
    """
    Hand the points of a batch to the commit.

    What is missing is made in bulk: metrics, whose policies the rules choose, and resources, of the type that
    `resource_type` is asked for then. Raises Forbidden, or BadRequest for names and attributes that cannot be kept, and
    where no rule gives a metric its policy; resources that were made before that remain, and serve the next attempt.
    """
    for cause, count in batch.left_out.items():
        dropped("receive", cause, count)
    owners = {text: resource_id(text, call.caller.creator) for text in dict.fromkeys(text for text, _ in batch.series)}
    wanted = [(owners[text], name) for text, name in batch.series]
    found = call.parts.measured.catalog.by_name(wanted)
    allow_all(call, list(found.values()))
    missing = [pair for pair in dict.fromkeys(wanted) if pair not in found]
    if missing:
        new = _new_resources(call, missing)
        if new:
            _make_resources(call, new, owners, batch.attributes, resource_type())
        creator = call.caller.creator
        drafts = [MetricDraft(name=name, resource_id=owner, creator=creator) for owner, name in missing]
        found |= create_metrics(call, missing, drafts)
    measures = Measures(numbers_of([found[pair] for pair in wanted])[batch.place], batch.time, batch.value)
    return Accepted(list(found.values()), measures, call.parts.measured.commit.submit(measures))


def _new_resources(call: Call, missing: list[Named]) -> set[UUID]:
    """The resources that have to be made; whether the caller may add metrics to the others is asked for here."""
    call.allow("create metric", {"creator": call.caller.creator})
    for _, name in missing:
        check_name(name)
    owners = {owner for owner, _ in missing}
    known = call.parts.index.resources.get_many(owners)
    for resource in known.values():
        call.allow("update resource", resource_target(resource))
    return owners - known.keys()


def _make_resources(
    call: Call,
    new: set[UUID],
    owners: Mapping[str, UUID],
    attributes: Mapping[str, Mapping[str, str]],
    type_name: str,
) -> None:
    """Make all that are missing in one transaction; somebody else may have made some of them by now."""
    caller = call.caller
    target = {"resource_type": type_name, "creator": caller.creator, "created_by_user_id": caller.user_id}
    call.allow("create resource", {**target, "created_by_project_id": caller.project_id})
    drafts = [
        ResourceDraft(
            id=owner,
            original_resource_id=text,
            type=type_name,
            creator=caller.creator,
            project_id=caller.project_id or None,
            attributes=attributes.get(text, {}),
        )
        for text, owner in owners.items()
        if owner in new
    ]
    # Two texts may spell one id, with and without dashes.
    distinct = {draft.id: draft for draft in drafts}
    call.parts.index.resources.create(list(distinct.values()), keep_existing=True)
