# SPDX-License-Identifier: Apache-2.0
"""`slack+https://`: an incoming webhook of Slack, or of a chat that takes the same, such as Mattermost."""

import msgspec

from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.http import Posting
from nephoscope.act.notify.template import Template
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest

PREFIX = "slack+"


class Slack:
    """Posts `{"text": …}`, the text made by the template `[act] slack_text`."""

    def __init__(self, tools: Tools) -> None:
        self._posting = Posting(tools)
        try:
            self._text = Template(tools.settings.slack_text)
        except BadRequest as error:
            raise BadRequest(f"[act] slack_text: {error.message}") from None

    def place(self, target: str) -> str:
        url = WebUrl.of(target[len(PREFIX) :])
        self._posting.check(url)
        return url.place

    def notify(self, delivery: Delivery) -> Outcome:
        text = self._text.render(delivery.body, escape=escaped)
        body = msgspec.json.encode({"text": text})
        return self._posting.post(WebUrl.of(delivery.target[len(PREFIX) :]), delivery.key, body, {})


def escaped(text: str) -> str:
    """
    A value in Slack's notation: it can neither call people nor hide a link.

    >>> escaped("<!channel> & more")
    '&lt;!channel&gt; &amp; more'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
