# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The OpenAPI document that the front end's types are made of is that of the routes there are."""

import json
import subprocess
import sys

from nephoscope.api.native import routes
from nephoscope.api.native.__main__ import text
from tests.project import PROJECT


def test_the_front_end_knows_the_api_as_it_is() -> None:
    kept = (PROJECT / "web" / "openapi.json").read_text()

    assert text(routes()) == kept, "the API has changed: do `make web-types`"


def test_the_document_can_be_printed() -> None:
    command = [sys.executable, "-m", "nephoscope.api.native"]

    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "3.1.0" == json.loads(printed)["openapi"]
