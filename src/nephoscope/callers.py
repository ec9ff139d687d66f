# SPDX-License-Identifier: Apache-2.0
"""A part of the service: how each dialect knows who calls and what they may do, and which settings are too open."""

import ipaddress
from dataclasses import dataclass

from nephoscope.api.auth.basic import Basic, RemoteUser
from nephoscope.api.auth.front_end import FrontEnd, FrontEndCallers
from nephoscope.api.auth.keystone import Keystone, KeystoneService, KeystoneSettings
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.logins import Logins, SessionSettings
from nephoscope.api.auth.native import Native
from nephoscope.api.auth.policy import Policy
from nephoscope.api.auth.roles import RoleMap
from nephoscope.api.auth.throttle import Slope, Throttle, ThrottleSettings
from nephoscope.api.caller import Authenticator
from nephoscope.api.proxy import TrustedPeers
from nephoscope.config import Config
from nephoscope.model.errors import BadRequest
from nephoscope.store.index.contract import Index


@dataclass(frozen=True)
class KeystoneParts:
    """Keystone's API, and the memory of what it said about tokens, which all dialects share."""

    service: KeystoneService
    tokens: Keystone


def keystone_of(config: Config) -> KeystoneParts | None:
    """What asks Keystone, where there is one; for whom, others say."""
    section = config.keystone
    if not section.url:
        return None
    settings = KeystoneSettings(
        url=section.url,
        username=section.username,
        password=section.password,
        project_name=section.project,
        user_domain_name=section.user_domain,
        project_domain_name=section.project_domain,
        timeout_s=section.timeout_s,
        remember_s=section.cache_s,
        size_max=section.cache_tokens_max,
        ca_file=section.ca_file,
        login_domain=section.login_domain,
        projects_max=section.login_projects_max,
    )
    service = KeystoneService(settings, RoleMap(config.auth.roles))
    return KeystoneParts(service, Keystone(settings, service.validate))


def native_authenticator(config: Config, index: Index, keystone: KeystoneParts | None) -> Native:
    """The way of identifying callers of our own API, and of every dialect that has none of its own."""
    pair = Slope(config.auth.wrong_passwords_free, config.auth.wrong_password_delay_s_max)
    trusted = TrustedPeers(tuple(config.http.trusted_proxies))
    return Native(
        LocalAccounts(index),
        identity=config.auth.identity,
        throttle=Throttle(ThrottleSettings(pair=pair)),
        tokens=keystone.tokens if keystone and config.auth.identity == "keystone" else None,
        front_end=FrontEnd(trusted, RoleMap(config.auth.roles)) if config.auth.identity == "headers" else None,
    )


def logins(config: Config, index: Index, authenticator: Native, keystone: KeystoneParts | None) -> Logins:
    """Sessions of browsers, whoever knows the users."""
    section = config.auth
    life_s = section.session_life_s
    if section.identity == "keystone":
        life_s = min(life_s, config.keystone.session_life_s)
    return Logins(
        index,
        authenticator,
        identity=section.identity,
        source=keystone.service if keystone and section.identity == "keystone" else None,
        settings=SessionSettings(section.session_idle_s, life_s),
    )


def gnocchi_authenticator(config: Config, native: Native, keystone: KeystoneParts | None) -> Authenticator:
    """The way of identifying callers that [gnocchi] auth_mode asks for."""
    mode = config.gnocchi.auth_mode
    if mode == "basic":
        return Basic()
    if mode == "remoteuser":
        return RemoteUser(TrustedPeers(tuple(config.http.trusted_proxies)))
    if mode == "keystone":
        assert keystone is not None
        return keystone.tokens
    return native


def aodh_authenticator(config: Config, native: Native, keystone: KeystoneParts | None) -> Authenticator:
    """The way of identifying callers that [aodh] auth_mode asks for."""
    mode = config.aodh.auth_mode
    if mode == "headers":
        trusted = TrustedPeers(tuple(config.http.trusted_proxies))
        return FrontEndCallers(FrontEnd(trusted, RoleMap(config.auth.roles)))
    if mode == "keystone":
        assert keystone is not None
        return keystone.tokens
    return native


def aodh_policy(config: Config) -> Policy:
    """The rules in force; BadRequest names an override that cannot be read."""
    try:
        return Policy(config.aodh.policy)
    except ValueError as error:
        raise BadRequest(f"aodh.policy: {error}") from None


def gnocchi_policy(config: Config) -> Policy:
    """The rules in force; BadRequest names an override that cannot be read."""
    try:
        return Policy(config.gnocchi.policy)
    except ValueError as error:
        raise BadRequest(f"gnocchi.policy: {error}") from None


def refuse_unsafe(config: Config) -> None:
    """BadRequest for settings that would serve strangers without credentials or in the clear, or that do not fit."""
    local = listens_locally(config)
    http, mode, identity = config.http, config.gnocchi.auth_mode, config.auth.identity
    try:
        trusted = TrustedPeers(http.trusted_proxies)
    except ValueError as error:
        raise BadRequest(f"http.trusted_proxies: {error}") from None
    if mode == "basic" and not local:
        raise BadRequest("gnocchi.auth_mode: basic believes every caller; it works only where http.listen is loopback")
    if mode == "remoteuser" and not http.trusted_proxies:
        raise BadRequest("gnocchi.auth_mode: remoteuser needs http.trusted_proxies, the networks of the front end")
    identities = {"gnocchi.auth_mode": mode, "aodh.auth_mode": config.aodh.auth_mode, "auth.identity": identity}
    for key, asks in identities.items():
        if asks == "headers" and not http.trusted_proxies:
            raise BadRequest(f"{key}: headers needs http.trusted_proxies, the networks of the front end")
        if asks == "headers" and not local and trusted.are_everybody:
            raise BadRequest(f"{key}: headers believes whoever http.trusted_proxies names, which is everybody")
        if asks == "keystone" and not config.keystone.url:
            raise BadRequest(f"{key}: keystone needs [keystone] url, username and password")
    try:
        RoleMap(config.auth.roles)
    except ValueError as error:
        raise BadRequest(f"auth.roles: {error}") from None
    if bool(http.tls_certificate) != bool(http.tls_key):
        raise BadRequest("http.tls_certificate and http.tls_key belong together")
    if (http.tls_client_certificates == "none") != (not http.tls_client_ca):
        raise BadRequest("http.tls_client_ca and http.tls_client_certificates (optional or required) belong together")
    if http.tls_client_ca and not http.tls_certificate:
        raise BadRequest("http.tls_client_ca: without http.tls_certificate there is no TLS to show certificates in")
    if not local and not http.tls_certificate and not http.allow_insecure:
        raise BadRequest(
            "http.listen is reachable from outside without TLS: set http.tls_certificate and http.tls_key, "
            "or http.allow_insecure = true behind a front end that has them"
        )


def listens_locally(config: Config) -> bool:
    """Whether only this host can reach us."""
    host, _ = listen_address(config)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen_address(config: Config) -> tuple[str, int]:
    """Host and port of http.listen; BadRequest when it is none."""
    host, _, port = config.http.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise BadRequest(f"http.listen: {config.http.listen!r} is not HOST:PORT, as in 127.0.0.1:8040")
    return host.strip("[]"), int(port)
