# SPDX-License-Identifier: Apache-2.0
"""What the rules of every dialect see of a resource."""

from nephoscope.model.lifetime import Owned


def resource_target(resource: Owned) -> dict[str, str | None]:
    """The fields of a resource that rules may look at."""
    return {
        "resource_type": resource.type,
        "id": str(resource.id),
        "creator": resource.creator,
        "created_by_user_id": resource.created_by_user_id,
        "created_by_project_id": resource.created_by_project_id,
        "user_id": resource.user_id,
        "project_id": resource.project_id,
    }
