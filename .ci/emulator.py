#!/usr/bin/env python3
"""An AWS emulator (ministack) on port 4566 of an address of this machine. Needs the Python of `.ci/venv ministack`.

Usage: emulator start ADDRESS    in the background, unless it runs already; AUTH=true in the environment enforces IAM
       emulator stop [ADDRESS]   that one, or all that this checkout started
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.request

PORT = 4566
SELF = pathlib.Path(__file__).resolve()
CACHE = SELF.parent.parent / ".cache"


def serve():
    """Runs the emulator in this process, and replaces the parts of it that Switchboard needs to behave differently."""
    from ministack import app
    from ministack.core import iam_actions
    from ministack.services import apigateway, lambda_svc
    from ministack.services.cloudformation import provisioners

    resolve = iam_actions.extract_resource_arn

    # ministack checks GetParameters against "*", which no exact policy allows. The names of one request lie below the same
    # prefix and in the same statement, so the first stands for all.
    def resolve_first_name(service, method, path, headers, body, query, region, account):
        if service == "ssm" and iam_actions._action_from_target(headers) == "GetParameters":
            return f"arn:aws:ssm:{region}:{account}:parameter{json.loads(body)['Names'][0]}"
        return resolve(service, method, path, headers, body, query, region, account)

    iam_actions.extract_resource_arn = resolve_first_name

    # An HTTP API answers under the name that is in a stack's outputs: functions make of it the URL that Twilio signs.
    apigateway._HOST = "us-east-1.amazonaws.com"
    app._EXECUTE_API_RE = re.compile(r"^([a-f0-9]{8})\.execute-api\.us-east-1\.amazonaws\.com(?::\d+)?$")

    limit = lambda_svc._sqs_esm_concurrency

    # CloudFormation passes a Number parameter on as a text; in ministack, MaximumConcurrency stays one.
    def limit_by_number(mapping, *others, **named):
        if "MaximumConcurrency" in mapping.get("ScalingConfig", {}):
            mapping["ScalingConfig"]["MaximumConcurrency"] = int(mapping["ScalingConfig"]["MaximumConcurrency"])
        return limit(mapping, *others, **named)

    lambda_svc._sqs_esm_concurrency = limit_by_number

    record = provisioners._cw_metric_alarm_record

    # CloudFormation makes no alarm of an expression in ministack. Such a one watches the expression's first metric here.
    def record_first_metric(name, properties):
        for metric in properties.get("Metrics", []):
            if stat := metric.get("MetricStat"):
                properties = properties | stat["Metric"] | {"Metrics": None, "Period": stat["Period"], "Statistic": stat["Stat"]}
                break
        return record(name, properties)

    provisioners._cw_metric_alarm_record = record_first_metric

    # CloudFormation makes no saved query in ministack. Nothing reads one here.
    provisioners._RESOURCE_HANDLERS["AWS::Logs::QueryDefinition"] = {
        "create": lambda logical_id, properties, stack: (f"{stack}-{logical_id}", {}),
        "delete": lambda physical_id, properties: None,
    }

    route = apigateway._handle_execute_in_scope

    # ministack writes no access log, which twilioctl trace compares with the webhooks that Twilio lists.
    async def route_and_log(api, stage, path, method, *others, **named):
        began = time.monotonic()
        status, headers, body = await route(api, stage, path, method, *others, **named)
        log_access(api, stage, path, method, status, body, round((time.monotonic() - began) * 1000))
        return status, headers, body

    apigateway._handle_execute_in_scope = route_and_log
    sys.argv = ["ministack"]
    app.main()


def log_access(api, stage, path, method, status, body, milliseconds):
    """Writes a line in the format of the API's stage into the stage's log group."""
    from ministack.services import apigateway, cloudwatch_logs

    settings = apigateway._stages.get(api, {}).get(stage, {}).get("accessLogSettings") or {}
    if "format" not in settings:
        return
    found = apigateway._match_route(api, method, path)
    values = {"routeKey": found["routeKey"] if found else "-", "status": status, "responseLength": len(body), "responseLatency": milliseconds}
    line = re.sub(r"\$context\.([\w.]+)", lambda name: str(values.get(name[1], "-")), settings["format"])
    place = {"logGroupName": settings["destinationArn"].split(":log-group:")[1].split(":")[0], "logStreamName": api}
    cloudwatch_logs._create_log_stream(place)
    cloudwatch_logs._put_log_events(place | {"logEvents": [{"timestamp": int(time.time() * 1000), "message": line}]})


def healthy(address):
    try:
        with urllib.request.urlopen(f"http://{address}:{PORT}/_ministack/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_until(holds):
    """Waits for 30 s at most."""
    for _ in range(300):
        if holds():
            return
        time.sleep(0.1)


def start(address):
    if healthy(address):
        return
    CACHE.mkdir(exist_ok=True)
    log = CACHE / f"emulator-{address}.log"
    # Functions inherit AWS_ENDPOINT_URL, so what they call comes back to the emulator.
    environment = os.environ | {
        "BIND_HOST": address,
        "AWS_ENDPOINT_URL": f"http://{address}:{PORT}",
        "IOT_MTLS_ENABLED": "false",  # would take port 8883
        "AWS_LAMBDA_LOG_FORMAT": "JSON",  # which Lambda sets for the template's LoggingConfig, and ministack does not
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, SELF, "serve"], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    (CACHE / f"emulator-{address}.pid").write_text(str(process.pid))
    wait_until(lambda: healthy(address) or process.poll() is not None)
    # The answer may come from an emulator that another user started and may stop at any time.
    if process.poll() is not None or not healthy(address):
        sys.exit(f"the AWS emulator does not answer on {address}:{PORT}:\n{log.read_text()[-2000:]}")


def stop(pattern):
    for pid_file in CACHE.glob(f"emulator-{pattern}.pid"):
        pid, address = int(pid_file.read_text()), pid_file.stem.removeprefix("emulator-")
        pid_file.unlink()
        # A process number is used again in time: end it only while it is still ours.
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
        if str(SELF) in command:
            os.killpg(pid, signal.SIGTERM)
            wait_until(lambda: not healthy(address))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["start", address]:
            start(address)
        case ["stop"]:
            stop("*")
        case ["stop", address]:
            stop(address)
        case _:
            sys.exit(__doc__)
