# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The backlog that there never is."""

import os

from tests.api.asgi import Client, basic


def test_nothing_waits_and_this_process_is_the_one_that_works(client: Client) -> None:
    shown = client.request("GET", "/gnocchi/v1/status").json()

    assert {"summary": {"metrics": 0, "measures": 0}, "measures_to_process": {}} == shown["storage"]
    [worker] = shown["metricd"]["processors"]
    assert worker.endswith(f".{os.getpid()}")
    assert {worker: {}} == shown["metricd"]["statistics"]


def test_without_details_the_map_is_left_out(client: Client) -> None:
    shown = client.request("GET", "/gnocchi/v1/status?details=false").json()
    assert {"summary": {"metrics": 0, "measures": 0}} == shown["storage"]


def test_only_admins_see_it(client: Client) -> None:
    assert 403 == client.request("GET", "/gnocchi/v1/status", headers=basic("bob")).status
    assert 401 == client.request("GET", "/gnocchi/v1/status", headers={"authorization": ""}).status
