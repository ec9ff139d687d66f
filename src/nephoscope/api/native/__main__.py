# SPDX-License-Identifier: Apache-2.0
"""`python -m nephoscope.api.native` prints the OpenAPI document, from which the front end's types are made."""

import sys

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native import routes
from nephoscope.api.native.openapi import document


def text(described: list[BaseRoute]) -> str:
    """The document as it is kept in web/openapi.json: indented, so that changes read well."""
    return msgspec.json.format(msgspec.json.encode(document(described)), indent=1).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(text(routes()))
