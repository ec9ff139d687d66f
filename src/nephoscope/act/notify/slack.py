# SPDX-License-Identifier: Apache-2.0
"""`slack+https://`: an incoming webhook of Slack, or of a chat that takes the same, such as Mattermost."""

import msgspec

from nephoscope.act.notify.body import is_group
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.http import Posting
from nephoscope.act.notify.template import Template
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest

PREFIX = "slack+"


class Slack:
    """Posts `{"text": …}`, the text made by the template `[act] slack_text`, of groups by `group_slack_text`."""

    def __init__(self, tools: Tools) -> None:
        self._posting = Posting(tools)
        self._text = _template("slack_text", tools.settings.slack_text)
        self._group_text = _template("group_slack_text", tools.settings.group_slack_text)

    def place(self, target: str) -> str:
        url = WebUrl.of(target[len(PREFIX) :])
        self._posting.check(url)
        return url.place

    def notify(self, delivery: Delivery) -> Outcome:
        template = self._group_text if is_group(delivery.body) else self._text
        text = template.render(delivery.body, escape=escaped)
        body = msgspec.json.encode({"text": text})
        return self._posting.post(WebUrl.of(delivery.target[len(PREFIX) :]), delivery.key, body, {})


def _template(setting: str, text: str) -> Template:
    try:
        return Template(text)
    except BadRequest as error:
        raise BadRequest(f"[act] {setting}: {error.message}") from None


def escaped(text: str) -> str:
    """
    A value in Slack's notation: it can neither call people nor hide a link.

    >>> escaped("<!channel> & more")
    '&lt;!channel&gt; &amp; more'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
