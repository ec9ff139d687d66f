# SPDX-License-Identifier: Apache-2.0
"""
Projects and who belongs to them, sessions, audit events; users and tokens go on working as before.

A user with a project becomes a member of it with its roles member and reader; its other roles stay its own and hold
everywhere. A token for another project than its user's makes the user a member there, with the token's roles.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from nephoscope.store.index.migrations.versions.v0001_first_tables import DOCUMENT, NUMBER, index, key, points_to, words

revision = "0002"
down_revision = "0001"

INSIDE = {"member", "reader"}

USER = sa.table(
    "user_account", *(sa.column(name) for name in ("name", "project_id", "created_ns")), sa.column("roles", DOCUMENT)
)
TOKEN = sa.table(
    "token", *(sa.column(name) for name in ("id", "user_name", "project_id")), sa.column("roles", DOCUMENT)
)
PROJECT = sa.table("project", *(sa.column(name) for name in ("id", "name", "description", "disabled", "created_ns")))
MEMBERSHIP = sa.table("membership", sa.column("user_name"), sa.column("project_id"), sa.column("roles", DOCUMENT))


def upgrade() -> None:
    """Make the tables and columns, then give everybody the place it had."""
    op.add_column("user_account", sa.Column("kind", words(15), nullable=False, server_default="person"))
    op.add_column(
        "user_account", sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("token", sa.Column("name", words(), nullable=False, server_default=""))
    projects()
    sessions()
    audit()
    fill(op.get_bind())


def projects() -> None:
    op.create_table(
        "project",
        key("id"),
        key("name"),
        key("description", 1000),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_ns", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
        sa.UniqueConstraint("name", name="uq_project_name"),
    )
    op.create_table(
        "membership",
        key("user_name"),
        key("project_id"),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_name", "project_id", name="pk_membership"),
        points_to("membership", "user_name", "user_account.name", ondelete="CASCADE"),
        points_to("membership", "project_id", "project.id", ondelete="CASCADE"),
    )
    index("membership", "project_id")


def sessions() -> None:
    op.create_table(
        "login_session",
        key("id", 32),
        sa.Column("secret_sha256", sa.LargeBinary(32), nullable=False),
        key("user_name"),
        key("identity", 15),
        sa.Column("foreign_user", DOCUMENT),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("created_ns", "used_ns", "idle_ns", "ends_ns")),
        sa.Column("peer", words()),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
    )
    index("login_session", "user_name", "identity")


def audit() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        key("actor"),
        sa.Column("project_id", words()),
        sa.Column("peer", words()),
        key("action", 63),
        key("target", 600),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sqlite_autoincrement=True,
    )
    index("audit_event", "actor", "id")
    index("audit_event", "action", "id")
    index("audit_event", "time_ns")


def fill(connection: sa.Connection) -> None:
    """Projects and memberships out of what users and tokens say of their projects."""
    users = connection.execute(sa.select(USER)).all()
    tokens = connection.execute(sa.select(TOKEN)).all()
    own = {row.name: row.project_id for row in users}
    inside: dict[tuple[str, str], set[str]] = {}
    for row in users:
        if row.project_id:
            inside[row.name, row.project_id] = INSIDE & lowered(row.roles)
    for row in tokens:
        if row.project_id and row.project_id != own[row.user_name]:
            inside.setdefault((row.user_name, row.project_id), set()).update(INSIDE & lowered(row.roles))
    make_members(connection, inside, min((row.created_ns for row in users), default=0))
    for row in users:
        kept = lowered(row.roles) - (INSIDE if row.project_id else set())
        connection.execute(sa.update(USER).where(USER.c.name == row.name).values(roles=sorted(kept)))
    for row in tokens:
        connection.execute(sa.update(TOKEN).where(TOKEN.c.id == row.id).values(roles=sorted(lowered(row.roles))))


def make_members(connection: sa.Connection, inside: dict[tuple[str, str], set[str]], created_ns: int) -> None:
    made: list[dict[str, Any]] = [
        {"id": name, "name": name, "description": "", "disabled": False, "created_ns": created_ns}
        for name in sorted({project for _, project in inside})
    ]
    if made:
        connection.execute(sa.insert(PROJECT), made)
        members = [
            {"user_name": user, "project_id": project, "roles": sorted(roles)}
            for (user, project), roles in sorted(inside.items())
        ]
        connection.execute(sa.insert(MEMBERSHIP), members)


def lowered(roles: list[str]) -> set[str]:
    return {role.lower() for role in roles}
