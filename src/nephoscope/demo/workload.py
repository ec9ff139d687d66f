# SPDX-License-Identifier: Apache-2.0
"""What instances do all day, and how busy that makes them at an hour of a week."""

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HOUR_S = 3600
DAY_S = 24 * HOUR_S
# 1970-01-01 was a Thursday.
MONDAY_S = -3 * DAY_S


class Workload(msgspec.Struct, frozen=True):
    """
    A kind of work. Shares are of all CPUs, from 0 to 1: always there (`base`), added by the day's visitors (`day`, of
    which `weekend` remains on Saturdays and Sundays), added by the night's jobs (`night`), and in short `bursts`.

    `memory` is the share in use; disk and network are bytes/s of a CPU that is wholly busy.
    """

    name: str
    weight: float
    base: float
    day: float = 0.0
    night: float = 0.0
    weekend: float = 0.5
    bursts: float = 0.0
    memory: float = 0.5
    read_bytes_s: float = 0.2e6
    write_bytes_s: float = 0.4e6
    in_bytes_s: float = 1e6
    out_bytes_s: float = 1e6


WORKLOADS = (
    Workload("web", 5, 0.06, day=0.42, weekend=0.8, memory=0.45, in_bytes_s=2e6, out_bytes_s=9e6),
    Workload("api", 4, 0.08, day=0.5, weekend=0.6, memory=0.5, in_bytes_s=4e6, out_bytes_s=6e6),
    Workload("db", 3, 0.12, day=0.3, night=0.35, memory=0.85, read_bytes_s=12e6, write_bytes_s=9e6),
    Workload("cache", 2, 0.05, day=0.18, weekend=0.7, memory=0.92, in_bytes_s=12e6, out_bytes_s=16e6),
    Workload("worker", 4, 0.25, bursts=0.45, weekend=0.9, memory=0.55),
    Workload("batch", 2, 0.02, night=0.85, memory=0.4, read_bytes_s=30e6, write_bytes_s=14e6),
    Workload("build", 2, 0.03, day=0.2, bursts=0.8, weekend=0.1, memory=0.45, write_bytes_s=10e6, in_bytes_s=5e6),
    Workload("train", 1, 0.93, memory=0.8, read_bytes_s=4e6),
    Workload("desk", 2, 0.02, day=0.25, weekend=0.05, memory=0.35),
    Workload("idle", 5, 0.008, memory=0.15, in_bytes_s=0.1e6, out_bytes_s=0.05e6),
)


def day_curve(times_s: Floats) -> Floats:
    """
    How many visitors there are at a time of day (UTC), 0 to 1: few at 4 o'clock, most at 16.

    >>> day_curve(np.array([4.0, 10.0, 16.0]) * 3600).round(2).tolist()
    [0.0, 0.35, 1.0]
    """
    half: Floats = (1 - np.cos((times_s / HOUR_S - 4) * 2 * np.pi / 24)) / 2
    return half**1.5


def night_curve(times_s: Floats) -> Floats:
    """
    How much of the night's work runs, 0 to 1: most at half past two, next to none in daytime.

    >>> night_curve(np.array([2.5, 4.0, 14.5]) * 3600).round(2).tolist()
    [1.0, 0.32, 0.0]
    """
    hours = times_s / HOUR_S % 24
    away = np.minimum(np.abs(hours - 2.5), 24 - np.abs(hours - 2.5))
    return np.asarray(np.exp(-((away / 1.4) ** 2)))


def is_weekend(times_s: Floats) -> npt.NDArray[np.bool_]:
    """
    Whether a time is on a Saturday or Sunday, UTC.

    >>> is_weekend(np.array([0.0, 2.0]) * 86400).tolist()
    [False, True]
    """
    return np.asarray((times_s - MONDAY_S) // DAY_S % 7 >= 5)
