# SPDX-License-Identifier: Apache-2.0
"""What becomes of connections that are open when something changes: an endpoint is rejected or
deleted, a rule is revoked, the daemon is killed.
"""
import hashlib
import os
import signal
import subprocess

import pytest

from support.listening import TICKER, Listening
from support.postern import BIN, Postern
from support.tutorial import WORDS, Tutorial, tcp, wait_for

MEBIBYTES = 400
# The download's content is made from a counter, so that both sides can compute its hash.
DOWNLOAD = f"""#!/bin/sh
mkdir -p /srv/www && cd /srv/www
python3 -c 'import sys
for block in range({MEBIBYTES}):
    sys.stdout.buffer.write(block.to_bytes(8, "big") * 131072)' > big
echo '{WORDS}' > index.html
exec setsid python3 -m http.server 80
"""


def expected_hash() -> str:
    digest = hashlib.sha256()
    for block in range(MEBIBYTES):
        digest.update(block.to_bytes(8, "big") * 131072)
    return digest.hexdigest()


@pytest.fixture
def listening(tutorial):
    tutorial.start_client()
    tutorial.start_server(TICKER)
    tutorial.make_nlb()
    tutorial.admit_nlb_at_server()
    tutorial.make_service()
    tutorial.allow_principal()
    tutorial.make_endpoint()
    tutorial.accept()
    tutorial.wait_for_target("healthy")
    reader = Listening(tutorial.postern, tutorial.client, tutorial.endpoint_address())
    try:
        wait_for("the connection is open", lambda: reader.lines() >= 2)
        yield reader
    finally:
        reader.close()


def test_rejecting_cuts_an_open_connection(tutorial, listening):
    drops = tutorial.drops_during(lambda: (tutorial.reject(), listening.falls_silent()))
    assert drops.get("EndpointNotAccepted", 0) >= 1, drops
    assert tutorial.endpoint_state() == "rejected"
    # Accepting anew is a new connection: the old one stays dead, new ones work.
    tutorial.accept()
    assert listening.falls_silent()
    fresh = Listening(tutorial.postern, tutorial.client, tutorial.endpoint_address())
    try:
        wait_for("a new connection opens", lambda: fresh.lines() >= 2)
    finally:
        fresh.close()


def test_deleting_the_endpoint_cuts_an_open_connection(tutorial, listening):
    tutorial.a.ec2.delete_vpc_endpoints(VpcEndpointIds=[tutorial.endpoint])
    assert listening.falls_silent()


def test_a_tracked_connection_outlives_the_rules_that_admitted_it(tutorial, listening):
    t = tutorial
    t.a.ec2.revoke_security_group_ingress(GroupId=t.endpoint_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    t.b.ec2.revoke_security_group_ingress(GroupId=t.nlb_group,
                                          IpPermissions=tcp(80, cidr="10.0.0.0/16"))
    assert listening.flows()
    assert t.curl(f"http://{t.endpoint_address()}/", seconds=2)[0] == 28  # new ones do not begin


def test_a_killed_daemon_loses_no_connection_and_no_write(tmp_path):
    """kill -9 in the middle of a download: it completes; after the restart everything is as it was."""
    with Postern(tmp_path) as postern:
        t = Tutorial(postern)
        t.start_client()
        t.start_server(DOWNLOAD)
        t.wait_for_server()
        t.make_nlb()
        t.admit_nlb_at_server()
        t.make_service()
        t.allow_principal()
        t.make_endpoint()
        t.accept()
        t.wait_for_target("healthy")
        before = everything(t)
        download = subprocess.Popen(
            [BIN / "postern", "exec", t.client, "--", "sh", "-c",
             f"echo begun; curl -sS --limit-rate 60M http://{t.endpoint_address()}/big | sha256sum"],
            env=os.environ | {"POSTERN_DATA": str(postern.data)}, stdout=subprocess.PIPE, text=True)
        assert download.stdout.readline() == "begun\n"
        last = t.a.group("the last thing acknowledged")
        assert download.poll() is None, "the download ended too soon to show anything"
        postern.stop(signal.SIGKILL)
        assert download.poll() is None, "the download ended before the daemon did"
        printed, _ = download.communicate(timeout=120)
        assert printed.split()[0] == expected_hash()
        postern.start()
        assert t.a.ec2.describe_security_groups(GroupIds=[last])["SecurityGroups"]
        t.a.ec2.delete_security_group(GroupId=last)
        assert everything(t) == before
        assert t.curl() == (0, WORDS)
        # And it is still in charge.
        t.reject()
        assert t.curl(f"http://{t.endpoint_address()}/", seconds=2)[0] == 28


def everything(t: Tutorial) -> dict:
    """All that both accounts can describe."""
    def answers(side):
        ec2, elbv2 = side.ec2, side.elbv2
        found = {
            "vpcs": ec2.describe_vpcs(), "subnets": ec2.describe_subnets(),
            "groups": ec2.describe_security_groups(), "rules": ec2.describe_security_group_rules(),
            "instances": ec2.describe_instances(),
            "interfaces": ec2.describe_network_interfaces(),
            "endpoints": ec2.describe_vpc_endpoints(),
            "services": ec2.describe_vpc_endpoint_service_configurations(),
            "connections": ec2.describe_vpc_endpoint_connections(),
            "tags": ec2.describe_tags(),
            "load balancers": elbv2.describe_load_balancers(),
            "target groups": elbv2.describe_target_groups(),
        }
        if found["load balancers"]["LoadBalancers"]:
            found["listeners"] = elbv2.describe_listeners(LoadBalancerArn=t.nlb)
            found["health"] = elbv2.describe_target_health(TargetGroupArn=t.target_group)
        for answer in found.values():
            answer.pop("ResponseMetadata")
        return found
    return {"a": answers(t.a), "b": answers(t.b)}
