# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Every recorded message: with no configuration, the samples and the event that the reference made of it."""

from typing import Any

import pytest

from nephoscope import observe
from nephoscope.model.sample_json import encode, read
from nephoscope.receive.notifications import events, message, meters
from tests.receive.notifications.recorded import FILES, NOW_NS, RESULTS, body, recorded, shown_event, shown_samples

METERS = meters.builtin()
EVENTS = events.builtin()
IDS = [result["file"] for result in RESULTS]


def test_every_message_has_its_result() -> None:
    assert 29 == len(FILES)
    assert FILES == sorted(IDS)


@pytest.mark.parametrize("result", RESULTS, ids=IDS)
def test_the_samples_are_those_of_the_reference(result: dict[str, Any]) -> None:
    before = observe.registry.series("nephoscope_dropped_total")
    found = METERS.samples_of([message.read(body(result["file"]))], NOW_NS)
    assert before == observe.registry.series("nephoscope_dropped_total")
    if result["priority"] == "sample":
        # Such messages are passed on unchanged.
        sent = recorded(result["file"])["decoded"]["payload"]["samples"]
        assert len(sent) == len(found)
        assert list(encode(read(sent, NOW_NS)[0])) == list(encode(found))
        assert [each["monotonic_time"] for each in sent] == found.monotonic_s.tolist()
    else:
        assert result["samples"] == shown_samples(found)


@pytest.mark.parametrize("result", RESULTS, ids=IDS)
def test_the_event_is_that_of_the_reference(result: dict[str, Any]) -> None:
    before = observe.registry.series("nephoscope_dropped_total")
    found = EVENTS.events_of([message.read(body(result["file"]))])
    assert before == observe.registry.series("nephoscope_dropped_total")
    expected = [result["event"] | {"traits": sorted(result["event"]["traits"])}] if "event" in result else []
    assert expected == [shown_event(each) for each in found]


def test_all_at_once_they_give_the_same_as_one_by_one() -> None:
    messages = [message.read(body(file)) for file in FILES]
    one_by_one = [sample for each in messages for sample in encode(METERS.samples_of([each], NOW_NS))]
    assert one_by_one == list(encode(METERS.samples_of(messages, NOW_NS)))
    assert [event for each in messages for event in EVENTS.events_of([each])] == EVENTS.events_of(messages)
