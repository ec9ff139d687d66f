# SPDX-License-Identifier: Apache-2.0
"""The engines, one file each, opened by the scheme of their DSN."""

from importlib import import_module
from urllib.parse import urlsplit

from nephoscope.model.errors import BadRequest
from nephoscope.store.contract import Store
from nephoscope.store.engines.settings import EngineSettings

ENGINES = {
    "chdb": "nephoscope.store.engines.chdb:open_store",
    "clickhouse": "nephoscope.store.engines.clickhouse:open_store",
    "clickhouses": "nephoscope.store.engines.clickhouse:open_store",
}


def open_store(dsn: str, settings: EngineSettings | None = None) -> Store:
    """Open the engine that `dsn` names, such as `chdb:///var/lib/nephoscope/store`; BadRequest for other schemes."""
    scheme = urlsplit(dsn).scheme
    if scheme not in ENGINES:
        raise BadRequest(f"store.dsn: no engine for {scheme!r}; expected one of {', '.join(ENGINES)}")
    module, function = ENGINES[scheme].split(":")
    store: Store = getattr(import_module(module), function)(dsn, settings or EngineSettings())
    return store
