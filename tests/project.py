# SPDX-License-Identifier: Apache-2.0
"""The project as its own tests see it: files, modules, imports, the tables of rows."""

import ast
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "src" / "nephoscope"
REFERENCE = PROJECT / "docs" / "reference"
# What tools and builds leave behind; git ignores it too.
ENVIRONMENTS = {".venv", ".venv-keystone", ".venv-ceilometer"}
PASSED_OVER = ENVIRONMENTS | {".git", "node_modules", "__pycache__", "dist", "build", ".hypothesis"}
PASSED_OVER_AT_TOP = {"data"}
PASSED_OVER_BELOW = {"benchmarks/out", "src/nephoscope/web", "web/browser/out"}
# The tables that grow by one row for each thing added to a station.
TABLES = (
    "ACTUATORS",
    "ALARM_TYPES",
    "DIALECTS",
    "DISCOVERIES",
    "ENGINES",
    "FAMILIES",
    "METHODS",
    "NOTIFIERS",
    "POLLSTERS",
    "PUBLISHERS",
    "RECEIVERS",
    "REPORTS",
    "TRANSFORMERS",
)


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, none of what tools made of them."""
    found = []
    for folder, folders, names in os.walk(PROJECT):
        at_top = Path(folder) == PROJECT
        left_out = PASSED_OVER | (PASSED_OVER_AT_TOP if at_top else set())
        folders[:] = [name for name in folders if name not in left_out and not name.endswith(("_cache", ".egg-info"))]
        folders[:] = [name for name in folders if name_of(Path(folder) / name) not in PASSED_OVER_BELOW]
        found += [Path(folder) / name for name in names]
    return tuple(sorted(found))


def python_files(*tops: str) -> list[Path]:
    """The Python files below some folders of the project, such as "src"."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(PROJECT).parts[0] in tops]


@cache
def text(path: Path) -> str:
    """A file's text, '' for one that holds none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(path), str(path))


def name_of(path: Path) -> str:
    """A path as messages show it: relative to the project."""
    return path.relative_to(PROJECT).as_posix()


def module_of(path: Path) -> str:
    """The dotted name under which a file of src or tests is imported."""
    parts = list(path.relative_to(PROJECT).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> frozenset[str]:
    """The dotted names of all modules of src and tests, packages included."""
    return frozenset(module_of(path) for path in python_files("src", "tests", "benchmarks"))


def imports(parsed: ast.Module, module: str, known: frozenset[str]) -> Iterator[str]:
    """
    The modules that a file imports, at any depth; `from package import part` is the part where that is `known`.

    `module` is the file's package, which relative imports start from.
    """
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: len(module.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                part = f"{base}.{alias.name}"
                yield part if part in known else base


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a file of the project imports."""
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return frozenset(imports(tree(path), package, modules()))


@cache
def rows() -> tuple[tuple[str, str, Any], ...]:
    """Every row of every table: (table, row's name, target); the tables are imported, the targets not."""
    found: list[tuple[str, str, Any]] = []
    for path in python_files("src"):
        for table in sorted(_assigned(tree(path)) & set(TABLES)):
            members = getattr(import_module(module_of(path)), table)
            # A station may use the word for something else too: METHODS of HTTP are no table of rows.
            if isinstance(members, dict):
                found += [(table, str(name), target) for name, target in members.items()]
    return tuple(found)


@cache
def pyproject() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads(text(PROJECT / "pyproject.toml"))


def _assigned(parsed: ast.Module) -> set[str]:
    targets: list[ast.expr] = []
    for node in parsed.body:
        if isinstance(node, ast.Assign):
            targets += node.targets
        elif isinstance(node, ast.AnnAssign):
            targets.append(node.target)
    return {target.id for target in targets if isinstance(target, ast.Name)}
