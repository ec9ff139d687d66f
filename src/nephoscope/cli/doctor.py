# SPDX-License-Identifier: Apache-2.0
"""`nephoscope doctor`: walk the journey of data and say where it stops."""

import socket
from typing import Any

import click
import msgspec

from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server
from nephoscope.model.errors import BadRequest


@click.command()
@click.option("--metric", metavar="ID", help="Walk for this metric.")
@click.option("--resource", metavar="NAME", help="Walk for all metrics of this resource; by default, this host.")
@click.option(
    "--alarm", metavar="ID", help="Walk for this alarm: what its rules find, when it was decided, who was told."
)
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@with_server
def doctor(server: Server, metric: str | None, resource: str | None, alarm: str | None, as_json: bool) -> None:
    """
    Walk the way of a metric's, a resource's or an alarm's data, station by station; say where it stops and what to do.

    Exits with 1 when it stops somewhere.

    \b
    Does this host's data arrive?
        nephoscope doctor
    Why is there nothing of that VM?
        nephoscope doctor --resource 5f2c0b1e-5f0a-4a9e-9a57-0f8e1f0c7a11
    Why is that alarm in insufficient data, or why was nobody told?
        nephoscope doctor --alarm 0a1b6c9e-3d2f-4b8a-9c5e-7f6a5b4c3d2e
    """
    if sum(bool(each) for each in (metric, resource, alarm)) > 1:
        raise BadRequest("give one of --metric, --resource and --alarm")
    here = None if metric or alarm else resource or socket.gethostname()
    found = server.get("journey", metric=metric, resource=here, alarm=alarm)
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        _print(found["stations"])
    raise SystemExit(0 if found["good"] else 1)


def _print(stations: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for each in stations:
        mark = "[green]good[/green]" if each["good"] else "[red]stop[/red]"
        console.print(f"{mark}  [bold]{each['station']:<8}[/bold] {each['found']}")
        if each["advice"]:
            console.print(f"      {'':<8} → {each['advice']}")
