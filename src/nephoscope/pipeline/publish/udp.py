# SPDX-License-Identifier: Apache-2.0
"""`udp://`: samples as msgpack, a datagram each, which nobody acknowledges."""

import errno
import logging
import socket
from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import required_host
from nephoscope.pipeline.publish.tcp import PORT
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.publish.wire import batch, encoded, framed, in_parts, sendable, signing, unframed, wire_maps

log = logging.getLogger(__name__)


class Udp:
    """
    Hands datagrams to the kernel; what becomes of them on the way nobody tells, but for one thing.

    A host on which nobody listens says so. When it does while a batch is sent, the batch is sent again later; when it
    does afterwards, that batch is counted as lost.
    """

    OPTIONS: ClassVar[dict[str, str]] = {}
    TAKES_EVENTS = False

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        self._peer = (required_host(url), PORT if url.port is None else url.port)
        self._secret = settings.telemetry_secret
        self._socket: socket.socket | None = None
        self._handed_over = 0

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        messages = encoded(wire_maps(sendable(samples)), signing(msgspec.msgpack.encode, self._secret))
        return (batch(framed(part), len(part), now_ns) for part in in_parts(messages))

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        raise BadRequest("udp:// takes no events")

    def send(self, batch: EncodedBatch) -> Outcome:
        try:
            connected = self._connected()
            self._count_refused(connected)
            for datagram in unframed(batch.body):
                _hand_over(connected, datagram)
            _raise_pending(connected)
        except OSError as error:
            self.close()
            return RetryLater(f"{self._peer[0]}:{self._peer[1]}: {error.strerror or error}")
        self._handed_over = batch.samples
        return Accepted()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._handed_over = 0

    def _connected(self) -> socket.socket:
        """A socket that is told about refusals, which only connected ones are."""
        if self._socket is None:
            family, kind, protocol, _, address = socket.getaddrinfo(*self._peer, type=socket.SOCK_DGRAM)[0]
            self._socket = socket.socket(family, kind, protocol)
            self._socket.settimeout(5)
            self._socket.connect(address)
        return self._socket

    def _count_refused(self, connected: socket.socket) -> None:
        """Look whether the batch before was refused once it was on its way."""
        try:
            _raise_pending(connected)
        except ConnectionRefusedError:
            dropped("publish", "udp refused", self._handed_over)
            raise
        finally:
            self._handed_over = 0


def _hand_over(connected: socket.socket, datagram: bytes) -> None:
    try:
        connected.send(datagram)
    except OSError as error:
        if error.errno != errno.EMSGSIZE:
            raise
        dropped("publish", "datagram too long")
        log.warning("a sample of %d bytes is too long for a datagram; lost", len(datagram))


def _raise_pending(connected: socket.socket) -> None:
    if number := connected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(number, "nobody listens there" if number == errno.ECONNREFUSED else "cannot be reached")
