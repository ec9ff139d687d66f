# SPDX-License-Identifier: Apache-2.0
"""
A notifier in a process of its own, to be killed.

    python -m tests.act.notify.notifying_program INDEX_URL

Delivers what is in the index's outbox until standard input closes.
"""

import sys

from nephoscope.act.notify.notifier import Notifier
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.store.index import open_index
from tests.act.notify.made import LOOPBACK


def main() -> None:
    """Start, wait, end."""
    index = open_index(sys.argv[1])
    notifier = Notifier(index.outbox, NotifierSettings(allowed_networks=LOOPBACK, poll_interval_s=0.05))
    notifier.start()
    sys.stdin.read()
    notifier.stop(10)
    index.close()


if __name__ == "__main__":
    main()
