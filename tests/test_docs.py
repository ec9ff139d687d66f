# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""
Every row, setting and command is to be found in docs/reference/.

A row by its name, in backquotes. A setting as `section.key`, or as `key` below a heading that shows `[section]`; one
that belongs to no section as `key`. A command by a heading that shows `nephoscope name`, its options below that.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import click
import msgspec
import pytest

from tests.project import PROJECT, REFERENCE, rows, text

HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
QUOTED = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@cache
def sections() -> tuple[tuple[str, str], ...]:
    """All pages cut at their headings: (heading, what stands below it up to the next one)."""
    found = []
    for page in sorted(REFERENCE.rglob("*.md")):
        # A comment in a block of shell or TOML is no heading.
        whole = FENCE.sub(lambda block: block[0].replace("\n#", "\n #"), text(page))
        starts = [match.start() for match in HEADING.finditer(whole)]
        for start, end in zip(starts, [*starts[1:], len(whole)], strict=True):
            heading, _, below = whole[start:end].partition("\n")
            found.append((heading, below))
    return tuple(found)


def quoted() -> frozenset[str]:
    """Whatever stands in backquotes anywhere."""
    return frozenset(word for heading, below in sections() for word in QUOTED.findall(f"{heading}\n{below}"))


def below(shown: str) -> str:
    """What stands below the headings that show this."""
    return "\n".join(below for heading, below in sections() if shown in heading)


def settings(struct: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, str]]:
    """All settings below a struct: (section, key); a section in a section is `outer.inner`."""
    for field in msgspec.structs.fields(struct):
        inner = [kind for kind in (field.type, *get_args(field.type)) if is_struct(kind)]
        if inner:
            yield from settings(inner[0], f"{prefix}.{field.encode_name}".strip("."))
        else:
            yield prefix, field.encode_name


def is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it: (what is typed, command)."""
    if not command.hidden:
        yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            if inner is not None:
                yield from commands(inner, f"{path} {name}")


def documented_setting(section: str, key: str) -> bool:
    if not section:
        return key in quoted()
    return f"{section}.{key}" in quoted() or key in QUOTED.findall(below(f"[{section}]"))


def undocumented_options(path: str, command: click.Command) -> Iterator[str]:
    # `name` must not be found below the heading of `name other`, hence the quotes.
    page = below(f"`{path}`")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            spelled = [name for name in parameter.opts if name.startswith("--")] or parameter.opts
            yield from (name for name in spelled if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", page))


def to_document() -> Iterator[tuple[str, str]]:
    """The rows' names; of those that differ in their number only, as `1pct` to `99pct`, the first and the last."""
    families: dict[tuple[str, str], list[str]] = {}
    for table, name, _ in rows():
        families.setdefault((table, re.sub(r"^\d+", "", name)), []).append(name)
    for (table, _), names in families.items():
        yield from ((table, name) for name in dict.fromkeys([names[0], names[-1]]))


def test_every_row_is_documented() -> None:
    missing = [f"{table}: `{name}`" for table, name in to_document() if name not in quoted()]
    assert not missing, "not in docs/reference/:\n" + "\n".join(missing)


def test_every_setting_of_the_server_is_documented() -> None:
    from nephoscope.config import Config

    check_settings(Config)


def test_every_setting_of_the_agent_is_documented() -> None:
    from nephoscope.client.config import AgentConfig

    check_settings(AgentConfig)


def check_settings(struct: type[msgspec.Struct]) -> None:
    found = list(settings(struct))
    assert len(found) > 5
    missing = [f"[{section}] {key}" for section, key in found if not documented_setting(section, key)]
    assert not missing, "not in docs/reference/:\n" + "\n".join(missing)


def test_every_command_and_option_is_documented() -> None:
    from nephoscope.cli import main

    found = list(commands(main, "nephoscope"))
    assert len(found) > 5
    headings = "\n".join(heading for heading, _ in sections())
    missing = [path for path, _ in found if f"`{path}`" not in headings]
    missing += [f"{path} {option}" for path, command in found for option in undocumented_options(path, command)]
    assert not missing, "not in docs/reference/:\n" + "\n".join(missing)


class Inner(msgspec.Struct):
    """A section."""

    listen: str = ""


class Outer(msgspec.Struct):
    """A tree of settings."""

    level: str = ""
    http: Inner = msgspec.field(default_factory=Inner)


def test_settings_are_walked_to_their_leaves() -> None:
    assert [("", "level"), ("http", "listen")] == list(settings(Outer))


@pytest.mark.parametrize(
    ("section", "key", "shown"),
    [
        ("store", "dsn", True),
        ("http", "listen", True),
        ("http", "dsn", False),
        ("", "data_dir", True),
        ("", "listen", True),
        ("log", "level", False),
    ],
)
def test_a_setting_counts_in_its_own_section_only(
    monkeypatch: pytest.MonkeyPatch, section: str, key: str, shown: bool
) -> None:
    pages = (("# Settings", "`data_dir`, `store.dsn`, level"), ("## `[http]`", "| `listen` | where |"))
    monkeypatch.setattr(f"{__name__}.sections", lambda: pages)
    assert shown == documented_setting(section, key)


@pytest.mark.parametrize(("option", "shown"), [("--json", True), ("--jso", False), ("--other", False)])
def test_an_option_counts_below_its_own_command_only(monkeypatch: pytest.MonkeyPatch, option: str, shown: bool) -> None:
    pages = (("## `nephoscope show`", "gives `--json` lines"), ("## `nephoscope show all`", "takes `--other`"))
    monkeypatch.setattr(f"{__name__}.sections", lambda: pages)
    command = click.Command("show", params=[click.Option([option], is_flag=True)])
    assert ([] if shown else [option]) == list(undocumented_options("nephoscope show", command))


def test_the_generated_pages_are_up_to_date() -> None:
    check = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(check, check=False, cwd=PROJECT, capture_output=True, text=True)
    assert 0 == done.returncode, f"{done.stdout}{done.stderr}; run `make docs`"
