# SPDX-License-Identifier: Apache-2.0
"""`nephoscope agent`: watch this host, and send what is measured to a server."""

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from nephoscope.client.agent import Agent
from nephoscope.client.batch import Gatherer, merge
from nephoscope.client.config import AgentConfig, check, read_config
from nephoscope.client.delivery import Backoff, Delivery
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Credentials, Sender, basic, bearer, bearer_from, no_credentials
from nephoscope.client.spool import Spool
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.sample import SampleBatch, SampledResource
from nephoscope.observe import log_to_stderr
from nephoscope.poll import POLLSTERS, load
from nephoscope.poll.host import Host
from nephoscope.poll.schedule import Job, Schedule

if TYPE_CHECKING:
    from nephoscope.collection import Collection

log = logging.getLogger("nephoscope.client")

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
LOOK_AFTER_PARTS_S = 5
TWO_READINGS_APART_S = 0.5
SIZES = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


@click.command()
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="Settings, a TOML file.")
@click.option("--server", metavar="URL", help="Where to send, such as https://nephoscope.example:8040.")
@click.option("--token-file", metavar="FILE", help="A file that holds our token there; read anew for each request.")
@click.option("--interval", metavar="SECONDS", type=click.FloatRange(min=0.1), help="From one poll to the next.")
@click.option("--spool-dir", metavar="DIR", help="Where batches wait while the server is away.")
@click.option("--once", is_flag=True, help="Measure now, show it, send nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --once: for programs instead of people.")
def agent(
    config_file: Path | None,
    server: str | None,
    token_file: str | None,
    interval: float | None,
    spool_dir: str | None,
    once: bool,
    as_json: bool,
) -> None:
    """
    Watch this host: poll its CPU, memory, disks, networks and more, and send the readings to a server.

    While the server is away, readings wait on disk, and go there in order when it is back. SIGTERM and Ctrl-C stop
    the agent within a few seconds; what it has measured by then is sent or kept. Options win over the file.

    \b
    What is there to see on this machine?
        nephoscope agent --once
    Send it to a server on this machine, every ten seconds:
        nephoscope agent
    Elsewhere, as somebody, twice a minute:
        nephoscope agent --server https://nephoscope.example:8040 --token-file /etc/nephoscope/token --interval 30
    From a file; every key has a default:
        nephoscope agent --config /etc/nephoscope/agent.toml

    \b
        [server]
        url = "https://nephoscope.example:8040"
        token_file = "/etc/nephoscope/token"
        [host]
        attributes = { rack = "r7" }
        [poll]
        interval_s = 10
        intervals_s = { filesystem = 60 }

    \b
    With a cloud's own files it collects what telemetry agents do, from libvirt, service APIs and the message bus:

    \b
        [polling]
        file = "/etc/ceilometer/polling.yaml"
        [notifications]
        urls = ["rabbit://user:password@broker/"]
        [pipeline]
        file = "/etc/ceilometer/pipeline.yaml"
        resources_file = "/etc/ceilometer/gnocchi_resources.yaml"
    """
    if as_json and not once:
        raise click.UsageError("--json goes with --once")
    try:
        config = _with_options(
            read_config(config_file) if config_file else AgentConfig(), server, token_file, interval, spool_dir
        )
        if once:
            _show(config, as_json)
        else:
            _run(config)
    except NephoscopeError as error:
        raise click.ClickException(error.message) from error


def _with_options(
    config: AgentConfig, server: str | None, token_file: str | None, interval: float | None, spool_dir: str | None
) -> AgentConfig:
    replace = msgspec.structs.replace
    if server is not None:
        config = replace(config, server=replace(config.server, url=server))
    if token_file is not None:
        who = replace(config.server, token_file=token_file, token="", username="", password="")
        config = replace(config, server=who)
    if interval is not None:
        config = replace(config, poll=replace(config.poll, interval_s=interval))
    if spool_dir is not None:
        config = replace(config, spool=replace(config.spool, folder=spool_dir))
    check(config, "the command line")
    return config


def _run(config: AgentConfig) -> None:
    log_to_stderr()
    # Every thread inherits the mask, so that the signals wait for this one, which does nothing but wait for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    running, spool, jobs = build(config)
    collection = _collection(config)
    running.start()
    if collection is not None:
        collection.start()
    log.info("%d pollsters, every %g s, to %s", len(jobs), config.poll.interval_s, config.server.url)
    stopped_by = None
    while stopped_by is None and running.alive and (collection is None or collection.alive):
        stopped_by = signal.sigtimedwait(STOP_SIGNALS, LOOK_AFTER_PARTS_S)
    if collection is not None:
        collection.stop()
    running.stop()
    log.info("stopped; %d batches wait in %s", len(spool), config.spool.folder)
    # A poll or a request that hangs in a daemon thread must not meet an interpreter that takes itself apart.
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0 if stopped_by is not None else 1)


def _collection(config: AgentConfig) -> "Collection | None":
    """What collects beyond this host, where the settings ask for it; its libraries are loaded only then."""
    if not config.collects:
        return None
    from nephoscope.collection import opened

    return opened(config, _credentials(config))


def build(config: AgentConfig) -> tuple[Agent, Spool, list[Job]]:
    """Make the parts as the settings say and tie them together; NephoscopeError where one cannot be made."""
    jobs = make_jobs(config)
    folder = Path(config.spool.folder)
    spool = Spool(folder, bytes_max=config.spool.bytes_max, age_s_max=config.spool.age_s_max)
    sender = Sender(
        config.server.url,
        credentials=_credentials(config),
        timeout_s=config.server.timeout_s,
        verify=config.server.verify,
        ca_file=config.server.ca_file or None,
    )
    backoff = Backoff(longest_s=config.spool.retry_s_max)
    delivery = Delivery(sender, spool, Rejected(folder / "rejected.jsonl"), backoff)
    gatherer = Gatherer(
        wait_s=config.batch.wait_s,
        samples_max=config.batch.samples_max,
        pending_max=config.batch.pending_samples_max,
    )
    schedule = Schedule(jobs, gatherer.add, jitter=config.poll.jitter)
    return Agent(schedule, gatherer, delivery, gzip_over_bytes=config.batch.gzip_over_bytes), spool, jobs


def make_jobs(config: AgentConfig) -> list[Job]:
    """One job per pollster that is to run; NotFound for one that nobody offers."""
    host = Host(config.host.name, config.host.project_id, config.host.attributes)
    poll = config.poll
    names = dict.fromkeys(poll.pollsters or sorted({*POLLSTERS, *poll.intervals_s}))
    return [Job(name, load(name)(host), poll.intervals_s.get(name, poll.interval_s), poll.timeout_s) for name in names]


def _credentials(config: AgentConfig) -> Credentials:
    server = config.server
    if server.token_file:
        return bearer_from(Path(server.token_file))
    if server.token:
        return bearer(server.token)
    return basic(server.username, server.password) if server.username else no_credentials


def _show(config: AgentConfig, as_json: bool) -> None:
    batch = _measured(make_jobs(config))
    if as_json:
        rows = [
            {"resource": resource.id, "meter": name, "kind": kind, "unit": unit, "value": value}
            for resource, readings in _by_resource(batch)
            for name, kind, unit, value in readings
        ]
        click.echo(msgspec.json.encode({"resources": batch.resources, "samples": rows}))
    else:
        _print_table(batch)


def _measured(jobs: list[Job]) -> SampleBatch:
    """The second of two readings, as use in percent is told from what changed between them."""
    batches = []
    for turn in range(2):
        time.sleep(turn * TWO_READINGS_APART_S)
        for job in jobs:
            try:
                batch = job.pollster.poll(time.time_ns()).batch()
            except Exception as error:  # whatever one pollster raises, the others are shown
                click.echo(f"pollster {job.name} failed: {error!r}", err=True)
                continue
            if turn:
                batches.append(batch)
    return merge(batches)


Reading = tuple[str, str, str, float]


def _by_resource(batch: SampleBatch) -> Iterator[tuple[SampledResource, list[Reading]]]:
    """Each resource, the host first, with its readings by meter name: name, kind, unit, value."""
    readings: dict[int, list[Reading]] = {i: [] for i in range(len(batch.resources))}
    for resource, meter_index, value in zip(batch.resource, batch.meter, batch.value, strict=True):
        meter = batch.meters[meter_index]
        readings[resource].append((meter.name, meter.kind, meter.unit, value))
    for i in sorted(readings, key=lambda i: (batch.resources[i].type, batch.resources[i].id)):
        yield batch.resources[i], sorted(readings[i])


def _print_table(batch: SampleBatch) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    for resource, readings in _by_resource(batch):
        known = (f"{name} {value}" for name, value in resource.attributes.items() if value is not None)
        console.print(Text.assemble((resource.id, "bold"), "  ", (resource.type, "cyan")), soft_wrap=True)
        console.print(Text(" · ".join(known), "dim"), soft_wrap=True)
        table = Table(box=None, header_style="dim", pad_edge=False)
        table.add_column("meter", min_width=28)
        table.add_column("value", justify="right", min_width=12)
        table.add_column("unit", min_width=8)
        table.add_column("kind", style="dim")
        for name, kind, unit, value in readings:
            table.add_row(name, *for_people(value, unit), kind)
        console.print(table)
        console.print()


def for_people(value: float, unit: str) -> tuple[str, str]:
    """
    A value and its unit, short enough to read at a glance.

    >>> for_people(1536, "B"), for_people(12.34567, "%"), for_people(11742, "request")
    (('1.5', 'KiB'), ('12.35', '%'), ('11 742', 'request'))
    """
    if unit == "B" and value >= 1024:
        power = min(int(value).bit_length() - 1, 10 * (len(SIZES) - 1)) // 10
        return f"{value / 1024**power:.1f}", SIZES[power]
    whole = float(value).is_integer()
    return f"{value:,.{0 if whole else 2}f}".replace(",", " "), unit
