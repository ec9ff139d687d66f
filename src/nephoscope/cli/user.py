# SPDX-License-Identifier: Apache-2.0
"""`nephoscope user`: local users and their tokens, in the index itself."""

import time
from pathlib import Path

import click

from nephoscope.cli.connection import problems_shown
from nephoscope.config import Config, load
from nephoscope.model.timespan import DAY_NS
from nephoscope.service import Index, open_index

ROLES = ["admin", "operator", "member", "reader", "service", "writer"]


@click.group()
@click.option("--data-dir", type=click.Path(path_type=Path), help="The server's data directory; default: data.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="The server's settings.")
@click.pass_context
def user(context: click.Context, data_dir: Path | None, config_file: Path | None) -> None:
    """
    Manage local users and tokens. Works on the server's index, also while it serves.

    \b
        nephoscope user add alice --role member --project blue
        nephoscope user token alice --days 90
    """
    with problems_shown():
        config: Config = load(config_file)
        if data_dir:
            config.data_dir = str(data_dir)
        index = open_index(config.index_url)
        index.upgrade()
    context.obj = index
    context.call_on_close(index.close)


@user.command("list")
@click.pass_obj
def list_users(index: Index) -> None:
    """List users with roles and projects."""
    with problems_shown():
        for each in index.users.list_all():
            state = "disabled" if each.disabled else ""
            click.echo(f"{each.name:<24} {','.join(each.roles):<24} {each.project_id or '-':<24} {state}".rstrip())


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option("--project", help="The project whose data the user works with.")
@click.password_option(help="Asked for when it is not given.")
@click.pass_obj
def add(index: Index, name: str, roles: tuple[str, ...], project: str | None, password: str) -> None:
    """Add a user."""
    with problems_shown():
        index.users.add(name, password, roles=roles, project_id=project)
    click.echo(f"user {name} added")


@user.command()
@click.argument("name")
@click.password_option(help="Asked for when it is not given.")
@click.pass_obj
def password(index: Index, name: str, password: str) -> None:
    """Change a user's password; a serving server notices within a minute."""
    with problems_shown():
        index.users.set_password(name, password)
    click.echo(f"password of {name} changed")


@user.command()
@click.argument("name")
@click.option("--off/--on", default=True, help="Disable (the default), or enable again.")
@click.pass_obj
def disable(index: Index, name: str, off: bool) -> None:
    """Refuse a user and all its tokens, or accept them again."""
    with problems_shown():
        index.users.set_disabled(name, off)
    click.echo(f"user {name} {'disabled' if off else 'enabled'}")


@user.command()
@click.argument("name")
@click.pass_obj
def delete(index: Index, name: str) -> None:
    """Delete a user and all its tokens."""
    with problems_shown():
        index.users.delete(name)
    click.echo(f"user {name} deleted")


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Fewer roles than the user has.")
@click.option("--days", type=click.IntRange(1), help="Until it expires; by default, never.")
@click.pass_obj
def token(index: Index, name: str, roles: tuple[str, ...], days: int | None) -> None:
    """Make a token and print its secret, which is never seen again."""
    expires = None if days is None else time.time_ns() + days * DAY_NS
    with problems_shown():
        _, secret = index.tokens.add(name, roles=roles or None, expires_ns=expires)
    click.echo(secret)
