# SPDX-License-Identifier: Apache-2.0
"""Discoveries that ask a cloud: what its services list, where they are, and secrets that it keeps."""

from functools import partial

from nephoscope.poll.contract import PollSettings, ServiceAbsent, Target
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.openstack.connection import NoCloud
from nephoscope.poll.openstack.listing import LISTINGS, Entry, Listing, address, endpoint, entries
from nephoscope.poll.secret import Secret

SECRET_BYTES_MAX = 64 * 1024


class Listed:
    """Finds the entries of a list; each is a target, with all that the service said of it as its facts."""

    def __init__(self, listing: Listing, settings: PollSettings) -> None:
        self._listing = listing
        self._cloud = settings.cloud

    def discover(self, _parameter: str) -> list[Target]:
        """All of them; ServiceAbsent where there is no such service."""
        try:
            found = list(entries(self._cloud, self._listing))
        except NoCloud as error:
            raise ServiceAbsent(str(error)) from None
        return [Target(identity, entry) for entry in found if (identity := identity_of(entry))]


class Endpoint:
    """Finds where a service is, by its type; the URL is the target's id and its fact `url`."""

    def __init__(self, settings: PollSettings) -> None:
        self._cloud = settings.cloud

    def discover(self, parameter: str) -> list[Target]:
        """The one URL; ServiceAbsent where there is none."""
        try:
            url = endpoint(self._cloud, parameter)
        except NoCloud as error:
            raise ServiceAbsent(str(error)) from None
        return [Target(url, {"url": url})]


class Barbican:
    """
    Finds a secret by its id, for pollsters of servers outside of the cloud.

    The one target's fact `secret` is the secret's text; without an id there is a target all the same, with no facts,
    since the pollster's file may say how to authenticate.
    """

    def __init__(self, settings: PollSettings) -> None:
        self._cloud = settings.cloud

    def discover(self, parameter: str) -> list[Target]:
        """The one target."""
        if not parameter:
            return [Target("barbican")]
        try:
            url = f"{address(self._cloud, 'key-manager', 'v1')}/secrets/{parameter}/payload"
        except NoCloud as error:
            raise ServiceAbsent(str(error)) from None
        return [Target(f"barbican://{parameter}", {"secret": Secret(self._payload(url))})]

    def _payload(self, url: str) -> str:
        body, _headers = self._cloud.read(url, {"Accept": "text/plain"}, bytes_max=SECRET_BYTES_MAX)
        try:
            return body.decode()
        except UnicodeDecodeError:
            raise HttpFailed("the secret is no text") from None


def listed(name: str) -> "partial[Listed]":
    """The discovery of a row of LISTINGS, to be made with an agent's settings."""
    return partial(Listed, LISTINGS[name])


def identity_of(entry: Entry) -> str:
    """What tells an entry from the others of its list; empty where it has nothing of the kind."""
    if "binary" in entry and "host" in entry:
        return f"{entry['binary']}@{entry['host']}"
    return str(entry.get("id") or entry.get("alarm_id") or entry.get("name") or "")


ALARM = listed("alarm")
DNS_ZONES = listed("dns_zones")
FIP_SERVICES = listed("fip_services")
FW_POLICY = listed("fw_policy")
FW_SERVICES = listed("fw_services")
IMAGES = listed("images")
IPSEC_CONNECTIONS = listed("ipsec_connections")
LB_SERVICES = listed("lb_services")
MANILA_SHARES = listed("manila_shares")
TENANT = listed("tenant")
VOLUME_BACKUPS = listed("volume_backups")
VOLUME_POOLS = listed("volume_pools")
VOLUME_SERVICES = listed("volume_services")
VOLUME_SNAPSHOTS = listed("volume_snapshots")
VOLUMES = listed("volumes")
VPN_SERVICES = listed("vpn_services")
