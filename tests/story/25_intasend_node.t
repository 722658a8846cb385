#!/usr/bin/env bash
# IntaSend's own client library for Node.js cannot tell the stand-in from the
# provider: every call of it, unmodified, over TLS.
. "$(dirname "$0")/../lib/story.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
cache=$here/../build/npm

# The one version that was read, by its digest; kept in build/ between runs.
tarball=intasend-node-1.1.2.tgz
sha512=V9zQdcKEwFfMhfTKz7OrmSJ73BmBmT7MkjA2iN2k4PyxomOtWVgIYP5zYL9lF0wGuzpJaIp9cI8cZFo06n1TKQ==

digest() { openssl dgst -sha512 -binary "$1" | base64 -w0; }
have_package() {
    mkdir -p "$cache"
    if [ ! -f "$cache/$tarball" ]; then
        # -k: a bare machine may not know the registry's CA; the digest does
        curl -ksSfL --retry 3 --max-time 60 -o "$S/$tarball" \
            "https://registry.npmjs.org/intasend-node/-/$tarball" || return 1
        mv "$S/$tarball" "$cache/$tarball"
    fi
    [ "$(digest "$cache/$tarball")" = "$sha512" ] || {
        echo "$cache/$tarball is not the file that was read: delete it"
        return 1
    }
    tar xzf "$cache/$tarball" -C "$S"
}

certificate() {     # for the name that the package insists on
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -days 2 -subj /CN=sandbox.intasend.com \
        -addext subjectAltName=DNS:sandbox.intasend.com \
        -keyout "$S/front.key" -out "$S/front.crt"
}

echo "# IntaSend's own client library"
ok "the official package is here (npm, pinned)" have_package
ok "a certificate for sandbox.intasend.com" certificate
"$PAYRUN" sandbox --listen 127.0.0.1:0 --books "$S/books" \
    --port-file "$S/port" --latency-ms 100 --speed 1000 --balance 100000.00 \
    >>"$LOG.sandbox" 2>&1 &
SANDBOX_PID=$!
wait_for 10 test -s "$S/port" || bail "no sandbox"
PORT=$(cat "$S/port")
NODE_EXTRA_CA_CERTS=$S/front.crt FRONT_KEY=$S/front.key FRONT_CERT=$S/front.crt \
    SANDBOX_PORT=$PORT INTASEND_NODE=$S/package \
    node -r "$here/clients/intasend_front.cjs" "$here/clients/intasend_node.cjs" \
    >"$S/lines" 2>"$S/stderr"
rc=$?
is "every call was made" $rc 0
[ $rc = 0 ] || sed 's/^/# /' "$S/stderr"
while IFS=$'\t' read -r name got want; do
    is "$name" "$got" "$want"
done <"$S/lines"
is "so many checks" "$(wc -l <"$S/lines")" 37

# What it did, as the books have it.
is "paid, and not twice" \
   "$(books summary | jq -r '"\(.payments) \(.paid_total) \(.doubles)"')" \
   "7 470.50 0"
is "charges, collections, refunds" \
   "$(books summary | jq -r '"\(.charges_total) \(.collected_total) \(.refunded_total)"')" \
   "140.00 250.00 50.00"
is "the books tie" "$(books summary | jq -r .ties)" true
story_end
