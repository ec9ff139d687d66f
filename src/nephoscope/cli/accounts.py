# SPDX-License-Identifier: Apache-2.0
"""What the commands about accounts share: the server's index, opened where they run, and who runs them."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from nephoscope.cli.connection import problems_shown
from nephoscope.config import Config, load
from nephoscope.model.audit import Actor
from nephoscope.service import open_index

Command = TypeVar("Command", bound=Callable[..., Any])


def index_options(command: Command) -> Command:
    """Give a group `--data-dir` and `--config`, which `use_index` takes."""
    config = click.option("--config", "config_file", type=click.Path(path_type=Path), help="The server's settings.")
    folder = click.option(
        "--data-dir", type=click.Path(path_type=Path), help="The server's data directory; default: data."
    )
    return folder(config(command))


def use_index(context: click.Context, data_dir: Path | None, config_file: Path | None) -> None:
    """Open the server's index for the commands of a group, also while it serves."""
    with problems_shown():
        config: Config = load(config_file)
        if data_dir:
            config.data_dir = str(data_dir)
        index = open_index(config.index_url)
        index.upgrade()
    context.obj = index
    context.call_on_close(index.close)


def actor() -> Actor:
    """Who is at the command line, as the audit names it."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A user id without a name, as containers have it.
        name = str(os.getuid())
    return Actor(f"cli:{name}")
