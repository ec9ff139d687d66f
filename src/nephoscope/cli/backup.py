# SPDX-License-Identifier: Apache-2.0
"""`nephoscope backup` and `nephoscope restore`: store and index, as one."""

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import click

from nephoscope.cli.connection import problems_shown, with_server
from nephoscope.client.ask import Server
from nephoscope.config import Config, load
from nephoscope.model.errors import NephoscopeError
from nephoscope.service import hold_folder, open_parts

POLL_S = 0.5


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_server
def backup(server: Server, folder: Path) -> None:
    """
    Copy a serving server's store and index into FOLDER, which must be new, on the machine of the server.

    The server goes on serving. What was accepted before the command is in the copy, which is restored into a scratch
    database and read through before it counts.

    \b
        nephoscope backup /backup/nephoscope-monday
    """
    with ThreadPoolExecutor(1) as thread:
        making = thread.submit(server.post, "backup", {"folder": str(folder.absolute())}, patient=True)
        _show_progress(server, making)
        made = making.result()
    click.echo(f"{made['folder']}: {made['measures']} measures, {made['metrics']} metrics; verified by restoring")


def _show_progress(server: Server, making: "Future[Any]") -> None:
    """A bar that moves with the server's own count, until the copy is made or refused."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("copy and verify", total=None)
        while not wait([making], POLL_S).done:
            with contextlib.suppress(NephoscopeError):
                progress.update(bar, total=1.0, completed=server.get("backup")["done"] or 0.0)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--data-dir", type=click.Path(path_type=Path), help="Where to restore to; it must be new.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="The server's settings.")
def restore(folder: Path, data_dir: Path | None, config_file: Path | None) -> None:
    """
    Bring back what `backup` wrote, into a store and an index that are new. The server must not be running.

    \b
        nephoscope restore /backup/nephoscope-monday --data-dir /var/lib/nephoscope
    """
    with problems_shown():
        config: Config = load(config_file)
        if data_dir is not None:
            config.data_dir = str(data_dir)
        with hold_folder(config):
            _restore(config, folder.absolute())


def _restore(config: Config, folder: Path) -> None:
    store, index = open_parts(config)
    try:
        index.load(folder / "index")
        store.restore(folder / "store")
        measures = store.query("SELECT count() AS n FROM measures")["n"][0].as_py()
        click.echo(f"restored {measures} measures and {index.metrics.count()} metrics into {config.folder}")
    finally:
        store.close()
        index.close()
