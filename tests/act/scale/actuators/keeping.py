# SPDX-License-Identifier: Apache-2.0
"""Somebody else's program that keeps members: the other side of the actuator `webhook`, as its page describes it."""

import json
import socket
import threading
from typing import Any

from tests.act.notify.receivers import Receiver, answering


class Keeper:
    """Makes what it is told to at once, each name once."""

    def __init__(self, hook: Receiver) -> None:
        self.members: dict[str, dict[str, Any]] = {}
        self._hook = hook
        hook.usual = self.behave

    def behave(self, connection: socket.socket, ended: threading.Event) -> None:
        request = self._hook.requests[-1]
        if request.head.startswith(b"POST"):
            said = request.json
            for name in said.get("names", []):
                self.members.setdefault(name, {"name": name, "id": f"i-{name}", "created": "2027-01-15T08:00:00Z"})
            for each in said.get("members", []):
                self.members.pop(each["name"], None)
        body = json.dumps({"members": list(self.members.values())}).encode()
        answering(200, body=body)(connection, ended)
