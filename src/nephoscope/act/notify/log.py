# SPDX-License-Identifier: Apache-2.0
"""`log:` writes a notification into the server's log, `test:` takes it and does nothing."""

import logging

from nephoscope.act.notify.body import is_group, ordered
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.template import Template, one_line
from nephoscope.model.delivery import Delivery

log = logging.getLogger("nephoscope.notifications")

LINE = Template("alarm ${alarm_name} (${alarm_id}, ${severity}) went from ${previous} to ${current}: ${reason}")
GROUP_LINE = Template("contact point ${receiver}: ${title} ${message}")


class Log:
    """One line for each notification, at level info."""

    def __init__(self, tools: Tools) -> None:
        """There is nothing to set."""

    def place(self, target: str) -> str:
        return "log"

    def notify(self, delivery: Delivery) -> Outcome:
        fields = {"alarm": ordered(delivery.body), "key": delivery.key}
        line = GROUP_LINE if is_group(delivery.body) else LINE
        log.info("%s", one_line(line.render(delivery.body)), extra={"fields": fields})
        return Outcome("delivered")


class Nowhere:
    """Counts as delivered and leaves no trace, as tests of alarms want it."""

    def __init__(self, tools: Tools) -> None:
        """There is nothing to set."""

    def place(self, target: str) -> str:
        return "test"

    def notify(self, delivery: Delivery) -> Outcome:
        return Outcome("delivered")
