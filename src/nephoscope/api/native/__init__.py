# SPDX-License-Identifier: Apache-2.0
"""Our own API, which our agent, command line and pages use."""

from starlette.routing import BaseRoute

from nephoscope.api.native import backup, journey, metrics, samples, sql, status
from nephoscope.api.problems import render_native as render_problem

__all__ = ["render_problem", "routes"]


def routes() -> list[BaseRoute]:
    """Every address of the dialect."""
    return [route for module in (samples, metrics, status, sql, journey, backup) for route in module.routes()]
