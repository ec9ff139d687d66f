# SPDX-License-Identifier: Apache-2.0
"""What the Gnocchi dialect is handed: the index, who may do what, limits, and whom to tell of changes."""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from nephoscope.api.auth.policy import Policy
from nephoscope.api.bodies import BodyLimits
from nephoscope.api.caller import Authenticator
from nephoscope.model.archive_policy import DEFAULT_METHODS
from nephoscope.model.resource import Resource
from nephoscope.model.search import SearchLimits
from nephoscope.query.metrics import MetricReader
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import GroupCommit
from nephoscope.store.index.contract import Index


class GnocchiSettings(msgspec.Struct, frozen=True):
    """Limits and defaults: rows a page at most, methods of policies that name none, sizes of bodies and searches."""

    max_limit: int = 1000
    default_methods: frozenset[str] = DEFAULT_METHODS
    body: BodyLimits = BodyLimits()
    search: SearchLimits = SearchLimits()


def _nobody(*_: object) -> None:
    """Nobody wants to know."""


class Hooks(msgspec.Struct, frozen=True):
    """Called, in the thread of the request, after the index has changed; what they raise reaches the caller."""

    on_metrics_deleted: Callable[[Sequence[UUID]], None] = _nobody
    on_policy_changed: Callable[[str], None] = _nobody
    # The resource as it is now, and whether its metrics were replaced: some may have left it.
    on_resource_changed: Callable[[Resource, bool], None] = _nobody
    on_resource_type_changed: Callable[[], None] = _nobody


class SeriesParts(msgspec.Struct, frozen=True):
    """The way of measures in and out: what ids mean, the commit that makes points durable, the reader of aggregates."""

    catalog: Catalog
    commit: GroupCommit
    reader: MetricReader
    measures_max: int = 1_000_000


class Parts(msgspec.Struct, frozen=True):
    """Everything that handlers of this dialect use."""

    index: Index
    authenticator: Authenticator
    policy: Policy = Policy()
    settings: GnocchiSettings = GnocchiSettings()
    hooks: Hooks = Hooks()
    series: SeriesParts | None = None

    @property
    def measured(self) -> SeriesParts:
        """The way of measures; it is there wherever the server runs."""
        assert self.series is not None
        return self.series
