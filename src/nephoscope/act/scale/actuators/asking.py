# SPDX-License-Identifier: Apache-2.0
"""Requests of actuators: sent as notifications are, judged as questions are."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from nephoscope.act.notify.answer import TEMPORARY, Answer
from nephoscope.act.notify.exchange import Exchange, Failed
from nephoscope.act.notify.url import WebUrl
from nephoscope.act.scale.actuators.tools import Tools
from nephoscope.model.errors import BadRequest, NotFound, Unavailable

ANSWER_BYTES_MAX = 4_000_000


class Asking:
    """Asks others over HTTP, bounded as `[act]` says, and only where it lets requests go."""

    def __init__(self, tools: Tools) -> None:
        """BadRequest when certificates or networks of the settings cannot be used."""
        self._exchange = Exchange(tools.requests)
        self._verify = tools.requests.settings.verify

    def ask(self, method: str, url: WebUrl, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """
        An answer of the family 2xx.

        Errors  NotFound for 404, BadRequest for other answers that no repetition changes and for places that requests
                may not go to, Unavailable for all else.
        """
        try:
            answer = self._exchange.ask(
                method,
                url,
                {"Accept": "application/json", **headers},
                body,
                deadline_s=self._exchange.deadline_s(),
                verify=self._verify,
                bytes_max=ANSWER_BYTES_MAX,
            )
        except Failed as failed:
            kind = BadRequest if failed.outcome.result == "refused" else Unavailable
            raise kind(failed.outcome.error) from None
        if 200 <= answer.status < 300:
            return answer
        said = f"{url.place} answered {answer.status}"
        if answer.status == HTTPStatus.NOT_FOUND:
            raise NotFound(said)
        if answer.status < 500 and answer.status not in TEMPORARY:
            raise BadRequest(said)
        raise Unavailable(said)

    def close(self) -> None:
        """Let go of the connections."""
        self._exchange.close()


def decoded(url: WebUrl, answer: Answer) -> Any:
    """The JSON of an answer; Unavailable for what is none, or too long."""
    if not answer.whole:
        raise Unavailable(f"{url.place} did not say all, or more than {ANSWER_BYTES_MAX} bytes")
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable(f"{url.place} answered no JSON") from None
