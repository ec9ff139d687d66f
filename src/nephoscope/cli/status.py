# SPDX-License-Identifier: Apache-2.0
"""`nephoscope status`: what comes in, what is dropped, what is stored."""

import click
import msgspec

from nephoscope.cli.agent import for_people
from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@with_server
def status(server: Server, as_json: bool) -> None:
    """
    Show how a server is: measures accepted and dropped by cause since its start, and the size of its tables.

    \b
        nephoscope status
        nephoscope status --json | python3 -m json.tool
    """
    found = server.get("status")
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    commits = found["commits"] or 1
    console.print(f"[bold]{server.url}[/bold]  nephoscope {found['version']}, up {found['uptime_s']:.0f} s")
    console.print(
        f"{found['metrics']} metrics, {found['measures_accepted']:.0f} measures accepted "
        f"in {found['commits']:.0f} commits of {1000 * found['commit_seconds'] / commits:.1f} ms"
    )
    if found["dropped"]:
        drops = Table(title="dropped or refused", title_justify="left", box=None, header_style="dim", pad_edge=False)
        for column in ("station", "cause", "records"):
            drops.add_column(column, justify="right" if column == "records" else "left")
        for drop in found["dropped"]:
            drops.add_row(drop["station"], drop["cause"], f"{drop['records']:.0f}")
        console.print(drops)
    else:
        console.print("nothing dropped or refused")
    tables = Table(box=None, header_style="dim", pad_edge=False)
    for column in ("table", "rows", "size", "bytes a row", "parts"):
        tables.add_column(column, justify="left" if column == "table" else "right")
    for each in found["tables"]:
        size = " ".join(for_people(each["bytes"], "B"))
        row_bytes = f"{each['bytes'] / each['rows']:.2f}" if each["rows"] else "-"
        tables.add_row(each["table"], f"{each['rows']:,}".replace(",", " "), size, row_bytes, str(each["parts"]))
    console.print(tables)
