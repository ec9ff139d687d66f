# SPDX-License-Identifier: Apache-2.0
"""`nephoscope project`: projects and who belongs to them, in the index itself."""

from pathlib import Path

import click
from msgspec import UNSET

from nephoscope.cli.accounts import actor, index_options, use_index
from nephoscope.cli.connection import problems_shown
from nephoscope.model.project import ProjectChange
from nephoscope.model.user import PROJECT_ROLES
from nephoscope.service import Index


@click.group()
@index_options
@click.pass_context
def project(context: click.Context, data_dir: Path | None, config_file: Path | None) -> None:
    """
    Manage projects and who belongs to them. Works on the server's index, also while it serves.

    \b
        nephoscope project add blue --description "The web shop"
        nephoscope project member blue alice --role member
    """
    use_index(context, data_dir, config_file)


@project.command("list")
@click.pass_obj
def list_projects(index: Index) -> None:
    """List projects: id, name, how many users belong to each, description."""
    with problems_shown():
        for each in index.projects.list_all():
            state = " (disabled)" if each.disabled else ""
            click.echo(f"{each.id:<33} {each.name:<24} {each.users:>5} {each.description}{state}".rstrip())


@project.command()
@click.argument("name")
@click.option("--id", "project_id", help="What data carries as project_id, as Keystone has it; by default the name.")
@click.option("--description", default="", help="What it is for.")
@click.pass_obj
def add(index: Index, name: str, project_id: str | None, description: str) -> None:
    """Add a project."""
    with problems_shown():
        made = index.projects.add(name, project_id=project_id, description=description, by=actor())
    click.echo(f"project {made.id} added")


@project.command()
@click.argument("project_id", metavar="ID")
@click.option("--name", help="Another name; the id stays.")
@click.option("--description", help="Another description.")
@click.pass_obj
def change(index: Index, project_id: str, name: str | None, description: str | None) -> None:
    """Change a project's name or description."""
    wanted = ProjectChange(
        name=UNSET if name is None else name, description=UNSET if description is None else description
    )
    with problems_shown():
        index.projects.change(project_id, wanted, by=actor())
    click.echo(f"project {project_id} changed")


@project.command()
@click.argument("project_id", metavar="ID")
@click.option("--off/--on", default=True, help="Disable (the default), or enable again.")
@click.pass_obj
def disable(index: Index, project_id: str, off: bool) -> None:
    """Let nobody work in a project, or let them again; its data stays."""
    with problems_shown():
        index.projects.change(project_id, ProjectChange(disabled=off), by=actor())
    click.echo(f"project {project_id} {'disabled' if off else 'enabled'}")


@project.command()
@click.argument("project_id", metavar="ID")
@click.pass_obj
def delete(index: Index, project_id: str) -> None:
    """Delete a project, its memberships and the tokens for it; data that carries its id stays."""
    with problems_shown():
        index.projects.delete(project_id, by=actor())
    click.echo(f"project {project_id} deleted")


@project.command()
@click.argument("project_id", metavar="ID")
@click.argument("user")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(PROJECT_ROLES),
    help="All the roles that the user has in the project; may be given several times.",
)
@click.pass_obj
def member(index: Index, project_id: str, user: str, roles: tuple[str, ...]) -> None:
    """Let a user belong to a project, or change its roles there."""
    with problems_shown():
        index.projects.set_member(project_id, user, roles, by=actor())
    click.echo(f"user {user} is {', '.join(sorted(set(roles)))} in project {project_id}")


@project.command()
@click.argument("project_id", metavar="ID")
@click.argument("user")
@click.pass_obj
def remove(index: Index, project_id: str, user: str) -> None:
    """Let a user leave a project; its tokens for the project go, too."""
    with problems_shown():
        index.projects.remove_member(project_id, user, by=actor())
    click.echo(f"user {user} does not belong to project {project_id} any more")
