# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Three real agents share central work through a real server: one joins late, one is killed."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

from tests.system.agent import CollectingAgent, wait_until
from tests.system.server import Server

INTERVAL_S, LEASE_S = 4, 2
TARGETS = 40
# By the second, of a counter that all targets show.
RATE = 10.0
PIPELINE = """
sources:
  - {name: work, meters: [work_total], sinks: [counters, rates]}
sinks:
  - {name: counters, publishers: ["nephoscope://"]}
  - name: rates
    transformers: [{name: rate_of_change, parameters: {target: {name: work.rate, unit: "1/s", type: gauge}}}]
    publishers: ["nephoscope://"]
"""


class Exporters:
    """An address with many exporters behind it, each with a counter that grows evenly."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                of = self.path.split("/")[1]
                body = f'# TYPE work_total counter\nwork_total{{of="{of}"}} {time.time() * RATE}\n'.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.paths = [f"/{number}/metrics" for number in range(TARGETS)]


@contextmanager
def exporting() -> Iterator[Exporters]:
    exporters = Exporters()
    Thread(target=exporters.server.serve_forever, daemon=True).start()
    try:
        yield exporters
    finally:
        exporters.server.shutdown()
        exporters.server.server_close()


def sections(folder: Path, exporters: Exporters) -> str:
    resources = ", ".join(f'"{exporters.url}{path}"' for path in exporters.paths)
    source = f'name: exporters, interval: {INTERVAL_S}, meters: ["prometheus.*"], resources: [{resources}]'
    (folder / "polling.yaml").write_text(f"sources: [{{{source}}}]\n")
    (folder / "pipeline.yaml").write_text(PIPELINE)
    return (
        f'[polling]\nfile = "{folder}/polling.yaml"\nnamespaces = ["central"]\ngroup = "exporters"\n'
        f'lease_s = {LEASE_S}\n[pipeline]\nfile = "{folder}/pipeline.yaml"\n'
    )


def test_nothing_is_polled_twice_or_forgotten_and_rates_go_on(server: Server, tmp_path: Path) -> None:
    with exporting() as exporters, ExitStack() as stack:
        text = sections(tmp_path, exporters)

        def join(name: str) -> CollectingAgent:
            agent = CollectingAgent(tmp_path / name, server, text)
            agent.start()
            stack.callback(lambda: agent.process.poll() is None and agent.stop())
            return agent

        def whole_cycles(count: int) -> None:
            """Until so many intervals have passed in which everything was polled, beginning with the next."""
            first = int(time.time() // INTERVAL_S) + 1
            wait_until(lambda: int(time.time() // INTERVAL_S) >= first + count)

        agents = [join("a"), join("b")]
        whole_cycles(1)
        agents.append(join("c"))
        whole_cycles(2)
        killed_in = int(time.time() // INTERVAL_S)
        agents[0].kill()
        whole_cycles(3)
        last = int(time.time() // INTERVAL_S)
    polls = by_number(server)
    first = min(polls) + 1
    assert {1} == {most for counted in polls.values() for most in counted.values()}
    # The killed one may have begun with its slots, or have held them when the next cycle began.
    spared = {killed_in, killed_in + 1}
    assert [] == [number for number in range(first, last) if number not in spared and len(polls[number]) != TARGETS]
    rates_are_whole(server, polls)


def measures(server: Server, metric: str) -> dict[str, list[tuple[float, float]]]:
    """Seconds and values of every metric of a name."""
    found = server.api.done("GET", f"/api/v1/metrics?match={metric}&limit=1000")
    assert TARGETS == len(found)
    return {
        each["id"]: [
            (time_ms / 1000, value)
            for time_ms, value in server.api.done("GET", f"/api/v1/metrics/{each['id']}/measures")["measures"]
        ]
        for each in found
    }


def by_number(server: Server) -> dict[int, Counter[str]]:
    """How often each exporter was polled, by the number of the interval: a cycle's time is that of its beginning."""
    found: dict[int, Counter[str]] = {}
    for metric, rows in measures(server, "work_total").items():
        for at_s, _ in rows:
            # A cycle may begin a millisecond early.
            found.setdefault(int((at_s + 0.01) // INTERVAL_S), Counter())[metric] += 1
    return found


def rates_are_whole(server: Server, polls: dict[int, Counter[str]]) -> None:
    """A rate for every poll but the first of each target, whoever polled it before."""
    expected = sum(counted.total() for counted in polls.values()) - TARGETS
    values = [value for rows in measures(server, "work.rate").values() for _, value in rows]
    # What was read of its slots last, a killed agent could not tell of; the next rate spans both intervals.
    assert expected - TARGETS <= len(values) <= expected
    # The first two polls may lie close together, where the time that reading takes counts for much.
    assert abs(median(values) - RATE) < 0.1 * RATE
    assert min(values) > 0
