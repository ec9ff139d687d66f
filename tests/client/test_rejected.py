# SPDX-License-Identifier: Apache-2.0
"""What the server refused."""

import gzip
import json
from pathlib import Path

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Refused


def test_a_refused_batch_can_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    batch = EncodedBatch("id-1", 1, 3, "gzip", gzip.compress(b'{"value":[1.5]}'))
    Rejected(path, wall_s=lambda: 0).keep(batch, Refused(400, "unit too long"))
    assert json.loads(path.read_text()) == {
        "time": "1970-01-01T00:00:00Z",
        "id": "id-1",
        "samples": 3,
        "status": 400,
        "message": "unit too long",
        "body": {"value": [1.5]},
    }


def test_a_long_body_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    Rejected(path).keep(EncodedBatch("id-1", 1, 3, "", b'"' + b"x" * 70_000 + b'"'), Refused(413, "too large"))
    assert json.loads(path.read_text())["body"] is None


def test_both_files_together_stay_within_the_bound(tmp_path: Path) -> None:
    path = tmp_path / "rejected.jsonl"
    rejected = Rejected(path, bytes_max=10_000)
    for number in range(100):
        rejected.keep(EncodedBatch(f"id-{number}", 1, 3, "", b"[" + b"1," * 100 + b"1]"), Refused(400, "no"))
    found = sorted(tmp_path.iterdir())
    assert [file.name for file in found] == ["rejected.jsonl", "rejected.jsonl.1"]
    assert 5_000 < sum(file.stat().st_size for file in found) <= 10_000
    assert json.loads(path.read_text().splitlines()[-1])["id"] == "id-99"


def test_a_place_that_cannot_be_written_to_harms_nothing(tmp_path: Path) -> None:
    rejected = Rejected(tmp_path / "absent" / "rejected.jsonl")
    rejected.keep(EncodedBatch("id-1", 1, 3, "", b"{}"), Refused(400, "no"))
    assert list(tmp_path.iterdir()) == []
