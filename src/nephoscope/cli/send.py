# SPDX-License-Identifier: Apache-2.0
"""`nephoscope send`: one sample, by hand or from a script."""

import socket
import time

import click

from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server
from nephoscope.model.sample import Meter, SampleBatch, SampledResource


@click.command()
@click.argument("meter")
@click.argument("value", type=float)
@click.option("--unit", default="", help="At most 31 characters, such as B, ms, request.")
@click.option("--kind", type=click.Choice(["gauge", "delta", "cumulative"]), default="gauge", show_default=True)
@click.option("--resource", help="The thing measured; by default, this host.")
@click.option("--type", "type_name", default="generic", show_default=True, help="Type of a resource not yet known.")
@click.option("--time-ns", type=click.IntRange(0), help="Nanoseconds since the epoch; by default, now.")
@with_server
def send(
    server: Server,
    meter: str,
    value: float,
    unit: str,
    kind: str,
    resource: str | None,
    type_name: str,
    time_ns: int | None,
) -> None:
    """
    Send one sample; it is on disk when the command ends.

    \b
        nephoscope send queue.length 17 --unit job
        nephoscope send backup.duration 312.5 --unit s --resource nightly-backup
    """
    batch = SampleBatch(
        resources=[SampledResource(resource or f"{socket.gethostname()}.sent", type_name)],
        meters=[Meter(meter, kind, unit)],  # type: ignore[arg-type]
        resource=[0],
        meter=[0],
        time_ns=[time.time_ns() if time_ns is None else time_ns],
        value=[value],
    )
    server.post("samples", batch)
    click.echo(f"{meter} = {value:g} {unit}".rstrip() + " stored; see `nephoscope show " + meter + "`")
