# SPDX-License-Identifier: Apache-2.0
"""Counters by which others tell what has changed since they looked: each is a setting, and grows."""

from sqlalchemy import Connection, insert, select, update

from nephoscope.store.index.tables import setting


def newest(connection: Connection, name: str) -> int:
    """The highest version that was given out, 0 before the first."""
    return int(connection.scalar(select(setting.c.value).where(setting.c.name == name)) or 0)


def held(connection: Connection, name: str) -> int:
    """
    As `newest`; others wait here until this transaction has ended.

    So no two give the same version out, and whoever sees a version sees all that came with the ones before.
    """
    value = connection.scalar(select(setting.c.value).where(setting.c.name == name).with_for_update())
    if value is None:
        connection.execute(insert(setting).values(name=name, value=0))
    return int(value or 0)


def keep(connection: Connection, name: str, version: int) -> None:
    """Give a version out."""
    changed = update(setting).where(setting.c.name == name).values(value=version)
    if not connection.execute(changed).rowcount:
        connection.execute(insert(setting).values(name=name, value=version))
