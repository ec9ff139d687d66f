# SPDX-License-Identifier: Apache-2.0
"""The dialect on a real index of its own, for tests: a copy of an SQLite file that was made once."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.basic import Basic
from nephoscope.api.auth.policy import Policy
from nephoscope.api.caller import Authenticator
from nephoscope.api.gnocchi.parts import GnocchiSettings, Hooks, Parts, SeriesParts
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index

URL = "http://testserver/gnocchi"


def make_template(directory: Path) -> Path:
    """An SQLite file with the schema and the built-in policies."""
    path = directory / "template.sqlite"
    index = open_index(f"sqlite:///{path}")
    index.upgrade()
    index.install_builtins()
    index.close()
    return path


@contextmanager
def opened_copy(template: Path, directory: Path) -> Iterator[Index]:
    """An index on a fresh copy of the template."""
    path = directory / "index.sqlite"
    shutil.copy(template, path)
    index = open_index(f"sqlite:///{path}")
    yield index
    index.close()


def served(
    index: Index,
    authenticator: Authenticator | None = None,
    *,
    policy: Policy | None = None,
    settings: GnocchiSettings | None = None,
    hooks: Hooks | None = None,
    http: HttpSettings | None = None,
    series: SeriesParts | None = None,
) -> ASGIApp:
    """The application with this dialect alone, in basic mode unless another is given; without `series`, no measures."""
    parts = Parts(
        index=index,
        authenticator=authenticator or Basic(),
        policy=policy or Policy(),
        settings=settings or GnocchiSettings(),
        hooks=hooks or Hooks(),
        series=series,
    )
    return build({"gnocchi": parts}, http or HttpSettings())
