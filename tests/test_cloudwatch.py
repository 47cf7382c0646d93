# SPDX-License-Identifier: Apache-2.0
"""CloudWatch: metrics of real packets, read by the aws CLI.
[AWS PrivateLink guide, "CloudWatch metrics for AWS PrivateLink"; NLB guide, "CloudWatch metrics for your
Network Load Balancer"; CloudWatch API reference]"""
import datetime
import json
import signal
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from support.aws import aws, run_aws
from support.postern import REGION, Postern
from support.tutorial import Tutorial, wait_for

# So that nobody waits a minute for a period's end.
PERIOD = 5
CONNECTIONS = 7

# Opens a connection, and keeps it for some seconds.
HOLD = """
import socket, sys, time
with socket.create_connection((sys.argv[1], 80), 5):
    print("open", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    with Postern(tmp_path_factory.mktemp("cloudwatch"), "--metric-period", str(PERIOD)) as daemon:
        yield daemon


@pytest.fixture(scope="module")
def path(daemon):
    """The tutorial's path, and CONNECTIONS that went through it, one of them for a while."""
    t = Tutorial(daemon).build()
    for _ in range(CONNECTIONS - 1):
        assert t.curl()[0] == 0
    t.postern.exec(t.client, "python3", "-c", HOLD, t.endpoint_address(), str(3 * PERIOD))
    return t


def endpoint_dimensions(t) -> dict:
    return {"Endpoint Type": "Interface", "Service Name": t.service_name, "VPC Endpoint Id": t.endpoint,
            "VPC Id": t.a.vpc}


def balancer_dimensions(t) -> dict:
    return {"LoadBalancer": t.nlb.split(":loadbalancer/")[1]}


def span() -> list[str]:
    """The last hour and the minute that has begun."""
    now = datetime.datetime.now(datetime.timezone.utc)
    begin, end = now - datetime.timedelta(hours=1), now + datetime.timedelta(minutes=1)
    return ["--start-time", begin.isoformat(), "--end-time", end.isoformat()]


def query(name_space: str, name: str, dimensions: dict, stat: str, query_id: str = "m1") -> dict:
    return {"Id": query_id, "MetricStat": {
        "Metric": {"Namespace": name_space, "MetricName": name,
                   "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()]},
        "Period": 60, "Stat": stat}}


def values(account, *arguments) -> list[float]:
    answer = aws(account, "cloudwatch", "get-metric-data", "--metric-data-queries",
                 json.dumps([query(*arguments)]), *span())
    result = answer["MetricDataResults"][0]
    assert result["StatusCode"] == "Complete" and len(result["Timestamps"]) == len(result["Values"])
    return result["Values"]


def total(account, name_space: str, name: str, dimensions: dict) -> float:
    return sum(values(account, name_space, name, dimensions, "Sum"))


def listed(account, *arguments: str) -> set:
    """(namespace, name, names of dimensions) of what there is."""
    return {(m["Namespace"], m["MetricName"], tuple(sorted(d["Name"] for d in m["Dimensions"])))
            for m in aws(account, "cloudwatch", "list-metrics", *arguments)["Metrics"]}


def test_each_connection_and_byte_is_in_all_three_namespaces(path):
    t = path
    endpoint, service, balancer = endpoint_dimensions(t), {"Service Id": t.service}, balancer_dimensions(t)
    wait_for("the connections", lambda: total(
        t.a.account, "AWS/PrivateLinkEndpoints", "NewConnections", endpoint) == CONNECTIONS, every=1)
    wait_for("the service's", lambda: total(
        t.b.account, "AWS/PrivateLinkServices", "NewConnections", service) == CONNECTIONS, every=1)
    assert total(t.b.account, "AWS/NetworkELB", "NewFlowCount", balancer) == CONNECTIONS
    assert total(t.b.account, "AWS/NetworkELB", "NewFlowCount_TCP", balancer) == CONNECTIONS
    def by_bytes() -> set:
        return {total(t.a.account, "AWS/PrivateLinkEndpoints", "BytesProcessed", endpoint),
                total(t.b.account, "AWS/PrivateLinkServices", "BytesProcessed", service),
                # Health checks are not among them.
                total(t.b.account, "AWS/NetworkELB", "ProcessedBytes", balancer)}
    wait_for("the same bytes everywhere", lambda: len(by_bytes()) == 1, every=1)
    # A request and its answer, with all headers, in some ten packets.
    assert 500 * CONNECTIONS < by_bytes().pop() < 3000 * CONNECTIONS
    packets = total(t.b.account, "AWS/NetworkELB", "ProcessedPackets", balancer)
    assert packets > 8 * CONNECTIONS
    assert total(t.a.account, "AWS/PrivateLinkEndpoints", "PacketsDropped", endpoint) == 0


def test_the_parts_add_up_to_the_whole(path):
    t = path
    wait_for("the connections", lambda: total(t.b.account, "AWS/PrivateLinkServices", "NewConnections",
                                              {"Service Id": t.service}) == CONNECTIONS, every=1)

    def parts(account, name_space: str, name: str, fixed: dict, other: str, choices) -> float:
        return sum(total(account, name_space, name, fixed | {other: choice}) for choice in choices)
    zones = [REGION + zone for zone in "ac"]
    whole = {"Service Id": t.service}
    for other, choices in (("Az", zones), ("Load Balancer Arn", [t.nlb]),
                           ("VPC Endpoint Id", [t.endpoint])):
        assert parts(t.b.account, "AWS/PrivateLinkServices", "NewConnections", whole, other,
                     choices) == CONNECTIONS, other
    assert parts(t.b.account, "AWS/PrivateLinkServices", "NewConnections",
                 whole | {"Load Balancer Arn": t.nlb}, "Az", zones) == CONNECTIONS
    assert parts(t.b.account, "AWS/NetworkELB", "NewFlowCount", balancer_dimensions(t),
                 "AvailabilityZone", zones) == CONNECTIONS
    assert parts(t.a.account, "AWS/PrivateLinkEndpoints", "NewConnections", endpoint_dimensions(t),
                 "Subnet Id", [t.a.subnet_a, t.a.subnet_c]) == CONNECTIONS


def test_each_account_sees_its_own(path):
    t = path
    wait_for("the metrics", lambda: total(t.b.account, "AWS/PrivateLinkServices", "NewConnections",
                                          {"Service Id": t.service}) == CONNECTIONS, every=1)
    of_endpoint = ("Endpoint Type", "Service Name", "VPC Endpoint Id", "VPC Id")
    consumer = listed(t.a.account)
    assert {space for space, _, _ in consumer} == {"AWS/PrivateLinkEndpoints"}
    assert {name for _, name, _ in consumer} == {
        "ActiveConnections", "BytesProcessed", "NewConnections", "PacketsDropped", "RstPacketsReceived"}
    assert {names for _, _, names in consumer} == {
        of_endpoint, tuple(sorted((*of_endpoint, "Subnet Id")))}
    provider = listed(t.b.account)
    assert {space for space, _, _ in provider} == {"AWS/NetworkELB", "AWS/PrivateLinkServices"}
    assert {names for space, _, names in provider if space == "AWS/PrivateLinkServices"} == {
        ("Service Id",), ("Az", "Service Id"), ("Load Balancer Arn", "Service Id"),
        ("Az", "Load Balancer Arn", "Service Id"), ("Service Id", "VPC Endpoint Id")}
    assert ("AWS/NetworkELB", "HealthyHostCount", ("LoadBalancer", "TargetGroup")) in provider
    assert listed(t.b.account, "--namespace", "AWS/NetworkELB", "--metric-name", "NewFlowCount",
                  "--dimensions", f"Name=LoadBalancer,Value={balancer_dimensions(t)['LoadBalancer']}"
                  ) == {("AWS/NetworkELB", "NewFlowCount", ("LoadBalancer",)),
                        ("AWS/NetworkELB", "NewFlowCount", ("AvailabilityZone", "LoadBalancer"))}
    # Nobody reads another's by its name.
    assert values(t.a.account, "AWS/PrivateLinkServices", "NewConnections", {"Service Id": t.service},
                  "Sum") == []


def test_targets_are_counted_by_their_health(path):
    t = path
    group = balancer_dimensions(t) | {"TargetGroup": t.target_group.rsplit(":", 1)[1]}
    wait_for("a healthy host", lambda: 1 in values(
        t.b.account, "AWS/NetworkELB", "HealthyHostCount", group, "Maximum"), every=1)
    answer = aws(t.b.account, "cloudwatch", "get-metric-statistics", "--namespace", "AWS/NetworkELB",
                 "--metric-name", "HealthyHostCount", "--dimensions",
                 *(f"Name={k},Value={v}" for k, v in group.items()), "--period", "3600",
                 "--statistics", "Maximum", "SampleCount", *span())
    assert answer["Label"] == "HealthyHostCount"
    assert {point["Unit"] for point in answer["Datapoints"]} == {"Count"}
    assert max(point["Maximum"] for point in answer["Datapoints"]) == 1
    assert sum(point["SampleCount"] for point in answer["Datapoints"]) >= 1


def test_open_connections_are_sampled(path):
    t = path
    wait_for("a connection", lambda: 1 in values(
        t.b.account, "AWS/NetworkELB", "ActiveFlowCount", balancer_dimensions(t), "Maximum"), every=1)
    wait_for("the endpoint's", lambda: 1 in values(
        t.a.account, "AWS/PrivateLinkEndpoints", "ActiveConnections", endpoint_dimensions(t),
        "Maximum"), every=1)


def test_what_a_group_and_an_empty_port_refuse_is_told(path):
    t = path
    before = total(t.a.account, "AWS/PrivateLinkEndpoints", "BytesProcessed", endpoint_dimensions(t))
    drops = t.drops_during(lambda: t.curl(f"http://{t.endpoint_address()}:8080/", seconds=1))
    assert set(drops) == {"EndpointIngressDenied"}
    # The server's own system says that nobody listens.
    t.postern.exec(t.server, "pkill", "-f", "http.server")
    assert t.curl()[0] == 7
    wait_for("the reset", lambda: total(t.b.account, "AWS/NetworkELB", "TCP_Target_Reset_Count",
                                        balancer_dimensions(t)) >= 1, every=1)
    assert total(t.b.account, "AWS/PrivateLinkServices", "RstPacketsSent", {"Service Id": t.service}) >= 1
    wait_for("the endpoint's", lambda: total(t.a.account, "AWS/PrivateLinkEndpoints",
                                             "RstPacketsReceived", endpoint_dimensions(t)) >= 1, every=1)
    # A reset has no more than headers; what the group refused counts nowhere here.
    after = total(t.a.account, "AWS/PrivateLinkEndpoints", "BytesProcessed", endpoint_dimensions(t))
    assert after - before < 1000


def test_expressions_are_worked_out(path):
    t = path
    wait_for("the connections", lambda: total(t.b.account, "AWS/NetworkELB", "NewFlowCount",
                                              balancer_dimensions(t)) >= CONNECTIONS, every=1)
    zones = [query("AWS/NetworkELB", "NewFlowCount",
                   balancer_dimensions(t) | {"AvailabilityZone": REGION + zone}, "Sum", f"m{zone}")
             | {"ReturnData": False} for zone in "ac"]
    whole = query("AWS/NetworkELB", "NewFlowCount", balancer_dimensions(t), "Sum", "whole")
    answer = aws(t.b.account, "cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps(
        [*zones, whole, {"Id": "sum", "Expression": "FILL(ma, 0) + FILL(mc, 0) - whole", "Label": "none"}]),
        *span())
    results = {result["Id"]: result for result in answer["MetricDataResults"]}
    assert set(results) == {"whole", "sum"}
    assert results["sum"]["Label"] == "none" and set(results["sum"]["Values"]) == {0}
    refused = run_aws(t.b.account, "cloudwatch", "get-metric-data", "--metric-data-queries",
                      json.dumps([whole, {"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(whole)"}]),
                      *span())
    assert "(ValidationError)" in refused.stderr and "ANOMALY_DETECTION_BAND" in refused.stderr


def test_metrics_outlive_the_daemon(path):
    t = path
    before = total(t.a.account, "AWS/PrivateLinkEndpoints", "NewConnections", endpoint_dimensions(t))
    assert before >= CONNECTIONS
    t.postern.stop(signal.SIGKILL)
    t.postern.start()
    # The client's address comes from no resolver here: nobody answers before the daemon is there.
    t.curl(f"http://{t.endpoint_address()}/")
    # What was there is there, and what comes is counted once.
    wait_for("another connection", lambda: total(
        t.a.account, "AWS/PrivateLinkEndpoints", "NewConnections", endpoint_dimensions(t)) == before + 1,
        every=1)


def test_policies_decide(path):
    account = path.a.account
    aws(account, "iam", "create-user", "--user-name", "watcher")
    key = aws(account, "iam", "create-access-key", "--user-name", "watcher")["AccessKey"]
    environment = account.environment() | {"AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                                           "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    class Watcher:
        postern = account.postern

        @staticmethod
        def environment() -> dict:
            return environment
    refused = run_aws(Watcher, "cloudwatch", "list-metrics")
    assert "(AccessDenied)" in refused.stderr and "cloudwatch:ListMetrics" in refused.stderr
    aws(account, "iam", "put-user-policy", "--user-name", "watcher", "--policy-name", "it",
        "--policy-document", json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "cloudwatch:List*", "Resource": "*"}]}))
    assert listed(Watcher) == listed(account)


def test_refusals_are_AWSs(path):
    account = path.a.account
    for arguments, words in (
            (["list-metrics", "--namespace", ":x"], "(ValidationError)"),
            (["put-metric-data", "--namespace", "x", "--metric-name", "y", "--value", "1"],
             "(InvalidAction)"),
            (["get-metric-statistics", "--namespace", "x", "--metric-name", "y", "--period", "60",
              "--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-01T00:00:00Z",
              "--statistics", "Sum"],
             "(InvalidParameterValue) when calling the GetMetricStatistics operation: The parameter "
             "StartTime must not equal parameter EndTime."),
            (["get-metric-statistics", "--namespace", "x", "--metric-name", "y", "--period", "60",
              "--start-time", "2026-01-01T00:00:00Z", "--end-time", "2026-01-03T00:00:00Z",
              "--statistics", "Sum"],
             "(InvalidParameterCombination)")):
        run = run_aws(account, "cloudwatch", *arguments)
        assert run.returncode != 0 and words in run.stderr, arguments


def ask(account, path: str, headers: dict, body: bytes):
    """(status, headers, body) of a signed request."""
    request = AWSRequest("POST", account.postern.endpoint + path, data=body, headers=headers)
    SigV4Auth(Credentials(account.access_key_id, account.secret_access_key), "monitoring",
              REGION).add_auth(request)
    ready = request.prepare()
    try:
        with urllib.request.urlopen(urllib.request.Request(
                ready.url, data=body, headers=dict(ready.headers), method="POST"), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


# [Smithy, "AWS JSON 1.0 protocol", "Smithy RPC v2 CBOR protocol", "AWS query protocol": x-amzn-query-error]
def test_newer_clients_ask_in_JSON_and_in_CBOR(path):
    account = path.a.account
    target = "GraniteServiceVersion20100801"
    as_json = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"{target}.ListMetrics",
               "x-amzn-query-mode": "true"}
    status, headers, body = ask(account, "/", as_json, b'{"MetricName":"NewConnections"}')
    assert status == 200 and headers["Content-Type"] == "application/x-amz-json-1.0"
    metrics = json.loads(body)["Metrics"]
    assert {m["MetricName"] for m in metrics} == {"NewConnections"}
    status, headers, body = ask(account, "/", as_json, b'{"RecentlyActive":"PT1H"}')
    assert status == 400 and headers["x-amzn-query-error"] == "ValidationError;Sender"
    status, headers, body = ask(account, "/", as_json | {"X-Amz-Target": f"{target}.PutMetricAlarm"}, b"{}")
    assert status == 400 and json.loads(body)["__type"] == "InvalidAction"

    as_cbor = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    where = f"/service/{target}/operation/"
    # {"MetricName": "NewConnections"}
    status, headers, body = ask(account, where + "ListMetrics", as_cbor,
                                b"\xa1\x6aMetricName\x6eNewConnections")
    assert status == 200 and headers["Content-Type"] == "application/cbor"
    assert headers["smithy-protocol"] == "rpc-v2-cbor"
    assert body.startswith(b"\xa1\x67Metrics") and body.count(b"\x6eNewConnections") == len(metrics)
    status, headers, body = ask(account, where + "ListMetrics", as_cbor, b"\xa1\x6aMetricName")
    assert status == 400 and headers["x-amzn-query-error"] == "MalformedInput;Sender"
