# SPDX-License-Identifier: Apache-2.0
"""A `systemctl` for tests with a file for each unit: `systemctl.py FOLDER show|start|stop|reset-failed -- UNITS`."""

import sys
from pathlib import Path


def main(folder: Path, verb: str, arguments: list[str]) -> int:
    """The units of `folder/bad` fail when they are started; one whose name begins with `none` is not installed."""
    cut = arguments.index("--")
    with (folder / "log").open("a") as log:
        log.write(f"{verb} {' '.join(arguments[cut + 1 :])}\n")
    for unit in arguments[cut + 1 :]:
        path = folder / unit
        state = path.read_text() if path.exists() else "inactive"
        loaded = "not-found" if unit.startswith("none") else "loaded"
        if verb == "show":
            result = "exit-code" if state == "failed" else "success"
            print(f"Id={unit}\nLoadState={loaded}\nActiveState={state}\nSubState=x\nResult={result}\n")
        elif verb == "start" and loaded == "loaded":
            path.write_text("failed" if unit in (folder / "bad").read_text().split() else "active")
        elif verb in ("stop", "reset-failed") and not (folder / "stuck").exists():
            path.write_text("inactive")
    return 5 if verb == "stop" and (folder / "stuck").exists() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
