# SPDX-License-Identifier: Apache-2.0
"""What the compute service knows of this host's servers, beyond what it writes into their domains."""

import math
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.libvirt.inquiry import Inquiry
from nephoscope.poll.openstack.listing import Entry, Listing, address, entries

SERVICE, VERSION = "compute", "v2.1"
# Changes that were under way when the last list was made have an earlier time than some that were in it.
OVERLAP_NS = 60 * 10**9
# Servers are asked for one by one during this part of the timeout in a cycle, the rest in the next ones.
PASS = 1 / 8

Facts = Mapping[str, Any]


class Servers(Protocol):
    """Knows facts of servers, as the family `libvirt` takes them."""

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Those of the servers with these ids that are known by now; never raises, nor waits for long."""
        ...


def known_by(settings: PollSettings) -> Servers | None:
    """Who knows what the settings ask for; None where the domains' own description is enough."""
    if settings.instance_discovery_method != "libvirt_metadata":
        return Listed(settings)
    return UsersMetadata(settings) if settings.fetch_extra_metadata else None


@dataclass(frozen=True)
class _Answer:
    """A list of servers: all of the host, or those that changed."""

    whole: bool
    entries: list[Entry]


class Listed:
    """
    Lists the servers of this host: all at first and when `resource_cache_expiry_s` are over, what changed in between.

    Asked at most every `resource_update_interval_s`. Whatever happens, what was known stays until a list replaces it.
    """

    def __init__(self, settings: PollSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Asks nobody yet."""
        self._settings = settings
        self._cloud = settings.cloud
        self._monotonic = monotonic
        self._inquiry: Inquiry[_Answer] = Inquiry("the compute service", settings.timeout_s)
        self._known: dict[str, Facts] = {}
        self._updated_ns = 0
        self._asked_at = self._listed_at = -math.inf

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Those known of these servers."""
        now = self._monotonic()
        due = now - self._asked_at >= self._settings.resource_update_interval_s
        answer = self._inquiry.answer(self._question(now) if due else None)
        if answer is not None:
            self._asked_at = now
            self._listed_at = now if answer.whole else self._listed_at
            self._take(answer)
        return {each: self._known[each] for each in ids if each in self._known}

    def _question(self, now: float) -> Callable[[], _Answer]:
        expired = now - self._listed_at >= self._settings.resource_cache_expiry_s
        # By the service's own clock: ours may differ.
        since_ns = 0 if expired or not self._updated_ns else self._updated_ns - OVERLAP_NS
        query = {"all_tenants": "True", "host": self._settings.host_name}
        if since_ns:
            query["changes-since"] = timestamp.render_seconds(since_ns)
        listing = Listing(SERVICE, VERSION, f"/servers/detail?{urlencode(query)}", "servers")
        return lambda: _Answer(not since_ns, list(entries(self._cloud, listing)))

    def _take(self, answer: _Answer) -> None:
        known = {} if answer.whole else dict(self._known)
        for entry in answer.entries:
            identity = str(entry.get("id"))
            # Lists of what changed have those that ended, too.
            if entry.get("OS-EXT-STS:vm_state") == "deleted" or entry.get("status") == "DELETED":
                known.pop(identity, None)
            else:
                known[identity] = facts_of(entry)
        self._known = known
        self._updated_ns = max([0 if answer.whole else self._updated_ns, *_times(answer.entries)])


class UsersMetadata:
    """
    Fetches the metadata that users gave their servers: server by server, each again after `resource_cache_expiry_s`.

    Of a server that the service does not know there are none. What was known stays until there is an answer.
    """

    def __init__(self, settings: PollSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Asks nobody yet."""
        self._cloud = settings.cloud
        self._kept_s = settings.resource_cache_expiry_s
        self._pass_s = settings.timeout_s * PASS
        self._monotonic = monotonic
        self._inquiry: Inquiry[bool] = Inquiry("the compute service", settings.timeout_s)
        # Filled by the thread that asks, so that a long row of servers brings its first answers before its last.
        self._arrived: deque[tuple[str, Facts]] = deque()
        self._known: dict[str, tuple[float, Facts]] = {}

    def facts(self, ids: Collection[str]) -> Mapping[str, Facts]:
        """Those known of these servers; the others are forgotten."""
        now = self._monotonic()
        due = [each for each in ids if each not in self._known or now - self._known[each][0] >= self._kept_s]
        self._inquiry.answer((lambda: self._fetch(due)) if due else None)
        while self._arrived:
            identity, facts = self._arrived.popleft()
            self._known[identity] = (now, facts)
        self._known = {each: self._known[each] for each in ids if each in self._known}
        return {each: facts for each, (_, facts) in self._known.items()}

    def _fetch(self, ids: Iterable[str]) -> bool:
        """Ask for one after the other while there is time, up to the first that fails: others would fail likewise."""
        until = self._monotonic() + self._pass_s
        base = f"{address(self._cloud, SERVICE, VERSION)}/servers"
        for each in ids:
            try:
                body, _ = self._cloud.get(f"{base}/{quote(each, safe='')}/metadata")
            except HttpFailed as error:
                # A domain that the compute service did not make.
                if error.status != 404:
                    raise
                body = {"metadata": {}}
            found = body.get("metadata") if isinstance(body, dict) else None
            if not isinstance(found, dict):
                raise HttpFailed("the answer has no metadata")
            self._arrived.append((each, {"metadata": found}))
            if self._monotonic() > until:
                break
        return True


def facts_of(entry: Entry) -> Facts:
    """What an entry of the list of servers says, where it says so: libvirt's word stands for the rest."""
    flavor, image = _map(entry, "flavor"), _map(entry, "image")
    told = {
        "display_name": entry.get("name"),
        "name": entry.get("OS-EXT-SRV-ATTR:instance_name"),
        "host": entry.get("hostId"),
        "instance_host": entry.get("OS-EXT-SRV-ATTR:host"),
        "status": str(entry.get("status") or "").lower(),
        "state": entry.get("OS-EXT-STS:vm_state"),
        "task_state": entry.get("OS-EXT-STS:task_state"),
        "image": image,
        "image_ref": image.get("id"),
        "image_ref_url": _link(image),
        "OS-EXT-AZ:availability_zone": entry.get("OS-EXT-AZ:availability_zone"),
    }
    return {
        "user_id": entry.get("user_id"),
        "project_id": entry.get("tenant_id"),
        "flavor_id": flavor.get("id"),
        "metadata": _map(entry, "metadata"),
        "resource_metadata": {key: value for key, value in told.items() if value},
    }


def _map(entry: Entry, key: str) -> Mapping[str, Any]:
    """A field that is a map; of servers without an image it is an empty text."""
    found = entry.get(key)
    return found if isinstance(found, dict) else {}


def _link(image: Mapping[str, Any]) -> str | None:
    links = image.get("links")
    first = links[0] if isinstance(links, list) and links else None
    return first.get("href") if isinstance(first, dict) else None


def _times(listed: Iterable[Entry]) -> Iterable[int]:
    """When they changed last; a time that cannot be read moves nothing."""
    for entry in listed:
        try:
            yield timestamp.parse_absolute(str(entry.get("updated") or ""))
        except BadRequest:
            continue
