# SPDX-License-Identifier: Apache-2.0
"""Batches on disk."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.spool import ASIDE_FILES_MAX, Spool
from nephoscope.model.errors import Conflict, NephoscopeError
from nephoscope.observe import registry

DAY_NS = 86_400 * 10**9


class Clock:
    """The wall clock, as the test sets it."""

    now_ns = 10 * DAY_NS

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the spool is to be."""
    return tmp_path / "deep" / "spool"


@pytest.fixture
def spool(folder: Path, clock: Clock) -> Iterator[Spool]:
    """A spool for about ten batches or a day."""
    opened = open_spool(folder, clock)
    yield opened
    opened.close()


def open_spool(folder: Path, clock: Clock, bytes_max: int = 12_000) -> Spool:
    """The spool in the folder."""
    return Spool(folder, bytes_max=bytes_max, age_s_max=86_400, wall_ns=clock)


def batch(number: int, created_ns: int = 10 * DAY_NS, size: int = 1000) -> EncodedBatch:
    """A batch with two samples."""
    return EncodedBatch(f"id-{number}", created_ns, 2, "gzip", bytes([number % 256]) * size)


def lost(cause: str) -> float:
    """Samples that spools have lost so far."""
    return registry.value("nephoscope_dropped_total", station="spool", cause=cause)


def drain(spool: Spool) -> list[str]:
    """The ids of all batches, in order, taken out."""
    ids = []
    while (oldest := spool.oldest()) is not None:
        ids.append(oldest.id)
        spool.remove_oldest()
    return ids


def files(folder: Path) -> list[Path]:
    """The batches on disk."""
    return sorted(folder.glob("*.batch"))


def test_batches_come_back_in_order_and_as_they_were(spool: Spool, folder: Path) -> None:
    kept = [batch(i) for i in range(5)]
    for each in kept:
        spool.append(each)
    assert len(spool) == len(files(folder)) == 5
    assert sum(file.stat().st_size for file in files(folder)) == spool.size_bytes
    assert spool.oldest() == kept[0]
    assert drain(spool) == [each.id for each in kept]
    assert (len(spool), spool.size_bytes, files(folder)) == (0, 0, [])


def test_another_start_goes_on_where_the_last_one_ended(folder: Path, clock: Clock) -> None:
    first = open_spool(folder, clock)
    for i in range(3):
        first.append(batch(i))
    assert first.oldest() is not None
    first.remove_oldest()
    first.close()
    second = open_spool(folder, clock)
    second.append(batch(3))
    assert drain(second) == ["id-1", "id-2", "id-3"]
    second.close()


def test_beyond_its_size_the_oldest_go_and_are_counted(spool: Spool) -> None:
    before = lost("full")
    for i in range(20):
        spool.append(batch(i))
        assert spool.size_bytes <= 12_000
    kept = drain(spool)
    assert kept == [f"id-{i}" for i in range(20 - len(kept), 20)]
    assert len(kept) >= 9
    assert lost("full") - before == 2 * (20 - len(kept))


def test_a_batch_larger_than_the_spool_is_lost_alone(spool: Spool) -> None:
    before = lost("full")
    spool.append(batch(1))
    spool.append(batch(2, size=20_000))
    assert drain(spool) == ["id-1"]
    assert lost("full") - before == 2


def test_a_smaller_bound_holds_from_the_next_start(folder: Path, clock: Clock) -> None:
    first = open_spool(folder, clock)
    for i in range(8):
        first.append(batch(i))
    first.close()
    second = open_spool(folder, clock, bytes_max=2500)
    assert drain(second) == ["id-6", "id-7"]
    second.close()


def test_beyond_its_age_the_oldest_go_and_are_counted(spool: Spool, clock: Clock) -> None:
    before = lost("too old")
    for i in range(4):
        spool.append(batch(i, created_ns=clock.now_ns + i * 1000))
    clock.now_ns += DAY_NS + 1500
    assert drain(spool) == ["id-2", "id-3"]
    assert lost("too old") - before == 4


@pytest.mark.parametrize("damage", [b"", b"nonsense", None], ids=["emptied", "overwritten", "cut short"])
def test_a_damaged_file_is_counted_put_aside_and_passed_over(folder: Path, clock: Clock, damage: bytes | None) -> None:
    before = lost("unreadable")
    first = open_spool(folder, clock)
    for i in range(3):
        first.append(batch(i))
    first.close()
    torn = files(folder)[0]
    torn.write_bytes(torn.read_bytes()[:-1] if damage is None else damage)
    second = open_spool(folder, clock)
    assert drain(second) == ["id-1", "id-2"]
    assert lost("unreadable") - before == 2
    assert [file.name for file in (folder / "unreadable").iterdir()] == [torn.name]
    second.close()


def test_what_is_put_aside_is_bounded(folder: Path, clock: Clock) -> None:
    first = open_spool(folder, clock, bytes_max=10**6)
    for i in range(ASIDE_FILES_MAX + 5):
        first.append(batch(i))
    for file in files(folder):
        file.write_bytes(b"torn")
    assert drain(first) == []
    assert len(list((folder / "unreadable").iterdir())) == ASIDE_FILES_MAX
    first.close()


def test_a_file_that_was_being_written_counts_if_it_is_whole(folder: Path, clock: Clock) -> None:
    before = lost("unreadable")
    first = open_spool(folder, clock)
    for i in range(3):
        first.append(batch(i))
    first.close()
    _, whole, torn = files(folder)
    whole.rename(folder / (whole.name + ".tmp"))
    torn.write_bytes(torn.read_bytes()[:-5])
    torn.rename(folder / (torn.name + ".tmp"))
    second = open_spool(folder, clock)
    second.append(batch(3))
    assert drain(second) == ["id-0", "id-1", "id-3"]
    assert lost("unreadable") - before == 2
    assert list(folder.glob("*.tmp")) == []
    second.close()


@pytest.mark.parametrize(
    ("number", "cause"), [(errno.ENOSPC, "disk full"), (errno.EDQUOT, "disk full"), (errno.EIO, "unwritable")]
)
@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.rename"])
def test_a_disk_that_cannot_take_a_batch_loses_that_batch_only(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, cause: str
) -> None:
    before = lost(cause)
    spool.append(batch(0))

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as failing:
        failing.setattr(call, fail)
        spool.append(batch(1))
    spool.append(batch(2))
    assert lost(cause) - before == 2
    assert len(files(folder)) == 2
    assert list(folder.glob("*.tmp")) == []
    assert drain(spool) == ["id-0", "id-2"]


def test_a_limit_of_the_system_is_survived(tmp_path: Path) -> None:
    """In a process whose files may not grow beyond a size: writes stop half-way, as on a full disk."""
    program = f"""
import resource, signal, time
from pathlib import Path
from nephoscope.client.batch import EncodedBatch
from nephoscope.client.spool import Spool
from nephoscope.observe import registry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
spool = Spool(Path({str(tmp_path)!r}), bytes_max=10**6, age_s_max=10**9)
for number, size in enumerate((1000, 5000, 1000)):
    spool.append(EncodedBatch(str(number), time.time_ns(), 7, "", b"x" * size))
print(len(spool), registry.series("nephoscope_dropped_total"))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "2 {(('cause', 'unwritable'), ('station', 'spool')): 7}\n"
    assert len(list(tmp_path.glob("*.batch*"))) == 2


def test_a_folder_belongs_to_one_agent_at_a_time(spool: Spool, folder: Path, clock: Clock) -> None:
    with pytest.raises(Conflict, match="used by another agent"):
        open_spool(folder, clock)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NephoscopeError, match=r"file/spool: Not a directory; name another with spool\.folder"):
        open_spool(tmp_path / "file" / "spool", clock)


def test_other_files_in_the_folder_are_left_alone(folder: Path, clock: Clock) -> None:
    folder.mkdir(parents=True)
    (folder / "note.txt").write_text("mine")
    spool = open_spool(folder, clock)
    assert drain(spool) == []
    spool.close()
    assert (folder / "note.txt").read_text() == "mine"


def test_what_was_kept_before_a_kill_is_there_after_it(tmp_path: Path, clock: Clock) -> None:
    program = f"""
import itertools, time
from pathlib import Path
from nephoscope.client.batch import EncodedBatch
from nephoscope.client.spool import Spool
spool = Spool(Path({str(tmp_path)!r}), bytes_max=10**9, age_s_max=10**9)
for number in itertools.count():
    spool.append(EncodedBatch(f"id-{{number}}", time.time_ns(), 2, "", b"x" * 20_000))
    print(number, flush=True)
"""
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.15)
        writer.kill()
        said = [0, *(int(line) for line in writer.stdout.read().split("\n") if line.isdigit())]
        writer.wait()
        writer.stdout.close()
        spool = Spool(tmp_path, bytes_max=10**9, age_s_max=10**9)
        kept = drain(spool)
        spool.close()
        assert kept == [f"id-{i}" for i in range(len(kept))]
        assert len(kept) - 1 in (said[-1], said[-1] + 1)
