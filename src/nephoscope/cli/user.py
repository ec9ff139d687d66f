# SPDX-License-Identifier: Apache-2.0
"""`nephoscope user`: local users and their tokens, in the index itself."""

import time
from collections.abc import Sequence
from pathlib import Path

import click
from msgspec import UNSET

from nephoscope.cli.accounts import actor, index_options, use_index
from nephoscope.cli.connection import problems_shown
from nephoscope.model import timestamp
from nephoscope.model.timespan import DAY_NS
from nephoscope.model.user import ANY_PROJECT, ROLES, Kind, Membership, User, UserChange
from nephoscope.service import Index

# Given together with a project, these hold in that project alone.
INSIDE = {"member", "reader"}


@click.group()
@index_options
@click.pass_context
def user(context: click.Context, data_dir: Path | None, config_file: Path | None) -> None:
    """
    Manage local users and tokens. Works on the server's index, also while it serves.

    \b
        nephoscope project add blue
        nephoscope user add alice --role member --project blue
        nephoscope user add collector --service --role writer --project blue
        nephoscope user token collector --days 90
    """
    use_index(context, data_dir, config_file)


@user.command("list")
@click.pass_obj
def list_users(index: Index) -> None:
    """List users: kind, roles that hold everywhere, projects with the roles there (the default one has a star)."""
    with problems_shown():
        for each in index.users.list_all():
            state = "disabled" if each.disabled else ""
            roles, projects = ",".join(each.roles) or "-", _projects(each) or "-"
            click.echo(f"{each.name:<24} {each.kind:<8} {roles:<24} {projects:<32} {state}".rstrip())


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option(
    "--project", help="The project that the user works in; it must be there. Roles member and reader then hold in it."
)
@click.option("--password", help="Asked for when it is not given.")
@click.option("--must-change", is_flag=True, help="Another password has to be chosen at the first login.")
@click.option("--service", is_flag=True, help="A service account: no password, only tokens.")
@click.pass_obj
def add(
    index: Index,
    name: str,
    roles: tuple[str, ...],
    project: str | None,
    password: str | None,
    must_change: bool,
    service: bool,
) -> None:
    """Add a user."""
    if password is None and not service:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    kind: Kind = "service" if service else "person"
    inside = tuple(role for role in roles if project is not None and role in INSIDE)
    with problems_shown():
        index.users.add(
            name,
            password,
            roles=[role for role in roles if role not in inside],
            project_id=project,
            kind=kind,
            must_change_password=must_change,
            memberships=[] if project is None else [Membership(project, inside)],
            by=actor(),
        )
    click.echo(f"user {name} added")


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="All that hold everywhere from now on.")
@click.option("--no-roles", is_flag=True, help="No roles but those in projects.")
@click.option("--project", help="The project to work in by default, one that the user belongs to.")
@click.pass_obj
def change(index: Index, name: str, roles: tuple[str, ...], no_roles: bool, project: str | None) -> None:
    """Change what a user may do everywhere, or its default project; a user that loses a role is logged out."""
    if roles and no_roles:
        raise click.UsageError("--role and --no-roles exclude each other")
    wanted = UserChange(
        roles=roles if roles or no_roles else UNSET,
        project_id=UNSET if project is None else project,
    )
    with problems_shown():
        index.users.change(name, wanted, by=actor())
    click.echo(f"user {name} changed")


@user.command()
@click.argument("name")
@click.password_option(help="Asked for when it is not given.")
@click.option("--must-change", is_flag=True, help="Another one has to be chosen at the next login.")
@click.pass_obj
def password(index: Index, name: str, password: str, must_change: bool) -> None:
    """Change a user's password, which ends its sessions; a serving server notices within a minute."""
    with problems_shown():
        index.users.set_password(name, password, must_change=must_change, by=actor())
    click.echo(f"password of {name} changed")


@user.command()
@click.argument("name")
@click.option("--off/--on", default=True, help="Disable (the default), or enable again.")
@click.pass_obj
def disable(index: Index, name: str, off: bool) -> None:
    """Refuse a user and all its tokens, or accept them again."""
    with problems_shown():
        index.users.change(name, UserChange(disabled=off), by=actor())
    click.echo(f"user {name} {'disabled' if off else 'enabled'}")


@user.command()
@click.argument("name")
@click.pass_obj
def delete(index: Index, name: str) -> None:
    """Delete a user and all its tokens."""
    with problems_shown():
        index.users.delete(name, by=actor())
    click.echo(f"user {name} deleted")


@user.command()
@click.argument("name")
@click.option("--name", "token_name", default="", help="What it is for, to know it again in lists.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Fewer roles than the user has.")
@click.option("--project", help="The only project that it works in; by default the user's, `*` for all of them.")
@click.option("--days", type=click.IntRange(1, 3650), help="Until it expires; by default, never.")
@click.pass_obj
def token(
    index: Index, name: str, token_name: str, roles: tuple[str, ...], project: str | None, days: int | None
) -> None:
    """Make a token and print its secret, which is never seen again."""
    expires_ns = None if days is None else time.time_ns() + days * DAY_NS
    with problems_shown():
        _, secret = index.tokens.add(
            name, name=token_name, roles=roles or None, project_id=project, expires_ns=expires_ns, by=actor()
        )
    click.echo(secret)


@user.command()
@click.argument("name", required=False)
@click.pass_obj
def tokens(index: Index, name: str | None) -> None:
    """List tokens, all or one user's: id, user, name, roles, project, expiry and last use."""
    with problems_shown():
        for each in index.tokens.list_all(name):
            until = "never expires" if each.expires_ns is None else f"expires {timestamp.render(each.expires_ns)}"
            used = "never used" if each.last_used_ns is None else f"used {timestamp.render(each.last_used_ns)}"
            what = f"{each.id} {each.user:<24} {each.name or '-':<24} {_listed(each.roles):<24}"
            click.echo(f"{what} {each.project_id or ANY_PROJECT:<24} {until}, {used}")


@user.command()
@click.argument("token_id")
@click.pass_obj
def revoke(index: Index, token_id: str) -> None:
    """Take a token back; a serving server refuses it within a minute."""
    with problems_shown():
        index.tokens.delete(token_id, by=actor())
    click.echo(f"token {token_id} revoked")


def _projects(user: User) -> str:
    return " ".join(
        f"{each.project}{'*' if each.project == user.default_project else ''}({_listed(each.roles)})"
        for each in user.memberships
    )


def _listed(roles: Sequence[str]) -> str:
    return ",".join(roles) or "-"
