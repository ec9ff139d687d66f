# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Signatures of requests to RADOS gateways."""

from nephoscope.poll.s3_signature import signed

# The key pair of the public guide to these signatures.
ACCESS, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_a_signature_is_that_of_hmac_over_method_date_and_resource() -> None:
    """Computed with `openssl dgst -sha1 -hmac`."""
    sent = signed(ACCESS, SECRET, "http://s3.example/awsexamplebucket1/?acl&x=1", 1175024686)
    assert "Tue, 27 Mar 2007 19:44:46 GMT" == sent["Date"]
    assert f"AWS {ACCESS}:bCsK7JmFneccm8Eaaf2T/8PNH6M=" == sent["Authorization"]


def test_another_query_does_not_change_it() -> None:
    assert signed("a", "s", "http://h/admin/usage?uid=1", 0) == signed("a", "s", "http://h/admin/usage?uid=2", 0)
    assert signed("a", "s", "http://h/admin/usage", 0) != signed("a", "s", "http://h/admin/bucket", 0)
    assert signed("a", "s", "http://h", 0) == signed("a", "s", "http://h/", 0)
