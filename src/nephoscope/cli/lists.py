# SPDX-License-Identifier: Apache-2.0
"""`nephoscope list`: what can be configured, from the tables that the program itself uses."""

from importlib import import_module
from typing import Any

import click
import msgspec

from nephoscope.cli import not_installed
from nephoscope.poll import load, offered


@click.group("list")
def list_group() -> None:
    """List what there is to configure: pollsters, transformers, receivers, engines, dialects."""


def _show(rows: list[tuple[str, str]], as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode([{"name": name, "about": about} for name, about in rows]))
        return
    width = max(len(name) for name, _ in rows)
    for name, about in rows:
        click.echo(f"{name:<{width}}  {about}")


@list_group.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
@click.option("--meters", is_flag=True, help="Each meter with its kind and unit.")
def pollsters(as_json: bool, meters: bool) -> None:
    """Pollsters that the agent can run."""
    rows = []
    for name in offered():
        loaded = load(name)
        rows.append((name, _first_line(loaded.__doc__)))
        if meters:
            rows += [(f"  {meter.name}", f"{meter.kind}, {meter.unit or 'no unit'}") for meter in loaded.METERS]
    _show(rows, as_json)


@list_group.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
def receivers(as_json: bool) -> None:
    """Formats that others can push, each with its decoder."""
    receivers: dict[str, str] = _table_of_service("RECEIVERS")
    _show(list(receivers.items()), as_json)


@list_group.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
def transformers(as_json: bool) -> None:
    """Steps that a pipeline.yaml can name."""
    try:
        table: dict[str, str] = import_module("nephoscope.pipeline.transform").TRANSFORMERS
        loaded = {name: target.partition(":") for name, target in table.items()}
        about = {name: getattr(import_module(module), kind).__doc__ for name, (module, _, kind) in loaded.items()}
    except ModuleNotFoundError as error:
        raise not_installed("nephoscope list transformers", error.name or "a package") from None
    _show([(name, _sentence(text)) for name, text in about.items()], as_json)


@list_group.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
def engines(as_json: bool) -> None:
    """Engines that [store] dsn can name."""
    engines: dict[str, str] = _table_of_service("ENGINES")
    _show([(f"{scheme}://", target.partition(":")[0]) for scheme, target in engines.items()], as_json)


@list_group.command()
@click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")
def dialects(as_json: bool) -> None:
    """HTTP dialects that the server speaks, with the prefix of each."""
    dialects: dict[str, Any] = _table_of_service("DIALECTS")
    _show([(name, row.prefix or "/") for name, row in dialects.items()], as_json)


def _table_of_service(name: str) -> Any:
    try:
        return getattr(import_module("nephoscope.service"), name)
    except ModuleNotFoundError as error:
        raise not_installed(f"nephoscope list {name.lower()}", error.name or "a package") from None


def _sentence(text: str | None) -> str:
    """The first paragraph, on one line."""
    return " ".join((text or "").strip().partition("\n\n")[0].split())


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
