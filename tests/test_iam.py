# SPDX-License-Identifier: Apache-2.0
"""Roles, users and sessions, as boto3 signs for them."""
import json
import signal

import pytest
from botocore.exceptions import ClientError

from support.postern import Account, Postern

VPC_READER = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}]}


def refusal(call, **parameters) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def trusting(principal: str, **condition) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def root(account: Account) -> str:
    return f"arn:aws:iam::{account.id}:root"


def role(account: Account, name: str, trust: str, policy=VPC_READER) -> str:
    """A role with that policy; its ARN."""
    iam = account.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="it", PolicyDocument=json.dumps(policy))
    return made["Arn"]


class Session(Account):
    """An account as somebody with temporary credentials sees it."""

    def __init__(self, postern: Postern, account: str, credentials: dict):
        self.token = credentials["SessionToken"]
        super().__init__(postern, {"account_id": account,
                                   "access_key_id": credentials["AccessKeyId"],
                                   "secret_access_key": credentials["SecretAccessKey"]})

    def client(self, service: str, **more):
        return super().client(service, **({"aws_session_token": self.token} | more))


def assume(by: Account, arn: str, **more) -> Session:
    answer = by.sts.assume_role(RoleArn=arn, RoleSessionName="session", **more)
    return Session(by.postern, arn.split(":")[4], answer["Credentials"])


def vpcs(account: Account) -> set:
    return {vpc["VpcId"] for vpc in account.ec2.describe_vpcs()["Vpcs"]}


def test_a_role_shows_another_account(postern):
    a, b = postern.account(), postern.account()
    arn = role(b, "shown", trusting(root(a)))
    session = assume(a, arn)
    assert session.access_key_id.startswith("ASIA")
    assert vpcs(session) == vpcs(b) and vpcs(session).isdisjoint(vpcs(a))
    identity = session.sts.get_caller_identity()
    assert identity["Account"] == b.id
    assert identity["Arn"] == f"arn:aws:sts::{b.id}:assumed-role/shown/session"
    assert identity["UserId"].startswith("AROA") and identity["UserId"].endswith(":session")
    assert a.sts.get_access_key_info(AccessKeyId=session.access_key_id)["Account"] == b.id


def test_a_role_may_what_its_policies_say_and_no_more(postern):
    a, b = postern.account(), postern.account()
    session = assume(a, role(b, "reader", trusting(root(a))))
    code, words = refusal(session.ec2.create_vpc, CidrBlock="10.0.0.0/16")
    assert code == "UnauthorizedOperation"
    assert f"assumed-role/reader/session is not authorized to perform: ec2:CreateVpc" in words
    assert refusal(session.elbv2.describe_load_balancers)[0] == "AccessDenied"
    assert refusal(session.client("iam").list_roles)[0] == "AccessDenied"
    b.client("iam").attach_role_policy(
        RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    session.ec2.create_vpc(CidrBlock="10.0.0.0/16")
    b.client("iam").delete_role_policy(RoleName="reader", PolicyName="it")
    b.client("iam").detach_role_policy(
        RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert refusal(session.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    b.client("iam").delete_role(RoleName="reader")
    assert refusal(session.sts.get_caller_identity)[0] == "InvalidClientTokenId"


def test_whom_a_role_does_not_trust_is_refused(postern):
    a, b, c = postern.account(), postern.account(), postern.account()
    arn = role(b, "kept", trusting(root(a)))
    code, words = refusal(c.sts.assume_role, RoleArn=arn, RoleSessionName="session")
    assert code == "AccessDenied"
    assert words == (f"User: {root(c)} is not authorized to perform: sts:AssumeRole on resource: "
                     f"{arn}")
    b.client("iam").update_assume_role_policy(RoleName="kept", PolicyDocument=trusting(root(c)))
    assume(c, arn)
    assert refusal(a.sts.assume_role, RoleArn=arn, RoleSessionName="session")[0] == "AccessDenied"


def test_the_external_id_must_be_the_one_asked_for(postern):
    a, b = postern.account(), postern.account()
    arn = role(b, "vendor", trusting(root(a), StringEquals={"sts:ExternalId": "id-1"}))
    for more in ({}, {"ExternalId": "id-2"}):
        assert refusal(a.sts.assume_role, RoleArn=arn, RoleSessionName="session",
                       **more)[0] == "AccessDenied"
    assert vpcs(assume(a, arn, ExternalId="id-1")) == vpcs(b)


def test_a_session_needs_its_own_token(postern):
    a, b = postern.account(), postern.account()
    arn = role(b, "twice", trusting(root(a)))
    session, other = assume(a, arn), assume(a, arn)
    for token in (None, other.token, session.token + "x"):
        assert refusal(session.client("sts", aws_session_token=token).get_caller_identity
                       )[0] == "InvalidClientTokenId"
        assert refusal(session.client("ec2", aws_session_token=token).describe_vpcs
                       )[0] == "AuthFailure"


def test_users_sign_and_assume_what_their_policies_allow(postern):
    a, b = postern.account(), postern.account()
    iam = a.client("iam")
    user = iam.create_user(UserName="ann")["User"]
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    ann = Account(postern, {"account_id": a.id, "access_key_id": key["AccessKeyId"],
                            "secret_access_key": key["SecretAccessKey"]})
    assert ann.sts.get_caller_identity()["Arn"] == user["Arn"]
    assert refusal(ann.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    arn = role(b, "for-ann", trusting(user["Arn"]))
    assert refusal(ann.sts.assume_role, RoleArn=arn, RoleSessionName="s1")[0] == "AccessDenied"
    iam.put_user_policy(UserName="ann", PolicyName="assume", PolicyDocument=json.dumps(
        {"Version": "2012-10-17",
         "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}]}))
    assert vpcs(assume(ann, arn)) == vpcs(b)
    token = Session(postern, a.id, ann.sts.get_session_token()["Credentials"])
    assert token.sts.get_caller_identity()["Arn"] == user["Arn"]
    assert refusal(token.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    iam.update_access_key(UserName="ann", AccessKeyId=ann.access_key_id, Status="Inactive")
    assert refusal(ann.sts.get_caller_identity)[0] == "InvalidClientTokenId"


def user_of(account: Account, name: str) -> Account:
    """The account as a new user of it sees it, by an access key."""
    iam = account.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Account(account.postern, {"account_id": account.id, "access_key_id": key["AccessKeyId"],
                                     "secret_access_key": key["SecretAccessKey"]})


def test_a_user_may_what_its_groups_may_and_no_longer_than_it_is_in_them(postern):
    a = postern.account()
    iam = a.client("iam")
    ann = user_of(a, "ann")
    group = iam.create_group(GroupName="net", Path="/teams/")["Group"]
    assert group["Arn"] == f"arn:aws:iam::{a.id}:group/teams/net"
    iam.put_group_policy(GroupName="net", PolicyName="it", PolicyDocument=json.dumps(VPC_READER))
    assert refusal(ann.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    iam.add_user_to_group(GroupName="net", UserName="ann")
    assert vpcs(ann) == vpcs(a)
    session = Session(postern, a.id, ann.sts.get_session_token()["Credentials"])
    assert vpcs(session) == vpcs(a)
    assert refusal(ann.ec2.create_vpc, CidrBlock="10.0.0.0/16")[0] == "UnauthorizedOperation"
    iam.attach_group_policy(GroupName="net",
                            PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    ann.ec2.create_vpc(CidrBlock="10.0.0.0/16")
    # A denial outweighs it, of whatever group.
    iam.create_group(GroupName="contained")
    iam.put_group_policy(GroupName="contained", PolicyName="none", PolicyDocument=json.dumps(
        {"Version": "2012-10-17",
         "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}))
    iam.add_user_to_group(GroupName="contained", UserName="ann")
    assert refusal(ann.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    ann.client("iam").remove_user_from_group(GroupName="contained", UserName="ann")
    assert vpcs(ann) == vpcs(a)
    iam.remove_user_from_group(GroupName="net", UserName="ann")
    assert refusal(ann.ec2.describe_vpcs)[0] == "UnauthorizedOperation"
    assert refusal(session.ec2.describe_vpcs)[0] == "UnauthorizedOperation"


def networkers(account: Account) -> tuple[list, list]:
    """The groups below /teams/, and who is in the one called network."""
    iam = account.client("iam")
    pages = iam.get_paginator("get_group").paginate(GroupName="network",
                                                    PaginationConfig={"PageSize": 2})
    return ([group["GroupName"] for group in iam.list_groups(PathPrefix="/teams/")["Groups"]],
            [user["UserName"] for page in pages for user in page["Users"]])


def test_groups_outlive_the_daemon(tmp_path):
    with Postern(tmp_path) as postern:
        a = postern.account()
        iam = a.client("iam")
        ann = user_of(a, "ann")
        iam.create_group(GroupName="network", Path="/teams/")
        iam.put_group_policy(GroupName="network", PolicyName="it",
                             PolicyDocument=json.dumps(VPC_READER))
        iam.add_user_to_group(GroupName="network", UserName="ann")
        postern.stop(signal.SIGKILL)
        postern.start()
        assert networkers(a) == (["network"], ["ann"])
        assert vpcs(ann) == vpcs(a)


def test_groups_read_back_and_hold_their_users(postern):
    a = postern.account()
    iam = a.client("iam")
    users = ["ann", "bob", "cat"]
    for user in users:
        iam.create_user(UserName=user)
    group = iam.create_group(GroupName="net")["Group"]
    for user in users:
        iam.add_user_to_group(GroupName="net", UserName=user)
    iam.attach_group_policy(GroupName="net", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.update_group(GroupName="net", NewGroupName="network", NewPath="/teams/")
    assert networkers(a) == (["network"], users)
    assert iam.get_group(GroupName="network")["Group"]["GroupId"] == group["GroupId"]
    assert [g["Arn"] for g in iam.list_groups_for_user(UserName="ann")["Groups"]] == \
        [f"arn:aws:iam::{a.id}:group/teams/network"]
    entities = iam.list_entities_for_policy(PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert entities["PolicyGroups"] == [{"GroupName": "network", "GroupId": group["GroupId"]}]
    assert refusal(iam.delete_user, UserName="ann") == (
        "DeleteConflict", "Cannot delete entity, must remove users from group first.")
    assert refusal(iam.delete_group, GroupName="network")[0] == "DeleteConflict"
    for user in users:
        iam.remove_user_from_group(GroupName="network", UserName=user)
        iam.delete_user(UserName=user)
    iam.detach_group_policy(GroupName="network", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.delete_group(GroupName="network")
    assert iam.list_groups()["Groups"] == []


def test_an_endpoint_service_judges_a_session_as_its_role(tutorial):
    t = tutorial
    t.start_server()
    t.make_nlb()
    t.make_service()
    consumer = t.a.account
    admin = {"Version": "2012-10-17",
             "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}
    arns = {name: role(consumer, name, trusting(root(consumer)), admin)
            for name in ("allowed", "other")}
    t.b.ec2.modify_vpc_endpoint_service_permissions(ServiceId=t.service,
                                                    AddAllowedPrincipals=[arns["allowed"]])
    wanted = {"VpcEndpointType": "Interface", "ServiceName": t.service_name, "VpcId": t.a.vpc,
              "SubnetIds": [t.a.subnet_a]}
    assert refusal(assume(consumer, arns["other"]).ec2.create_vpc_endpoint,
                   **wanted)[0] == "InvalidServiceName"
    assert refusal(consumer.ec2.create_vpc_endpoint, **wanted)[0] == "InvalidServiceName"
    made = assume(consumer, arns["allowed"]).ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]
    assert made["State"] == "pendingAcceptance"
    consumer.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])


def test_what_terraform_reads_back(postern):
    iam = postern.account().client("iam")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
         "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName="web", Path="/app/", AssumeRolePolicyDocument=json.dumps(trust),
                    Description="d", MaxSessionDuration=7200, Tags=[{"Key": "k", "Value": "v"}])
    read = iam.get_role(RoleName="web")["Role"]
    assert read["AssumeRolePolicyDocument"] == trust
    assert (read["Path"], read["Description"], read["MaxSessionDuration"],
            read["Tags"]) == ("/app/", "d", 7200, [{"Key": "k", "Value": "v"}])
    iam.put_role_policy(RoleName="web", PolicyName="it", PolicyDocument=json.dumps(VPC_READER))
    assert iam.get_role_policy(RoleName="web", PolicyName="it")["PolicyDocument"] == VPC_READER
    assert iam.list_role_policies(RoleName="web")["PolicyNames"] == ["it"]
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    profile = iam.get_instance_profile(InstanceProfileName="web")["InstanceProfile"]
    assert [r["Arn"] for r in profile["Roles"]] == [read["Arn"]]
    assert refusal(iam.delete_role, RoleName="web")[0] == "DeleteConflict"
    iam.remove_role_from_instance_profile(InstanceProfileName="web", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="web")
    iam.delete_role_policy(RoleName="web", PolicyName="it")
    iam.delete_role(RoleName="web")
    assert refusal(iam.get_role, RoleName="web")[0] == "NoSuchEntity"


def test_sessions_outlive_the_daemon(tmp_path):
    with Postern(tmp_path) as postern:
        a, b = postern.account(), postern.account()
        session = assume(a, role(b, "lasting", trusting(root(a))))
        before = vpcs(session)
        postern.stop(signal.SIGKILL)
        postern.start()
        assert vpcs(session) == before == vpcs(b)
