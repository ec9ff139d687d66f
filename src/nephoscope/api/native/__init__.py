# SPDX-License-Identifier: Apache-2.0
"""Our own API, which our agent, command line and pages use."""

from starlette.routing import BaseRoute

from nephoscope.api.native import (
    agents,
    alarm_files,
    alarm_past,
    alarm_writing,
    alarms,
    archive_policies,
    audit,
    backup,
    contact_points,
    dead_letters,
    events,
    journey,
    lifetimes,
    measures,
    metrics,
    openapi,
    overview,
    projects,
    query,
    resource_types,
    resources,
    route_groups,
    routing,
    samples,
    scaling,
    scaling_groups,
    scaling_policies,
    search,
    series,
    session,
    shared_work,
    silences,
    sql,
    status,
    tokens,
    users,
)
from nephoscope.api.problems import render_native as render_problem

__all__ = ["render_problem", "routes"]

MODULES = (
    session,
    users,
    projects,
    tokens,
    audit,
    samples,
    lifetimes,
    shared_work,
    agents,
    metrics,
    status,
    sql,
    journey,
    backup,
    resource_types,
    resources,
    series,
    search,
    overview,
    query,
    measures,
    archive_policies,
    events,
    dead_letters,
    alarm_files,
    alarm_past,
    alarms,
    alarm_writing,
    contact_points,
    routing,
    route_groups,
    silences,
    scaling,
    scaling_groups,
    scaling_policies,
)


def routes() -> list[BaseRoute]:
    """Every address of the dialect."""
    described = [route for module in MODULES for route in module.routes()]
    return [*described, *openapi.routes(described)]
