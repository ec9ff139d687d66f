# SPDX-License-Identifier: Apache-2.0
"""`nephoscope show`: metrics and their latest values."""

from typing import Any

import click
import msgspec

from nephoscope.cli.agent import for_people
from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server


@click.command()
@click.argument("match", required=False)
@click.option("--resource", help="Only metrics of this resource: its name or id.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Metrics at most.")
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@with_server
def show(server: Server, match: str | None, resource: str | None, limit: int, as_json: bool) -> None:
    """
    Show metrics and their latest values, by resource.

    MATCH is a part of the metric's name, or a pattern with `*`.

    \b
    Everything of this host:
        nephoscope show
    Only what has cpu in its name:
        nephoscope show cpu
    One network interface, for a script:
        nephoscope show 'network.*.bytes' --resource web1.net.eth0 --json
    """
    found = server.get("metrics", match=match, resource=resource, limit=limit)
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif not found:
        click.echo("Nothing found. `nephoscope doctor` tells where data stops; an agent sends within seconds.")
    else:
        _print(found)


def _print(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    by_owner: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for metric in found:
        by_owner.setdefault((metric["resource"] or "(no resource)", metric["type"] or ""), []).append(metric)
    for (owner, kind), metrics in sorted(by_owner.items(), key=lambda item: (item[0][1], item[0][0])):
        console.print(Text.assemble((owner, "bold"), "  ", (kind, "cyan")), soft_wrap=True)
        table = Table(box=None, header_style="dim", pad_edge=False)
        table.add_column("metric", min_width=28)
        table.add_column("value", justify="right", min_width=12)
        table.add_column("unit", min_width=8)
        table.add_column("time", style="dim")
        for metric in metrics:
            shown = ("-", metric["unit"] or "")
            if metric["value"] is not None:
                shown = for_people(metric["value"], metric["unit"] or "")
            table.add_row(metric["name"] or metric["id"], *shown, (metric["time"] or "never")[:19].replace("T", " "))
        console.print(table)
        console.print()
