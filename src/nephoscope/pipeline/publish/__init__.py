# SPDX-License-Identifier: Apache-2.0
"""Where samples and events go in the end: one file per scheme of a publisher's URL, each a row of `PUBLISHERS`."""

PUBLISHERS: dict[str, str] = {}
