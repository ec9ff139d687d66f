# SPDX-License-Identifier: Apache-2.0
"""`nephoscope polling`: look at what a polling.yaml wants, without anything being polled."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nephoscope.cli.connection import problems_shown

if TYPE_CHECKING:
    from nephoscope.poll.contract import Namespace
    from nephoscope.poll.families import Loaded
    from nephoscope.poll.plan import Plan, Want

NAMESPACES = ("compute", "central", "ipmi")


@click.group()
def polling() -> None:
    """Check a polling.yaml."""


@polling.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--namespace",
    "namespaces",
    type=click.Choice(NAMESPACES),
    multiple=True,
    default=("compute", "central"),
    show_default=True,
    help="Whose meters the agent polls; may be given several times.",
)
@click.option(
    "--definitions-dir",
    "definitions_dirs",
    type=click.Path(exists=True, file_okay=False),
    multiple=True,
    help="Where definitions of more pollsters are; may be given several times.",
)
def check(file: Path, namespaces: "tuple[Namespace, ...]", definitions_dirs: tuple[str, ...]) -> None:
    """
    Say whether FILE can be read, and draw it: how often which family polls what for which source.

    Errors name file, line and key, and end with 1; meters that nobody knows are warnings.

    \b
        nephoscope polling check /etc/ceilometer/polling.yaml
        nephoscope polling check polling.yaml --namespace central
    """
    with problems_shown():
        plan, families = _planned(file, namespaces, definitions_dirs)
    for warning in plan.warnings:
        click.echo(f"warning: {warning}", err=True)
    for line in _drawn(plan, families):
        click.echo(line)


def _planned(
    file: Path, namespaces: "tuple[Namespace, ...]", definitions_dirs: tuple[str, ...]
) -> "tuple[Plan, list[Loaded]]":
    from nephoscope.model import text_file
    from nephoscope.poll import discovery
    from nephoscope.poll.contract import PollSettings
    from nephoscope.poll.families import load_all
    from nephoscope.poll.plan import planned
    from nephoscope.poll.polling import read

    config = read(text_file.read(file), str(file))
    families, missing = load_all(PollSettings(socket.gethostname(), definitions_dirs=definitions_dirs))
    for sentence in missing:
        click.echo(f"warning: {sentence}", err=True)
    return planned(config, families, namespaces, discovery.offered()), families


def _drawn(plan: "Plan", families: "list[Loaded]") -> Iterator[str]:
    namespace_of = {family.name: family.namespace for family in families}
    for task in plan.tasks:
        yield f"every {task.interval_s} s{', shared among agents' if task.shared else ''}"
        for name, wants in task.wants.items():
            yield f"  {name} ({namespace_of[name]})"
            yield from (f"    {want.source} ─▶ {', '.join(sorted(want.meters))}{_of(want)}" for want in wants)


def _of(want: "Want") -> str:
    places = [*want.discovery, *want.resources] or ([want.otherwise] if want.otherwise else [])
    return f" of {', '.join(places)}" if places else ""
