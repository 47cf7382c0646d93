# SPDX-License-Identifier: Apache-2.0
"""Auto Scaling groups with real machines: they outlive the daemon, replace what ends by itself, and
go with a reset."""
import base64
import signal

import pytest

from support.aws import aws
from support.postern import Postern
from support.tutorial import Side, wait_for


@pytest.fixture
def own(tmp_path):
    """A daemon of the test's own, as others' groups would not outlive a reset."""
    with Postern(tmp_path) as daemon:
        yield daemon


def make_group(side: Side, size: int, user_data: str = "#!/bin/sh\n") -> None:
    image = side.ec2.describe_images(
        Filters=[{"Name": "name", "Values": ["ami-host"]}])["Images"][0]["ImageId"]
    side.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={
        "ImageId": image, "InstanceType": "t3.micro", "SecurityGroupIds": [side.group("web")],
        "UserData": base64.b64encode(user_data.encode()).decode()})
    side.account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web", MinSize=0, MaxSize=4, DesiredCapacity=size,
        VPCZoneIdentifier=f"{side.subnet_a},{side.subnet_c}",
        LaunchTemplate={"LaunchTemplateName": "web"})


def in_service(side: Side) -> list[str]:
    groups = side.account.client("autoscaling").describe_auto_scaling_groups()
    return [i["InstanceId"] for group in groups["AutoScalingGroups"] for i in group["Instances"]
            if i["LifecycleState"] == "InService"]


def test_a_group_goes_on_where_the_daemon_was_killed(own):
    side = Side(own, "scaling")
    make_group(side, 2)
    own.stop(signal.SIGKILL)
    own.start()
    wait_for("both are in service", lambda: len(in_service(side)) == 2)
    before = in_service(side)
    # One powers itself off: it is stopped, so the group ends it and launches another.
    own.exec(before[0], "sh", "-c", "kill -TERM 1", check=False)
    wait_for("another is in service", lambda: len(in_service(side)) == 2
             and before[0] not in in_service(side))
    assert before[1] in in_service(side)
    wait_for("the first one is gone", lambda: side.instance_state(before[0]) == "terminated")
    said = aws(side.account, "autoscaling", "describe-scaling-activities")
    assert any("EC2 health check" in activity["Cause"] for activity in said["Activities"])


def test_a_reset_takes_groups_with_their_instances(own):
    side = Side(own, "scaling")
    make_group(side, 2)
    wait_for("both are in service", lambda: len(in_service(side)) == 2)
    own.cli("reset", "--yes")
    assert side.ec2.describe_instances()["Reservations"] == []
    assert in_service(side) == []
