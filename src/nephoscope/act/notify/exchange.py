# SPDX-License-Identifier: Apache-2.0
"""
One HTTP request and its answer, in time, on a connection that nobody else uses meanwhile and that is kept for a moment.

Written on the standard library's client because of what it does not do: it writes the address as it is given, follows
nothing, and speaks over the socket that it is handed, which leads where the guard said.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import cast

from nephoscope.act.notify.connections import Connection, Connections
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.guard import Address, Guard
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.errors import BadRequest, Forbidden

ANSWER_BYTES_MAX = 65536
# Request timeout, and too many requests.
TEMPORARY = frozenset({408, 429})
SENT_AT_ONCE = 16384


@dataclass(frozen=True)
class Answer:
    """
    A status, and the headers that came with it, their names in small letters.

    `body` is what was said, cut where it was longer than whoever asked would read; `whole` tells that it was not.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    whole: bool = True


class Failed(Exception):
    """No answer, and what that means for the delivery."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.error)
        self.outcome = outcome


class Exchange:
    """Sends requests as the settings say: certificates, times, and where they may go."""

    def __init__(self, tools: Tools) -> None:
        """BadRequest when certificates or networks of the settings cannot be used."""
        settings = tools.settings
        self._settings = settings
        self._monotonic_s = tools.monotonic_s
        self._guarded = Guard(settings.allowed_networks, settings.refused_networks, tools.resolve)
        self._anywhere = Guard(("0.0.0.0/0", "::/0"), (), tools.resolve)
        self._verifying = tls_context(settings, verify=True)
        self._trusting = tls_context(settings, verify=False)
        self._connections = Connections(tools.monotonic_s)

    def deadline_s(self) -> float:
        """When what begins now has to have ended; several requests may share it."""
        return self._monotonic_s() + self._settings.total_timeout_s

    def ask(
        self,
        method: str,
        url: WebUrl,
        headers: Mapping[str, str],
        body: bytes,
        *,
        deadline_s: float,
        verify: bool = True,
        guarded: bool = True,
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> Answer:
        """Send a request and read its answer; one that the operator aims is not `guarded`. Raises Failed."""
        try:
            way = _Way(url.scheme, url.host, url.port, verify, guarded)
            request = _Request(method, url, headers, body, bytes_max)
            if (kept := self._connections.take(way)) is not None:
                try:
                    return self._asked(way, kept, request, deadline_s)
                except ConnectionError:
                    # The other side had hung up before it could hear of this.
                    pass
            return self._asked(way, self._connected(way, deadline_s), request, deadline_s)
        except Forbidden as error:
            raise Failed(Outcome("refused", cause="address", error=error.message)) from None
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise Failed(_failure(error, url)) from None

    def close(self) -> None:
        """Let go of the connections that are kept; what is asked later makes new ones."""
        self._connections.close()

    def _connected(self, way: "_Way", deadline_s: float) -> Connection:
        since_s = self._monotonic_s()
        addresses = (self._guarded if way.guarded else self._anywhere).addresses(way.host, way.port)
        connection = self._connected_to_any(addresses, deadline_s)
        if way.scheme == "http":
            return Connection(connection, since_s)
        try:
            connection.settimeout(self._left_s(deadline_s, self._settings.connect_timeout_s))
            context = self._verifying if way.verify else self._trusting
            return Connection(context.wrap_socket(connection, server_hostname=way.host), since_s)
        except BaseException:
            connection.close()
            raise

    def _connected_to_any(self, addresses: list[Address], deadline_s: float) -> socket.socket:
        """The first that takes us; the error of the last where none does."""
        error: OSError = TimeoutError()
        for each in addresses:
            connection = socket.socket(each.family, socket.SOCK_STREAM)
            try:
                connection.settimeout(self._left_s(deadline_s, self._settings.connect_timeout_s))
                connection.connect(each.sockaddr)
                return connection
            except OSError as found:
                error = found
                connection.close()
        raise error

    def _asked(self, way: "_Way", connection: Connection, request: "_Request", deadline_s: float) -> Answer:
        """Ask over a connection, which is kept where the answer leaves it fit for the next question."""
        try:
            answer, is_fit = self._answered(connection.socket, request, deadline_s)
        except BaseException:
            connection.socket.close()
            raise
        if is_fit:
            self._connections.give(way, connection)
        else:
            connection.socket.close()
        return answer

    def _answered(self, connection: socket.socket, request: "_Request", deadline_s: float) -> tuple[Answer, bool]:
        def left_s() -> float:
            return self._left_s(deadline_s, self._settings.read_timeout_s)

        url = request.url
        client = http.client.HTTPConnection(url.host, url.port)
        client.sock = cast(socket.socket, _Timed(connection, left_s))
        client.request(request.method, url.path, request.body, {"Host": url.authority, **request.headers})
        response = client.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        # Notifications go by the status alone; the rest is read so that the other side can finish.
        try:
            said = response.read(request.bytes_max + 1)
        except (OSError, http.client.HTTPException):
            return Answer(response.status, told, whole=False), False
        # What a peer still owes that has hung up is left in `length`.
        whole = len(said) <= request.bytes_max and not response.length
        return Answer(response.status, told, said[: request.bytes_max], whole), whole and not response.will_close

    def _left_s(self, deadline_s: float, most_s: float) -> float:
        left_s = deadline_s - self._monotonic_s()
        if left_s <= 0:
            raise TimeoutError
        return min(left_s, most_s)


@dataclass(frozen=True)
class _Way:
    """Where a connection leads, and what was asked of it when it was made."""

    scheme: str
    host: str
    port: int
    verify: bool
    guarded: bool


@dataclass(frozen=True)
class _Request:
    """What is asked, and how much of the answer is read."""

    method: str
    url: WebUrl
    headers: Mapping[str, str]
    body: bytes
    bytes_max: int


class _Timed:
    """A socket as `http.client` uses one, that waits no longer than `left_s` says at each step."""

    def __init__(self, connection: socket.socket, left_s: Callable[[], float]) -> None:
        self._connection = connection
        self._left_s = left_s
        self._outgoing = bytearray()

    def sendall(self, data: bytes) -> None:
        """Sent with what comes next, or before the answer is read: a head and its short body are one packet."""
        self._outgoing += data

    def makefile(self, _mode: str) -> io.BufferedReader:
        rest = memoryview(self._outgoing)
        while rest:
            self._connection.settimeout(self._left_s())
            rest = rest[self._connection.send(rest[:SENT_AT_ONCE]) :]
        return io.BufferedReader(_Incoming(self._connection, self._left_s))

    def close(self) -> None:
        """Whoever made the connection keeps or closes it: the answer may still be read."""


class _Incoming(io.RawIOBase):
    """What comes in over a socket, as a file."""

    def __init__(self, connection: socket.socket, left_s: Callable[[], float]) -> None:
        self._connection = connection
        self._left_s = left_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        self._connection.settimeout(self._left_s())
        return self._connection.recv_into(cast(bytearray, buffer))


def tls_context(settings: NotifierSettings, *, verify: bool) -> ssl.SSLContext:
    """Whom we trust and who we are, as the settings say; BadRequest names the files that cannot be used."""
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        if settings.certificate_file:
            context.load_cert_chain(settings.certificate_file, settings.key_file or None)
    except OSError as error:
        raise BadRequest(f"[act] ca_file, certificate_file, key_file: they cannot be used: {error}") from None
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _failure(error: Exception, url: WebUrl) -> Outcome:
    """Why there is no answer, in words that repeat nothing of what was sent."""
    match error:
        case socket.gaierror() | UnicodeError():
            cause, text = "name", "the name of the host cannot be resolved"
        case ssl.SSLCertVerificationError():
            cause, text = "certificate", f"the certificate is not good: {error.verify_message}"
        case ssl.SSLError():
            cause, text = "tls", f"TLS failed: {error.reason}"
        case TimeoutError():
            cause, text = "timeout", "no answer in time"
        case OSError():
            cause, text = "connection", error.strerror or "the connection was closed"
        case _:
            cause, text = "protocol", f"the answer is no HTTP: {type(error).__name__}"
    return Outcome("again", cause=cause, error=f"{url.place}: {text}", out_of_reach=cause != "protocol")


def judged(answer: Answer, now_s: float) -> Outcome:
    """
    What a status means for a delivery; `now_s` is the time since the epoch that a date in `Retry-After` is taken from.

    >>> judged(Answer(503, {"retry-after": "7"}), 0.0)
    Outcome(result='again', status=503, cause='5xx', error='answered 503', pause_s=7.0, out_of_reach=False)
    """
    status = answer.status
    if 200 <= status < 300:
        return Outcome("delivered", status)
    error = f"answered {status}"
    if 300 <= status < 400:
        return Outcome("refused", status, "redirect", f"{error}, a redirection, which is not followed")
    if status >= 500 or status in TEMPORARY:
        cause = "5xx" if status >= 500 else str(status)
        return Outcome("again", status, cause, error, _pause_s(answer.headers.get("retry-after", ""), now_s))
    return Outcome("refused", status, "4xx", error)


def _pause_s(retry_after: str, now_s: float) -> float:
    """Seconds, or a date, as HTTP has it; 0 for what is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:10])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now_s)
    except (ValueError, OverflowError):
        return 0.0
