# SPDX-License-Identifier: Apache-2.0
"""A stack with a scaling group, as the orchestration service tells of it and takes signals for it."""

import json
import socket
import threading
from typing import Any

from tests.act.notify.receivers import Receiver, answering

# As the service writes it; it must arrive byte for byte.
SIGNED = (
    "/v1/signal/arn%3Aopenstack%3Aheat%3A%3Ap-1%3Astacks/web/s-1/resources/out"
    "?SignatureMethod=HmacSHA256&SignatureVersion=2&AWSAccessKeyId=k&Signature=a%2Bb%2F%3D"
)


class Stack:
    """A stack whose group `asg` grows and shrinks by one when it is signalled, but passes over the first `deaf`."""

    def __init__(self, heat: Receiver) -> None:
        self.members: list[dict[str, Any]] = []
        self.status = "CREATE_COMPLETE"
        self.deaf = 0
        self._made = 0
        self._heat = heat
        heat.usual = self.behave

    def add(self, status: str = "CREATE_COMPLETE", **more: Any) -> None:
        self._made += 1
        usual = {
            "resource_name": f"r{self._made}",
            "physical_resource_id": f"i-{self._made}",
            "resource_status": status,
            "resource_status_reason": "state changed",
            "creation_time": "2027-01-15T08:00:00Z",
            "parent_resource": "asg",
            "links": [],
        }
        self.members.append({**usual, **more})

    def behave(self, connection: socket.socket, ended: threading.Event) -> None:
        request = self._heat.requests[-1]
        if request.head.startswith(b"POST"):
            if self.deaf:
                self.deaf -= 1
            elif "/resources/out" in request.target:
                self.add()
            else:
                self.members.pop(0)
            answering(200)(connection, ended)
            return
        group = {"resource_name": "asg", "resource_status": self.status, "physical_resource_id": "n-1"}
        others = [{"resource_name": "out", "resource_status": "CREATE_COMPLETE"}]
        body = json.dumps({"resources": [group, *others, *self.members]}).encode()
        answering(200, body=body)(connection, ended)


def options(port: int, **more: str) -> dict[str, str]:
    """What a group with such a stack says; the service listens at the port."""
    trusted = f"trust+http://t-1@127.0.0.1:{port}/v1/p-1/stacks/web/s-1"
    return {
        "stack_url": trusted,
        "group": "asg",
        "grow_url": f"http://127.0.0.1:{port}{SIGNED}",
        "shrink_url": f"{trusted}/resources/in/signal",
        **more,
    }
