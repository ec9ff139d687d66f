# SPDX-License-Identifier: Apache-2.0
"""`http://` and `https://`: the notification is posted to an address; `trust+…`: with a token of whoever trusts us."""

import base64
from collections.abc import Mapping
from string import punctuation
from urllib.parse import quote

from nephoscope.act.notify.answer import judged
from nephoscope.act.notify.body import encoded
from nephoscope.act.notify.contract import Identity, Outcome, Tools
from nephoscope.act.notify.exchange import Exchange, Failed
from nephoscope.act.notify.secret import SIGNATURE_HEADER, SecretFile, signature
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.action_url import TRUST, trust_of
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest, NotFound, Unavailable
from nephoscope.model.ids import random_uuid

VERIFY_OPTION = "aodh-alarm-ssl-verify"
VERIFIES = {"0": False, "1": True}


class Posting:
    """Posts JSON as every notification over HTTP is posted: known by its key, signed where there is a secret."""

    def __init__(self, tools: Tools) -> None:
        """BadRequest names the setting that is wrong."""
        self._exchange = Exchange(tools)
        self._verify = tools.settings.verify
        self._wall_s = tools.wall_s
        self._secret = SecretFile("signature_secret_file", tools.settings.signature_secret_file)

    def post(self, url: WebUrl, key: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a body once and judge the answer."""
        sent = {
            "Content-Type": "application/json",
            "x-openstack-request-id": f"req-{random_uuid()}",
            "Idempotency-Key": quote(key, safe=punctuation),
            **headers,
        }
        try:
            if secret := self._secret.read():
                sent[SIGNATURE_HEADER] = signature(body, secret, int(self._wall_s()))
            deadline_s = self._exchange.deadline_s()
            verify = self._verifies(url)
            answer = self._exchange.ask("POST", url, sent, body, deadline_s=deadline_s, verify=verify)
        except Unavailable as error:
            return Outcome("again", cause="settings", error=error.message)
        except Failed as failed:
            return failed.outcome
        return judged(answer, self._wall_s())

    def check(self, url: WebUrl) -> None:
        """BadRequest names the option that is wrong."""
        self._verifies(url)

    def _verifies(self, url: WebUrl) -> bool:
        """Whether the peer's certificate counts: the option stays in the address that is posted to."""
        text = url.option(VERIFY_OPTION)
        if text not in ("", *VERIFIES):
            raise BadRequest(f"{VERIFY_OPTION}: expected 0 or 1, found '{text[:20]}'")
        return VERIFIES.get(text, self._verify)


class Http:
    """Posts to the URL as it is written; a user and a password in it become HTTP's basic authentication."""

    def __init__(self, tools: Tools) -> None:
        self._posting = Posting(tools)

    def place(self, target: str) -> str:
        url = WebUrl.of(target)
        self._posting.check(url)
        return url.place

    def notify(self, delivery: Delivery) -> Outcome:
        url = WebUrl.of(delivery.target)
        return self._posting.post(url, delivery.key, encoded(delivery.body), basic(url))


class TrustHttp:
    """Posts with a token that the identity service gives us for the trust in the URL's user part."""

    def __init__(self, tools: Tools) -> None:
        self._posting = Posting(tools)
        self._identity = required(tools)

    def place(self, target: str) -> str:
        url, _ = self._read(target)
        self._posting.check(url)
        return url.place

    def notify(self, delivery: Delivery) -> Outcome:
        url, trust_id = self._read(delivery.target)
        token = trust_token(self._identity, trust_id)
        if isinstance(token, Outcome):
            return token
        return self._posting.post(url, delivery.key, encoded(delivery.body), {"X-Auth-Token": token})

    @staticmethod
    def _read(target: str) -> tuple[WebUrl, str]:
        trust = trust_of(target)
        if trust is None or not trust.id:
            raise BadRequest("the action's URL names no trust; expected trust+http://TRUST@HOST")
        return WebUrl.of(target[len(TRUST) :]), trust.id


def required(tools: Tools) -> Identity:
    """The identity service; BadRequest where none is configured."""
    if tools.identity is None:
        raise BadRequest("notifications by a trust or into queues need the identity service; set [keystone]")
    return tools.identity


def trust_token(identity: Identity, trust_id: str) -> str | Outcome:
    """A token for a trust, or what it means that there is none."""
    try:
        return identity.trust_token(trust_id)
    except NotFound:
        return Outcome("refused", cause="trust", error="the trust is gone, or was not given to us")
    except Unavailable:
        return Outcome("again", cause="identity", error="the identity service gave no token")


def basic(url: WebUrl) -> dict[str, str]:
    """The header for a user and a password in a URL; none without."""
    if not url.user and not url.password:
        return {}
    credentials = base64.b64encode(f"{url.user}:{url.password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {credentials}"}
