"""Switchboard's stacks in an AWS emulator on this machine: deploying them, and asking AWS about them."""

import contextlib
import json
import os
import pathlib
import platform
import re
import shlex
import subprocess
import time

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / ".cache" / "build"
ADDRESS = os.environ.get("REHEARSAL_ADDRESS", "127.0.0.1")  # such as 127.0.0.2, next to another emulator
GATEWAY = f"http://{ADDRESS}:4566"
TWILIO = f"{ADDRESS}:8095"
TWILIO_OF_UPGRADED = f"{ADDRESS}:8096"  # another account has the calls of the stack that is upgraded
WEBHOOKS = ("Enqueue", "Hold", "Assignment", "Fallback", "Worker", "Survey", "TaskEvents", "Duty", "Messages")
ARCHITECTURE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"

# Nothing of the user's own AWS settings gets through: a rehearsal must not reach a real account.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ENDPOINT_URL": GATEWAY,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "SAM_CLI_TELEMETRY": "0",
}


class Broken(Exception):
    """Something that a rehearsal must show did not happen."""


def client(service):
    # A failed invocation is an answer here, not something to repeat.
    return boto3.client(
        service,
        endpoint_url=GATEWAY,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def run(*command, **environment):
    """Returns a command's standard output. What it says is shown only when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT | environment, text=True, capture_output=True)
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def parameters_of(template):
    """The names of a template's parameters."""
    return set(re.findall(r"^  (\w+):$", re.search(r"^Parameters:$(.*?)^\w", template.read_text(), re.M | re.S)[1], re.M))


def deploy(sam, stack, line, template=BUILD / "template.yaml", **others):
    """Deploys a stack, or deploys it again, with the line that twilioctl printed, and other parameters where there are some. Returns its outputs and its parameters.

    An older template has not yet each parameter of the line.
    """
    command, *arguments = shlex.split(line)
    if command != "sam":
        raise Broken(f"that is no line for sam: {line}")
    known = parameters_of(template)
    arguments += (f"{name}={value}" for name, value in others.items())
    arguments = [argument for argument in arguments if "=" not in argument or argument.split("=", 1)[0] in known]
    run(sam, *arguments, "--template", template, "--config-file", ROOT / "samconfig.toml", "--stack-name", stack, "--no-confirm-changeset")
    add_routes(stack)
    described = client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    return outputs, {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in described["Parameters"]}


def physical(stack, logical):
    return client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical)["StackResourceDetail"]["PhysicalResourceId"]


def live(stack, function):
    """The ARN of a function's alias, which everything invokes."""
    return physical(stack, f"{function}Aliaslive")


def add_routes(stack):
    """Creates the routes that CloudFormation makes of the API's OpenAPI body, which the emulator does not read, and leaves those that are there."""
    template = client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = template if isinstance(template, dict) else json.loads(template)
    gateway = client("apigatewayv2")
    api = physical(stack, "HttpApi")
    there = {route["RouteKey"] for route in gateway.get_routes(ApiId=api)["Items"]}
    for path, methods in template["Resources"]["HttpApi"]["Properties"]["Body"]["paths"].items():
        for method, operation in methods.items():
            if f"{method.upper()} {path}" in there:
                continue
            uri = json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
            integration = gateway.create_integration(
                ApiId=api,
                IntegrationType="AWS_PROXY",
                PayloadFormatVersion="2.0",
                IntegrationUri=physical(stack, re.search(r"\$\{(\w+)\}/invocations", uri)[1]),
            )["IntegrationId"]
            gateway.create_route(ApiId=api, RouteKey=f"{method.upper()} {path}", Target=f"integrations/{integration}")


def start_functions(stack):
    """Sends each function an unsigned webhook: on a busy machine the emulator takes longer to start a function than Twilio waits for an assignment."""
    for name in WEBHOOKS:
        answer, failed = invoke(live(stack, f"{name}Function"), {})
        if failed or answer["statusCode"] not in (400, 403):
            raise Broken(f"{name} took a webhook without a signature: {answer}")


def delete_stack(stack, outputs):
    """Deletes a stack, and the tables of calls and workers and the logs, which a deleted stack leaves behind on purpose."""
    client("cloudformation").delete_stack(StackName=stack)
    client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
    for table in ("LedgerTable", "WorkersTable"):
        client("dynamodb").delete_table(TableName=outputs[table])
    for group in (f"/aws/lambda/{stack}", f"/aws/vendedlogs/{stack}"):
        client("logs").delete_log_group(logGroupName=group)
    print(f"{stack} deleted, then the tables and logs it had left")


def invoke(name, request):
    """Returns a function's answer to an operator's request, and whether it is an error."""
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps(request).encode())
    return json.loads(answer["Payload"].read()), "FunctionError" in answer


def received(queue):
    """The bodies of the messages that can be received now. They stay in the queue, though each was received once more."""
    found = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
    return [message["Body"] for message in found.get("Messages", [])]


def depth(queue):
    """How many messages a queue has, those in flight and delayed ones included."""
    counts = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return sum(int(counts[f"ApproximateNumberOfMessages{which}"]) for which in ("", "NotVisible", "Delayed"))


def process_behind(address):
    """The process on this Linux machine that connected to the simulated Twilio from host:port, None if there is none."""
    ours, theirs = (int(end.rsplit(":", 1)[1]) for end in (address, TWILIO))
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, _, _, _, _, _, inode, *_ = line.split()
        if (int(local.split(":")[1], 16), int(remote.split(":")[1], 16)) != (ours, theirs) or inode == "0":
            continue
        for descriptor in pathlib.Path("/proc").glob("[0-9]*/fd/*"):
            with contextlib.suppress(OSError):
                if os.readlink(descriptor) == f"socket:[{inode}]":
                    return int(descriptor.parts[2])
    return None


def wait_until(holds, seconds, failure):
    """Waits until a condition holds, and fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise Broken(failure)
        time.sleep(0.1)
