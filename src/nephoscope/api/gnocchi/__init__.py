# SPDX-License-Identifier: Apache-2.0
"""The Gnocchi v1 dialect, so that clients written for that service work unchanged."""

from starlette.routing import BaseRoute

from nephoscope.api.gnocchi import (
    aggregates,
    aggregation,
    archive_policies,
    archive_policy_rules,
    batch,
    influxdb,
    measures,
    metrics,
    prometheus,
    resource_lists,
    resource_types,
    resources,
    root,
    status,
)
from nephoscope.api.gnocchi.problem import render_problem

__all__ = ["render_problem", "routes"]


def routes() -> list[BaseRoute]:
    """Every address of the dialect."""
    modules = (
        root,
        status,
        measures,
        batch,
        prometheus,
        influxdb,
        aggregates,
        aggregation,
        archive_policies,
        archive_policy_rules,
        metrics,
        resource_types,
        resource_lists,
        resources,
    )
    return [route for module in modules for route in module.routes()]
