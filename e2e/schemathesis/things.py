"""Things that exist: what an operation needs in its path and its body to succeed, made anew by the owner's account."""

import datetime
import json
import os
import urllib.error
import urllib.request
import uuid

BASE = os.environ["CONFAB_API"]
PASSWORD = "a rather long sentence"
OWNER = os.environ["CONFAB_OWNER"]


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


def sign_in():
    return call("POST", "/auth/sign-in", {"login": OWNER, "password": PASSWORD})


def fresh_token():
    """Another one for each case, without a password's hash each time."""
    global session
    try:
        session = call("POST", "/auth/refresh", {"refresh_token": session["refresh_token"]})
    except urllib.error.HTTPError:
        # The case before may have ended it.
        session = sign_in()
    return session["access_token"]


def newcomer(invite):
    who = name()
    return {"username": who, "email": f"{who}@example.org", "password": PASSWORD, "invite": invite}


def register(token, room=None):
    """Somebody new, invited to the room: the answer, with their token."""
    return call("POST", "/auth/register", newcomer(new_invite(token, room)["code"]))


def me(token):
    return call("GET", "/me", token=token)["id"]


def new_invite(token, room=None):
    return call("POST", f"/rooms/{room or GENERAL}/invites", {}, token)


def new_room(token):
    return call("POST", "/rooms", {"name": name(), "kind": "public"}, token)["id"]


def new_message(token):
    return call("POST", f"/rooms/{GENERAL}/messages", {"body": "hi"}, token)["id"]


def new_poll(token):
    return call("POST", f"/rooms/{GENERAL}/polls", POLL, token)["id"]


def thin(token, path, id_of, kept=()):
    """There may be fifty of some things: the older ones make room."""
    ids = [id_of(item) for item in call("GET", path, token=token)["items"]]
    for old in [each for each in ids if each not in kept][20:]:
        call("DELETE", f"{path}/{old}", token=token)


def new_category(token):
    thin(token, "/categories", lambda item: item["id"])
    return call("POST", "/categories", {"name": name()}, token)["id"]


def new_bot(token):
    thin(token, "/bots", lambda item: item["user"]["id"], KEPT)
    return call("POST", "/bots", {"username": name()}, token)["user"]["id"]


def new_bot_token(token, bot):
    return call("POST", f"/bots/{bot}/tokens", {"name": name(), "scopes": ["read", "write", "manage"]}, token)


def room_of_helper(token):
    """A room where the helping bot is, with its command."""
    room = new_room(token)
    call("POST", f"/rooms/{room}/members", {"user_ids": [HELPER]}, token)
    return room


def room_of_call(token):
    """And where its command has just been called, so that it may answer."""
    room = room_of_helper(token)
    call("POST", f"/rooms/{room}/commands/weather", {"text": "here"}, token)
    return room


def new_hook(token, room, kind):
    body = {"incoming": {"name": name()}, "outgoing": TOLD}[kind]
    return call("POST", f"/rooms/{room}/hooks/{kind}", body, token)["hook"]["id"]


def new_search(token):
    thin(token, "/me/searches", lambda item: item["search"]["id"])
    return call("POST", "/me/searches", {"name": name(), "query": "hi"}, token)["id"]


def later():
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    return {"body": "hi later", "send_at": tomorrow.isoformat()}


POLL = {"question": "Which day?", "options": ["Saturday", "Sunday"]}
TOLD = {"url": "https://hooks.example.org/told", "events": ["message.created"]}
WEATHER = [{"name": "weather", "description": "What it will be like", "usage": "[place]"}]

session = sign_in()
first = session["access_token"]
GENERAL = call("GET", "/rooms", token=first)["items"][0]["room"]["id"]
KEPT = []
KEPT += [HELPER := new_bot(first)]
KEPT += [CHANGING := new_bot(first)]
HELPER_TOKEN = new_bot_token(first, HELPER)["secret"]
call("PUT", "/me/commands", {"items": WEATHER}, HELPER_TOKEN)

# What only a bot may do, and whose token does it.
OF_BOTS = {"post_note": HELPER_TOKEN, "set_commands": new_bot_token(first, CHANGING)["secret"]}

# Operations whose path needs more than a room of that sort.
IDS = {
    "cast_vote": new_poll,
    "list_votes": new_poll,
    "close_poll": new_poll,
    "call_command": room_of_helper,
    "post_note": room_of_call,
}

# And where it does not lie with the operation but with the path: the first that fits.
IDS_BY_PATH = {
    "/messages/": new_message,
    "/threads/": new_message,
    "/bots/": new_bot,
    "/categories/": new_category,
    "/users/": me,
    "/me/scheduled/": lambda token: call("POST", f"/rooms/{GENERAL}/scheduled", later(), token)["id"],
    "/me/searches/": new_search,
    "/me/sessions/": lambda token: new_session(),
    "/rooms/": new_room,
}


def new_session():
    sessions = call("GET", "/me/sessions", token=sign_in()["access_token"])["items"]
    return next(session["id"] for session in sessions if session["current"])


BODIES = {
    "register": lambda token: newcomer(new_invite(token)["code"]),
    "sign_in": lambda token: {"login": OWNER, "password": PASSWORD},
    "refresh": lambda token: {"refresh_token": sign_in()["refresh_token"]},
    "add_members": lambda token: {"user_ids": [register(token)["user"]["id"]]},
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
    "open_direct": lambda token: {"user_ids": [register(token)["user"]["id"]]},
    "set_thread_draft": lambda token: {"body": "to be contin"},
    "follow_thread": lambda token: {"following": True},
    "read_thread": lambda token: {"seq": 1},
    "change_password": lambda token: {"current": PASSWORD, "new": PASSWORD + "!"},
    "create_bot": lambda token: {"username": name()},
    "create_bot_token": lambda token: {"name": name(), "scopes": ["read"]},
    "set_commands": lambda token: {"items": WEATHER},
    "post_note": lambda token: {"user_id": me(token), "body": "Rain"},
    "call_command": lambda token: {"text": "here"},
    "create_incoming_hook": lambda token: {"name": name()},
    "create_outgoing_hook": lambda token: TOLD,
    "post_poll": lambda token: POLL,
    "cast_vote": lambda token: {"options": [0]},
}


def fill(case, operation, token):
    """Real ids in the path, and bodies that can succeed where chance alone never would."""
    path = case.path_parameters
    if operation in BODIES:
        case.body = BODIES[operation](token)
    if not path:
        return
    if "code" in path:
        path["code"] = new_invite(token)["code"]
        return
    below = case.operation.path.removeprefix("/api/v1")
    if "id" in path:
        by_path = next(make for start, make in IDS_BY_PATH.items() if below.startswith(start))
        path["id"] = IDS.get(operation, by_path)(token)
    if operation == "list_votes":
        case.query = {"option": 0}
    if "name" in path:
        path["name"] = "weather"
    if "token_id" in path:
        path["token_id"] = new_bot_token(token, path["id"])["token"]["id"]
    if "hook_id" in path:
        path["hook_id"] = new_hook(token, path["id"], "incoming" if "/incoming" in below else "outgoing")
    if "invite_id" in path:
        path["invite_id"] = new_invite(token, path["id"])["id"]
    if "user_id" in path:
        path["user_id"] = register(token, path.get("id"))["user"]["id"]
