# SPDX-License-Identifier: Apache-2.0
"""What was stored while its acknowledgement may have been lost with the connection: it comes again, and is known."""

import hashlib
from collections import Counter, deque
from collections.abc import Iterable

from nephoscope.receive.transport.amqp_settings import Delivered

# So many entries RabbitMQ keeps of a queue before it writes down at last which messages were acknowledged. A digest
# takes some 60 bytes.
REMEMBERED = 32768
# Connections that break one after the other leave doubts behind; the oldest go.
DOUBTS_MAX = 2 * REMEMBERED


class Doubt:
    """
    Remembers the messages that were stored and acknowledged last, by a digest of their bodies.

    An acknowledgement is not answered: one that was under way when the connection broke may have been lost, and a
    broker that died forgets even those that it had read but not written down, and that it delivered the message
    before. So after a break each of them may come once more, and is then not stored again. Used by one thread.
    """

    def __init__(self, remembered: int = REMEMBERED, doubts_max: int = DOUBTS_MAX) -> None:
        self._recent: deque[bytes] = deque(maxlen=remembered)
        self._doubtful: Counter[bytes] = Counter()
        self._doubts_max = doubts_max

    def acknowledged(self, batch: Iterable[Delivered]) -> None:
        """The batch is stored, and the broker was told so."""
        self._recent.extend(_digest(each) for each in batch)

    def unacknowledged(self, batch: Iterable[Delivered]) -> None:
        """The batch is stored, and the broker could not be told."""
        self._doubtful.update(_digest(each) for each in batch)
        while len(self._doubtful) > self._doubts_max:
            del self._doubtful[next(iter(self._doubtful))]

    def disconnected(self) -> None:
        """Whatever was acknowledged lately may come again."""
        self._doubtful.update(self._recent)
        self._recent.clear()
        self.unacknowledged(())

    def new(self, batch: Iterable[Delivered]) -> list[Delivered]:
        """Those of the batch that were not stored before, in order."""
        return [each for each in batch if not self._known(each)]

    def _known(self, message: Delivered) -> bool:
        if not self._doubtful:
            return False
        digest = _digest(message)
        times = self._doubtful.pop(digest, 0)
        if times > 1:
            self._doubtful[digest] = times - 1
        return times > 0


def _digest(message: Delivered) -> bytes:
    return hashlib.blake2b(message.body, digest_size=16).digest()
