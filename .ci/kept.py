#!/usr/bin/env python3
"""Writes what CloudFormation needs to import what a deleted stack left behind: a template of these resources alone, and their names.

Needs the Python of `.ci/venv sam`. functions/cmd/twilioctl/OPERATION.md has the commands that follow.
Usage: kept.py STACK LedgerTable=NAME WorkersTable=NAME RecordingsBucket=NAME    as the outputs of the stack had them
"""

import json
import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
IDENTIFIERS = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName", "AWS::Logs::LogGroup": "LogGroupName"}


def kept(template):
    """The resources that outlive their stack, with the conditions and parameters that they name."""
    resources = {name: each for name, each in template["Resources"].items() if each.get("DeletionPolicy") == "RetainExceptOnCreate"}
    text = json.dumps(resources)
    conditions = {name: each for name, each in template["Conditions"].items() if f'"Fn::If": ["{name}"' in text}
    words = set(re.findall(r'"Ref": "(\w+)"', text + json.dumps(conditions)))
    parameters = {name: each for name, each in template["Parameters"].items() if name in words}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Conditions": conditions, "Resources": resources}


def main(stack, *given):
    names = dict(each.split("=", 1) for each in given)
    names |= {"FunctionLogs": f"/aws/lambda/{stack}", "AccessLogs": f"/aws/vendedlogs/{stack}"}
    template = kept(yaml_parse((ROOT / "template.yaml").read_text()))
    if set(names) != set(template["Resources"]):
        sys.exit(f"name each of {', '.join(sorted(template['Resources']))}: the last two are known by the stack's name\n{__doc__}")
    found = [
        {"ResourceType": each["Type"], "LogicalResourceId": name, "ResourceIdentifier": {IDENTIFIERS[each["Type"]]: names[name]}}
        for name, each in template["Resources"].items()
    ]
    (ROOT / ".cache").mkdir(exist_ok=True)
    for file, content in {"kept-template.json": template, "kept-resources.json": found}.items():
        (ROOT / ".cache" / file).write_text(json.dumps(content, indent=2, default=str))
        print(ROOT / ".cache" / file)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
