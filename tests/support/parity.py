# SPDX-License-Identifier: Apache-2.0
"""What of AWS's API is served: each action of the service models is asked for, with each of its
parameters by itself, and the answer says whether it is known. Writes docs/parity.md."""
import collections

import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from support.postern import REGION

SERVICES = ["ec2", "elbv2", "iam", "sts", "route53", "logs", "cloudwatch", "sns", "acm", "ssm", "autoscaling", "s3"]
# Members that are asked for where the first one is refused for itself.
SAMPLES = {"RequestLaunchTemplateData": ["ImageId"]}
# What is said of these was looked at by hand; the rest is what the answers say.
INTRODUCTION = """# What of AWS's API is served

*Generated: `tests/test_parity.py` holds this page to what the daemon answers. Do not edit.*

Each action of botocore {version}'s service models was asked for, once with each of its parameters. An
action that is not listed answers `InvalidAction`, and `postern status` counts it. Of a listed action

- a parameter **refused** answers `UnknownParameter` or `Unsupported`, whatever its value;
- a parameter with **one value** is taken when it is given what is true here anyway (`EbsOptimized=false`), and
  refused with any other;
- every other parameter was not refused for itself when it was given with a made-up value.

"""


def sample(shape, depth: int = 0):
    """A value that is of the shape, and unlikely to be of anything that is there."""
    kind = shape.type_name
    if kind == "string":
        return shape.enum[-1] if shape.enum else "x"
    if kind in ("integer", "long"):
        return int(shape.metadata.get("min", 1)) or 1
    if kind == "boolean":
        return True
    if kind == "list":
        return [sample(shape.member, depth + 1)]
    if kind == "map":
        return {"k": "v"}
    if kind == "structure":
        names = (list(shape.required_members) or SAMPLES.get(shape.name)
                 or list(shape.members)[:1])
        return {} if depth > 3 else {n: sample(shape.members[n], depth + 1) for n in names}
    if kind == "blob":
        return b"x"
    if kind == "timestamp":
        return "2026-01-01T00:00:00Z"
    return 1.0


def things(account, service: str) -> dict:
    """Parameters that name what there is, where all that is asked of anything else is refused for that
    alone. None of the questions takes it away."""
    if service != "s3":
        return {}
    s3 = account.client("s3")
    s3.create_bucket(Bucket="parity", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="parity", Key="kept")
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
    return {"Bucket": "parity", "ServerSideEncryptionConfiguration": encryption}


class Service:
    """A service's model, and the client that asks by it."""

    def __init__(self, account, name: str):
        self.client = account.client(name, config=Config(
            parameter_validation=False, retries={"max_attempts": 0}))
        self.model = self.client.meta.service_model
        self.methods = {v: k for k, v in self.client.meta.method_to_api_mapping.items()}
        self.name = name
        self.things = things(account, name)

    def answer(self, action: str, parameters: dict) -> tuple[str, str]:
        """(code, words) of the answer; ("", "") when it is no error."""
        try:
            getattr(self.client, self.methods[action])(**parameters)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        except EndpointConnectionError as error:  # a host of the action's own, which is nobody
            return "InvalidAction", str(error)
        except (BotoCoreError, ValueError, TypeError, KeyError, AttributeError) as error:
            return "client", str(error)
        return "", ""

    def required(self, action: str) -> dict:
        shape = self.model.operation_model(action).input_shape
        if shape is None:
            return {}
        more = {"DryRun": True} if "DryRun" in shape.members else {}
        named = {n: value for n, value in self.things.items() if n in shape.members}
        return {n: sample(shape.members[n]) for n in shape.required_members} | more | named

    def is_served(self, action: str) -> bool:
        return self.answer(action, self.required(action))[0] != "InvalidAction"

    def how_taken(self, action: str, parameter: str) -> str:
        shape = self.model.operation_model(action).input_shape.members[parameter]
        value = self.things.get(parameter, sample(shape))
        code, words = self.answer(action, self.required(action) | {parameter: value})
        if code == "UnknownParameter" or "is not recognized" in words:
            return "refused"
        if "is not supported with the value" in words:
            return "one value"
        if "The parameter" in words and "is not supported" in words:
            return "refused"
        return "taken"

    def parameters(self, action: str) -> dict:
        """How each parameter is taken: how -> names."""
        shape = self.model.operation_model(action).input_shape
        found = collections.defaultdict(list)
        for name in shape.members if shape is not None else []:
            if name != "DryRun":
                found[self.how_taken(action, name)].append(name)
        return found


def page(account) -> str:
    counts, sections = [], []
    for name in SERVICES:
        service = Service(account, name)
        actions = service.model.operation_names
        served = [action for action in actions if service.is_served(action)]
        rows, taken, one, refused = [], 0, 0, 0
        for action in served:
            found = service.parameters(action)
            taken += len(found["taken"])
            one += len(found["one value"])
            refused += len(found["refused"])
            rows.append(f"| {action} | {', '.join(found['one value'])} | "
                        f"{', '.join(found['refused'])} |")
        counts.append(f"| {name} | {len(served)} of {len(actions)} | {taken} | {one} | {refused} |")
        sections.append(f"## {name}\n\n| action | one value | refused |\n|---|---|---|\n"
                        + "\n".join(rows) + "\n")
    return (INTRODUCTION.format(version=botocore.__version__)
            + "| service | actions | parameters taken | one value | refused |\n"
              "|---|---|---|---|---|\n" + "\n".join(counts) + "\n\n" + "\n".join(sections))
