# SPDX-License-Identifier: Apache-2.0
"""Time zones by the names that the IANA database has for them."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name, UTC for "". ValueError when there is none of that name."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: the name is that of a folder of zones, such as Europe, or too long for a file.
        raise ValueError(f"Timezone {name} is not valid") from None
