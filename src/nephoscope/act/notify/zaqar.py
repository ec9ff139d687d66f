# SPDX-License-Identifier: Apache-2.0
"""`zaqar://` and `trust+zaqar://`: messages in queues of OpenStack's messaging service, over its HTTP API v2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec

from nephoscope.act.notify.answer import Answer, judged
from nephoscope.act.notify.body import ordered
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.exchange import Exchange, Failed
from nephoscope.act.notify.http import required, trust_token
from nephoscope.act.notify.url import WebUrl, query_of
from nephoscope.model.action_url import trust_of
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest, Unavailable

PLACE = "zaqar"
SUBSCRIPTION_TTL_S = 3600
SUBSCRIBERS_MAX = 20
VALUE_LENGTH_MAX = 2000
UNAUTHORIZED, CONFLICT = 401, 409
# What the URL of a pre-signed queue carries, and the headers that the service reads it from.
SIGNED = {
    "signature": "URL-Signature",
    "expires": "URL-Expires",
    "methods": "URL-Methods",
    "paths": "URL-Paths",
    "project_id": "X-Project-ID",
}


@dataclass(frozen=True)
class Queue:
    """
    A queue by its name, or by the topic that makes one for each alarm.

    `signed` are the headers of a pre-signed one, `subscribers` are told of its messages for `ttl_s` seconds.
    """

    name: str = ""
    topic: str = ""
    signed: Mapping[str, str] = field(default_factory=dict)
    subscribers: Sequence[str] = ()
    ttl_s: int = SUBSCRIPTION_TTL_S

    @classmethod
    def of(cls, target: str) -> "Queue":
        """Read an action; BadRequest says what it lacks."""
        options = query_of(target)
        last = {name: values[-1] for name, values in options.items()}
        for value in (value for values in options.values() for value in values):
            if not (value.isascii() and value.isprintable() and len(value) <= VALUE_LENGTH_MAX):
                raise BadRequest(f"the queue's URL has an option with signs that it cannot have: '{value[:20]}'")
        ttl = last.get("ttl", str(SUBSCRIPTION_TTL_S))
        if not (ttl.isdecimal() and 0 < int(ttl[:10]) < 2**31):
            raise BadRequest(f"ttl: expected seconds, found '{ttl[:20]}'")
        subscribers = options.get("subscriber", [])
        if len(subscribers) > SUBSCRIBERS_MAX:
            raise BadRequest(f"subscriber: there are {len(subscribers)}; a queue's URL has at most {SUBSCRIBERS_MAX}")
        return cls(
            name=last.get("queue_name", ""),
            topic=last.get("topic", ""),
            signed={header: last[name] for name, header in SIGNED.items() if name in last},
            subscribers=subscribers,
            ttl_s=int(ttl),
        )


class Zaqar:
    """Posts into a queue of the service's own project, or into one whose URL was signed beforehand."""

    def __init__(self, tools: Tools) -> None:
        self._service = _Service(tools)
        self._identity = required(tools)

    def place(self, target: str) -> str:
        queue = Queue.of(target)
        if queue.name and len(queue.signed) < len(SIGNED):
            raise BadRequest(f"queue_name: a queue's URL has {', '.join(SIGNED)} beside it; else, write topic=NAME")
        if not queue.name and not queue.topic:
            raise BadRequest("the queue's URL names none; expected zaqar://?topic=NAME, or a pre-signed queue_name")
        return PLACE

    def notify(self, delivery: Delivery) -> Outcome:
        self.place(delivery.target)
        queue = Queue.of(delivery.target)
        if queue.name:
            return self._service.put(queue.name, queue, delivery.body, queue.signed)
        name = f"{delivery.alarm_id}-{queue.topic}"
        try:
            token = self._identity.service_token()
            outcome = self._service.put(name, queue, delivery.body, {"X-Auth-Token": token})
            if outcome.status == UNAUTHORIZED:
                token = self._identity.service_token(refused=token)
                outcome = self._service.put(name, queue, delivery.body, {"X-Auth-Token": token})
        except Unavailable:
            return Outcome("again", cause="identity", error="the identity service gave no token")
        return outcome


class TrustZaqar:
    """Posts into a queue of whoever has given us a trust: `trust+zaqar://TRUST@?queue_name=NAME`."""

    def __init__(self, tools: Tools) -> None:
        self._service = _Service(tools)
        self._identity = required(tools)

    def place(self, target: str) -> str:
        self._queue(target)
        return PLACE

    def notify(self, delivery: Delivery) -> Outcome:
        queue, trust_id = self._queue(delivery.target)
        token = trust_token(self._identity, trust_id)
        if isinstance(token, Outcome):
            return token
        return self._service.put(queue.name, queue, delivery.body, {"X-Auth-Token": token})

    @staticmethod
    def _queue(target: str) -> tuple[Queue, str]:
        queue = Queue.of(target)
        trust = trust_of(target)
        if not queue.name or trust is None or not trust.id:
            raise BadRequest("the queue's URL cannot be read; expected trust+zaqar://TRUST@?queue_name=NAME")
        return queue, trust.id


class _Service:
    """The messaging service's API, as much of it as notifications need."""

    def __init__(self, tools: Tools) -> None:
        if not tools.settings.zaqar_url:
            raise BadRequest("notifications into queues need the messaging service; set [act] zaqar_url")
        self._base = tools.settings.zaqar_url.rstrip("/").removesuffix("/v2") + "/v2/queues/"
        WebUrl.of(self._base)
        self._verify = tools.settings.verify
        self._exchange = Exchange(tools)
        self._wall_s = tools.wall_s
        # The service asks who posts, so that messages do not come back to whoever did.
        self._client_id = str(uuid4())

    def put(self, name: str, queue: Queue, body: dict[str, Any], headers: Mapping[str, str]) -> Outcome:
        """Subscribe whoever is not yet, then post; the service makes a queue that it does not have."""
        deadline_s = self._exchange.deadline_s()
        try:
            for subscriber in queue.subscribers:
                wanted = {"subscriber": subscriber, "ttl": queue.ttl_s, "options": {}}
                answer = self._posted(f"{quote(name, safe='')}/subscriptions", wanted, headers, deadline_s)
                outcome = judged(answer, self._wall_s())
                # Conflict: it is subscribed already.
                if outcome.result != "delivered" and answer.status != CONFLICT:
                    return outcome
            message = {"messages": [{"body": ordered(body)}]}
            answer = self._posted(f"{quote(name, safe='')}/messages", message, headers, deadline_s)
            return judged(answer, self._wall_s())
        except Failed as failed:
            return failed.outcome

    def _posted(self, path: str, body: object, headers: Mapping[str, str], deadline_s: float) -> Answer:
        sent = {
            "Content-Type": "application/json",
            "Client-ID": self._client_id,
            "x-openstack-request-id": f"req-{uuid4()}",
            **headers,
        }
        return self._exchange.ask(
            "POST",
            WebUrl.of(self._base + path),
            sent,
            msgspec.json.encode(body),
            deadline_s=deadline_s,
            verify=self._verify,
            # The operator has said where the service is.
            guarded=False,
        )
