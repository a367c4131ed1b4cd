#!/usr/bin/env python3
"""Reads a function's answer from standard input and prints it for people, a document as it is and not inside JSON.
Ends with 1 when the answer is an error or refuses the event."""

import json
import sys

answer = json.load(sys.stdin)
body = answer.pop("body", "")
print(json.dumps(answer, indent=2))
if body:
    print(body)
if "errorMessage" in answer or answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures"):
    sys.exit(1)
