# SPDX-License-Identifier: Apache-2.0
"""Whatever reaches beyond the documented views is refused; what does not is not."""

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.query.sql.narrow import Narrower
from tests.query.sql.statements import BROKEN_OUT, HARMLESS, listed
from tests.query.sql.told import BLUE, EVERYTHING, Told


@pytest.mark.parametrize("text", listed(BROKEN_OUT))
def test_whatever_reaches_beyond_the_views_is_refused(text: str) -> None:
    for reach in (BLUE, EVERYTHING):
        with pytest.raises(BadRequest) as caught:
            Narrower("nephoscope", reach).statement(text)
        assert type(caught.value) is BadRequest
        assert caught.value.message


def test_harmless_statements_run(blue_and_green_anywhere: Told) -> None:
    for text in listed(HARMLESS):
        for reach in (BLUE, EVERYTHING):
            assert blue_and_green_anywhere.ask(text, reach).columns, text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT name,\n  file('x') FROM measures", "function file is not allowed (line 2, column 3)"),
        ("SELECT 1 FROM nowhere", "there is no view nowhere; there are measures"),
        ("SELECT 1 FROM nowhere", "(line 1, column 15)"),
        ("SELECT arrayMap(hostName, [1])", "function hostName is not allowed; give a lambda"),
        ("SELECT 1 SETTINGS a = 1", "SETTINGS is not allowed"),
        ("SELECT value IN other FROM measures", "after IN give a list of values or a SELECT in brackets"),
        ("SELECT {a: String}", "parameters are not allowed"),
    ],
)
def test_a_refusal_says_what_and_where(text: str, told: str) -> None:
    with pytest.raises(BadRequest) as caught:
        Narrower("nephoscope", BLUE).statement(text)
    assert told in caught.value.message
