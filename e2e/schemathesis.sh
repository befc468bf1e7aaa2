#!/usr/bin/env bash
# The running server against its own checked-in document: no 5xx, no answer outside the document, signed in and
# anonymous; every operation must also be seen to succeed. Rate limits are off, each case has a fresh token.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${CONFAB_BIN:-target/release/confab}
tools=target/tools/schemathesis
[ -x "$tools/bin/st" ] || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5
}
data=$(mktemp -d)
port=$("$tools/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -u CONFAB_BIN CONFAB_RATE_LIMITS=off CONFAB_REGISTRATION=invite CONFAB_DATA_DIR="$data" CONFAB_LISTEN="127.0.0.1:$port" CONFAB_LOG=warn \
    "$bin" serve &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 200); do
    curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null && break
    sleep 0.1
done
export CONFAB_API="http://127.0.0.1:$port/api/v1" SCHEMATHESIS_HOOKS=world PYTHONPATH=e2e/schemathesis
# The first account: both runs use it.
export CONFAB_OWNER=owner
curl -sSf "$CONFAB_API/auth/register" -H 'content-type: application/json' \
    -d '{"username":"owner","email":"owner@example.org","password":"a rather long sentence"}' >/dev/null
run() { # examples of each operation
    "$tools/bin/st" run openapi/openapi.json --url "http://127.0.0.1:$port" --no-color \
        --phases coverage,fuzzing --max-examples "$1" --seed 1 --suppress-health-check all \
        --exclude-operation-id sign_out --warnings off --continue-on-failure \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
}
echo "== signed in"
run "${SCHEMATHESIS_EXAMPLES:-25}"
# Nearly all of these are refused before they are read.
echo "== anonymous"
CONFAB_ANONYMOUS=1 run "${SCHEMATHESIS_EXAMPLES:-8}"
