# SPDX-License-Identifier: Apache-2.0
"""The relational side: what exists, who may see it, who works on what. `contract.py` says what it offers."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import select

from nephoscope.model.archive_policy import DEFAULT_METHODS
from nephoscope.store.index import backup, schema
from nephoscope.store.index.agent_reports import AgentReports
from nephoscope.store.index.alarms import Alarms
from nephoscope.store.index.audit import Audit
from nephoscope.store.index.contract import Index
from nephoscope.store.index.database import Database
from nephoscope.store.index.directory import Directory
from nephoscope.store.index.leases import Leases
from nephoscope.store.index.metrics import Metrics
from nephoscope.store.index.outbox import Outbox
from nephoscope.store.index.policies import ArchivePolicies, ArchivePolicyRules, install_builtins
from nephoscope.store.index.projects import Projects
from nephoscope.store.index.resource_types import ResourceTypes
from nephoscope.store.index.resources import Resources
from nephoscope.store.index.route_groups import RouteGroups
from nephoscope.store.index.route_silences import Silences
from nephoscope.store.index.route_trees import Routing
from nephoscope.store.index.scaling import Scaling
from nephoscope.store.index.sessions import Sessions
from nephoscope.store.index.shared_work import SharedWork
from nephoscope.store.index.tokens import Tokens
from nephoscope.store.index.users import Users


class SqlIndex:
    """`contract.Index` over SQLite or PostgreSQL."""

    def __init__(self, database: Database, clock: Callable[[], int] | None = None) -> None:
        now_ns = clock or time.time_ns
        self._database = database
        self.archive_policies = ArchivePolicies(database, now_ns)
        self.rules = ArchivePolicyRules(database, now_ns)
        self.metrics = Metrics(database)
        self.resource_types = ResourceTypes(database, now_ns)
        self.resources = Resources(database, now_ns)
        self.users = Users(database, now_ns)
        self.projects = Projects(database, now_ns)
        self.tokens = Tokens(database, now_ns)
        self.sessions = Sessions(database, now_ns)
        self.audit = Audit(database, now_ns)
        self.leases = Leases(database, clock)
        self.shared_work = SharedWork(database, clock)
        self.agent_reports = AgentReports(database, clock)
        self.directory = Directory(database)
        self.alarms = Alarms(database, clock)
        self.outbox = Outbox(database, clock)
        self.scaling = Scaling(database, clock)
        self.silences = Silences(database, clock)
        self.routing = Routing(database, clock)
        self.route_groups = RouteGroups(database, clock)

    def upgrade(self) -> None:
        schema.upgrade(self._database)

    def install_builtins(self, default_methods: Iterable[str] = DEFAULT_METHODS) -> bool:
        return install_builtins(self._database, default_methods)

    def check(self) -> None:
        self._database.read(lambda connection: connection.execute(select(1)).scalar_one())

    def dump(self, directory: Path) -> None:
        backup.dump(self._database, directory)

    def load(self, directory: Path) -> None:
        backup.load(self._database, directory)

    def close(self) -> None:
        self._database.close()


def open_index(url: str, clock: Callable[[], int] | None = None) -> Index:
    """
    Open the index at `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/NAME`; nothing is connected yet.

    `clock` gives nanoseconds since the epoch; without one it is the machine's, for leases the database's.

    Errors  BadRequest for another kind of URL.
    """
    return SqlIndex(Database(url), clock)
