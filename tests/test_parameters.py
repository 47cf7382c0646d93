# SPDX-License-Identifier: Apache-2.0
"""Parameter Store by the aws CLI and boto3: the public parameters by which projects look images up, and
an account's own. [Systems Manager user guide, "AWS Systems Manager Parameter Store"]"""
import json
import signal

import pytest
from botocore.exceptions import ClientError

from support.aws import aws, run_aws
from support.postern import REGION, Postern

LINUX = "/aws/service/ami-amazon-linux-latest"


@pytest.fixture(name="account", scope="module")
def fixture_account(postern):
    return postern.account()


@pytest.fixture(name="ssm", scope="module")
def fixture_ssm(account):
    return account.client("ssm")


def image_by_name(account, name: str) -> dict:
    return account.ec2.describe_images(Filters=[{"Name": "name", "Values": [name]}])["Images"][0]


def test_public_parameters_are_the_images_that_names_find(account):
    found = aws(account, "ssm", "get-parameters", "--names",
                f"{LINUX}/al2023-ami-kernel-default-x86_64", f"{LINUX}/amzn2-ami-hvm-x86_64-gp2",
                f"{LINUX}/al2023-ami-kernel-default-arm64", f"{LINUX}/al2023-ami-kernel-default-i386")
    values = {p["Name"].split("/")[-1]: p["Value"] for p in found["Parameters"]}
    assert values == {
        "al2023-ami-kernel-default-x86_64":
            image_by_name(account, "al2023-ami-2023*-x86_64")["ImageId"],
        "al2023-ami-kernel-default-arm64":
            image_by_name(account, "al2023-ami-2023*-arm64")["ImageId"],
        "amzn2-ami-hvm-x86_64-gp2":
            image_by_name(account, "amzn2-ami-hvm-2.0*-x86_64-gp2")["ImageId"]}
    assert found["InvalidParameters"] == [f"{LINUX}/al2023-ami-kernel-default-i386"]
    one = next(p for p in found["Parameters"] if p["Name"].endswith("x86_64"))
    assert one["ARN"] == f"arn:aws:ssm:{REGION}::parameter{one['Name']}"
    assert one["LastModifiedDate"] == 1767225600  # 2026-01-01
    # As the user guide lists them: by pages, which the CLI puts together.
    listed = aws(account, "ssm", "get-parameters-by-path", "--path", LINUX)["Parameters"]
    assert f"{LINUX}/al2023-ami-kernel-6.1-arm64" in [p["Name"] for p in listed]
    ids = {image["ImageId"] for image in account.ec2.describe_images()["Images"]}
    every = aws(account, "ssm", "get-parameters-by-path", "--path", "/aws/service", "--recursive")
    assert {p["Value"] for p in every["Parameters"]} <= ids


def test_a_parameter_lives(account, ssm):
    aws(account, "ssm", "put-parameter", "--name", "/app/size", "--type", "String", "--value", "10",
        "--allowed-pattern", r"\d+", "--tags", "Key=team,Value=blue")
    refused = run_aws(account, "ssm", "put-parameter", "--name", "/app/size", "--value", "ten",
                      "--overwrite")
    assert "ParameterPatternMismatchException" in refused.stderr
    assert ssm.put_parameter(Name="/app/size", Value="20", Overwrite=True)["Version"] == 2
    assert ssm.get_parameter(Name="/app/size")["Parameter"]["Value"] == "20"
    assert ssm.get_parameter(Name="/app/size:1")["Parameter"]["Value"] == "10"
    ssm.label_parameter_version(Name="/app/size", ParameterVersion=1, Labels=["stable"])
    assert ssm.get_parameter(Name="/app/size:stable")["Parameter"]["Selector"] == ":stable"
    described = ssm.describe_parameters(
        ParameterFilters=[{"Key": "tag:team", "Values": ["blue"]}])["Parameters"]
    assert [(p["Name"], p["Version"], p["Tier"]) for p in described] == [("/app/size", 2, "Standard")]
    assert [v["Labels"] for v in ssm.get_parameter_history(Name="/app/size")["Parameters"]] == [
        ["stable"], []]
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/app/size",
                             Tags=[{"Key": "at", "Value": "home"}])
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId="/app/size",
                                  TagKeys=["team"])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/app/size")[
        "TagList"] == [{"Key": "at", "Value": "home"}]
    ssm.delete_parameter(Name="/app/size")
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name="/app/size")


def test_a_secret_is_shown_to_who_asks(ssm):
    ssm.put_parameter(Name="/app/secret", Value="hidden", Type="SecureString")
    shown = ssm.get_parameter(Name="/app/secret")["Parameter"]
    assert shown["Type"] == "SecureString" and "hidden" not in json.dumps(shown, default=str)
    assert ssm.get_parameter(Name="/app/secret", WithDecryption=True)["Parameter"]["Value"] == "hidden"
    assert ssm.describe_parameters(ParameterFilters=[{"Key": "Type", "Values": ["SecureString"]}])[
        "Parameters"][0]["KeyId"] == "alias/aws/ssm"


def test_pages_have_all_once(ssm):
    names = [f"/many/{n:02}" for n in range(23)]
    for name in names:
        ssm.put_parameter(Name=name, Value="1", Type="String")
    pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path="/many"))
    assert [len(page["Parameters"]) for page in pages] == [10, 10, 3]
    assert [p["Name"] for page in pages for p in page["Parameters"]] == names


def test_an_instance_has_the_image_of_a_parameter(account, ssm):
    image = image_by_name(account, "ami-host")["ImageId"]
    ssm.put_parameter(Name="/golden", Value=image, Type="String", DataType="aws:ec2:image")
    template = account.ec2.create_launch_template(
        LaunchTemplateName="golden", LaunchTemplateData={"ImageId": "resolve:ssm:/golden"})
    made = account.ec2.run_instances(
        LaunchTemplate={"LaunchTemplateId": template["LaunchTemplate"]["LaunchTemplateId"]},
        MinCount=1, MaxCount=1)["Instances"][0]
    assert made["ImageId"] == image
    account.ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    with pytest.raises(ClientError, match="SsmInvalidParameter"):
        account.ec2.run_instances(ImageId="resolve:ssm:/none", MinCount=1, MaxCount=1)


def test_policies_decide_for_each_action(account, ssm):
    iam = account.client("iam")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "ssm:Get*", "Resource": "*"}]}))
    reader = account.client("ssm", aws_access_key_id=key["AccessKeyId"],
                            aws_secret_access_key=key["SecretAccessKey"])
    ssm.put_parameter(Name="/read", Value="1", Type="String")
    assert reader.get_parameter(Name="/read")["Parameter"]["Value"] == "1"
    with pytest.raises(ClientError, match="ssm:PutParameter"):
        reader.put_parameter(Name="/read", Value="2", Overwrite=True)


def test_parameters_outlive_a_restart(tmp_path):
    with Postern(tmp_path) as postern:
        ssm = postern.account().client("ssm")
        ssm.put_parameter(Name="kept", Value="1", Type="SecureString")
        ciphertext = ssm.get_parameter(Name="kept")["Parameter"]["Value"]
        postern.stop(signal.SIGKILL)
        postern.start()
        assert ssm.get_parameter(Name="kept")["Parameter"]["Value"] == ciphertext
        assert ssm.get_parameter(Name="kept", WithDecryption=True)["Parameter"]["Value"] == "1"
