# SPDX-License-Identifier: Apache-2.0
"""The Aodh v2 dialect, so that clients written for that service work unchanged."""

from starlette.routing import BaseRoute

from nephoscope.api.aodh import alarms, complex_queries, history, metrics, quotas, root
from nephoscope.api.aodh.problem import render_problem

__all__ = ["render_problem", "routes"]


def routes() -> list[BaseRoute]:
    """Every address of the dialect."""
    modules = (root, alarms, history, complex_queries, quotas, metrics)
    return [route for module in modules for route in module.routes()]
