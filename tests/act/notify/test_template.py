# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Templates fill in fields and nothing else; errors name the place."""

import doctest
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nephoscope.act.notify import template
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.notify.template import TEMPLATE_LENGTH_MAX, TEXT_LENGTH_MAX, Template, one_line, preview
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import BODY

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(["alarm_name", "current", "reason_data", "a"]) | st.text(), JSON, max_size=5)
# Near-misses get further than noise.
PIECES = st.lists(
    st.sampled_from(["${", "}", "$", "$$", "|", ":", ".", "alarm_name", "reason_data.count", "round:2", "cut:3"])
    | st.sampled_from(["default:", "upper", "json", "\n", " ", "0"])
    | st.text(max_size=3),
    max_size=12,
).map("".join)


def test_the_examples_hold() -> None:
    assert 0 == doctest.testmod(template).failed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("no hole, 5 € {x}", "no hole, 5 € {x}"),
        ("${alarm_name}", "cli1"),
        ("${ alarm_name }", "cli1"),
        ("a ${alarm_name} b ${current}\n", "a cli1 b alarm\n"),
        ("$$${alarm_name}$${x}", "$cli1${x}"),
        ("${reason_data.most_recent}", "50.0"),
        ("${reason_data.count}", "3"),
        ("${reason_data.most_recent|round:0}", "50.0"),
        ("${reason_data}", '{"most_recent":50.0,"count":3,"type":"threshold","disposition":"outside"}'),
        ("${current|upper}", "ALARM"),
        ("${current|upper|lower|cut:3}", "al…"),
        ("${current|cut:5}", "alarm"),
        ("${current|cut:0}", ""),
        ("${current|json}", '"alarm"'),
        ("${reason_data.absent|default:none at all}", "none at all"),
        ("${reason_data.absent|upper|default:}", ""),
        ("${current|default:x}", "alarm"),
    ],
)
def test_what_a_template_makes(text: str, expected: str) -> None:
    assert expected == preview(text, BODY)


def test_lists_are_counted_from_nought_and_null_is_nothing() -> None:
    body = {"events": [{"id": "e1"}, {"id": None}], "yes": True}
    assert "e1--true" == preview("${events.0.id}-${events.1.id}-${yes}", body)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("costs $5", "line 1, column 7: a dollar sign alone; write ${name} for a field, $$ for a dollar sign"),
        ("$", "line 1, column 1: a dollar sign alone"),
        ("a\n  ${alarm_name", "line 2, column 3: ${ without a } that ends it"),
        ("${}", "line 1, column 3: expected a name such as reason_data.count, found ''"),
        ("${a b}", "line 1, column 3: expected a name"),
        ("${a..b}", "line 1, column 3: expected a name"),
        ("${alarm_name.__class__}", "line 1, column 1: the body has no alarm_name.__class__"),
        ("${a()}", "line 1, column 3: expected a name"),
        ("\n\n${current|shout}", "line 3, column 1: no filter is called 'shout'; there are upper, lower, json, "),
        ("${current|cut}", "line 1, column 1: expected cut:, and behind the colon the most signs"),
        ("${current|cut:x}", "line 1, column 1: cut: expected the most signs, found 'x'"),
        ("${current|upper:2}", "line 1, column 1: expected upper without a colon"),
        ("ab\ncd ${reason_data.nothing}", "line 2, column 4: the body has no reason_data.nothing; add |default:TEXT"),
        ("x" * (TEMPLATE_LENGTH_MAX + 1), "a template has at most 16384 signs"),
    ],
)
def test_errors_name_the_place(text: str, error: str) -> None:
    with pytest.raises(BadRequest) as raised:
        preview(text, BODY)
    assert raised.value.message.startswith(error)


def test_what_is_delivered_goes_without_what_the_body_lacks() -> None:
    assert "cli1:  now" == Template("${alarm_name}: ${reason_data.absent|upper} now").render(BODY)


def test_what_is_filled_in_is_escaped_and_nothing_else() -> None:
    assert "<b>&lt;" == Template("<b>${x}").render({"x": "<"}, escape=lambda text: text.replace("<", "&lt;"))


def test_a_value_is_never_read_as_a_template() -> None:
    assert "${current}" == preview("${alarm_name}", {"alarm_name": "${current}", "current": "x"})


def test_a_short_template_makes_no_long_text() -> None:
    assert TEXT_LENGTH_MAX == len(Template("${x}" * 4000).render({"x": "y" * 10_000}))


def test_the_usual_templates_suit_every_body() -> None:
    settings = NotifierSettings()
    for text in (settings.mail_subject, settings.mail_body, settings.slack_text):
        assert "cli1" in preview(text, BODY)
    assert "[low] cli1 is alarm" == preview(settings.mail_subject, BODY)


@given(PIECES, BODIES)
@example("${a.b.0|round:9999|cut:1|json|default:x}", {"a": {"b": [1.5]}})
def test_any_text_is_a_template_or_refused_with_its_place(text: str, body: dict[str, Any]) -> None:
    error, rendered = "", ""
    try:
        rendered = Template(text).render(body)
        assert rendered == preview(text, body)
    except BadRequest as found:
        error = found.message
    assert len(rendered) <= TEXT_LENGTH_MAX
    assert not error or error.startswith("line ")


@given(st.text())
def test_one_line_is_one_line_that_shows(text: str) -> None:
    found = one_line(text)
    assert found.isprintable()
    assert found == one_line(found) == found.strip()
