# SPDX-License-Identifier: Apache-2.0
"""Roles as another identity source names them, and what they are here."""

from collections.abc import Iterable, Mapping

from nephoscope.model.user import PROJECT_ROLES, ROLES

AS_THEY_ARE: Mapping[str, str] = {role: role for role in ("admin", "member", "reader", "service")}
# Admins, operators and services see beyond one project, in whichever they have the role.
REACHING = frozenset(ROLES) - frozenset(PROJECT_ROLES)


class RoleMap:
    """
    A table from foreign role to one of ours, names in any case.

    Ours are given by the table alone. A role that it does not name keeps its name, for rules that operators add.

    >>> sorted(RoleMap({"cloud_admin": "admin"})(["Cloud_Admin", "admin", "auditor"]))
    ['admin', 'auditor']
    >>> sorted(RoleMap({"cloud_admin": "operator"})(["admin"]))
    []
    """

    def __init__(self, table: Mapping[str, str] = AS_THEY_ARE) -> None:
        """Raises ValueError for a role of ours that does not exist."""
        for theirs, ours in table.items():
            if ours not in ROLES:
                raise ValueError(f"{theirs!r} cannot become {ours!r}; expected one of: {', '.join(ROLES)}")
        self._table = {theirs.lower(): ours for theirs, ours in table.items()}

    def __call__(self, theirs: Iterable[str]) -> frozenset[str]:
        """Our roles for theirs."""
        lower = (name.strip().lower() for name in theirs)
        found = (self._table.get(name, "" if name in ROLES else name) for name in lower)
        return frozenset(name for name in found if name)
