# SPDX-License-Identifier: Apache-2.0
"""The command line: one file per group of commands, loaded when it is asked for."""

from importlib import import_module

import click

from nephoscope import __version__

COMMANDS: dict[str, str] = {
    "agent": "nephoscope.cli.agent:agent",
    "alarm": "nephoscope.cli.alarm:alarm",
    "backup": "nephoscope.cli.backup:backup",
    "demo": "nephoscope.cli.demo:demo",
    "doctor": "nephoscope.cli.doctor:doctor",
    "list": "nephoscope.cli.lists:list_group",
    "pipeline": "nephoscope.cli.pipeline:pipeline",
    "polling": "nephoscope.cli.polling:polling",
    "project": "nephoscope.cli.project:project",
    "query": "nephoscope.cli.query:query",
    "restore": "nephoscope.cli.backup:restore",
    "route": "nephoscope.cli.route:route",
    "scale": "nephoscope.cli.scale:scale",
    "send": "nephoscope.cli.send:send",
    "serve": "nephoscope.cli.serve:serve",
    "show": "nephoscope.cli.show:show",
    "silence": "nephoscope.cli.silence:silence",
    "status": "nephoscope.cli.status:status",
    "up": "nephoscope.cli.up:up",
    "user": "nephoscope.cli.user:user",
}


class Commands(click.Group):
    """A group whose commands are imported only when they are used: the agent stays light, help stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("nephoscope"):
                raise
            return _needs_server(cmd_name, error.name or "a package")
        return command


def _needs_server(name: str, package: str) -> click.Command:
    """Stands in for a command whose packages are not installed."""

    def refuse() -> None:
        raise not_installed(f"nephoscope {name}", package)

    return click.Command(name, callback=refuse, short_help="(needs nephoscope[server])")


def not_installed(what: str, package: str) -> click.ClickException:
    """What to say where the light installation is not enough."""
    return click.ClickException(
        f"`{what}` needs {package}, which the light installation does not have; "
        "install the whole with: pip install 'nephoscope[server]'"
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="nephoscope")
def main() -> None:
    """
    Watch a private cloud: metrics in, stored, rolled up, read back through the APIs that clients know.

    \b
    Try it on this machine, nothing to set up:
        nephoscope up                      the server and an agent that watches this host
        nephoscope show cpu                what is measured now
        nephoscope doctor --resource HOST  where data stops, if it does

    \b
    The parts by themselves:
        nephoscope serve --data-dir DIR    the server
        nephoscope agent --server URL      the agent, on each machine to watch
    """
