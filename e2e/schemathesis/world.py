"""Schemathesis' hooks: each case gets a fresh token and, most of the time, things that really exist, so that every
operation is also seen to succeed. At the end the count of 2xx per operation is printed, and none may be zero."""

import atexit
import collections
import os
import random
import sys

import schemathesis
import things

ANONYMOUS = os.environ.get("CONFAB_ANONYMOUS") == "1"
SHARE = 0.6  # of the cases get things that exist
chance = random.Random(1)
good = collections.Counter()
seen = collections.Counter()


@schemathesis.hook
def before_call(ctx, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    helper = things.fresh_token()
    token = things.OF_BOTS.get(operation, helper)
    if operation == "change_password":
        # Of an account of its own, so that the others can still sign in.
        token = things.register(helper)["access_token"]
    if chance.random() < SHARE:
        things.fill(case, operation, helper)
    case.headers = {k: v for k, v in (case.headers or {}).items() if k.lower() != "authorization"}
    if not ANONYMOUS:
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def after_call(ctx, case, response):
    operation = case.operation.definition.raw.get("operationId")
    seen[operation] += 1
    if 200 <= response.status_code < 300:
        good[operation] += 1


@atexit.register
def summary():
    print("\n2xx per operation (of cases)")
    for operation in sorted(seen):
        print(f"  {operation:<20} {good[operation]:>5} of {seen[operation]}")
    zero = [operation for operation in seen if not good[operation]]
    if zero and not ANONYMOUS:
        print("never succeeded: " + ", ".join(zero), file=sys.stderr)
        os._exit(1)
