# SPDX-License-Identifier: Apache-2.0
"""Network ACLs, as the tests say them."""
from support.tutorial import Side


class Acl:
    """A network ACL of a side's VPC, and the subnets that have it."""

    def __init__(self, side: Side):
        self.ec2 = side.ec2
        self.id = side.ec2.create_network_acl(VpcId=side.vpc)["NetworkAcl"]["NetworkAclId"]

    def allow(self, number: int, egress: bool, first: int, last: int, cidr: str = "0.0.0.0/0"):
        self.ec2.create_network_acl_entry(
            NetworkAclId=self.id, RuleNumber=number, Egress=egress, Protocol="6",
            RuleAction="allow", CidrBlock=cidr, PortRange={"From": first, "To": last})

    def delete(self, number: int, egress: bool) -> None:
        self.ec2.delete_network_acl_entry(NetworkAclId=self.id, RuleNumber=number, Egress=egress)

    def give_to(self, subnet: str) -> str:
        """Gives it to a subnet; the id of the ACL that the subnet had before."""
        return give_acl(self.ec2, subnet, self.id)


def give_acl(ec2, subnet: str, acl: str) -> str:
    had = ec2.describe_network_acls(
        Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"][0]
    association, = [a["NetworkAclAssociationId"] for a in had["Associations"]
                    if a["SubnetId"] == subnet]
    ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)
    return had["NetworkAclId"]
