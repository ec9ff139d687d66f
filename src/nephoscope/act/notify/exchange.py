# SPDX-License-Identifier: Apache-2.0
"""
One HTTP request and its answer, in time, on a connection that nobody else uses meanwhile and that is kept for a moment.

Our own because of what it does not do: it writes the address as it is given, follows nothing, and speaks over a socket
that leads where the guard said.
"""

import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from nephoscope.act.notify.answer import Answer, AnswerReader, NoHttp
from nephoscope.act.notify.connections import Connection, Connections
from nephoscope.act.notify.contract import Outcome, Tools
from nephoscope.act.notify.guard import Address, Guard
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.errors import BadRequest, Forbidden

ANSWER_BYTES_MAX = 65536
AT_ONCE = 65536

_HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


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
        except (OSError, UnicodeError, NoHttp) as error:
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
        """The answer, and whether the connection is fit for more."""
        rest = memoryview(request.written())
        while rest:
            self._wait_at_most(connection, deadline_s)
            rest = rest[connection.send(rest[:AT_ONCE]) :]
        reader = AnswerReader(request.bytes_max)
        while not reader.over:
            try:
                self._wait_at_most(connection, deadline_s)
                data = connection.recv(AT_ONCE)
            except OSError:
                # Once the status is there it counts, whatever becomes of the rest.
                if not reader.has_head:
                    raise
                break
            if not data and reader.is_empty:
                raise ConnectionResetError
            reader.feed(data)
        return reader.answer(), reader.fit

    def _wait_at_most(self, connection: socket.socket, deadline_s: float) -> None:
        """Bound the next step; mostly as the last one was, and setting it anew would let other threads in."""
        left_s = self._left_s(deadline_s, self._settings.read_timeout_s)
        if connection.gettimeout() != left_s:
            connection.settimeout(left_s)

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

    def written(self) -> bytes:
        """The request as it goes over the wire. Failed for headers that would be more than one."""
        headers = {
            "Host": self.url.authority,
            "Accept-Encoding": "identity",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }
        if not _HEADER.fullmatch("".join(headers.values())):
            raise Failed(Outcome("refused", cause="header", error="a header would hold what no header can"))
        lines = (f"{self.method} {self.url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()))
        return "\r\n".join((*lines, "\r\n")).encode("latin-1") + self.body


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
            cause, text = "protocol", str(error)
    return Outcome("again", cause=cause, error=f"{url.place}: {text}", out_of_reach=cause != "protocol")
