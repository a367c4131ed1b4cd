"""The simulated Twilio account of a rehearsal: twilioctl, which sets it up and examines it, and faults to be planted in it and in the stack."""

import base64
import dataclasses
import json
import subprocess
import typing
import urllib.parse
import urllib.request

from stack import ENVIRONMENT, ROOT, TWILIO, Broken, client, live, physical

ACCOUNT = "AC00000000000000000000000000000001"
CERTIFICATE = ROOT / ".cache" / "rehearsal.pem"
FILE = ROOT / ".cache" / "desk.yaml"
API = f"/2010-04-01/Accounts/{ACCOUNT}"


class Account:
    def __init__(self, token, stack):
        self.token, self.stack = token, stack

    def describe(self, parameters):
        """Writes the file that says what the account should have."""
        music = json.dumps([f"http://{TWILIO}/hold.mp3"])
        desk = (ROOT / ".ci" / "desk.yaml").read_text()
        FILE.write_text(f"{desk}waiting: {{music: {music}}}\ndeploy: {json.dumps(parameters)}\n")

    def reword(self, language, prompt, text):
        """Changes what callers hear, in the file and then in SSM."""
        with FILE.open("a") as desk:
            desk.write(f"prompts: {{{language}: {{{prompt}: {json.dumps(text)}}}}}\n")
        code, printed = self.twilioctl("apply", FILE, answer="yes\n")
        if code != 0 or f"done: settings prompts-{language}" not in printed:
            raise Broken(f"apply ends with {code}, and a prompt was to be changed:\n{printed}")
        return printed

    def twilioctl(self, *arguments, answer=""):
        """Returns the exit code and what was printed. The stack's https addresses are reached through the simulated Twilio's proxy."""
        done = subprocess.run(
            (ROOT / ".cache" / "twilioctl", "--stack", self.stack, *arguments),
            cwd=ROOT,
            env=ENVIRONMENT
            | {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": self.token, "TWILIO_API_URL": f"http://{TWILIO}"}
            | {"HTTPS_PROXY": f"http://{TWILIO}", "NO_PROXY": "localhost", "SSL_CERT_FILE": str(CERTIFICATE)},
            input=answer,
            text=True,
            capture_output=True,
        )
        if done.stderr or self.token in done.stdout:
            raise Broken(f"twilioctl {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout

    def plan(self):
        """Returns what plan printed, which has to find something to change."""
        code, printed = self.twilioctl("plan", "--check", FILE)
        if code != 4:
            raise Broken(f"plan --check ends with {code}:\n{printed}")
        return printed

    def apply(self, *flags, changes):
        """Applies the file, which has to change so much, and returns what was printed."""
        code, printed = self.twilioctl("apply", *flags, FILE, answer="yes\n")
        told = f"{changes} change{'s' * (changes != 1)} made" if changes else "nothing to change"
        if code != 0 or told not in printed:
            raise Broken(f"apply ends with {code}, and {changes} changes were to be made:\n{printed}")
        return printed

    def sound(self):
        """Returns the table of doctor, which has to find nothing."""
        code, printed = self.twilioctl("doctor")
        if code != 0 or not printed.splitlines()[-1].startswith("0 errors, 0 warnings, ") or not printed.endswith(" 0 skipped\n"):
            raise Broken(f"doctor ends with {code}, and finds something:\n{printed}")
        return printed.strip()

    def examine(self):
        """Returns doctor's exit code and the findings that are no good news."""
        code, printed = self.twilioctl("--json", "doctor")
        return code, [finding for finding in json.loads(printed) if finding["level"] not in ("ok", "skipped")]

    def ask(self, path, **parameters):
        """Asks Twilio's REST API, or changes something there when there are parameters."""
        request = urllib.request.Request(f"http://{TWILIO}{path}", urllib.parse.urlencode(parameters).encode() if parameters else None)
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{ACCOUNT}:{self.token}".encode()).decode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def only(self, path, key, name=None):
        """The path of the only resource in a list, or of the one with that name."""
        found = [each for each in self.ask(path)[key] if name in (None, each.get("friendly_name"), each.get("phone_number"))]
        if len(found) != 1:
            raise Broken(f"{path} has {len(found)} of {name or key}")
        return f"{path.removesuffix('.json')}/{found[0]['sid']}{'.json' if path.endswith('.json') else ''}"


@dataclasses.dataclass
class Fault:
    what: str
    check: str
    level: str
    plant: typing.Callable
    repair: typing.Callable | None = None  # None: an apply does it


def twilio_faults(account, outputs):
    """Faults in Twilio's account, as an operator makes them in the console."""
    workspace = account.only("/v1/Workspaces", "workspaces")
    number = account.only(f"{API}/IncomingPhoneNumbers.json", "incoming_phone_numbers", "+12065550100")
    queue = account.only(f"{API}/Queues.json", "queues")
    workflow = account.only(f"{workspace}/Workflows", "workflows")
    billing = account.only(f"{workspace}/TaskQueues", "task_queues", "Billing")
    available = account.only(f"{workspace}/Activities", "activities", "Available").rsplit("/", 1)[1]
    alice = account.only(f"{workspace}/Workers", "workers", "Alice")
    routing = json.loads(account.ask(workflow)["configuration"])
    del routing["task_routing"]["default_filter"]
    voice, wait = outputs["VoiceUrl"], outputs["VoiceUrl"].replace("/enqueue", "/hold")

    def sets(path, **parameters):
        return lambda: account.ask(path, **parameters)

    def has(**attributes):
        return sets(alice, Attributes=json.dumps(attributes))

    return [
        Fault("the number calls another route", "voice-url", "error", sets(number, VoiceUrl=wait)),
        Fault("the number calls by GET", "voice-url", "error", sets(number, VoiceMethod="GET")),
        Fault("the number falls back to the URL that failed", "voice-fallback-url", "warning", sets(number, VoiceFallbackUrl=voice)),
        Fault("assignments go to a stack of old", "assignment-url", "error", sets(workflow, AssignmentCallbackUrl="https://old.example/assignment")),
        Fault("the fallback is the primary", "fallback-assignment-url", "error", sets(workflow, FallbackAssignmentCallbackUrl=outputs["AssignmentCallbackUrl"])),
        Fault("a reservation lasts 20 s", "reservation-timeout", "error", sets(workflow, TaskReservationTimeout=20)),
        Fault("events go nowhere", "event-url", "error", sets(workspace, EventCallbackUrl="")),
        Fault("events are left out", "events-filter", "error", sets(workspace, EventsFilter="task.created,task.canceled")),
        Fault("who lets a call ring gets the next one", "timeout-activity", "error", sets(workspace, TimeoutActivitySid=available)),
        Fault("a worker without an address", "worker-contact", "error", has(skills=["billing"])),
        Fault("a worker with a national number", "worker-number", "error", has(skills=["billing"], contact_uri="(415) 555-0191")),
        Fault(
            *("a hyphen in an attribute", "worker-hyphen", "warning"),
            has(skills=["billing"], contact_uri="+14155550191", team="north-west"),
            lambda: account.apply("--prune", "attributes", changes=1),
        ),
        Fault("a filter's queue that no worker is in", "workflow-filters", "error", sets(billing, TargetWorkers='skills HAS "sales"')),
        Fault("no default filter", "default-filter", "warning", sets(workflow, Configuration=json.dumps(routing))),
        Fault("a queue for fifty callers", "queue-limit", "warning", sets(queue, MaxSize=50)),
    ]


def aws_faults(account, outputs):
    """Faults on the AWS side."""
    ssm, gateway, alarms, queues, functions = (client(service) for service in ("ssm", "apigatewayv2", "cloudwatch", "sqs", "lambda"))
    api = physical(account.stack, "HttpApi")
    events = next(route for route in gateway.get_routes(ApiId=api)["Items"] if route["RouteKey"] == "POST /events")
    described = alarms.describe_alarms(AlarmNamePrefix=f"{account.stack}-")["MetricAlarms"]
    settings = alarms.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    dead = outputs["BridgeDeadLetterQueueUrl"]
    token, crm = "/switchboard/auth-token", "/switchboard/crm-secret"
    secret = ssm.get_parameter(Name=crm, WithDecryption=True)["Parameter"]["Value"]

    def puts(name, value):
        return lambda: ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)

    def deletes(name):
        return lambda: ssm.delete_parameter(Name=name)

    def rings(state):
        return lambda: alarms.set_alarm_state(AlarmName=described[0]["AlarmName"], StateValue=state, StateReason="a rehearsal")

    def restores_alarms():
        for alarm in described:
            alarms.put_metric_alarm(**{name: value for name, value in alarm.items() if name in settings})

    def configures(function, **variables):
        """Lambda starts a function with other variables in a new environment."""

        def configure():
            name, alias = physical(account.stack, function), live(account.stack, function)
            known = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": known | variables})
            functions.update_alias(FunctionName=name, Name=alias.rsplit(":", 1)[1], FunctionVersion=functions.publish_version(FunctionName=name)["Version"])

        return configure

    def repairs_token():
        """Puts the right token back. The hold function has just read the wrong one, and would keep it for a minute."""
        puts(token, account.token)()
        configures("HoldFunction", STARTED="again")()

    return [
        Fault("no token in SSM", "ssm-parameters", "error", deletes(token), puts(token, account.token)),
        Fault("a CRM step that is not signed", "ssm-parameters", "warning", deletes(crm), puts(crm, secret)),
        Fault("half an API key", "ssm-parameters", "warning", puts("/switchboard/api-key-sid", "SK" + 32 * "0"), deletes("/switchboard/api-key-sid")),
        Fault("another account's token in SSM", "auth-token", "error", puts(token, 32 * "0"), repairs_token),
        Fault(
            *("a route that is not there", "unsigned-requests", "error"),
            lambda: gateway.delete_route(ApiId=api, RouteId=events["RouteId"]),
            lambda: gateway.create_route(ApiId=api, RouteKey=events["RouteKey"], Target=events["Target"]),
        ),
        Fault("a function that finds no token", "unsigned-requests", "error", configures("TaskEventsFunction", SECRETS_PREFIX="/elsewhere"), configures("TaskEventsFunction", SECRETS_PREFIX="/switchboard")),
        Fault("an alarm that rings", "alarms", "error", rings("ALARM"), rings("OK")),
        Fault("no alarms", "alarms", "warning", lambda: alarms.delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in described]), restores_alarms),
        Fault(
            *("a message that failed five times", "dead-letter-queue", "error"),
            lambda: queues.send_message(QueueUrl=dead, MessageBody="failed"),
            lambda: queues.purge_queue(QueueUrl=dead),
        ),
    ]


def break_and_repair(account, fault):
    """Plants a fault, checks that doctor finds this fault and no other, and repairs it."""
    fault.plant()
    code, findings = account.examine()
    print(f"{fault.what}: exit code {code}")
    for finding in findings:
        print(f"    {finding['level'].upper()} {finding['check']}  {finding['looked']}: {finding['found']}\n        → {finding['remedy']}")
    if {(finding["check"], finding["level"]) for finding in findings} != {(fault.check, fault.level)} or code != (fault.level == "error"):
        raise Broken(f"doctor must find only {fault.check}, as {fault.level}")
    if fault.repair:
        fault.repair()
    else:
        account.apply(changes=1)
