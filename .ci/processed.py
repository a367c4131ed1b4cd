#!/usr/bin/env python3
"""Processes template.yaml as CloudFormation's SAM transform does, and checks what the template itself does not show.

Everything that invokes a function invokes its alias, so that code and configuration change together; a gradual deployment goes back on alarms.
Needs the Python of `.ci/venv sam`. Usage: processed.py
"""

import json
import logging
import pathlib
import re
import sys

import boto3
import yaml
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.translator import Translator
from samtranslator.parser.parser import Parser

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALIAS = "live"
TOPIC = "arn:aws:sns:us-east-1:123456789012:trouble"


def process(**overrides):
    """Returns the processed template, for the example's parameters and others."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
    parameters = {name: each["Default"] for name, each in template["Parameters"].items() if "Default" in each}
    parameters |= yaml.safe_load((ROOT / ".ci" / "example-parameters.yaml").read_text()) | overrides
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="us-east-1"))
    return translator.translate(template, parameters, {})


def named(part, template):
    """The template's parameters whose values a part depends on."""
    text = json.dumps(part)
    for condition in re.findall(r'"Fn::If": \["(\w+)"', text):
        text += json.dumps(template["Conditions"][condition])
    words = re.findall(r'"Ref": "(\w+)"', text) + re.findall(r"\$\{(\w+)\}", text)
    return set(words) & set(template["Parameters"])


def invokers(template):
    """What invokes functions: a name for people, and its reference to a function."""
    for name, each in template["Resources"].items():
        properties = each.get("Properties", {})
        match each["Type"]:
            case "AWS::ApiGatewayV2::Api":
                for path, methods in properties["Body"]["paths"].items():
                    for operation in methods.values():
                        yield f"route {path}", operation["x-amazon-apigateway-integration"]["uri"]
            case "AWS::Lambda::EventSourceMapping" | "AWS::Lambda::Permission":
                yield name, properties["FunctionName"]
            case "AWS::Scheduler::Schedule":
                yield name, properties["Target"]["Arn"]
            case "AWS::Events::Rule":
                for target in properties["Targets"]:
                    yield name, target["Arn"]


def check():
    """Yields what is wrong."""
    template = process()
    resources = template["Resources"]
    functions = {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Function"}
    aliases = {name for name, each in resources.items() if each["Type"] == "AWS::Lambda::Alias" and each["Properties"]["Name"] == ALIAS}
    for function in functions:
        if f"{function}Alias{ALIAS}" not in aliases:
            yield f"{function} has no alias {ALIAS}"
    found = 0
    for who, reference in invokers(template):
        found += 1
        if not any(alias in json.dumps(reference) for alias in aliases):
            yield f"{who} does not invoke an alias: {json.dumps(reference)}"
    if found < 2 * len(functions):
        yield f"only {found} invokers found"
    for name, output in template["Outputs"].items():
        if name.endswith("FunctionName") and not any(alias in json.dumps(output["Value"]) for alias in aliases):
            yield f"output {name} is not an alias: {output['Value']}"

    # The parameters that reach a function are in the content whose version is in the description of each version.
    content = resources["ParametersVersion"]["Properties"]["Content"]["Fn::Sub"]
    counted = set(re.findall(r"^(\w+)=\$\{\1\}$", content, re.MULTILINE))
    reaching = set.union(*(named(resources[function], template) for function in functions)) - {"Architecture"}  # which changes the code
    if missing := reaching - counted:
        yield f"ParametersVersion does not count {sorted(missing)}"
    if idle := counted - reaching:
        yield f"ParametersVersion counts {sorted(idle)}, which reach no function"
    for name, each in resources.items():
        if each["Type"] in ("AWS::Lambda::Function", "AWS::Lambda::Version") and "${ParametersVersion.VersionNumber}" not in json.dumps(each["Properties"].get("Description")):
            yield f"the description of {name} has not the number of ParametersVersion"

    if any(each["Type"].startswith("AWS::CodeDeploy") for each in resources.values()):
        yield "a stack with the default parameters uses CodeDeploy"
    gradual = process(Deployment="Canary10Percent5Minutes", AlarmTopicArn=TOPIC)["Resources"]
    groups = [each["Properties"] for each in gradual.values() if each["Type"] == "AWS::CodeDeploy::DeploymentGroup"]
    if len(groups) != len(functions) or not all("Alarm" in json.dumps(group.get("AlarmConfiguration")) for group in groups):
        yield f"a gradual deployment has {len(groups)} groups for {len(functions)} functions, each of which must watch alarms"
    if not all("Canary10Percent5Minutes" in json.dumps(group["DeploymentConfigName"]) for group in groups):
        yield "a gradual deployment is not as its parameter says"


def main():
    logging.disable(logging.CRITICAL)  # the transform talks about features of its own
    wrong = list(check())
    for each in wrong:
        print(each)
    print(f"template.yaml as CloudFormation processes it: {len(wrong)} faults")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
