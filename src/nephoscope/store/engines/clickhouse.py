# SPDX-License-Identifier: Apache-2.0
"""The distributed engine: a ClickHouse server or cluster over HTTP."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error

from nephoscope.model.errors import StoreUnavailable
from nephoscope.store.engines.sessions import SessionStore
from nephoscope.store.engines.settings import EngineSettings


class ServerStore(SessionStore):
    """A store that other nodes may write to as well."""

    shared = True


def open_store(dsn: str, settings: EngineSettings) -> ServerStore:
    """Open `clickhouse://user:password@host:8123/database` (`clickhouses://` for TLS), making the database."""
    parts = urlsplit(dsn)
    secure = parts.scheme == "clickhouses"
    wanted = parts.path.strip("/") or settings.database
    settings = EngineSettings(**{**_fields(settings), "database": wanted})

    def connect(limits: Mapping[str, Any], database: str = wanted) -> Client:
        return clickhouse_connect.get_client(
            host=parts.hostname or "localhost",
            port=parts.port or (8443 if secure else 8123),
            username=unquote(parts.username or "default"),
            password=unquote(parts.password or ""),
            secure=secure,
            database=database,
            settings=dict(limits),
            autogenerate_session_id=False,
            query_retries=0,
            connect_timeout=5,
            send_receive_timeout=settings.query_timeout_s + 10,
        )

    _make_database(connect, settings)
    return ServerStore(connect, settings)


def _make_database(connect: Any, settings: EngineSettings) -> None:
    on_cluster = f" ON CLUSTER `{settings.cluster}`" if settings.cluster else ""
    try:
        first = connect({}, database="default")
        first.command(f"CREATE DATABASE IF NOT EXISTS `{settings.database}`{on_cluster}")
        first.close()
    except (Error, OSError) as error:
        raise StoreUnavailable(f"the store does not answer: {str(error).splitlines()[0]}") from error


def _fields(settings: EngineSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}
