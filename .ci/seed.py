#!/usr/bin/env python3
"""Puts into an AWS emulator what `sam local invoke` needs: the example secrets, the queues, the bucket, and the tables of calls and
of workers as template.yaml describes them. Needs the Python of `.ci/venv ministack`.

Usage: seed http://172.17.0.1:4566
"""

import pathlib
import sys

import boto3
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The token that events/ are signed with.
SECRETS = {"auth-token": "12345", "crm-secret": "whsec_c3dpdGNoYm9hcmQtZXhhbXBsZQ=="}


def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def table(name):
    """The table's properties in template.yaml that CreateTable takes."""
    yaml.SafeLoader.add_multi_constructor("!", lambda *_: None)
    properties = yaml.safe_load((ROOT / "template.yaml").read_text())["Resources"][name]["Properties"]
    taken = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    return {each: properties[each] for each in taken if each in properties}


for name, value in SECRETS.items():
    client("ssm").put_parameter(Name=f"/switchboard/{name}", Value=value, Type="SecureString", Overwrite=True)
for name in ("BridgeQueue", "RecordingsQueue"):
    client("sqs").create_queue(QueueName=name)
client("s3").create_bucket(Bucket="recordings")
existing = client("dynamodb").list_tables()["TableNames"]
for name in {"LedgerTable", "WorkersTable"} - set(existing):
    client("dynamodb").create_table(TableName=name, **table(name))
# Each example is a story of its own: what one has left in the tables is not the next one's.
client("dynamodb").delete_item(TableName="LedgerTable", Key={"call_sid": {"S": "CA" + "1".zfill(32)}})
client("dynamodb").delete_item(TableName="WorkersTable", Key={"worker_sid": {"S": "WK" + "1".zfill(32)}})
