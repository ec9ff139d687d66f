# SPDX-License-Identifier: Apache-2.0
"""
Enough of ClickHouse's HTTP interface in front of the embedded engine for a real HTTP client: a program of its own.

    python -m tests.services.engine_facade --port 0 --path DIR [--user NAME --password TEXT]

prints `ready http://127.0.0.1:PORT`, and ends at SIGTERM or when its standard input closes.
Not there, and answered with an error: external data, ClickHouse's own block compression, temporary tables.
"""

import argparse
import base64
import binascii
import email.parser
import email.policy
import hmac
import json
import os
import signal
import socket
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import cramjam

from tests.services.embedded import Answer, Engine, EngineError, Request

# Arguments of the interface itself; whatever else is in the address is a setting.
OWN_ARGUMENTS = {
    *("query", "database", "user", "password", "quota_key", "default_format", "query_id", "session_id"),
    *("session_timeout", "session_check", "compress", "decompress", "wait_end_of_query", "buffer_size"),
    *("client_protocol_version", "role", "stacktrace", "close_session"),
}
STATUSES = {516: 403, 62: 400, 457: 400, 36: 400, 47: 404, 60: 404, 81: 404, 46: 404, 115: 404, 48: 501}
DECODERS: dict[str, Callable[[bytes], Any]] = {
    "lz4": cramjam.lz4.decompress,
    "zstd": cramjam.zstd.decompress,
    "gzip": cramjam.gzip.decompress,
    "deflate": zlib.decompress,
}
ENCODERS: dict[str, Callable[[], Any]] = {
    "lz4": cramjam.lz4.Compressor,
    "zstd": cramjam.zstd.Compressor,
    "gzip": cramjam.gzip.Compressor,
}
BODY_BYTES_MAX = 1 << 30


class Facade(ThreadingHTTPServer):
    """The server: one thread a connection; the engine bounds what runs at once."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, engine: Engine, user: str, password: str) -> None:
        super().__init__(("127.0.0.1", port), Door)
        self.engine, self.user, self.password = engine, user, password


class Door(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    server: Facade

    def setup(self) -> None:
        """Answers are written whole; waiting for more to send would only delay them."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet: tests look at answers."""

    def do_GET(self) -> None:
        """A statement in the address, which may not write, or a question whether we live."""
        address = urlsplit(self.path)
        if address.path in {"/ping", "/replicas_status"} or not address.query:
            self._send(200, b"Ok.\n", {"Content-Type": "text/html; charset=UTF-8"})
        else:
            self._answer(readonly=True)

    def do_POST(self) -> None:
        """A statement in the address, the body, or begun in one and continued in the other."""
        self._answer(readonly=False)

    def _answer(self, *, readonly: bool) -> None:
        query_id = ""
        try:
            body = self._body()
            arguments = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            query_id = arguments.get("query_id") or str(uuid4())
            self._check_user(arguments)
            body = self._decoded(arguments, body)
            request = read_request(arguments, body, self.headers.get("X-ClickHouse-Database", ""), readonly=readonly)
            with self.server.engine.answering(request) as answer:
                finish = self._send_answer(answer, query_id, arguments)
            # The client's next request may come at once: by then this one's session must be free.
            finish()
        except EngineError as problem:
            self._send_problem(problem, query_id)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            raise EngineError(f"a body of {length} bytes is too large", 307)
        return self.rfile.read(length)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def _check_user(self, arguments: dict[str, str]) -> None:
        user, password = self._credentials(arguments)
        right = hmac.compare_digest(user.encode(), self.server.user.encode())
        if not hmac.compare_digest(password.encode(), self.server.password.encode()) or not right:
            text = f"{user}: Authentication failed: password is incorrect, or there is no user with such name."
            raise EngineError(f"{text} (AUTHENTICATION_FAILED)", 516)

    def _credentials(self, arguments: dict[str, str]) -> tuple[str, str]:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(token).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return "", ""
            return user, password
        user = self.headers.get("X-ClickHouse-User") or arguments.get("user", "default")
        return user, self.headers.get("X-ClickHouse-Key") or arguments.get("password", "")

    def _decoded(self, arguments: dict[str, str], body: bytes) -> bytes:
        encoding = self.headers.get("Content-Encoding", "identity").lower()
        if encoding != "identity":
            if encoding not in DECODERS:
                raise EngineError(f"Unknown compression method: {encoding}. (UNKNOWN_COMPRESSION_METHOD)", 89)
            try:
                body = bytes(DECODERS[encoding](body))
            except (cramjam.DecompressionError, zlib.error) as problem:
                raise EngineError(f"{encoding}: {problem} (CANNOT_DECOMPRESS)", 271) from problem
        kind = self.headers.get("Content-Type", "")
        if kind.lower().startswith("multipart/form-data"):
            arguments.update(form_fields(kind, body))
            return b""
        return body

    def _send_answer(self, answer: Answer, query_id: str, arguments: dict[str, str]) -> Callable[[], None]:
        """Send a streamed answer except for its end, of any other nothing yet; gives what sends the rest."""
        headers = {"Content-Type": "application/octet-stream", **self._own_headers(query_id)}
        if answer.format:
            headers["X-ClickHouse-Format"] = answer.format
        encoding = self._encoding() if arguments.get("enable_http_compression") == "1" else ""
        encoder = ENCODERS[encoding]() if encoding else None
        if encoding:
            headers["Content-Encoding"] = encoding
        if answer.summary:
            headers["X-ClickHouse-Summary"] = json.dumps(answer.summary)
            return partial(self._send, 200, b"".join(_encoded(answer.chunks, encoder)), headers)
        tag = uuid4().hex[:16]
        self._start(200, {**headers, "Transfer-Encoding": "chunked", "X-ClickHouse-Exception-Tag": tag})
        for chunk in _encoded(self._with_problems(answer.chunks, tag), encoder):
            if chunk:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        return self._end_chunks

    def _end_chunks(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _with_problems(self, chunks: Iterator[bytes], tag: str) -> Iterator[bytes]:
        """What goes wrong half-way has no status left to say so: its text follows the data, between markers."""
        try:
            yield from chunks
        except (RuntimeError, EngineError) as problem:
            text = self._text(EngineError(str(problem)))
            yield f"__exception__\r\n{tag}\r\n{text}\n{len(text) + 1} {tag}\r\n__exception__\r\n".encode()

    def _encoding(self) -> str:
        accepted = {name.split(";")[0].strip().lower() for name in self.headers.get("Accept-Encoding", "").split(",")}
        return next((name for name in ENCODERS if name in accepted), "")

    def _own_headers(self, query_id: str) -> dict[str, str]:
        return {
            "X-ClickHouse-Server-Display-Name": "engine-facade",
            "X-ClickHouse-Timezone": self.server.engine.timezone,
            "X-ClickHouse-Query-Id": query_id,
        }

    def _send_problem(self, problem: EngineError, query_id: str) -> None:
        headers = {"Content-Type": "text/plain; charset=UTF-8", "X-ClickHouse-Exception-Code": str(problem.code)}
        body = (self._text(problem) + "\n").encode()
        self._send(STATUSES.get(problem.code, 500), body, {**headers, **self._own_headers(query_id)})

    def _text(self, problem: EngineError) -> str:
        text, version = str(problem), self.server.engine.version
        return text if f"(version {version}" in text else f"{text} (version {version} (embedded))"

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self._start(status, {**headers, "Content-Length": str(len(body))})
        self.wfile.write(body)
        self.wfile.flush()

    def _start(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


def read_request(arguments: dict[str, str], body: bytes, database: str, *, readonly: bool) -> Request:
    """Sort the arguments of an address into statement, parameters and settings; `readonly` forbids writes."""
    if arguments.get("compress") == "1" or arguments.get("decompress") == "1":
        raise EngineError("block compression is not spoken here; use Content-Encoding (NOT_IMPLEMENTED)", 48)
    parts = [part for part in (arguments.get("query", "").encode(), body) if part]
    if not parts:
        raise EngineError("Syntax error: Empty query. (SYNTAX_ERROR)", 62)
    parameters = {name.removeprefix("param_"): value for name, value in arguments.items() if name.startswith("param_")}
    taken = OWN_ARGUMENTS | {f"param_{name}" for name in parameters}
    settings = {name: value for name, value in arguments.items() if name not in taken}
    if readonly:
        settings.setdefault("readonly", "2")
    # Last, because nothing can be set once it is on.
    if "readonly" in settings:
        settings["readonly"] = settings.pop("readonly")
    return Request(
        sql=b"\n".join(parts),
        database=arguments.get("database") or database,
        settings=settings,
        parameters=parameters,
        session_id=arguments.get("session_id", ""),
        default_format=arguments.get("default_format") or "TabSeparated",
        whole=arguments.get("wait_end_of_query") == "1",
    )


def form_fields(content_type: str, body: bytes) -> dict[str, str]:
    """The text fields of a multipart form; a file means external data, which is refused."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields = {}
    for part in form.iter_parts():
        if part.get_filename():
            raise EngineError("external data is not supported here (NOT_IMPLEMENTED)", 48)
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = cast(bytes, part.get_payload(decode=True)).decode()
    return fields


def _encoded(chunks: Iterator[bytes], encoder: Any) -> Iterator[bytes]:
    if encoder is None:
        yield from chunks
        return
    for chunk in chunks:
        encoder.compress(chunk)
        yield bytes(encoder.flush())
    yield bytes(encoder.finish())


def _end_with_parent(server: Facade) -> None:
    # The test run holds the other end of the pipe: it closes however the run ends, kill -9 included.
    os.read(sys.stdin.fileno(), 1)
    server.shutdown()


def main() -> None:
    """Serve until SIGTERM or the end of standard input."""
    parser = argparse.ArgumentParser(description="ClickHouse's HTTP interface over the embedded engine, for tests.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--path", type=Path, required=True, help="the engine's data folder")
    parser.add_argument("--user", default="default")
    parser.add_argument("--password", default="")
    options = parser.parse_args()
    engine = Engine(str(options.path.resolve()))
    server = Facade(options.port, engine, options.user, options.password)
    stop = threading.Thread(target=_end_with_parent, args=(server,), daemon=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    stop.start()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    engine.close()


if __name__ == "__main__":
    main()
