# SPDX-License-Identifier: Apache-2.0
"""Made-up definitions, and a small server outside of the cloud."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from nephoscope.model.sample_columns import Samples
from nephoscope.poll.contract import Polled, PollSettings, Target
from nephoscope.poll.dynamic import DynamicType, family_types

NOW_NS = 1_772_442_000_000_000_000


def types(folder: Path, text: str, name: str = "a.yaml") -> list[DynamicType]:
    """What a file with this text, the only one of its folder, describes."""
    (folder / name).write_text(text)
    return family_types([str(folder)])


def polled(found: DynamicType, *targets: Target, settings: PollSettings | None = None) -> Samples:
    """The samples of one poll by a new family."""
    family = found(settings or PollSettings("here"))
    read = family.poll(targets, [meter.name for meter in found.METERS], NOW_NS)
    assert isinstance(read, Polled)
    return read.samples


@contextmanager
def serving(bodies: dict[str, bytes | tuple[int, bytes]]) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A server that answers paths (with their queries) with these bodies; gives its URL and what it was asked."""
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers.items())))
            found = bodies.get(self.path, (404, b""))
            status, body = found if isinstance(found, tuple) else (200, found)
            self.send_response(status)
            if status // 100 == 3:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
