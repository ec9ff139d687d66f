# SPDX-License-Identifier: Apache-2.0
"""PromQL as far as it is read: what is compared with which number, which series are selected, what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.model.promql import COMPARISONS, Compared, Matcher, Selection, compared, selection, span_s


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x > 5", Compared("x", "gt", 5.0)),
        ("5 < x", Compared("x", "gt", 5.0)),
        ("x{a=\"> 1\", b='}'} <= -2.5e3", Compared("x{a=\"> 1\", b='}'}", "le", -2500.0)),
        ("sum(a > 1) != 0x10", Compared("sum(a > 1)", "ne", 16.0)),
        ("# why\n a / on (job)\n b == 60 * 60 / 2 # half an hour", Compared("a / on (job)\n b", "eq", 1800.0)),
        ("a offset 5m < .5", Compared("a offset 5m", "lt", 0.5)),
        ("a > b", None),
        # With `bool` every series is in the result, whether it holds or not.
        ("a > bool 1", None),
        ("1 < bool a", None),
        ("a > 1 and b > 1", None),
        ("a > 1 or vector(0)", None),
        ("a > 1 > 0", None),
        ("a > Inf", None),
        ("a > 1 / 0", None),
        ("1 > 2", None),
        ("absent(a)", None),
    ],
)
def test_what_is_compared_with_a_number(text: str, expected: Compared | None) -> None:
    assert expected == compared(text)


@pytest.mark.parametrize("text", ["", " # nothing", "sum(a", "a)", "(a]", 'a{b="c}', "a > 5x", "a ~ b", "a;b"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        compared(text)


@given(st.text(alphabet="ab1 .5\"'`(){}[]<>=!~,+-*/#\\\n:@", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (compared, selection):
        with suppress(BadRequest):
            read(text)


@given(
    st.sampled_from(sorted(COMPARISONS)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_any_number_and_any_label_are_read_as_they_are(sign: str, number: float, value: str) -> None:
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    query = f"max by (host) (x{{label={quoted}}})"
    assert Compared(query, COMPARISONS[sign], number) == compared(f"{query} {sign} {number!r}")
    chosen = Selection("x", (Matcher("label", "=", value),), across="max", group_by=("host",))
    assert chosen == selection(query)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", Selection("x")),
        ("(x{})", Selection("x")),
        (
            "job:x:rate5m{a!='b', c=~`d|e`,}",
            Selection("job:x:rate5m", (Matcher("a", "!=", "b"), Matcher("c", "=~", "d|e"))),
        ),
        ("rate(x[1m30s])", Selection("x", range_s=90)),
        ("sum(rate(x[5m])) by (a, b)", Selection("x", range_s=300, across="sum", group_by=("a", "b"))),
        ("avg by () (x)", Selection("x", across="mean")),
        ("sum", Selection("sum")),
    ],
)
def test_what_is_selected(text: str, expected: Selection) -> None:
    assert expected == selection(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x + y", "expected nothing more, there is '+'"),
        ("irate(x[5m])", "irate() is not among the functions"),
        ("quantile(0.9, x)", "quantile() is not among the functions"),
        ("sum without (a) (x)", "say by (...)"),
        ("sum(max by (a) (x))", "an aggregation of an aggregation"),
        ("rate(x)", "expected '[', there is ')'"),
        ("rate(x[5m:1m])", "expected ']', there is ':1m'"),
        ("rate(x[5])", "expected a duration such as 5m, there is '5'"),
        ("x{a}", "expected =, !=, =~ or !~ after the label a, there is '}'"),
        ("x{a", "expected =, !=, =~ or !~, there is the end"),
        ("x{a==1}", "expected =, !=, =~ or !~ after the label a"),
        ("x{a=b}", "expected a text in quotes, there is 'b'"),
        (r'x{a="\d"}', "the escape \\d"),
        ("{__name__='x'}", "expected a metric"),
        ("sum(x", "expected ')', there is the end"),
    ],
)
def test_what_is_beyond_the_forms_is_named(text: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        selection(text)
    assert why in caught.value.message


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "5m3", "1.5h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        span_s(text)
