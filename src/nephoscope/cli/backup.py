# SPDX-License-Identifier: Apache-2.0
"""`nephoscope backup` and `nephoscope restore`: store and index, as one."""

from pathlib import Path

import click

from nephoscope.cli.connection import problems_shown, with_server
from nephoscope.client.ask import Server
from nephoscope.config import Config, load
from nephoscope.model.errors import BadRequest
from nephoscope.service import open_parts


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@with_server
def backup(server: Server, folder: Path) -> None:
    """
    Copy a serving server's store and index into FOLDER, which must be new, on the machine of the server.

    The server goes on serving. What was accepted before the command is in the copy.

    \b
        nephoscope backup /backup/nephoscope-monday
    """
    if folder.exists() and any(folder.iterdir()):
        raise BadRequest(f"{folder} is not empty: give a new folder")
    with click.progressbar(length=1, label="backup", show_eta=False) as bar:
        made = server.post("backup", {"folder": str(folder.absolute())})
        bar.update(1)
    click.echo(f"{made['folder']}: {made['measures']} measures, {made['metrics']} metrics; verified by counting")


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
        store, index = open_parts(config)
        try:
            index.load(folder / "index")
            store.restore(folder.absolute() / "store")
            measures = store.query("SELECT count() AS n FROM measures")["n"][0].as_py()
            click.echo(f"restored {measures} measures and {index.metrics.count()} metrics into {config.folder}")
        finally:
            store.close()
            index.close()
