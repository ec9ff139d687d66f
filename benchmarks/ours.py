# SPDX-License-Identifier: Apache-2.0
"""Our side: `nephoscope serve` with its defaults, in Gnocchi's basic mode, on a data folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system.server import BASIC, serving

from benchmarks.peer import Peer


@contextmanager
def running(folder: Path) -> Iterator[Peer]:
    """The server on the data in `folder`, which may hold some already; stopped with SIGTERM afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(folder, config=BASIC) as server:
        peer = Peer("ours", f"{server.url}/gnocchi", server.data_dir, (server.pid,))
        try:
            yield peer
        finally:
            peer.resume()
