# SPDX-License-Identifier: Apache-2.0
"""Every setting of the server, typed, in one tree; a section is named after its station or dialect."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from nephoscope.model import toml

Positive = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class StoreConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The column store. An empty `dsn` means the embedded engine in the data directory."""

    dsn: str = ""
    cluster: str = ""
    readers_max: Positive = 8
    writers_max: Positive = 4
    memory_bytes_max: Positive = 2_000_000_000
    query_memory_bytes_max: Positive = 1_000_000_000
    mark_cache_bytes: Positive = 100_000_000
    free_bytes_min: Positive = 200_000_000
    query_timeout_s: Positive = 60
    commit_rows_max: Positive = 2_000_000


class IndexConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The relational database. An empty `url` means SQLite in the data directory."""

    url: str = ""


class HttpConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The one HTTP port, its TLS, and how much of a request is taken."""

    listen: str = "127.0.0.1:8040"
    tls_certificate: str = ""
    tls_key: str = ""
    cors_allowed_origins: list[str] = []
    trusted_proxies: list[str] = []
    body_bytes_max: Positive = 64_000_000
    body_depth_max: Positive = 64
    body_items_max: Positive = 1_000_000
    threads_max: Positive = 16
    waiting_max: Positive = 2000
    allow_insecure: bool = False


class GnocchiConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The Gnocchi dialect under /gnocchi."""

    auth_mode: Literal["native", "basic", "remoteuser", "keystone"] = "native"
    max_limit: Positive = 1000
    builtin_policies: bool = True
    policy: dict[str, str] = {}


class KeystoneConfig(msgspec.Struct, forbid_unknown_fields=True):
    """The identity service that validates tokens, and the credentials to ask it with."""

    url: str = ""
    username: str = ""
    password: str = ""
    project: str = "service"
    user_domain: str = "Default"
    project_domain: str = "Default"
    ca_file: str = ""
    cache_s: Seconds = 60
    cache_tokens_max: Positive = 10_000
    timeout_s: Seconds = 10


class RollupConfig(msgspec.Struct, forbid_unknown_fields=True):
    """When measures become coarser aggregates, and when what is past its retention is taken away."""

    interval_s: Seconds = 60
    expiry_interval_s: Seconds = 3600
    expired_share_min: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.2


class LogConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Logs go to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    style: Literal["text", "json"] = "text"


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """The whole tree. `data_dir` holds what is embedded: store, index, the agent's token."""

    data_dir: str = "data"
    store: StoreConfig = msgspec.field(default_factory=StoreConfig)
    index: IndexConfig = msgspec.field(default_factory=IndexConfig)
    http: HttpConfig = msgspec.field(default_factory=HttpConfig)
    gnocchi: GnocchiConfig = msgspec.field(default_factory=GnocchiConfig)
    keystone: KeystoneConfig = msgspec.field(default_factory=KeystoneConfig)
    rollup: RollupConfig = msgspec.field(default_factory=RollupConfig)
    log: LogConfig = msgspec.field(default_factory=LogConfig)

    @property
    def folder(self) -> Path:
        """The data directory as an absolute path."""
        return Path(self.data_dir).expanduser().absolute()

    @property
    def store_dsn(self) -> str:
        """The column store's DSN, the embedded one unless configured."""
        return self.store.dsn or f"chdb://{self.folder / 'store'}"

    @property
    def index_url(self) -> str:
        """The index's URL, SQLite unless configured."""
        return self.index.url or f"sqlite:///{self.folder / 'index.sqlite'}"


def load(path: Path | None) -> Config:
    """The configuration of a file, or the defaults; BadRequest names file, key and what was expected."""
    return Config() if path is None else toml.read(path, Config)
