"""Reads command lines of sam deploy as a shell and SAM CLI read them, with SAM CLI's own parser.

Standard input is JSON: a list of {"line": "sam deploy …", "want": {"Name": "value", …}}. Prints each line that arrives with
other values, and exits with 1 if there is one. Run it with the Python of `.ci/venv sam`.
"""

import json
import subprocess
import sys

import click
from samcli.commands.deploy.command import cli as deploy


def words(line):
    """The arguments that a POSIX shell gives to sam."""
    script = "sam() { printf '%s\\0' \"$@\"; }\n" + line
    out = subprocess.run(["sh", "-c", script], check=True, stdout=subprocess.PIPE).stdout
    return out.decode().split("\0")[:-1]


def overrides(arguments):
    """The stack's parameters as sam deploy understands its arguments."""
    context = click.Context(deploy)
    given, left, _ = deploy.make_parser(context).parse_args(arguments)
    if left:
        raise ValueError(f"sam deploy does not know what to do with {left}")
    option = next(each for each in deploy.params if each.name == "parameter_overrides")
    return option.type_cast_value(context, given["parameter_overrides"])


def main():
    wrong = 0
    lines = json.load(sys.stdin)
    for each in lines:
        command, *arguments = words(each["line"])
        got = overrides(arguments)
        if command != "deploy" or got != each["want"]:
            wrong += 1
            print(f"{each['line']}\n  arrives as {got}\n  want       {each['want']}")
    print(f"{len(lines)} command lines, {wrong} of them wrong")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
