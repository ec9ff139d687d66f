# SPDX-License-Identifier: Apache-2.0
"""The backlog, as clients of Gnocchi ask for it: here points are readable when their request is answered."""

import os
import socket
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.gnocchi.call import Call, at
from nephoscope.api.gnocchi.render import reply


def show_status(call: Call) -> Response:
    """`GET /v1/status`: nothing waits; this process is the one that works. `details=false` leaves out the map."""
    call.allow("get status")
    storage: dict[str, Any] = {"summary": {"metrics": 0, "measures": 0}}
    if call.arguments.flag("details", default=True):
        storage["measures_to_process"] = {}
    worker = f"{socket.gethostname()}.{os.getpid()}"
    return reply({"storage": storage, "metricd": {"processors": [worker], "statistics": {worker: {}}}})


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/status", GET=show_status)]
