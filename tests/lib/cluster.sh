#!/bin/sh
# cluster.sh DIR: DIR/postgres as `payrun db up --dir DIR` leaves it, with the
# whole schema, but copied from one that is made once for a build folder.  A
# fresh initdb and all steps of the schema cost more time than most tests do;
# OWN_SERVER=1 before a story and db/test_migrate take it.  payrun_ready is the
# same schema for test_pg_migrated() in lib/pg.c.
#
# The copies do not fsync: they are thrown away, and what a test may kill is
# the server, never the operating system, which keeps all that was written.
# full_page_writes stays on: SIGKILL can cut a page in the middle of a write.
set -eu
dir=$1
build=${BUILD:?run the tests through make check}
payrun=${PAYRUN:?run the tests through make check}
cd "$(dirname "$0")/../.."
[ ! -e "$dir/postgres" ] || exit 0

bin=$(pg_config --bindir 2>/dev/null || true)
[ -x "$bin/postgres" ] || bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)

# Another server, or other settings of ours, is another template.
key=$({ "$bin/postgres" --version; id -u; cat engine/db/cluster*.c engine/db/migrate*.c schema/*.sql tests/lib/cluster.sh; } |
      cksum | tr -d ' ')
home=$build/cluster/$key

# Where the server's user can get; the folder appears when complete.
make_template() {
    t=$(mktemp -d "${TMPDIR:-/tmp}/payrun-test-XXXXXX")
    trap '"$payrun" db down --dir "$t" >/dev/null 2>&1; rm -rf "$t"' EXIT
    chmod 755 "$t"
    "$payrun" db up --dir "$t" >/dev/null
    psql -XAtq -v ON_ERROR_STOP=1 -d "$("$payrun" db url --dir "$t" |
        sed 's,@/payrun?,@/postgres?,')" -c 'CREATE DATABASE payrun_ready TEMPLATE payrun'
    "$payrun" db down --dir "$t" >/dev/null
    cat >"$t/postgres/data/local.conf" <<'CONF'
# a test's: see tests/lib/cluster.sh
fsync = off
shared_buffers = 32MB
CONF
    chown --reference="$t/postgres/data" "$t/postgres/data/local.conf"
    rm -rf "$build"/cluster/[0-9]*
    # the log of writes is mostly zeros
    cp -a --sparse=always "$t/postgres" "$home.new"
    rm -f "$home.new/log"
    mv "$home.new" "$home"
}

if [ ! -d "$home" ]; then
    mkdir -p "$build/cluster"
    exec 9>"$build/cluster/lock"
    flock 9
    # what is started here must not hold the lock for ever
    [ -d "$home" ] || (make_template 9>&-)
    exec 9>&-
fi
mkdir -p "$dir"
cp -a --reflink=auto "$home" "$dir/postgres"
