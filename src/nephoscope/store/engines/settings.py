# SPDX-License-Identifier: Apache-2.0
"""What an engine may use of the machine."""

import msgspec


class EngineSettings(msgspec.Struct, frozen=True):
    """Bounds of one engine: sessions, memory, caches, time. Sizes in bytes, times in seconds."""

    readers_max: int = 8
    writers_max: int = 4
    guests_max: int = 3
    threads_per_query_max: int = 2
    memory_bytes_max: int = 2_000_000_000
    query_memory_bytes_max: int = 1_000_000_000
    mark_cache_bytes: int = 100_000_000
    free_bytes_min: int = 200_000_000
    query_timeout_s: int = 60
    wait_timeout_s: float = 10.0
    database: str = "nephoscope"
    cluster: str = ""
