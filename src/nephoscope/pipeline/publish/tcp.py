# SPDX-License-Identifier: Apache-2.0
"""`tcp://`: samples as msgpack over a connection, each behind its length."""

import fcntl
import socket
import struct
import termios
import time
from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import required_host, timeout_s
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import batch, encoded, framed, in_parts, sendable, signing, wire_maps

PORT = 4952
GLANCE_S = 0.002


class Tcp:
    """
    Keeps one connection; a batch on which that breaks is sent again from its start.

    The protocol has no answers, so a batch counts as taken once the peer's machine has acknowledged its last byte.
    """

    OPTIONS: ClassVar[dict[str, str]] = {
        "timeout": "seconds for the connection, and for the peer to take a batch (default 5)"
    }
    TAKES_EVENTS = False

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        self._peer = (required_host(url), PORT if url.port is None else url.port)
        self._timeout_s = timeout_s(url, 5)
        self._secret = settings.telemetry_secret
        self._connection: socket.socket | None = None

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        messages = encoded(wire_maps(sendable(samples)), signing(msgspec.msgpack.encode, self._secret))
        return (batch(framed(part), len(part), now_ns) for part in in_parts(messages))

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        raise BadRequest("tcp:// takes no events")

    def send(self, batch: EncodedBatch) -> Outcome:
        try:
            connection = self._connected()
            connection.sendall(batch.body)
            self._await_acknowledgement(connection)
        except OSError as error:
            self.close()
            return RetryLater(f"{self._peer[0]}:{self._peer[1]}: {error}")
        return Accepted()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> socket.socket:
        if self._connection is not None and _ended(self._connection):
            self.close()
        if self._connection is None:
            self._connection = socket.create_connection(self._peer, self._timeout_s)
        return self._connection

    def _await_acknowledgement(self, connection: socket.socket) -> None:
        until = time.monotonic() + self._timeout_s
        while _unacknowledged_bytes(connection):
            if time.monotonic() > until:
                raise TimeoutError("the peer does not acknowledge what it was sent")
            time.sleep(GLANCE_S)
        if error := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, "the connection broke")


def _ended(connection: socket.socket) -> bool:
    """Whether the peer has closed; it has nothing to say otherwise."""
    patience_s = connection.gettimeout()
    connection.setblocking(False)
    try:
        return connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(patience_s)


def _unacknowledged_bytes(connection: socket.socket) -> int:
    """What of the bytes sent the peer's kernel has not confirmed, as Linux tells."""
    told = fcntl.ioctl(connection, termios.TIOCOUTQ, struct.pack("i", 0))
    return int(struct.unpack("i", told)[0])
