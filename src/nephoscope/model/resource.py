# SPDX-License-Identifier: Apache-2.0
"""Resources: the things measured, with typed attributes and a history of them."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from nephoscope.model import timestamp
from nephoscope.model.creator import created_by
from nephoscope.model.metric import MetricDraft

CURRENT_REVISION = -1

Scalar = str | float | bool | None
MetricMap = Mapping[str, UUID | MetricDraft]


class Resource(msgspec.Struct, frozen=True):
    """
    A resource as it is now (`revision` -1, `revision_end_ns` None) or as it was during an earlier revision.

    Times are nanoseconds since the epoch, UTC, in whole microseconds. `attributes` holds every attribute of the
    resource's type in presentable form (a datetime as ISO text, None when unset); it is empty where the resource was
    asked for as `generic`. `metrics` maps names to the ids of the active metrics of today.
    """

    id: UUID
    original_resource_id: str
    type: str
    creator: str | None
    user_id: str | None
    project_id: str | None
    started_at_ns: int
    ended_at_ns: int | None
    revision_start_ns: int
    revision_end_ns: int | None = None
    revision: int = CURRENT_REVISION
    attributes: dict[str, Scalar] = {}
    metrics: dict[str, UUID] = {}

    @property
    def created_by_user_id(self) -> str | None:
        return created_by(self.creator)[0]

    @property
    def created_by_project_id(self) -> str | None:
        return created_by(self.creator)[1]

    @property
    def etag(self) -> str:
        """SHA-1 in hex of the id and the start of the revision, without the quotes that HTTP puts around it."""
        text = f"{self.id}{timestamp.render(self.revision_start_ns)}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class ResourceDraft(msgspec.Struct, frozen=True):
    """
    A resource to be made. `id` is `resource_id.resource_id(original_resource_id, creator)`.

    `attributes` holds raw values, as decoded from JSON; they are checked against the type when the resource is made.
    `started_at_ns` None means now. In `metrics` a UUID attaches an existing metric under that name; the caller has
    made sure that its creator may do so.
    """

    id: UUID
    original_resource_id: str
    type: str = "generic"
    creator: str | None = None
    user_id: str | None = None
    project_id: str | None = None
    started_at_ns: int | None = None
    ended_at_ns: int | None = None
    attributes: Mapping[str, object] = {}
    metrics: MetricMap = {}


class ResourceChange(msgspec.Struct, frozen=True):
    """
    What a PATCH changes; UNSET fields and attributes that are not named stay as they are.

    `metrics` replaces the whole map (metrics left out are detached, not deleted). New ones belong to
    `metrics_creator`.
    """

    user_id: str | UnsetType | None = UNSET
    project_id: str | UnsetType | None = UNSET
    started_at_ns: int | UnsetType = UNSET
    ended_at_ns: int | UnsetType | None = UNSET
    attributes: Mapping[str, object] = {}
    metrics: MetricMap | UnsetType = UNSET
    metrics_creator: str | None = None


class Series(msgspec.Struct, frozen=True):
    """One metric of one resource (or of one revision of it), as found for an aggregation over resources."""

    resource: Resource
    metric_id: UUID
    metric_number: int
    metric_name: str
    archive_policy_name: str


class SeriesGroup(msgspec.Struct, frozen=True):
    """Series whose resources have the same values of the attributes asked for: `key`, in the order asked for."""

    key: tuple[Scalar, ...]
    series: tuple[Series, ...]


class Member(msgspec.Struct, frozen=True):
    """One metric of one of the resources that a search found, and the projects that may see it."""

    project_id: str | None
    created_by_project_id: str | None
    metric_number: int
    metric_name: str
    archive_policy_name: str


class Removed(msgspec.Struct, frozen=True):
    """What a deletion of resources took away: how many resources, and the metrics that are marked deleted now."""

    resources: int
    metric_ids: tuple[UUID, ...]
