# SPDX-License-Identifier: Apache-2.0
"""
Who is told of alarms: one row of `NOTIFIERS` for each scheme of an action's URL.

Packages outside add rows of the same form in the entry-point group `nephoscope.notifiers`.
"""

from nephoscope.act.notify.contract import Channel, Tools
from nephoscope.model import row_table

ENTRY_POINT_GROUP = "nephoscope.notifiers"

NOTIFIERS: dict[str, str] = {
    "command": "nephoscope.act.notify.command:Command",
    "http": "nephoscope.act.notify.http:Http",
    "https": "nephoscope.act.notify.http:Http",
    "log": "nephoscope.act.notify.log:Log",
    "mailto": "nephoscope.act.notify.mail:Mail",
    "scale": "nephoscope.act.notify.scale:Scale",
    "slack+https": "nephoscope.act.notify.slack:Slack",
    "test": "nephoscope.act.notify.log:Nowhere",
    "trust+heat": "nephoscope.act.notify.heat:TrustHeat",
    "trust+http": "nephoscope.act.notify.http:TrustHttp",
    "trust+https": "nephoscope.act.notify.http:TrustHttp",
    "trust+zaqar": "nephoscope.act.notify.zaqar:TrustZaqar",
    "zaqar": "nephoscope.act.notify.zaqar:Zaqar",
}


def offered() -> dict[str, str]:
    """Every scheme that `made` knows, ours and those of other packages: scheme -> `module:Class`, sorted."""
    return row_table.offered(NOTIFIERS, ENTRY_POINT_GROUP)


def scheme_of(target: str) -> str:
    """
    What stands before the first colon of an action, in small letters; "" where there is none.

    >>> scheme_of("Trust+HTTP://t@heat:8004/x")
    'trust+http'
    """
    scheme, colon, _ = target.partition(":")
    return scheme.lower() if colon else ""


def made(scheme: str, tools: Tools) -> Channel:
    """The channel of a scheme. NotFound says which schemes there are, BadRequest what is not set up for it."""
    channel: Channel = row_table.load("notifier", scheme, NOTIFIERS, ENTRY_POINT_GROUP)(tools)
    return channel
