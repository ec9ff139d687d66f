# SPDX-License-Identifier: Apache-2.0
"""How commands reach a server: its address and a token, from options, the environment, or the data directory here."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from nephoscope.client.ask import Server
from nephoscope.client.send import bearer_from, no_credentials
from nephoscope.model.errors import NephoscopeError

Command = TypeVar("Command", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:8040"
READ_AT_ONCE = 1000
OWNER_TOKEN = Path("data") / "owner.token"


def with_server(command: Command) -> Command:
    """Give a command `--server`, `--token-file` and `--ca-file`, and hand it the `Server` as its first argument."""

    @click.option("--server", "url", envvar="NEPHOSCOPE_SERVER", default=DEFAULT_URL, show_default=True, metavar="URL")
    @click.option(
        "--token-file",
        envvar="NEPHOSCOPE_TOKEN_FILE",
        type=click.Path(path_type=Path),
        help="File with a token of that server; by default data/owner.token, which `serve` makes for its owner.",
    )
    @click.option(
        "--ca-file", envvar="NEPHOSCOPE_CA_FILE", type=click.Path(path_type=Path), help="Authorities to trust."
    )
    @functools.wraps(command)
    def connected(*args: Any, url: str, token_file: Path | None, ca_file: Path | None, **kwargs: Any) -> Any:
        with problems_shown():
            return command(connect(url, token_file, ca_file), *args, **kwargs)

    return connected  # type: ignore[return-value]


def connect(url: str, token_file: Path | None = None, ca_file: Path | None = None) -> Server:
    """The server at `url`; without a token file, the one of a data directory in this folder if there is one."""
    path = token_file or (OWNER_TOKEN if OWNER_TOKEN.exists() else None)
    if path is not None and not path.is_file():
        raise click.ClickException(f"{path}: there is no such token file")
    return Server(url, credentials=bearer_from(path) if path else no_credentials, ca_file=ca_file)


def listed(server: Server, path: str, **filters: str | None) -> Iterator[dict[str, Any]]:
    """All that a list of the API has, page by page; its pages name it as the last part of its path."""
    name, marker = path.rpartition("/")[2], None
    while True:
        page = server.get(path, limit=READ_AT_ONCE, marker=marker, **filters)
        yield from page[name]
        marker = page["next"]
        if not marker:
            return


class problems_shown:  # noqa: N801 - reads as a statement
    """Within it a NephoscopeError becomes a message and exit code 1."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, NephoscopeError):
            raise click.ClickException(error.message) from error
