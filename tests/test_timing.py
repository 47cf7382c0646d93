# SPDX-License-Identifier: Apache-2.0
"""With --timing aws, states take about as long as on AWS, and waiters have something to wait for."""
import time

from support.postern import Postern
from support.tutorial import Side


def test_an_instance_walks_through_its_states(tmp_path):
    with Postern(tmp_path, "--timing", "aws") as postern:
        side = Side(postern, "slow")
        begun = time.monotonic()
        instance = side.ec2.run_instances(ImageId="ami-host", MinCount=1, MaxCount=1,
                                          SubnetId=side.subnet_a)["Instances"][0]["InstanceId"]
        time.sleep(3)
        assert side.instance_state(instance) == "pending"
        side.ec2.get_waiter("instance_running").wait(InstanceIds=[instance],
                                                     WaiterConfig={"Delay": 1})
        assert 14 < time.monotonic() - begun
        balancer = side.elbv2.create_load_balancer(
            Name="slow", Type="network", Scheme="internal",
            Subnets=[side.subnet_a])["LoadBalancers"][0]["LoadBalancerArn"]
        time.sleep(3)
        assert side.elbv2.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0][
            "State"]["Code"] == "provisioning"
        side.ec2.terminate_instances(InstanceIds=[instance])
        time.sleep(5)
        assert side.instance_state(instance) == "shutting-down"
