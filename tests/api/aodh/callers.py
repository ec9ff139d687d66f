# SPDX-License-Identifier: Apache-2.0
"""Who asks in tests of the dialect, and what they write."""

from typing import Any

from tests.api.asgi import Answer, Client

BLUE, GREEN = "p-blue", "p-green"


class Asker:
    """Asks as one caller below `/aodh/v2`."""

    def __init__(self, client: Client, user: str, project: str, roles: str) -> None:
        self._client = client
        self.user = user
        self.project = project
        self.headers = {"X-User-Id": user, "X-Project-Id": project, "X-Roles": roles}

    def __call__(self, method: str, path: str, data: object = None, **headers: str) -> Answer:
        """Send one request, `data` as JSON."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self._client.request(method, f"/aodh/v2{path}", data=data, headers=sent)

    def raw(self, method: str, path: str, body: bytes, media_type: str = "application/json") -> Answer:
        """Send bytes."""
        headers = {**self.headers, "Content-Type": media_type}
        return self._client.request(method, f"/aodh/v2{path}", body=body, headers=headers)

    def done(self, method: str, path: str, data: object = None, **headers: str) -> Any:
        """The content of an answer that has to be a good one."""
        answer = self(method, path, data, **headers)
        assert 200 <= answer.status < 300, answer.text
        return answer.json() if answer.body else None

    def refused(self, status: int, method: str, path: str, data: object = None, **headers: str) -> Any:
        """What is said where the answer has to have a status that is none."""
        return fault_of(self(method, path, data, **headers), status)

    def makes(self, **attributes: Any) -> Any:
        """A new alarm, an event alarm unless it says otherwise."""
        return self.done("POST", "/alarms", event_alarm(**attributes))


def fault_of(answer: Answer, status: int) -> Any:
    """What a fault says."""
    assert answer.status == status, answer.text
    fault = answer.json()["error_message"]
    assert set(fault) == {"faultcode", "faultstring", "debuginfo"}
    return fault["faultstring"]


def event_alarm(**attributes: Any) -> dict[str, Any]:
    """The smallest body there is, and more attributes."""
    return {"name": "tried", "type": "event", "event_rule": {}, **attributes}


def threshold_alarm(rule: dict[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A body with a threshold of one metric of one resource; what `rule` has replaces the rule's own."""
    threshold = {
        "metric": "cpu",
        "resource_id": "r1",
        "resource_type": "instance",
        "aggregation_method": "mean",
        "threshold": 80.0,
    }
    kind = "gnocchi_resources_threshold"
    return {"name": "tried", "type": kind, f"{kind}_rule": {**threshold, **(rule or {})}, **attributes}


def group_alarm(query: str, resource_type: str = "instance", **attributes: Any) -> dict[str, Any]:
    """A body with a threshold over what a search finds."""
    kind = "gnocchi_aggregation_by_resources_threshold"
    rule = {
        "metric": "cpu",
        "query": query,
        "resource_type": resource_type,
        "aggregation_method": "mean",
        "threshold": 1,
    }
    return {"name": "tried", "type": kind, f"{kind}_rule": rule, **attributes}
