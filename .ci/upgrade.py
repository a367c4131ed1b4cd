"""A stack is upgraded from the previous release to this one, and rolled back, while callers wait, talk and arrive."""

import threading
import time

import previous
from stack import ARCHITECTURE, BUILD, ROOT, TWILIO_OF_UPGRADED, Broken, client, deploy, depth, invoke, received, run, start_functions, wait_until

STACK = "switchboard-upgraded"
INTERVAL = 2  # seconds between calls that begin during a deployment


def build_previous():
    """Builds the previous release with its own Makefile and this checkout's tools, once. Returns its built template."""
    folder = previous.folder()
    built = folder / "build" / ARCHITECTURE
    if not (built / "template.yaml").exists():
        link(folder / ".cache", ROOT / ".cache")
        link(folder / ".ci" / "venv", ROOT / ".ci" / "venv")
        partial = built.with_name(f"{ARCHITECTURE}.partial")
        run("make", "-C", folder, "build", f"ARCHITECTURE={ARCHITECTURE}", f"BUILD_DIR={partial}", f"RELEASE={previous.NAME}")
        partial.rename(built)
    return built / "template.yaml"


def link(name, target):
    name.unlink(missing_ok=True)
    name.symlink_to(target)


def package(sam, template):
    """Uploads a release's functions, so that a deployment is CloudFormation's part alone. Returns the template that names them."""
    packaged = template.with_name("packaged.yaml")
    run(sam, "package", "--resolve-s3", "--template-file", template, "--output-template-file", packaged)
    return packaged


class Stack:
    """The stack that is upgraded."""

    def __init__(self, sam, line, seconds):
        # A phone rings for longer than a deployment takes, and SQS holds a message for longer.
        parameters = {"BridgeMode": "deferred", "WorkerRingSeconds": "100", "WrapUpSeconds": str(seconds)}
        parameters |= {"TwilioApiUrl": f"http://{TWILIO_OF_UPGRADED}", "CrmUrl": f"http://{TWILIO_OF_UPGRADED}/crm"}
        self.deploy = lambda template: deploy(sam, STACK, line, template=template, **parameters)


def rehearse_upgrade(sam, line, older, program):
    """Deploys the previous release, this one and the previous one again, during calls, and then this one after them. Returns the stack's outputs, and the calls of its ledger."""
    began = time.monotonic()
    newer, older = (package(sam, template) for template in (BUILD / "template.yaml", older))
    # An update takes less than what uploads both releases, on a busy machine, too.
    stack = Stack(sam, line, 15 + round(time.monotonic() - began))
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    outputs, parameters = stack.deploy(older)
    start_functions(STACK)
    of_calls = outputs | parameters
    wraps_up, upgraded = deploy_during_calls(stack, newer, program, "upgrade", of_calls)
    wraps_up, rolled_back = deploy_during_calls(stack, older, program, "roll back", of_calls, after=wraps_up)
    # What this release sent and wrote, the previous one works off and reads.
    await_ends(program, [wraps_up, *upgraded])
    before = told(outputs, started)
    stack.deploy(newer)
    await_ends(program, rolled_back)
    wait_until(lambda: not depth(outputs["BridgeQueueUrl"]), 90, "messages are left in the bridge queue")
    if dead := received(outputs["BridgeDeadLetterQueueUrl"]):
        raise Broken(f"messages are in the dead-letter queue: {dead}")
    after = told(outputs, started)
    compare(before, after, {program.calls()[n]["call_sid"] for n in upgraded})
    return outputs, list(after.values())


def deploy_during_calls(stack, template, program, deployment, of_calls, after=None):
    """Brings calls to where they stay, deploys while others begin, and releases them. Returns the number of the call that wraps up meanwhile, and of all.

    The deployment begins when the call of the number after is over: its message of the release before is worked off.
    """
    calls = program.calls()
    held = [n for n, call in enumerate(calls) if call["deployment"] == deployment and call["hold"]]
    passing = [n for n, call in enumerate(calls) if call["deployment"] == deployment and not call["hold"]]
    *stay, rings, wraps_up = held
    hold(program, stay, of_calls)
    await_ends(program, [] if after is None else [after])
    hold(program, [rings, wraps_up], of_calls)  # for a time that they have themselves
    began = time.monotonic()
    begun = begin_meanwhile(lambda: stack.deploy(template), program, passing, of_calls)
    took = time.monotonic() - began
    counts = client("sqs").get_queue_attributes(QueueUrl=of_calls["BridgeQueueUrl"], AttributeNames=["All"])["Attributes"]
    delayed = int(counts["ApproximateNumberOfMessagesDelayed"])
    print(f"{deployment}: {took:.0f} s, meanwhile {len(begun)} calls began; {delayed} delayed messages are in SQS", flush=True)
    over = [call["title"] for call in (program.calls()[n] for n in held) if not call["held"]]
    if not delayed or over:
        raise Broken(f"the deployment took {took:.0f} s; so long did not last: {over or 'the delay of a message'}")
    for n in held:
        program.ask(f"calls/{n}/release", {})
    return wraps_up, held + begun


def hold(program, numbers, of_calls):
    """Begins calls, and returns when each has come to where it stays."""
    for n in numbers:
        print(program.calls()[n]["title"], flush=True)
        program.ask(f"calls/{n}", of_calls)

    def loose():
        return [call["title"] for call in (program.calls()[n] for n in numbers) if not call["held"]]

    try:
        wait_until(lambda: not loose(), 60, "")
    except Broken:
        raise Broken(f"not held in a minute: {loose()}")


def begin_meanwhile(deployment, program, passing, of_calls):
    """Begins one call after the other until the deployment is over. Returns their numbers."""
    failures, begun = [], []

    def run_deployment():
        try:
            deployment()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=run_deployment)
    thread.start()
    for n in passing:
        if not thread.is_alive():
            break
        program.ask(f"calls/{n}", of_calls)
        begun.append(n)
        thread.join(INTERVAL)
    thread.join()
    if failures:
        raise failures[0]
    return begun


def await_ends(program, numbers):
    for n in numbers:
        program.await_end(n)


def told(outputs, started):
    """The calls of the stack's ledger as LinkedCallsFunction of the deployed release tells them, by call SID."""
    answer, failed = invoke(outputs["LinkedCallsFunctionName"], {"since": started})
    if failed or "warning" in answer:
        raise Broken(f"LinkedCallsFunction: {answer}")
    return {call["call_sid"]: call for call in answer["calls"] if call["sources"] != ["events"]}


def compare(before, after, ended):
    """What one release says about calls that had ended, the next one says, too."""
    for sid in ended:
        lost = {key: value for key, value in before.get(sid, {}).items() if after[sid].get(key) != value}
        if sid not in before or lost:
            raise Broken(f"of call {sid} the previous release says {before.get(sid)}, this one {after[sid]}")
    print(f"both releases say the same about {len(ended)} calls")
