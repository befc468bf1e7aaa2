"""Schemathesis' hooks: each case gets a fresh token and, most of the time, things that really exist, so that every
operation is also seen to succeed. At the end the count of 2xx per operation is printed, and none may be zero."""

import collections
import datetime
import json
import os
import random
import sys
import urllib.request
import uuid

import schemathesis

BASE = os.environ["CONFAB_API"]
ANONYMOUS = os.environ.get("CONFAB_ANONYMOUS") == "1"
PASSWORD = "a rather long sentence"
SHARE = 0.6  # of the cases get things that exist
chance = random.Random(1)
good = collections.Counter()
seen = collections.Counter()


def call(method, path, body=None, token=None):
    request = urllib.request.Request(BASE + path, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    with urllib.request.urlopen(request, data) as response:
        text = response.read()
        return json.loads(text) if text else None


def name():
    return f"u{uuid.uuid4().hex[:16]}"


def register(invite=None):
    who = name()
    body = {"username": who, "email": f"{who}@example.org", "password": PASSWORD}
    if invite:
        body["invite"] = invite
    return call("POST", "/auth/register", body)


def sign_in():
    return call("POST", "/auth/sign-in", {"login": OWNER, "password": PASSWORD})


OWNER = os.environ.get("CONFAB_OWNER") or register()["user"]["username"]
os.environ["CONFAB_OWNER"] = OWNER
first = sign_in()["access_token"]
GENERAL = call("GET", "/rooms", token=first)["items"][0]["room"]["id"]


def invite(token, room=None):
    return call("POST", f"/rooms/{room or GENERAL}/invites", {}, token)


def new_room(token):
    return call("POST", "/rooms", {"name": name(), "kind": "public"}, token)["id"]


def new_category(token):
    made = call("POST", "/categories", {"name": name()}, token)["id"]
    # There may be fifty: the older ones make room.
    for category in call("GET", "/categories", token=token)["items"][:-20]:
        call("DELETE", f"/categories/{category['id']}", token=token)
    return made


def later():
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    return {"body": "hi later", "send_at": tomorrow.isoformat()}


def fill(case, token):
    """Real ids in the path, and bodies that can succeed where chance alone never would."""
    operation = case.operation.definition.raw.get("operationId")
    path = case.path_parameters
    if operation in BODIES:
        case.body = BODIES[operation](token)
    if not path:
        return
    if "code" in path:
        path["code"] = invite(token)["code"]
        return
    if case.operation.path.startswith(("/api/v1/messages/", "/api/v1/threads/")):
        path["id"] = call("POST", f"/rooms/{GENERAL}/messages", {"body": "hi"}, token)["id"]
    elif case.operation.path.startswith("/api/v1/me/sessions/"):
        other = sign_in()["access_token"]
        sessions = call("GET", "/me/sessions", token=other)["items"]
        path["id"] = next(s["id"] for s in sessions if s["current"])
    elif case.operation.path.startswith("/api/v1/me/scheduled/"):
        path["id"] = call("POST", f"/rooms/{GENERAL}/scheduled", later(), token)["id"]
    elif case.operation.path.startswith("/api/v1/categories/"):
        path["id"] = new_category(token)
    elif case.operation.path.startswith("/api/v1/me/searches/"):
        path["id"] = call("POST", "/me/searches", {"name": "hi", "query": "hi"}, token)["id"]
    elif case.operation.path.startswith("/api/v1/users/"):
        path["id"] = call("GET", "/me", token=token)["id"]
    else:
        path["id"] = new_room(token)
    if "invite_id" in path:
        path["invite_id"] = invite(token, path["id"])["id"]
    if "user_id" in path:
        other = register(invite(token, path["id"])["code"])
        path["user_id"] = other["user"]["id"]


BODIES = {
    "register": lambda token: {
        **{"username": (who := name()), "email": f"{who}@example.org", "password": PASSWORD},
        "invite": invite(token)["code"],
    },
    "sign_in": lambda token: {"login": OWNER, "password": PASSWORD},
    "refresh": lambda token: {"refresh_token": sign_in()["refresh_token"]},
    "add_members": lambda token: {"user_ids": [register(invite(token)["code"])["user"]["id"]]},
    "create_room": lambda token: {"name": name(), "kind": "private"},
    "update_room": lambda token: {"name": name(), "topic": "news"},
    "set_category": lambda token: {"category_id": new_category(token)},
    "create_category": lambda token: {"name": name()},
    "update_category": lambda token: {"name": name(), "position": 0},
    "update_preferences": lambda token: {"order": "newest"},
    "post_message": lambda token: {"body": "hi"},
    "edit_message": lambda token: {"body": "hello"},
    "schedule_message": lambda token: later(),
    "update_scheduled": lambda token: {"body": "hello later"},
    "create_search": lambda token: {"name": name(), "query": "hi from:me"},
    "update_search": lambda token: {"name": name()},
    "open_direct": lambda token: {"user_ids": [register(invite(token)["code"])["user"]["id"]]},
    "set_thread_draft": lambda token: {"body": "to be contin"},
    "follow_thread": lambda token: {"following": True},
    "read_thread": lambda token: {"seq": 1},
    "change_password": lambda token: {"current": PASSWORD, "new": PASSWORD + "!"},
}


@schemathesis.hook
def before_call(ctx, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    helper = sign_in()["access_token"]
    token = helper
    if operation == "change_password":
        # Of an account of its own, so that the others can still sign in.
        token = register(invite(helper)["code"])["access_token"]
    if chance.random() < SHARE:
        fill(case, helper)
    case.headers = {k: v for k, v in (case.headers or {}).items() if k.lower() != "authorization"}
    if not ANONYMOUS:
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def after_call(ctx, case, response):
    operation = case.operation.definition.raw.get("operationId")
    seen[operation] += 1
    if 200 <= response.status_code < 300:
        good[operation] += 1


def summary():
    print("\n2xx per operation (of cases)")
    for operation in sorted(seen):
        print(f"  {operation:<20} {good[operation]:>5} of {seen[operation]}")
    zero = [operation for operation in seen if not good[operation]]
    if zero and not ANONYMOUS:
        print("never succeeded: " + ", ".join(zero), file=sys.stderr)
        os._exit(1)


import atexit  # noqa: E402

atexit.register(summary)
