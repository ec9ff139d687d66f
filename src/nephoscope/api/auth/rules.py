# SPDX-License-Identifier: Apache-2.0
"""
The one table of who may do what, for every dialect: actions by name, in the language of `policy.py`.

Names with a blank are actions, which start with a verb; those of the Aodh dialect are `telemetry:` and what its
service calls them; the others are parts that rules share. `[gnocchi.policy]` overrides rules of the Gnocchi dialect,
`[aodh.policy]` those of the Aodh dialect.

    admin      everything
    operator   sees everything of every project; changes nothing but what is its own
    member     reads and writes what belongs to its project
    reader     reads what belongs to its project, and writes nothing in any dialect
    writer     sends samples, and reads nothing in any dialect but the catalogue: for agents
    service    a service of the cloud, as Gnocchi's rules know it
"""

from nephoscope.api.caller import Caller

_CREATOR = "(user:%(creator)s or project_id:%(created_by_project_id)s)"
_RESOURCE_OWNER = "project_id:%(project_id)s"
_METRIC_OWNER = "project_id:%(resource.project_id)s"

GNOCCHI_RULES: dict[str, str] = {
    "admin_or_creator": f"role:admin or {_CREATOR}",
    "service_or_creator": "role:service or rule:admin_or_creator",
    "admin_or_service": "role:admin or role:service",
    "sees_all": "role:operator",
    "resource_owner": _RESOURCE_OWNER,
    "metric_owner": _METRIC_OWNER,
    "get status": "role:admin",
    "create resource": "",
    "get resource": "rule:sees_all or rule:admin_or_creator or rule:resource_owner",
    "list resource": "rule:sees_all or rule:admin_or_creator or rule:resource_owner",
    "search resource": "rule:sees_all or rule:service_or_creator or rule:resource_owner",
    "update resource": "rule:service_or_creator",
    "delete resource": "rule:admin_or_creator",
    "delete resources": "rule:admin_or_creator",
    "create resource type": "rule:admin_or_service",
    "update resource type": "rule:admin_or_service",
    "delete resource type": "role:admin",
    "get resource type": "",
    "list resource type": "",
    "create archive policy": "rule:admin_or_service",
    "update archive policy": "role:admin",
    "delete archive policy": "role:admin",
    "get archive policy": "",
    "list archive policy": "",
    "create archive policy rule": "role:admin",
    "update archive policy rule": "role:admin",
    "delete archive policy rule": "role:admin",
    "get archive policy rule": "",
    "list archive policy rule": "",
    "create metric": "",
    "get metric": "rule:sees_all or rule:service_or_creator or rule:metric_owner",
    "get measures": "rule:sees_all or rule:service_or_creator or rule:metric_owner",
    "list metric": "rule:sees_all or rule:admin_or_creator or rule:metric_owner",
    "search metric": "rule:sees_all or rule:admin_or_creator or rule:metric_owner",
    "delete metric": "rule:admin_or_creator",
    "post measures": "rule:service_or_creator",
}

NATIVE_RULES: dict[str, str] = {
    "operates": "role:admin or role:operator",
    "reads": "rule:operates or role:member or role:reader or role:service",
    "writes": "rule:operates or role:member or role:writer or role:service",
    "send samples": "rule:writes",
    "send for others": "role:admin or role:service",  # events whose traits name another project
    "see data": "rule:reads",
    "query data": "rule:reads",
    "see alarms": "rule:reads",
    "change alarms": "rule:operates or role:member or role:service",  # each as `telemetry:change_alarm` lets it
    "see scaling": "rule:reads",
    "change scaling": "rule:operates or role:member or role:service",  # each group as `change scaling group` lets it
    "change scaling group": f"role:admin or ((role:member or role:operator or role:service) and {_RESOURCE_OWNER})",
    "signal by address": "",  # whoever knows the address, which is signed
    "see raw events": "rule:operates",  # the messages that events were made of
    "see platform": "rule:operates",
    "see audit": "rule:operates",
    "see accounts": "rule:operates",
    "change accounts": "role:admin",
    "log in": "",  # asked before anybody is known
    "use session": "",  # what remains allowed while the password has to be changed
    "use account": "",  # one's own: session, password, tokens, the projects that one belongs to
    "see backup": "role:admin",
    "make backup": "role:admin",
}

_OWN = "project_id:%(project_id)s"
AODH_READING: dict[str, str] = {
    f"telemetry:{action}": "rule:operates or rule:project_reader"
    for action in (
        "get_alarm",
        "get_alarms",
        "query_alarm",
        "get_alarm_state",
        "alarm_history",
        "query_alarm_history",
        "get_quotas",
        "get_metrics",
    )
} | {
    "telemetry:get_alarms:all_projects": "rule:operates",
    "telemetry:get_metrics:all_projects": "rule:operates",
}
AODH_RULES: dict[str, str] = {
    # Whether a caller acts for any project and user, or for its own alone.
    "context_is_admin": "role:admin",
    "project_reader": f"(role:reader or role:member or role:service) and {_OWN}",
    "project_member": f"(role:member or role:operator or role:service) and {_OWN}",
    **AODH_READING,
    "telemetry:create_alarm": "rule:context_is_admin or rule:project_member",
    "telemetry:change_alarm": "rule:context_is_admin or rule:project_member",
    "telemetry:delete_alarm": "rule:context_is_admin or rule:project_member",
    "telemetry:change_alarm_state": "rule:context_is_admin or rule:project_member",
    "telemetry:update_quotas": "rule:context_is_admin",
    "telemetry:delete_quotas": "rule:context_is_admin",
}

DEFAULT_RULES = {**GNOCCHI_RULES, **NATIVE_RULES, **AODH_RULES}

READING = frozenset({"get", "list", "search", "see", "query", "use"})
# Whoever has to choose another password first may do no more than that.
BEFORE_PASSWORD_CHANGE = frozenset({"log in", "use session"})
# What tells nothing of anybody's data, and what an agent needs to know before it writes.
CATALOGUE = frozenset(
    f"{verb} {noun}" for verb in ("get", "list") for noun in ("archive policy", "archive policy rule", "resource type")
) | {"log in", "use session", "use account"}


def is_kept_from(rule: str, caller: Caller) -> bool:
    """Whether a caller that has none but narrow roles is kept from an action, whatever its rule says."""
    roles = caller.roles
    if rule in CATALOGUE or not roles <= {"reader", "writer"}:
        return False
    if not roles:
        return caller.roles_decide
    reading = rule in AODH_READING or rule.partition(" ")[0] in READING
    return not (reading and "reader" in roles) and not (not reading and "writer" in roles)
