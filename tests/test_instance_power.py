# SPDX-License-Identifier: Apache-2.0
"""Instances that are stopped, started and rebooted keep their files, their address and their groups."""
import signal
import subprocess

import pytest
from botocore.exceptions import ClientError

from support.tutorial import Side, Tutorial, wait_for

USER_DATA = """#!/bin/sh
echo once >> /root/user-data-ran
"""


def states(side: Side, instance: str, state: str) -> None:
    wait_for(f"{instance} is {state}", lambda: side.instance_state(instance) == state)


def described(side: Side, instance: str) -> dict:
    return side.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]


def what_stays(side: Side, instance: str) -> dict:
    found = described(side, instance)
    interface = found["NetworkInterfaces"][0]
    return {"address": found["PrivateIpAddress"], "name": found["PrivateDnsName"],
            "groups": found["SecurityGroups"], "interface": interface["NetworkInterfaceId"],
            "mac": interface["MacAddress"], "volumes": found["BlockDeviceMappings"]}


def console(side: Side, instance: str) -> str:
    return side.ec2.get_console_output(InstanceId=instance).get("Output", "")


def boot_time(postern, instance: str) -> str:
    """When its PID 1 began, in ticks of the host's clock: another after each boot."""
    return postern.exec(instance, "cut", "-d", " ", "-f", "22", "/proc/1/stat").stdout.strip()


def test_the_aws_cli_stops_and_starts_one_and_its_waiters_see_it(postern):
    side = Side(postern, "power")
    group = side.group("power")
    instance = side.run(group, user_data=USER_DATA)
    neighbour = side.run(group)
    before = what_stays(side, instance)
    wait_for("user data has run", lambda: postern.exec(
        instance, "test", "-e", "/root/user-data-ran", check=False).returncode == 0)
    postern.exec(instance, "sh", "-c", "echo kept > /root/mine; sync")

    def aws(*arguments):
        subprocess.run(["aws", "--endpoint-url", postern.endpoint, "ec2", *arguments, "--instance-ids",
                        instance], env=side.account.environment(), check=True, timeout=120,
                       capture_output=True)

    aws("stop-instances")
    aws("wait", "instance-stopped")
    assert what_stays(side, instance) == before
    assert described(side, instance)["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    status, = side.ec2.describe_instance_status(
        InstanceIds=[instance], IncludeAllInstances=True)["InstanceStatuses"]
    assert (status["InstanceState"]["Name"], status["InstanceStatus"]["Status"]) == (
        "stopped", "not-applicable")
    assert postern.exec(instance, "true", check=False).returncode != 0
    assert not (postern.data / "run" / "netns" / instance).exists()
    assert "powered off" in console(side, instance)
    # Nobody is at its address, and nobody else gets it.
    assert postern.exec(neighbour, "ping", "-c1", "-W1", before["address"],
                        check=False).returncode == 1
    with pytest.raises(ClientError) as refused:
        side.ec2.run_instances(ImageId=described(side, instance)["ImageId"], MinCount=1, MaxCount=1,
                               SubnetId=side.subnet_a, PrivateIpAddress=before["address"])
    assert refused.value.response["Error"]["Code"] == "InvalidIPAddress.InUse"

    aws("start-instances")
    aws("wait", "instance-running")
    assert what_stays(side, instance) == before
    assert postern.exec(instance, "cat", "/root/mine").stdout == "kept\n"
    assert postern.exec(instance, "cat", "/root/user-data-ran").stdout == "once\n"
    assert before["address"] in postern.exec(instance, "ip", "-4", "addr", "show", "eth0").stdout
    assert "not run again" in console(side, instance)
    assert console(side, instance).count("postern-init: booting") == 2
    # It is on the network again: the resolver answers it.
    assert postern.exec(instance, "getent", "hosts", before["name"]).stdout.split()[0] == before[
        "address"]


def test_a_reboot_keeps_state_files_and_address(postern):
    side = Side(postern, "reboot")
    instance = side.run(side.group("reboot"), user_data=USER_DATA)
    before, booted = what_stays(side, instance), boot_time(postern, instance)
    postern.exec(instance, "sh", "-c", "echo kept > /root/mine; touch /run/gone")
    side.ec2.reboot_instances(InstanceIds=[instance])
    assert side.instance_state(instance) == "running"
    wait_for("it has booted again", lambda: postern.exec(
        instance, "true", check=False).returncode == 0 and boot_time(postern, instance) != booted)
    assert side.instance_state(instance) == "running"
    assert what_stays(side, instance) == before
    assert postern.exec(instance, "cat", "/root/mine").stdout == "kept\n"
    assert postern.exec(instance, "test", "-e", "/run/gone", check=False).returncode != 0
    assert postern.exec(instance, "cat", "/root/user-data-ran").stdout == "once\n"


@pytest.mark.parametrize("stubborn", [False, True])
def test_a_killed_daemon_goes_on_with_a_stop_and_with_a_reboot(postern, stubborn):
    side = Side(postern, f"killed-{stubborn}")
    group = side.group("killed")
    stopping, rebooting = side.run(group), side.run(group)
    if stubborn:  # for the time that PID 1 gives its processes
        for instance in stopping, rebooting:
            postern.exec(instance, "sh", "-c",
                         "trap '' TERM HUP; setsid sleep 1000 >/dev/null 2>&1 </dev/null &")
    booted = boot_time(postern, rebooting)
    side.ec2.stop_instances(InstanceIds=[stopping])
    side.ec2.reboot_instances(InstanceIds=[rebooting])
    postern.stop(signal.SIGKILL)
    postern.start()
    states(side, stopping, "stopped")
    wait_for("it has booted again", lambda: postern.exec(
        rebooting, "true", check=False).returncode == 0 and boot_time(postern, rebooting) != booted)
    assert side.instance_state(rebooting) == "running"
    # A start that is begun when the daemon dies ends in a running instance too.
    side.ec2.start_instances(InstanceIds=[stopping])
    postern.stop(signal.SIGKILL)
    postern.start()
    states(side, stopping, "running")
    again = boot_time(postern, rebooting)
    postern.stop()
    postern.start()
    assert boot_time(postern, rebooting) == again, "booted once for one RebootInstances"


# [NLB guide, "Target health status"; "Health checks for your target groups": Target.InvalidState]
def test_a_stopped_target_is_unused_until_it_runs_and_answers(postern):
    tutorial = Tutorial(postern).build()
    tutorial.b.ec2.stop_instances(InstanceIds=[tutorial.server])
    states(tutorial.b, tutorial.server, "stopped")
    health = tutorial.target_health()
    assert (health["State"], health["Reason"]) == ("unused", "Target.InvalidState")
    assert health["Description"] == "Target is in the stopped state"
    assert tutorial.curl(seconds=2)[0] != 0
    tutorial.b.ec2.start_instances(InstanceIds=[tutorial.server])
    states(tutorial.b, tutorial.server, "running")
    # Its user data is not run again, so nobody listens yet.
    tutorial.wait_for_target("unhealthy")
    postern.exec(tutorial.server, "sh", "-c",
                 "cd /var/www/html && setsid python3 -m http.server 80 >/dev/null 2>&1 </dev/null &")
    tutorial.wait_for_target("healthy")
    assert tutorial.curl() == (0, "AWS acount B")


def test_a_stopped_instance_is_terminated_with_its_files(postern):
    side = Side(postern, "stopped-terminated")
    instance = side.run(side.group("g"))
    side.ec2.stop_instances(InstanceIds=[instance], Force=True)
    side.ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance], WaiterConfig={"Delay": 1})
    assert (postern.data / "instances" / instance).exists()
    side.ec2.terminate_instances(InstanceIds=[instance])
    states(side, instance, "terminated")
    assert not (postern.data / "instances" / instance).exists()
