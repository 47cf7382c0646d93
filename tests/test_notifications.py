# SPDX-License-Identifier: Apache-2.0
"""What happens to an endpoint's connection reaches who subscribed to a topic, over HTTP, at least once."""
import http.server
import json
import queue
import signal
import threading
import urllib.request

import pytest
from botocore.exceptions import ClientError

from support.tutorial import Tutorial, wait_for


class Subscriber:
    """An HTTP server on loopback that keeps what it is sent, and confirms when it is asked to."""

    def __init__(self, confirms: bool = True):
        self.got, self.statuses, self.confirmations = queue.Queue(), queue.Queue(), queue.Queue()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = 200 if outer.statuses.empty() else outer.statuses.get()
                outer.got.put((dict(self.headers), body.decode()))
                self.send_response(status)
                self.end_headers()
                if confirms and self.headers["x-amz-sns-message-type"] == "SubscriptionConfirmation":
                    with urllib.request.urlopen(json.loads(body)["SubscribeURL"], timeout=10) as answer:
                        outer.confirmations.put(answer.read().decode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next(self, timeout: float = 30) -> tuple[dict, str]:
        return self.got.get(timeout=timeout)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def subscriber():
    made = Subscriber()
    yield made
    made.close()


def policy(arn: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "vpce.amazonaws.com"}, "Action": "SNS:Publish",
        "Resource": arn}]})


def make_topic(sns, name: str, open_: bool = True) -> str:
    arn = sns.create_topic(Name=name)["TopicArn"]
    if open_:
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy(arn))
    return arn


def confirmed(sns, arn: str) -> bool:
    return sns.get_topic_attributes(TopicArn=arn)["Attributes"]["SubscriptionsConfirmed"] == "1"


def messages(postern, arn: str) -> list[dict]:
    topics = json.loads(postern.cli("messages", "--json").stdout)["topics"]
    return next(topic["messages"] for topic in topics if topic["topic_arn"] == arn)


def test_the_tutorial_s_connection_is_told_from_its_first_day_to_its_last(postern, subscriber):
    tutorial = Tutorial(postern)
    tutorial.start_client()
    tutorial.start_server()
    tutorial.make_nlb()
    tutorial.make_service()
    tutorial.allow_principal()
    sns = tutorial.b.account.client("sns")
    arn = make_topic(sns, "endpoints")
    subscription = sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=subscriber.url)
    assert subscription["SubscriptionArn"] == "pending confirmation"
    headers, body = subscriber.next()
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    wait_for("it is confirmed", lambda: confirmed(sns, arn))
    assert "ConfirmSubscriptionResponse" in subscriber.confirmations.get(timeout=30)

    notification = tutorial.b.ec2.create_vpc_endpoint_connection_notification(
        ServiceId=tutorial.service, ConnectionNotificationArn=arn,
        ConnectionEvents=["Accept", "Connect", "Delete", "Reject"])["ConnectionNotification"]
    assert notification["ConnectionNotificationState"] == "Enabled"

    def told(event: str) -> dict:
        headers, body = subscriber.next()
        assert headers["x-amz-sns-message-type"] == "Notification"
        message = json.loads(json.loads(body)["Message"])
        assert (message["event"], message["vpcEndpointId"], message["vpcEndpointOwner"]) == (
            event, tutorial.endpoint, tutorial.a.account.id)
        return message

    tutorial.make_endpoint()
    assert told("Connect")["vpcEndpointState"] == "pendingAcceptance"
    tutorial.accept()
    assert told("Accept")["serviceId"] == tutorial.service
    tutorial.reject()
    told("Reject")
    tutorial.a.ec2.delete_vpc_endpoints(VpcEndpointIds=[tutorial.endpoint])
    told("Delete")
    # It can be read back by the operator, too.
    assert [json.loads(m["message"])["event"] for m in messages(postern, arn)] == [
        "Connect", "Accept", "Reject", "Delete"]
    assert "VPC endpoint connection: Delete" in postern.cli("messages", "endpoints").stdout

    gone = tutorial.b.ec2.delete_vpc_endpoint_connection_notifications(
        ConnectionNotificationIds=[notification["ConnectionNotificationId"]])
    assert gone["Unsuccessful"] == []
    with pytest.raises(ClientError) as refused:
        tutorial.b.ec2.describe_vpc_endpoint_connection_notifications(
            ConnectionNotificationId=notification["ConnectionNotificationId"])
    assert refused.value.response["Error"]["Code"] == "InvalidConnectionNotification"


def test_what_waits_outlives_the_daemon(postern, subscriber):
    sns = postern.account().client("sns")
    arn = make_topic(sns, "outbox")
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=subscriber.url)
    subscriber.next()
    wait_for("it is confirmed", lambda: confirmed(sns, arn))
    sent = [sns.publish(TopicArn=arn, Message=f"message {n}")["MessageId"] for n in range(20)]
    postern.stop(signal.SIGKILL)
    postern.start()
    seen = set()
    while seen < set(sent):
        headers, body = subscriber.next()
        seen.add(json.loads(body)["MessageId"])
    assert seen == set(sent)
    wait_for("nothing waits any more", lambda: all(
        subscription["waiting"] == 0
        for topic in json.loads(postern.cli("messages", "--json").stdout)["topics"]
        for subscription in topic["subscriptions"] if topic["topic_arn"] == arn))


def test_raw_messages_attributes_and_the_end_of_a_subscription(postern, subscriber):
    sns = postern.account().client("sns")
    arn = make_topic(sns, "raw")
    sns.subscribe(TopicArn=arn, Protocol="http", Endpoint=subscriber.url)
    subscriber.next()
    wait_for("it is confirmed", lambda: confirmed(sns, arn))
    sns.publish(TopicArn=arn, Subject="s", Message="m",
                MessageAttributes={"a": {"DataType": "String", "StringValue": "v"}})
    _, body = subscriber.next()
    message = json.loads(body)
    assert (message["Subject"], message["Message"]) == ("s", "m")
    assert message["MessageAttributes"] == {"a": {"Type": "String", "Value": "v"}}
    subscription = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"][0]["SubscriptionArn"]
    sns.set_subscription_attributes(SubscriptionArn=subscription,
                                    AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.publish(TopicArn=arn, Message="raw")
    assert subscriber.next()[1] == "raw"
    with urllib.request.urlopen(message["UnsubscribeURL"], timeout=10) as answer:
        assert answer.status == 200
    assert sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"] == []


def test_a_topic_that_does_not_let_the_service_publish_is_named(postern):
    tutorial = Tutorial(postern)
    tutorial.start_server()
    tutorial.make_nlb()
    tutorial.make_service(acceptance=False)
    tutorial.allow_principal()
    arn = make_topic(tutorial.b.account.client("sns"), "closed", open_=False)
    notification = tutorial.b.ec2.create_vpc_endpoint_connection_notification(
        ServiceId=tutorial.service, ConnectionNotificationArn=arn,
        ConnectionEvents=["Connect"])["ConnectionNotification"]["ConnectionNotificationId"]
    tutorial.make_endpoint()
    assert messages(postern, arn) == []
    assert (f"{notification} was not told of" in
            (said := postern.cli("messages").stdout) and "policy" in said)
