# SPDX-License-Identifier: Apache-2.0
"""
What the compute meters of a full host cost an agent: `python -m benchmarks.collection.libvirt_agent`.

The host is one of libvirt's test driver, with domains as the compute service defines them. That driver has no bulk
call, so that domains are asked one by one: a real host costs less here, and the rest in libvirt's own process.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import click
import psutil
from tests.services.libvirt_node import domain_xml, node

from nephoscope.poll.contract import PollSettings
from nephoscope.poll.libvirt.discovery import LocalInstances
from nephoscope.poll.libvirt.family import Libvirt

INTERVAL_S = 60.0


@click.command()
@click.option("--domains", default=200, show_default=True, help="Domains of the host, each with 2 disks and 2 ports.")
@click.option("--cycles", default=10, show_default=True, help="Cycles to run, one after the other.")
def main(domains: int, cycles: int) -> None:
    """Run cycles with all meters, and print one JSON object of figures."""
    with tempfile.TemporaryDirectory() as folder:
        uri = node(Path(folder) / "node.xml", (domain_xml(number) for number in range(1, domains + 1)))
        click.echo(json.dumps(measured(uri, cycles), indent=2))


def measured(uri: str, cycles: int) -> dict[str, float]:
    """Figures of `cycles` cycles: the first, which reads all descriptions, apart from the median of the others."""
    process = psutil.Process()
    idle_mb = process.memory_info().rss / 2**20
    settings = PollSettings("node-1", libvirt_uri=uri)
    family, discovery = Libvirt(settings), LocalInstances(settings)
    meters = [meter.name for meter in family.METERS]
    wall_s, cpu_s, samples = [], [], 0
    for _ in range(cycles):
        wall, cpu = time.perf_counter(), time.process_time()
        samples = len(family.poll(discovery.discover(""), meters, time.time_ns()))
        wall_s.append(time.perf_counter() - wall)
        cpu_s.append(time.process_time() - cpu)
    usual_cpu_s = statistics.median(cpu_s[1:])
    return {
        "samples a cycle": samples,
        "first cycle, s": round(wall_s[0], 3),
        "cycle, s": round(statistics.median(wall_s[1:]), 3),
        "longest cycle after the first, s": round(max(wall_s[1:]), 3),
        "CPU of the first cycle, s": round(cpu_s[0], 3),
        "CPU of a cycle, s": round(usual_cpu_s, 3),
        "share of a core at one cycle a minute, %": round(100 * usual_cpu_s / INTERVAL_S, 3),
        "resident before, MB": round(idle_mb, 1),
        "resident after, MB": round(process.memory_info().rss / 2**20, 1),
    }


if __name__ == "__main__":
    main()
