# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The house's habits that no linter knows: first lines, sizes, files nobody uses, words that must not be there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import PROJECT, files, imports_of, module_of, name_of, pyproject, python_files, text, tree

SPDX = "SPDX-License-Identifier: Apache-2.0"
LINE_LENGTH_MAX: int = pyproject()["tool"]["ruff"]["line-length"]
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 500
BLOB_BYTES_MAX = 300_000
# Python's lines are ruff's to measure.
LINED_SUFFIXES = {".ts", ".tsx", ".js", ".css", ".toml"}
LINED_NAMES = {"Makefile", "run"}
OURS = ("src", "tests", "benchmarks")
DATA = PROJECT / "tests" / "data"
# Written with a bracket here and there, so that this file does not find itself.
UNFINISHED = re.compile(
    r"\b(TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r]|importorski[p])\b"
    r"|\bmark\.(ski[p]|xfai[l])|\b(pytest|unittest)\.(ski[p]|xfai[l])"
)
# Homes of nobody in particular are examples.
PATHS = re.compile(r"(?<![\w.])/(?:root|work|(?:home|Users)/(?!a\b|ann\b|user\b|me\b)\w+)/|\.\./share[d]")
REGISTRIES = re.compile(
    r"pypi\.(?:org|python)|python[h]osted|npm[j]s\.|yarn[p]kg|deb[.]debian|security[.]debian|ghcr[.]io|docker[.]io"
    r"|artifact[-]?registry|artifac[t]ory|--(?:extra-)?index[-]url|proxy[.]golang"
)


def test_lines_are_short_enough_to_read_side_by_side() -> None:
    lined = [path for path in files() if (path.suffix in LINED_SUFFIXES or path.name in LINED_NAMES)]
    long = [
        f"{name_of(path)}:{number}: {len(line)} signs"
        for path in lined
        if DATA not in path.parents
        for number, line in enumerate(text(path).splitlines(), 1)
        if len(line) > LINE_LENGTH_MAX
    ]
    assert not long, "\n".join(long)


def test_every_source_file_names_its_licence_first() -> None:
    without = [
        name_of(path)
        for path in files()
        if path.suffix in {".py", ".ts", ".tsx", ".css"} or path.name in {"Makefile", "run"}
        if not any(SPDX in line for line in text(path).splitlines()[:2])
    ]
    assert not without, "\n".join(without)


def test_every_module_opens_with_one_sentence() -> None:
    without = [
        name_of(path) for path in python_files(*OURS) if not re.match(r".+", ast.get_docstring(tree(path)) or "")
    ]
    assert not without, "\n".join(without)


def test_functions_fit_a_screen() -> None:
    long = [
        f"{name_of(path)}:{function.lineno}: {function.name} has {lines} lines"
        for path in python_files(*OURS)
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_files_hold_one_noun() -> None:
    long = [
        f"{name_of(path)} has {lines} lines"
        for path in python_files(*OURS)
        if (lines := len(text(path).splitlines())) > FILE_LINES_MAX
    ]
    assert not long, "\n".join(long)


def test_no_big_blobs_beside_recorded_data() -> None:
    big = [name_of(path) for path in files() if path.stat().st_size > BLOB_BYTES_MAX and DATA not in path.parents]
    assert not big, "\n".join(big)


def test_every_folder_of_tests_is_a_package() -> None:
    """Without it two files of one name in two folders would be one module."""
    folders = {path.parent for path in python_files("tests")}
    assert [] == [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()]


def test_every_module_is_used() -> None:
    """A module of the package that only its test imports is dead."""
    unused: list[str] = []
    for tops in (("src",), ("tests", "benchmarks")):
        names = used(*tops)
        helpers = [path for path in python_files(*tops) if is_helper(path)]
        unused += [name_of(path) for path in helpers if module_of(path) not in names]
    assert not unused, "\n".join(unused)


def test_nothing_is_left_for_later() -> None:
    found = list(matches(UNFINISHED, python_files(*OURS)))
    assert not found, "\n".join(found)


def test_nothing_names_a_folder_of_one_machine() -> None:
    found = list(matches(PATHS, files()))
    assert not found, "\n".join(found)


def test_nothing_names_a_registry() -> None:
    """What is installed comes from where the machine's own configuration says."""
    found = list(matches(REGISTRIES, files()))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO~DO: later"),
        (UNFINISHED, "@pytest.mark.sk~ipif(True)"),
        (UNFINISHED, "pytest.sk~ip('no')"),
        (UNFINISHED, "raise NotImplemented~Error"),
        (PATHS, 'open("/ho~me/someone/x")'),
        (PATHS, "see ../sha~red/x.md"),
        (REGISTRIES, "https://py~pi.org/simple"),
        (REGISTRIES, "pip install --ind~ex-url x"),
    ],
)
def test_what_must_not_be_there_is_recognised(pattern: re.Pattern[str], line: str) -> None:
    """The lines are written with a tilde, lest this file finds itself."""
    assert not pattern.search(line)
    assert pattern.search(line.replace("~", ""))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def matches(pattern: re.Pattern[str], paths: list[Path] | tuple[Path, ...]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(text(path).splitlines(), 1):
            if found := pattern.search(line):
                yield f"{name_of(path)}:{number}: {found[0]}"


def is_helper(path: Path) -> bool:
    """Whether somebody has to import this file for it to be of use; migrations are found by their folder."""
    ran = path.name.startswith("test_") or path.name in {"__init__.py", "__main__.py", "conftest.py"}
    return not ran and "migrations" not in path.parts and 'if __name__ == "__main__"' not in text(path)


def used(*tops: str) -> set[str]:
    """Modules that files below these folders import or name, as rows do; the program's start is in pyproject.toml."""
    paths = python_files(*tops)
    names = {module for path in paths for module in imports_of(path) if module != module_of(path)}
    names |= {word.partition(":")[0] for path in paths for word in words(path)}
    return names | {script.partition(":")[0] for script in pyproject()["project"]["scripts"].values()}


def words(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
