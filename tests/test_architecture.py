# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Who may import whom: the arrows between the stations, and what the light install may need."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.project import PACKAGE, imports, imports_of, modules, name_of, python_files, rows

# The store as others see it, never its engines, schema and tables: the contracts, and what is known of a series.
STORE = {
    "store.contract",
    "store.index.contract",
    "store.index.alarm_contract",
    "store.index.route_contract",
    "store.index.scaling_contract",
    "store.series",
}
# The dialects hand points to the group commit and ask what ids mean; they are given both, ready made. Events and dead
# letters they write by themselves.
STORE_FOR_WRITERS = STORE | {"store.catalog", "store.commit", "store.dead_letters", "store.events"}
EVERYTHING = {""}
# Stations do not call the next one by name, they are handed it. `model`, `observe` and `repeating` are for all.
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "observe": set(),
    "repeating": {"model"},
    "config": set(),
    "client": set(),
    # Sends what a cloud would, through the doors that a cloud uses.
    "demo": {"client"},
    "receive": set(),
    "poll": set(),
    # Its publishers are clients of others: batches on disk, and what came of sending one, are theirs as well.
    "pipeline": {"client"},
    # Empties the outbox, routes alarms, and works on scaling groups.
    "act": {
        "store.index.contract",
        "store.index.alarm_contract",
        "store.index.route_contract",
        "store.index.scaling_contract",
    },
    "store": set(),
    # Roll-up and expiry rewrite the tables themselves, so they know how these are laid out.
    "rollup": STORE | {"store.catalog", "store.dead_letters", "store.events", "store.schema"},
    "query": {"rollup", *STORE},
    "alarm": {"query", "store.catalog", "store.index.alarm_contract", *STORE},
    "usage": {"query", *STORE},
    "api": {"receive", "query", "alarm", "act", "usage", *STORE_FOR_WRITERS},
    # Another: who calls, and what they may do.
    "callers": {"api", "config", "store.index.contract"},
    "service": EVERYTHING,
    # A part of the service: what decides alarms, and what tells of it.
    "alarming": {"act", "alarm", "config", "query", "store.catalog", *STORE},
    # Another: what works on scaling groups.
    "scaling": {"act", "alarm", "config", "query", "store.catalog", *STORE},
    # Puts together what decides alarms for tests of them, over a store and an index that are thrown away.
    "rehearsal": EVERYTHING,
    # Puts the agent's side together, as `service` does the server's.
    "collection": {"client", "poll", "pipeline", "receive"},
    # The agent's command puts the light side together, where the service could not be imported.
    "cli": {"client", "collection", "service", "config", "poll", "pipeline", "demo", "rehearsal"},
    "__main__": {"cli"},
}
BY_ALL = {"model", "observe", "repeating"}
# The light install: what `pip install nephoscope` without extras brings, and the agent's extras beside it.
LIGHT = {"click", "msgspec", "numpy", "psutil", "rich", "urllib3", "yaml"}
AGENT_EXTRAS = {"keystoneauth1", "libvirt", "openstack", "pika", "pyghmi", "pysnmp"}
LIGHT_PARTS = {
    "model",
    "observe",
    "repeating",
    "poll",
    "client",
    "pipeline",
    "collection",
    "receive/notifications",
    "receive/transport",
}


def part_of(module: str) -> str:
    """`nephoscope.store.index.tables` -> `store.index.tables`; the package itself is ''."""
    return module.removeprefix("nephoscope").removeprefix(".")


def forbidden(importer: str, imported: Iterable[str]) -> Iterator[str]:
    """Which of the modules `imported` a module may not import."""
    station = part_of(importer).split(".")[0]
    allowed = {station, *MAY_IMPORT.get(station, set())} | (set() if station in BY_ALL else BY_ALL)
    for module in imported:
        part = part_of(module)
        if module.split(".")[0] != "nephoscope" or not part:
            continue
        if "" not in allowed and not any(part == door or part.startswith(f"{door}.") for door in allowed):
            yield module


def test_the_arrows_point_one_way() -> None:
    wrong = []
    for path in python_files("src"):
        importer = ".".join(["nephoscope", *path.relative_to(PACKAGE).with_suffix("").parts])
        wrong += [f"{name_of(path)} imports {module}" for module in forbidden(importer, imports_of(path))]
    assert not wrong, "\n".join(wrong)


def test_every_station_has_its_arrows() -> None:
    stations = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in python_files("src")} - {"__init__"}
    assert set() == stations - set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("importer", "line", "refused"),
    [
        ("nephoscope.model.sample", "from nephoscope import observe", "nephoscope.observe"),
        ("nephoscope.poll.cpu", "from nephoscope.model.sample import SampleBatch", None),
        ("nephoscope.poll.cpu", "from nephoscope.observe import dropped", None),
        ("nephoscope.poll.cpu", "import nephoscope.client.send", "nephoscope.client.send"),
        ("nephoscope.poll.cpu", "def f():\n    from nephoscope import config", "nephoscope.config"),
        ("nephoscope.poll.cpu", "from ..client import send", "nephoscope.client"),
        ("nephoscope.query.metrics", "from nephoscope.store.contract import Store", None),
        ("nephoscope.query.metrics", "from nephoscope.store.engines import open_store", "nephoscope.store.engines"),
        ("nephoscope.query.metrics", "from nephoscope.api import app", "nephoscope.api"),
        ("nephoscope.service", "from nephoscope.store.engines import open_store", None),
    ],
)
def test_an_arrow_the_wrong_way_is_seen(importer: str, line: str, refused: str | None) -> None:
    package = importer.rpartition(".")[0]
    known = frozenset({"nephoscope.observe", "nephoscope.config"})
    found = list(forbidden(importer, imports(ast.parse(line), package, known)))
    assert ([] if refused is None else [refused]) == found


def test_the_light_parts_need_only_the_light_install() -> None:
    heavy = []
    for path in python_files("src"):
        place = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if any(place == part or place.startswith(f"{part}/") for part in LIGHT_PARTS):
            tops = {module.split(".")[0] for module in imports_of(path)}
            extra = tops - LIGHT - AGENT_EXTRAS - {"nephoscope"} - set(sys.stdlib_module_names)
            heavy += [f"{name_of(path)} imports {module}" for module in sorted(extra)]
    assert not heavy, "\n".join(heavy)


def test_the_command_line_starts_without_the_servers_libraries() -> None:
    """In a process of its own, since this one has long imported everything."""
    heavy = "{'numpy', 'pyarrow', 'chdb', 'clickhouse_connect', 'sqlalchemy', 'starlette', 'uvicorn', 'psycopg'}"
    code = f"import nephoscope.cli, sys; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ("[]\n", "") == (told.stdout, told.stderr)


def test_every_row_leads_to_something() -> None:
    assert rows()
    for table, name, target in rows():
        assert found(target), f"{table}[{name!r}] leads nowhere: {target!r}"


def found(target: Any) -> bool:
    """Whether a row's target exists: an object, `module:attribute`, a module, or a record that names its module."""
    address = target if isinstance(target, str) else getattr(target, "module", None)
    if not isinstance(address, str):
        return target is not None
    module, _, attribute = address.partition(":")
    return hasattr(import_module(module), attribute) if attribute else import_module(module) is not None


def test_no_two_modules_import_each_other() -> None:
    """A circle means that neither part runs alone."""
    paths = {name: path for path in python_files("src") if (name := module_name(path)) in modules()}
    needs = {name: {other for other in at_import(path) if other in paths} for name, path in paths.items()}
    while ready := {name for name, others in needs.items() if not others & set(needs)}:
        needs = {name: others for name, others in needs.items() if name not in ready}
    assert not needs, f"in a circle: {needs}"


def module_name(path: Path) -> str:
    parts = ["nephoscope", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def at_import(path: Path) -> set[str]:
    """What is imported when the module is: not what waits inside functions."""
    name = module_name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    body = [node for node in ast.parse(path.read_text()).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return set(imports(ast.Module(body=list(body), type_ignores=[]), package, modules())) - {name}
