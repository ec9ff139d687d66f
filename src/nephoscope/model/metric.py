# SPDX-License-Identifier: Apache-2.0
"""Metrics: stored series, each one meter of at most one resource under one archive policy."""

from typing import Literal
from uuid import UUID

import msgspec

from nephoscope.model.creator import created_by
from nephoscope.model.errors import BadRequest
from nephoscope.model.text import TEXT_LENGTH_MAX, is_storable

MetricStatus = Literal["active", "delete"]
Kind = Literal["gauge", "delta", "cumulative"]
UNIT_LENGTH_MAX = 31


class Metric(msgspec.Struct, frozen=True, gc=False):
    """
    `number` is the series key in the column store: small, never given twice. `name` and `unit` may be missing.

    `kind` says what is counted: a value as it is, its growth since the sample before, or all growth since a restart;
    None where nobody has said.
    """

    id: UUID
    number: int
    name: str | None
    unit: str | None
    creator: str | None
    resource_id: UUID | None
    archive_policy_name: str
    status: MetricStatus = "active"
    kind: Kind | None = None

    @property
    def created_by_user_id(self) -> str | None:
        return created_by(self.creator)[0]

    @property
    def created_by_project_id(self) -> str | None:
        return created_by(self.creator)[1]


class MetricDraft(msgspec.Struct, frozen=True):
    """
    A metric to be made. Without `archive_policy_name` the first matching rule decides; `id` None: a random one.

    In the metrics map of a resource, and where a resource's metrics are added, the key gives the name, and
    `resource_id` and `creator` come from there too: what stands here is not looked at.
    """

    name: str | None = None
    archive_policy_name: str | None = None
    unit: str | None = None
    resource_id: UUID | None = None
    creator: str | None = None
    id: UUID | None = None
    kind: Kind | None = None


def check_name(name: str) -> None:
    """Refuse, as BadRequest, a metric name with a slash, an empty or too long one, or one that cannot be stored."""
    if "/" in name:
        raise BadRequest("'/' is not supported in metric name")
    if not 1 <= len(name) <= TEXT_LENGTH_MAX or not is_storable(name):
        raise BadRequest(f"A metric name has 1 to {TEXT_LENGTH_MAX} characters, no NUL and no unpaired surrogates")


def check_unit(unit: str) -> None:
    """Refuse, as BadRequest, a unit that is too long or cannot be stored."""
    if len(unit) > UNIT_LENGTH_MAX or not is_storable(unit):
        raise BadRequest(f"A unit has at most {UNIT_LENGTH_MAX} characters, no NUL and no unpaired surrogates")
