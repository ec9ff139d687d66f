# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/resources/lifetimes`: what events do to resources, many at once."""

import time
from typing import Annotated, Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.auth.targets import resource_target
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.problems import problem_of
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.instant import Instant
from nephoscope.model.lifetime import ASSOCIATES_MAX, FIELDS_MAX, STEPS_MAX, Associates, Owned, Step, Verb
from nephoscope.model.resource_id import NAME_LENGTH_MAX, resource_id
from nephoscope.model.search import SearchLimits, read_query, with_resource_ids

SEARCH_LIMITS = SearchLimits(depth_max=8, nodes_max=50, values_max=500)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
FieldsBody = Annotated[dict[str, str | int | float | bool | None], msgspec.Meta(max_length=FIELDS_MAX)]


class AssociatesBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    Resources that go with another: those of a type that a search finds, in the notation of Gnocchi's JSON searches.

    They end with it, or take these `fields`. Where there is no such type there are none.
    """

    type: Name
    search: dict[str, Any]
    fields: FieldsBody = {}


class StepBody(msgspec.Struct, forbid_unknown_fields=True):
    """
    What becomes of one resource: it is created, unless it is there; it is updated, or it ends, if it is there.

    `fields` are `user_id`, `project_id`, `started_at`, `ended_at`, and attributes of its type.
    """

    do: Verb
    type: Name
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LENGTH_MAX)]
    fields: FieldsBody = {}
    associates: Annotated[list[AssociatesBody], msgspec.Meta(max_length=ASSOCIATES_MAX)] = []


class LifetimesBody(msgspec.Struct, forbid_unknown_fields=True):
    """Steps, taken in their order, and when resources begin and end by them: now, unless `at` says otherwise."""

    steps: Annotated[list[StepBody], msgspec.Meta(max_length=STEPS_MAX)]
    at: Instant | None = None


class RefusedStep(msgspec.Struct):
    """A step that changed nothing of its resource, by its place from 0; `status` is as HTTP has them."""

    step: int
    status: int
    reason: str


class LifetimesAnswer(msgspec.Struct):
    """How many resources are new or different now, and what was refused; all other steps were taken."""

    changed: int
    refused: list[RefusedStep]


def carry_out(call: Call, body: LifetimesBody) -> LifetimesAnswer:
    """Resources begin, change and end. Those of others stay as they are: a step for one is refused with 403."""
    at_ns = time.time_ns() if body.at is None else int(body.at)
    places: list[int] = []
    steps: list[Step] = []
    refused: dict[int, NephoscopeError] = {}
    for place, each in enumerate(body.steps):
        try:
            steps.append(_step(each, at_ns, call.caller.creator))
            places.append(place)
        except BadRequest as error:
            refused[place] = error

    def may_change(resource: Owned) -> bool:
        return call.parts.policy.allows("update resource", call.caller, resource_target(resource))

    carried = call.parts.index.resources.carry_out(steps, call.caller.creator, may_change)
    refused |= {places[number]: error for number, error in carried.refused.items()}
    for resource in call.parts.index.resources.get_many(carried.changed, metrics=False).values():
        call.parts.catalog.resource_changed(resource, replaced=False)
    return LifetimesAnswer(len(carried.changed), [_refused(place, refused[place]) for place in sorted(refused)])


def _step(body: StepBody, at_ns: int, creator: str) -> Step:
    associates = tuple(
        Associates(each.type, with_resource_ids(read_query(each.search, SEARCH_LIMITS), creator), each.fields)
        for each in body.associates
    )
    return Step(body.do, body.type, resource_id(body.id, creator), body.id, at_ns, body.fields, associates)


def _refused(place: int, error: NephoscopeError) -> RefusedStep:
    problem = problem_of(error)
    return RefusedStep(place, problem.status, problem.message or problem.title)


def routes() -> list[BaseRoute]:
    """The page of this module."""
    return [at("/v1/resources/lifetimes", POST=operation(carry_out, "send samples"))]
