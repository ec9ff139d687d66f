# SPDX-License-Identifier: Apache-2.0

"""Which names a list of globs lets through, and which lists are refused."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.name_filter import NameFilter

NAMES = ["cpu", "cpu_util", "memory", "memory.usage", "disk.device.read.bytes", "disk.device.write.bytes"]


@pytest.mark.parametrize(
    ("expected", "patterns"),
    [
        (NAMES, ["*"]),
        (["cpu"], ["cpu"]),
        (["cpu", "memory"], ["cpu", "memory"]),
        (["disk.device.read.bytes", "disk.device.write.bytes"], ["disk.*"]),
        (["cpu", "memory", "memory.usage"], ["cpu", "mem*"]),
        (["disk.device.read.bytes"], ["disk.device.[!w]*.bytes"]),
        (["memory", "memory.usage"], ["!cpu*", "!disk.*"]),
        (["cpu_util", "memory", "memory.usage"], ["*", "!cpu", "!disk.*"]),
        (["cpu", "memory"], ["*", "!*_*", "!*.*"]),
        ([], ["!*"]),
        ([], ["*", "!*"]),
        ([], ["CPU"]),
        ([], ["pu", "cp", "emor"]),
        (["cpu"], ["cpu", "cpu"]),
    ],
)
def test_globs_choose_names(expected: list[str], patterns: list[str]) -> None:
    chosen = NameFilter.of(patterns)
    assert expected == [name for name in NAMES if chosen.matches(name)]
    assert frozenset(expected) == chosen.matching(NAMES + NAMES)
    assert tuple(patterns) == chosen.patterns


@pytest.mark.parametrize(
    ("message", "patterns"),
    [
        ("expected at least one name or glob, there is an empty list", []),
        ("expected a name or glob, '!' before it to exclude, there is ''", ["cpu", ""]),
        ("expected a name or glob, '!' before it to exclude, there is '!'", ["!"]),
        (
            "expected either includes or excludes, or '*' with excludes, there are both 'cpu' and '!memory'",
            ["cpu", "!memory", "!disk"],
        ),
        (
            "expected either includes or excludes, or '*' with excludes, there are both '*.bytes' and '!cpu'",
            ["!cpu", "*.bytes"],
        ),
        ("expected '*' alone or with excludes such as '!cpu', there is 'cpu' beside it", ["*", "cpu"]),
        ("expected '*' alone or with excludes such as '!cpu', there is 'disk.*' beside it", ["disk.*", "*", "!cpu"]),
        ("expected '*' alone or with excludes such as '!cpu', there is 'a\\nb' beside it", ["*", "a\nb"]),
        (f"expected '*' alone or with excludes such as '!cpu', there is '{'a' * 57}...' beside it", ["*", "a" * 99]),
    ],
)
def test_lists_that_contradict_themselves_are_refused(message: str, patterns: list[str]) -> None:
    with pytest.raises(BadRequest) as caught:
        NameFilter.of(patterns)
    assert message == caught.value.message


def test_filters_of_the_same_globs_are_equal() -> None:
    assert NameFilter.of(["cpu", "disk.*"]) == NameFilter.of(("cpu", "disk.*"))
    assert NameFilter.of(["cpu"]) != NameFilter.of(["!cpu"])


GLOBS = st.lists(st.text(alphabet="ab.*?[]!-^\\|&~(\n", min_size=1, max_size=8), min_size=1, max_size=4)


@given(GLOBS, st.text(alphabet="ab.*[]!-^\\|&~(\n", max_size=6))
def test_a_name_passes_as_the_standard_librarys_globs_say(globs: list[str], name: str) -> None:
    """`!` is cut from the included, so that every drawn list is a legal one of its kind."""
    included = [stripped for glob in globs if (stripped := glob.lstrip("!")) not in {"", "*"}] or ["*"]
    assert any(fnmatchcase(name, glob) for glob in included) == NameFilter.of(included).matches(name)
    excluded = [f"!{glob}" for glob in globs]
    assert any(fnmatchcase(name, glob) for glob in globs) is not NameFilter.of(excluded).matches(name)


def test_a_glob_of_many_stars_does_not_take_for_ever() -> None:
    assert not NameFilter.of([f"{'*a' * 40}b"]).matches("a" * 1000)
