# SPDX-License-Identifier: Apache-2.0
"""Our own API, which our agent, command line and pages use."""

from starlette.routing import BaseRoute

from nephoscope.api.native import backup, journey, metrics, openapi, samples, sql, status
from nephoscope.api.problems import render_native as render_problem

__all__ = ["render_problem", "routes"]

MODULES = (samples, metrics, status, sql, journey, backup)


def routes() -> list[BaseRoute]:
    """Every address of the dialect."""
    described = [route for module in MODULES for route in module.routes()]
    return [*described, *openapi.routes(described)]
