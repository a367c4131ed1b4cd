#!/usr/bin/env python3
"""Sets an empty simulated Twilio account up, deploys Switchboard for it into an AWS emulator on this machine, and lets it call.

IAM is enforced, webhooks are signed, time is real. Two stacks, because the bridge mode is a parameter, and one that is upgraded. Usage: make rehearse
"""

import base64
import contextlib
import csv
import io
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile

import upgrade
from account import CERTIFICATE, Account, aws_faults, break_and_repair, twilio_faults
from stack import ADDRESS, ARCHITECTURE, BUILD, ENVIRONMENT, GATEWAY, ROOT, TWILIO, TWILIO_OF_UPGRADED, Broken
from stack import client, delete_stack, depth, deploy, invoke, live, parameters_of, physical, process_behind, received, run, start_functions, wait_until

MODES = ("deferred", "dequeue")
POISON = "no such work"
TWICE = "delivered twice"  # the fault of a call
FRESH = 300  # seconds in which functions use new settings
REWORDED = "Gracias por esperar: este texto es nuevo."
CONSOLE_FIELDS = {"VoiceUrl", "AssignmentCallbackUrl", "FallbackAssignmentCallbackUrl", "EventCallbackUrl", "DutyUrl", "MessageUrl"}


def step(title):
    print(f"\n==== {time.strftime('%H:%M:%S')} {title}", flush=True)


def emulator(*arguments):
    run(sys.executable, ROOT / ".ci" / "emulator.py", *arguments, AUTH="true")


def put_secrets():
    """Returns the secrets that were made up for this rehearsal. There is no API key pair: REST then uses the auth token."""
    made = {"auth-token": secrets.token_hex(16), "crm-secret": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()}
    for name, value in made.items():
        client("ssm").put_parameter(Name=f"/switchboard/{name}", Value=value, Type="SecureString", Overwrite=True)
    return made


def show(name, request):
    answer, failed = invoke(name, request)
    print(f"{name} {json.dumps(request)}\n{json.dumps(answer, indent=2)}")
    if failed:
        raise Broken(f"{name} failed")
    return answer


def prove_iam_is_on(stack):
    """Runs LinkedCallsFunction's binary as a function of its own with HoldFunction's role, which has no right to the ledger."""
    functions = client("lambda")
    linked_calls = functions.get_function_configuration(FunctionName=physical(stack, "LinkedCallsFunction"))
    hold = functions.get_function_configuration(FunctionName=physical(stack, "HoldFunction"))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(BUILD / "LinkedCallsFunction" / "bootstrap", "bootstrap")
    trespasser = functions.create_function(
        FunctionName="trespasser",
        Role=hold["Role"],
        Code={"ZipFile": code.getvalue()},
        **{name: linked_calls[name] for name in ("Runtime", "Handler", "Architectures", "Environment", "Timeout")},
    )["FunctionName"]
    answer, failed = invoke(trespasser, {"call_sid": "CA" + 32 * "0"})
    functions.delete_function(FunctionName=trespasser)
    if not failed or "AccessDenied" not in answer["errorMessage"]:
        raise Broken(f"LinkedCallsFunction with HoldFunction's role was not denied: {answer}")
    print(f"LinkedCallsFunction with HoldFunction's role: {answer['errorMessage']}")


def check_readme(outputs):
    """The README's tables name every output of the stack, and no URL that is neither an output nor a parameter."""
    rows = "\n".join(re.findall(r"^\|.*\|$", (ROOT / "README.md").read_text(), re.MULTILINE))
    named = set(re.findall(r"`(\w+)`", rows))
    parameters = parameters_of(ROOT / "template.yaml")
    missing = set(outputs) - named
    unknown = {name for name in named if name.endswith("Url")} - set(outputs) - parameters
    if missing or unknown or not CONSOLE_FIELDS <= set(outputs):
        raise Broken(f"README and stack differ: outputs not in a table of README {sorted(missing)}, in README only {sorted(unknown)}")
    for name in sorted(CONSOLE_FIELDS):
        print(f"{name:30} {outputs[name]}")


def set_up(account, sam):
    """From an empty account to a working queue. Returns the line for sam, and both stacks' outputs and what the simulated Twilio has to know of them, by mode."""
    step("twilioctl plan, for an account that has a number and nothing else")
    account.describe(
        {
            "AlarmTopicArn": client("sns").create_topic(Name="trouble")["TopicArn"],
            "Architecture": ARCHITECTURE,
            "CrmUrl": f"http://{TWILIO}/crm",
            "LogLevel": "DEBUG",
            "TwilioApiUrl": f"http://{TWILIO}",
            "WrapUpSeconds": "5",
            "MissedCallPauseSeconds": "5",
            "NotifyFrom": "+12065550100",
        }
    )
    print(account.plan().strip())
    step("twilioctl apply")
    applied = account.apply(changes=6).partition(' to confirm: ')[2].strip()
    print(applied)
    line = applied.splitlines()[-1]
    stacks = {}
    for mode in MODES:
        step(f"sam deploy, with that line: switchboard-{mode}")
        stacks[mode] = deploy(sam, f"switchboard-{mode}", line, BridgeMode=mode)
    outputs = {mode: stacks[mode][0] for mode in MODES}
    for each in outputs.values():
        # The emulator has no TLS, without which the policy refuses every request.
        client("s3").delete_bucket_policy(Bucket=each["RecordingsBucket"])
    check_readme(outputs["deferred"])
    step("sam deploy with another parameter")
    change_parameter(sam, line)
    for mode in MODES:
        start_functions(f"switchboard-{mode}")
    step("twilioctl apply again, for the stack's URLs")
    print(account.apply(changes=5).strip())
    return line, outputs, {mode: parameters | outputs for mode, (outputs, parameters) in stacks.items()}


def change_parameter(sam, line):
    """Deploys once more with a parameter that is not the last time's. What is invoked has to have it, in a version of its own."""
    functions, stack, ring = client("lambda"), "switchboard-dequeue", "16"
    alias = live(stack, "AssignmentFunction")
    before = functions.get_function_configuration(FunctionName=alias)["Version"]
    deploy(sam, stack, line, BridgeMode="dequeue", WorkerRingSeconds=ring)
    after = functions.get_function_configuration(FunctionName=alias)
    if after["Environment"]["Variables"]["WORKER_RING_SECONDS"] != ring or after["Version"] == before:
        raise Broken(f"the alias has version {after['Version']} with {after['Environment']}, after version {before}")
    if after["Environment"]["Variables"]["RELEASE"] in ("", "unreleased"):
        raise Broken(f"the built template names no release: {after['Environment']}")
    print(f"{alias}: version {before}, then {after['Version']}, {after['Description']}")


def examine(account, outputs):
    """Checks that the account and the stack are sound after a call. Then doctor must find each fault, and it is repaired."""
    step("twilioctl apply, after the call")
    print(account.apply(changes=0).strip())
    step("twilioctl doctor")
    print(account.sound())
    step("Faults in Twilio's account; apply repairs them")
    for fault in twilio_faults(account, outputs):
        break_and_repair(account, fault)
    step("Faults on the AWS side")
    for fault in aws_faults(account, outputs):
        break_and_repair(account, fault)
    step("twilioctl doctor and apply, after all repairs")
    print(account.sound().splitlines()[-1])
    print(account.apply(changes=0).strip())


class Program:
    """The simulated Twilio, as a program that this one drives over HTTP."""

    def __init__(self, made):
        self.told = ""  # by the last verdict
        run("go", "build", "-o", ROOT / ".cache", "./functions/cmd/rehearse", "./functions/cmd/twilioctl")
        self.process = subprocess.Popen(
            (ROOT / ".cache" / "rehearse", "-gateway", GATEWAY, "-listen", TWILIO, "-upgraded", TWILIO_OF_UPGRADED, "-certificate", CERTIFICATE),
            cwd=ROOT,
            env=ENVIRONMENT | {"TWILIO_AUTH_TOKEN": made["auth-token"], "CRM_SECRET": made["crm-secret"]},
        )
        wait_until(self.answers, 10, "the simulated Twilio does not answer")

    def answers(self):
        with contextlib.suppress(OSError):
            return self.calls()

    def ask(self, path, document=None):
        """Returns an answer. With a document the program does something."""
        data = None if document is None else json.dumps(document).encode()
        try:
            with urllib.request.urlopen(f"http://{TWILIO}/rehearsal/{path}", data, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise Broken(error.read().decode())

    def calls(self):
        return json.loads(self.ask("calls"))

    def take(self, n, stacks):
        """Has the nth caller dial. It returns when the call is over, or when the function that served it was killed."""
        call = self.calls()[n]
        print(f"{call['mode']}: {call['title']}", flush=True)
        self.ask(f"calls/{n}", stacks[call["mode"]])
        if call["fault"].startswith("killed"):
            wait_until(lambda: self.calls()[n]["victim"], 60, "no function did what it was to be killed for")
            kill_function(self.calls()[n]["victim"])
        elif call["fault"] != TWICE:
            self.await_end(n)

    def await_end(self, n):
        """The slowest call waits a minute until SQS retries the message of a killed function. The verdict names a call that did not end."""
        with contextlib.suppress(Broken):
            wait_until(lambda: self.calls()[n]["over"], 180, "the call did not end")

    def judge(self, links):
        """Shows what happened in the calls since the last time, and whether that agrees with the ledgers' calls."""
        self.told = self.ask("verdict", links)
        print(self.told, flush=True)


def rehearse(sam, made, older):
    """From the first command to the last call. Returns the outputs of each stack."""
    account = Account(made["auth-token"], "switchboard-deferred")
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    program = Program(made)
    try:
        line, outputs, stacks = set_up(account, sam)
        step("A call")
        program.take(0, stacks)
        found = show(outputs["deferred"]["LinkedCallsFunctionName"], {"call_sid": program.calls()[0]["call_sid"]})
        program.judge(found["calls"])
        step("A prompt is changed, without a deployment")
        print(account.reword("es", "waiting", REWORDED).strip())
        reworded = time.monotonic()
        examine(account, outputs["deferred"])
        step("A function with another function's role")
        prove_iam_is_on("switchboard-deferred")
        step("A poison message, which may block nothing behind it")
        send_poison(outputs)
        step("Calls")
        calls, upgraded_links = program.calls(), []
        others = [n for n, call in enumerate(calls) if n and not call["deployment"]]
        for n in others:
            if n == others[-1]:
                if older:
                    upgraded, upgraded_links = upgrade_during_calls(sam, line, older, program)
                # Who hears the new prompt.
                time.sleep(max(reworded + FRESH - time.monotonic(), 0))
            if calls[n]["fault"] == TWICE:
                deliver_twice(outputs["deferred"]["BridgeQueueUrl"], lambda: program.take(n, stacks))
                program.await_end(n)
            else:
                program.take(n, stacks)
        for n in others:
            program.await_end(n)
        await_quiet(outputs)
        links = ask_as_operator(outputs, started)
        step("A trace of the first call")
        trace(account, calls[0]["call_sid"])
        step("Verdict")
        program.judge(links + upgraded_links)
        if REWORDED not in program.told:
            raise Broken("the last caller did not hear the prompt that apply had changed")
    finally:
        program.process.terminate()
        program.process.wait()
    return outputs | ({"upgraded": upgraded} if older else {})


def upgrade_during_calls(sam, line, older, program):
    """Returns the outputs of a stack that was upgraded, rolled back and upgraded, and the calls of its ledger."""
    step("Calls while a stack of the previous release is upgraded, and while it is rolled back")
    began = time.monotonic()
    outputs, links = upgrade.rehearse_upgrade(sam, line, older, program)
    sweep(outputs["SweeperFunctionName"])
    for call in program.calls():
        if call["deployment"] and call["call_sid"]:
            print(f"{call['title']}, answered by {' and '.join(call['releases'])}")
    print(f"three deployments and their calls: {time.monotonic() - began:.0f} s", flush=True)
    return outputs, links


def trace(account, call):
    """Shows what is known of a call that ended some time ago, of which nothing may be missing."""
    code, printed = account.twilioctl("trace", call)
    print(printed.strip())
    sources = {source for source in ("Twilio", "log", "ledger") if f"  {source} " in printed}
    if code != 0 or "no gaps" not in printed or len(sources) != 3 or not re.search(r"POST /hold → 200 +\d+ ms", printed):
        raise Broken(f"the trace of {call} ends with {code}, has gaps or lacks a source: {sources}")


def kill_function(address):
    """Kills the bridge function that has opened a connection to the simulated Twilio from the address. It gets no chance to say anything."""
    pid = process_behind(address)
    environment = pathlib.Path(f"/proc/{pid}/environ").read_text() if pid else ""
    name = re.search(r"AWS_LAMBDA_FUNCTION_NAME=(\S+?BridgeFunction[^\0]*)", environment)
    if not name:
        raise Broken(f"no bridge function is behind {address}")
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process_behind(address), 5, "a killed function still runs")
    print(f"killed {name[1]}, process {pid}", flush=True)


def deliver_twice(queue, call):
    """Begins a call, and sends a copy of its bridge's message before the function can take either."""
    functions = client("lambda")
    mapping = functions.list_event_source_mappings(FunctionName=live("switchboard-deferred", "BridgeFunction"))["EventSourceMappings"][0]["UUID"]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    wait_until(lambda: functions.get_event_source_mapping(UUID=mapping)["State"] == "Disabled", 30, "the event source mapping was not disabled")
    call()
    found = []

    def bridges():
        found.extend(body for body in received(queue) if "bridge" in json.loads(body))
        return found

    wait_until(bridges, 30, "no bridge was asked for")
    client("sqs").send_message(QueueUrl=queue, MessageBody=found[0])
    functions.update_event_source_mapping(UUID=mapping, Enabled=True)
    print("a bridge's message lies in the queue twice", flush=True)


def await_quiet(outputs):
    """Waits for the messages of the functions that died: SQS retries them after the queue's visibility timeout."""
    step("Queues run empty")
    queues = [outputs[mode]["BridgeQueueUrl"] for mode in MODES]
    wait_until(lambda: not any(depth(queue) for queue in queues), 90, "messages are left in a bridge queue")


def ask_as_operator(outputs, started):
    """Returns the calls in both ledgers, and checks that each way of asking returns the same."""
    step("What an operator may ask")
    show(outputs["deferred"]["QueueLimitFunctionName"], {})
    for mode in MODES:
        sweep(outputs[mode]["SweeperFunctionName"])
    listed = []
    for mode in MODES:
        name = outputs[mode]["LinkedCallsFunctionName"]
        calls = show(name, {"since": started})["calls"]
        days = sorted({started[:10], time.strftime("%Y-%m-%d", time.gmtime())})
        lines = [json.loads(line) for line in export(name, days, "jsonl").splitlines()]
        # Each day's export begins with the names of the columns, and at midnight there are two days.
        records = [record for record in csv.DictReader(io.StringIO(export(name, days, "csv"))) if record["call_sid"] != "call_sid"]
        # The other stack's calls are in the account's events, of which a list and an export read different ones.
        own = [call for call in calls if call["sources"] != ["events"]]
        kept = [record["call_sid"] for record in records if record["sources"] != "events"]
        if [line for line in lines if line["sources"] != ["events"]] != own or kept != [call["call_sid"] for call in own]:
            raise Broken(f"an export of {days} differs from the calls since {started}: {lines}, {records}")
        print(f"{days[0]}: {len(lines)} JSON lines, {len(records)} CSV records of {len(records[0])} columns")
        listed += own
    return listed


def sweep(name):
    """The sweeper finds nothing to repair: other functions have finished the work of those that died."""
    report = show(name, {})
    repaired = [found for found in report["done"] if found["what"] != "call closed"]
    if repaired or report["left"] or report["failed"] or "stopped" in report:
        raise Broken(f"the sweeper had something to do: {report}")


def export(name, days, format):
    """All lines of these days, answer by answer."""
    text = ""
    for day in days:
        answer = {"next": ""}
        while "next" in answer:
            answer, failed = invoke(name, {"day": day, "format": format, "next": answer["next"]})
            if failed or "warning" in answer:
                raise Broken(f"{name} exports {day}: {answer}")
            text += answer.get("text", "")
    return text


def send_poison(outputs):
    """Sends a message that no attempt can work off. Three tries take three minutes at the queue's own visibility timeout."""
    queue = outputs["dequeue"]["BridgeQueueUrl"]
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "3"})
    client("sqs").send_message(QueueUrl=queue, MessageBody=POISON)
    print(f"{queue.split('/')[-1]} gets {POISON!r}")


def check_queues(outputs):
    """The bridge queues are empty, and nothing but the poison is in a dead-letter queue."""
    for mode in MODES:
        waiting, dead = depth(outputs[mode]["BridgeQueueUrl"]), received(outputs[mode]["BridgeDeadLetterQueueUrl"])
        print(f"switchboard-{mode}: bridge queue {waiting}, dead-letter queue {dead}")
        if waiting or dead != ([POISON] if mode == "dequeue" else []):
            raise Broken(f"a message of switchboard-{mode} is not where it should be")


def tear_down(outputs):
    for name in outputs:
        delete_stack(f"switchboard-{name}", outputs[name])


def show_logs():
    """Prints the end of what the functions logged."""
    for name in (*MODES, "upgraded"):
        with contextlib.suppress(Exception):
            logged = client("logs").filter_log_events(logGroupName=f"/aws/lambda/switchboard-{name}", limit=10000)["events"]
            print(f"\n---- the last lines of /aws/lambda/switchboard-{name} ----")
            for event in logged[-150:]:
                print(event["message"].rstrip())


def main():
    step("An AWS emulator with IAM enforced, and secrets made up for this run")
    emulator("stop", ADDRESS)
    emulator("start", ADDRESS)
    made = put_secrets()

    step(f"sam build ({ARCHITECTURE})")
    sam = f"{run(ROOT / '.ci' / 'venv', 'sam')}/sam"
    run("make", "build", f"ARCHITECTURE={ARCHITECTURE}", f"BUILD_DIR={BUILD}")
    step(f"sam build of the previous release, {upgrade.previous.NAME}")
    older = None if os.environ.get("WITHOUT_PREVIOUS_RELEASE") else upgrade.build_previous()

    outputs = rehearse(sam, made, older)

    step("Queues")
    check_queues(outputs)

    step("Tear down")
    tear_down(outputs)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nThe rehearsal was interrupted; its emulator goes, and the stacks with it.")
    except Exception as error:
        show_logs()
        print(f"\nThe rehearsal failed: {error}", file=sys.stderr)
        sys.exit(1)
    finally:
        emulator("stop", ADDRESS)
    print("\nThe rehearsal went well.")
