# SPDX-License-Identifier: Apache-2.0
"""Archive policies and their rules in the database."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from nephoscope.model import archive_policy as policies
from nephoscope.model import archive_policy_rule as rules
from nephoscope.model.archive_policy import ArchivePolicy, Definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.audit import PROGRAM, Actor
from nephoscope.model.errors import BadRequest, Conflict, InUse, NotFound
from nephoscope.model.text import check_length
from nephoscope.store.index.audit import differences, record
from nephoscope.store.index.database import Database, among
from nephoscope.store.index.tables import ACTIVE, DELETED, archive_policy, archive_policy_rule, metric, setting

BUILTINS = "builtins_installed"


class ArchivePolicies:
    """`contract.ArchivePolicies`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def create(self, policy: ArchivePolicy, *, by: Actor = PROGRAM) -> ArchivePolicy:
        policies.checked(policy)
        check_length("archive policy name", policy.name)

        def work(connection: Connection) -> ArchivePolicy:
            if _policy_row(connection, policy.name) is not None:
                raise Conflict(f"Archive policy {policy.name} already exists")
            insert_policies(connection, [policy])
            record(connection, self._clock(), by, "create archive policy", policy.name, **_told(policy))
            return policy

        return self._database.write(work)

    def get(self, name: str) -> ArchivePolicy:
        return self._database.read(lambda connection: _policy(connection, name))

    def list_all(self) -> list[ArchivePolicy]:
        query = select(archive_policy).order_by(archive_policy.c.name)
        return self._database.read(lambda connection: [_as_policy(row) for row in connection.execute(query)])

    def change(
        self, name: str, definitions: Sequence[Definition], back_window: int | None = None, *, by: Actor = PROGRAM
    ) -> ArchivePolicy:
        def work(connection: Connection) -> ArchivePolicy:
            before = _policy(connection, name, lock=True)
            changed = policies.changed(before, definitions, back_window)
            values = {"definition": _pairs(changed), "back_window": changed.back_window}
            connection.execute(update(archive_policy).where(archive_policy.c.name == name).values(values))
            changes = differences(_told(before), _told(changed))
            if changes:
                record(connection, self._clock(), by, "update archive policy", name, **changes)
            return changed

        return self._database.write(work)

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            _delete_policy(connection, name)
            record(connection, self._clock(), by, "delete archive policy", name)

        self._database.write(work)


class ArchivePolicyRules:
    """`contract.ArchivePolicyRules`."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock

    def create(self, rule: ArchivePolicyRule, *, by: Actor = PROGRAM) -> ArchivePolicyRule:
        check_length("archive policy rule name", rule.name)
        check_length("metric pattern", rule.metric_pattern)

        def work(connection: Connection) -> ArchivePolicyRule:
            if _rule_row(connection, rule.name) is not None:
                raise Conflict(f"Archive policy rule {rule.name} already exists")
            check_policies(connection, [rule.archive_policy_name])
            insert_rules(connection, [rule])
            told = {"metric_pattern": rule.metric_pattern, "archive_policy": rule.archive_policy_name}
            record(connection, self._clock(), by, "create archive policy rule", rule.name, **told)
            return rule

        return self._database.write(work)

    def get(self, name: str) -> ArchivePolicyRule:
        return self._database.read(lambda connection: _rule(connection, name))

    def list_all(self) -> list[ArchivePolicyRule]:
        return self._database.read(ordered_rules)

    def rename(self, name: str, new_name: str, *, by: Actor = PROGRAM) -> ArchivePolicyRule:
        check_length("archive policy rule name", new_name)

        def work(connection: Connection) -> ArchivePolicyRule:
            rule = _rule(connection, name)
            if new_name == name:
                return rule
            if _rule_row(connection, new_name) is not None:
                raise BadRequest(f"Archive policy rule {new_name} already exists")
            by_name = archive_policy_rule.c.name == name
            connection.execute(update(archive_policy_rule).where(by_name).values(name=new_name))
            changes = differences({"name": name}, {"name": new_name})
            record(connection, self._clock(), by, "update archive policy rule", name, **changes)
            return ArchivePolicyRule(new_name, rule.metric_pattern, rule.archive_policy_name)

        return self._database.write(work)

    def delete(self, name: str, *, by: Actor = PROGRAM) -> None:
        def work(connection: Connection) -> None:
            done = connection.execute(delete(archive_policy_rule).where(archive_policy_rule.c.name == name))
            if done.rowcount == 0:
                raise _no_rule(name)
            record(connection, self._clock(), by, "delete archive policy rule", name)

        self._database.write(work)

    def match(self, metric_name: str | None) -> ArchivePolicyRule:
        return matching_rule(self.list_all(), metric_name)


def install_builtins(database: Database, default_methods: Iterable[str]) -> bool:
    """`contract.Index.install_builtins`."""
    builtin = policies.builtin_policies(default_methods)

    def work(connection: Connection) -> bool:
        if connection.execute(select(setting).where(setting.c.name == BUILTINS)).first() is not None:
            return False
        connection.execute(insert(setting).values(name=BUILTINS, value=True))
        there = set(connection.scalars(select(archive_policy.c.name)))
        insert_policies(connection, [policy for policy in builtin if policy.name not in there])
        names = set(connection.scalars(select(archive_policy_rule.c.name)))
        insert_rules(connection, [rule for rule in rules.BUILTIN_RULES if rule.name not in names])
        return True

    return database.write(work)


def check_policies(connection: Connection, names: Iterable[str]) -> None:
    """BadRequest naming the first of the archive policies that does not exist."""
    wanted = set(names)
    known = set(
        connection.scalars(select(archive_policy.c.name).where(among(connection, archive_policy.c.name, wanted)))
    )
    if missing := sorted(wanted - known):
        raise BadRequest(f"Archive policy {missing[0]} does not exist")


def ordered_rules(connection: Connection) -> list[ArchivePolicyRule]:
    """All rules in the order in which they are tried."""
    found = connection.execute(select(archive_policy_rule))
    return rules.in_order(_as_rule(row) for row in found)


def matching_rule(ordered: Iterable[ArchivePolicyRule], metric_name: str | None) -> ArchivePolicyRule:
    """The rule for a metric's name; BadRequest when there is none."""
    rule = rules.matching(ordered, metric_name or "")
    if rule is None:
        raise BadRequest(
            f"No archive policy name specified and no archive policy rule found matching the metric name {metric_name}"
        )
    return rule


def insert_policies(connection: Connection, new: Sequence[ArchivePolicy]) -> None:
    """Insert policies whose names are free."""
    rows = [
        {
            "name": policy.name,
            "back_window": policy.back_window,
            "definition": _pairs(policy),
            "aggregation_methods": sorted(policy.aggregation_methods),
        }
        for policy in new
    ]
    if rows:
        connection.execute(insert(archive_policy), rows)


def insert_rules(connection: Connection, new: Sequence[ArchivePolicyRule]) -> None:
    """Insert rules whose names are free."""
    rows = [
        {
            "name": rule.name,
            "metric_pattern": rule.metric_pattern,
            "archive_policy_name": rule.archive_policy_name,
        }
        for rule in new
    ]
    if rows:
        connection.execute(insert(archive_policy_rule), rows)


def _delete_policy(connection: Connection, name: str) -> None:
    _policy(connection, name, lock=True)
    of_policy = metric.c.archive_policy_name == name
    active = connection.scalar(select(func.count()).select_from(metric).where(of_policy, ACTIVE))
    ruled = connection.scalar(
        select(func.count()).select_from(archive_policy_rule).where(archive_policy_rule.c.archive_policy_name == name)
    )
    if active or ruled:
        raise InUse(f"Archive policy {name} is still in use: by {active} metrics and {ruled} rules; delete them first")
    # Deleted metrics that wait for their data to go must not keep the policy alive.
    connection.execute(update(metric).where(of_policy, DELETED).values(archive_policy_name=None))
    connection.execute(delete(archive_policy).where(archive_policy.c.name == name))


def _policy_row(connection: Connection, name: str, *, lock: bool = False) -> Row[Any] | None:
    query = select(archive_policy).where(archive_policy.c.name == name)
    return connection.execute(query.with_for_update() if lock else query).first()


def _policy(connection: Connection, name: str, *, lock: bool = False) -> ArchivePolicy:
    row = _policy_row(connection, name, lock=lock)
    if row is None:
        raise NotFound(f"Archive policy {name} does not exist")
    return _as_policy(row)


def _as_policy(row: Row[Any]) -> ArchivePolicy:
    definition = tuple(Definition(*each) for each in row.definition)
    return ArchivePolicy(row.name, row.back_window, definition, frozenset(row.aggregation_methods))


def _pairs(policy: ArchivePolicy) -> list[tuple[int, int | None, int | None]]:
    return [(each.granularity_ns, each.points, each.timespan_ns) for each in policy.definition]


def _told(policy: ArchivePolicy) -> dict[str, object]:
    """What an audit event tells of a policy."""
    return {
        "back_window": policy.back_window,
        "definition": [list(each) for each in _pairs(policy)],
        "aggregation_methods": sorted(policy.aggregation_methods),
    }


def _rule_row(connection: Connection, name: str) -> Row[Any] | None:
    query = select(archive_policy_rule).where(archive_policy_rule.c.name == name)
    return connection.execute(query).first()


def _rule(connection: Connection, name: str) -> ArchivePolicyRule:
    row = _rule_row(connection, name)
    if row is None:
        raise _no_rule(name)
    return _as_rule(row)


def _as_rule(row: Row[Any]) -> ArchivePolicyRule:
    return ArchivePolicyRule(row.name, row.metric_pattern, row.archive_policy_name)


def _no_rule(name: str) -> NotFound:
    return NotFound(f"Archive policy rule {name} does not exist")
