#!/usr/bin/env bash
# How long the full audit takes: ROWS (1,000,000) instructions, as many outcomes
# and claims of raw answers, 98 % of them on the statement by the provider's id;
# against one hash full join.  ROUNDS (3) of both, one after the other; the
# medians count.  Each statement is timed by the server, as engine/reconcile runs
# it, from schema/queries.  Needs payrun and psql.
#
# The rival is one statement that somebody would write to see whether the books
# agree: a hash full join of the four tables that an audit has to hold together
# (what was asked for, what the engine says became of it, what the provider
# answered, what moved), which puts each row in a class and tells how many there
# are and how much money.  It compares what payrun compares, and no more: no day,
# no charge, no second line of one payment, no second book, no batch or run, and it
# names nobody.  Less would not be an audit: the bare join, of three tables, which
# compares nothing and only counts what has no partner, is told besides.
#
# Told besides, too, and no part of the ratio: the seals of the lines (SEALS=0
# leaves them out); and (INDEXED=0 leaves it out) the rival on covering indexes in
# order of their keys, with what these cost when lines are taken in.  The last line
# is for programs.
set -eu
cd "$(dirname "$0")/.."
payrun=${PAYRUN:-build/payrun}
rows=${ROWS:-1000000}
dir=$(mktemp -d /tmp/payrun-bench-XXXXXX)
trap '"$payrun" db down --dir "$dir" >/dev/null 2>&1; rm -rf "$dir"' EXIT
chmod 755 "$dir"
"$payrun" db up --dir "$dir" >/dev/null 2>&1
url=$("$payrun" db url --dir "$dir")
db() { psql -XAtq -v ON_ERROR_STOP=1 -d "$url" "$@"; }

db <<SQL
SET search_path TO payrun; SET session_replication_role = replica; SET payrun.repair = 'bench';
SET synchronous_commit = off;
INSERT INTO app_user (user_name, role) VALUES ('m', 'maker'), ('c', 'checker');
INSERT INTO funding_account (name, provider, live, ccy) VALUES ('a', 'intasend', false, 'KES');
INSERT INTO source_file (name, sha256, bytes, encoding, header, rows, good_rows, rows_digest, uploaded_by)
    VALUES ('f', sha256('f'), 1, '', '[]', $rows, $rows, substring(sha256('f') FOR 16), 'm');
INSERT INTO run (ref, account_id, period, kind, serial, narration, file_id, made_by, digest, rows, minor, ccy, state)
    VALUES ('R', 1, '2026-11', 'main', 1, '', 1, 'm', sha256('d'), $rows, 1, 'KES', 'settled');
INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows, minor, ccy, digest, state)
    SELECT 100000 + n, 1, n, 1, 'MPESA-B2C', 5000, 1, 'KES', sha256('b'), 'done'
      FROM generate_series(1, $rows / 5000) n;
INSERT INTO attempt (batch_id, attempt_no, step, epoch, worker, rows, minor, body_bytes, body_sha256, left_at, answered_at, http, answer)
    SELECT batch_id, 1, 'approve', 1, 'w', 5000, 1, 1, sha256('x'), now(), now(), 200, 'taken' FROM batch;
INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name)
    SELECT 100001 + n / 5000, n % 5000 + 1, n + 2, 10000 + n % 900000, 'KES',
           '2547' || lpad(n::text, 8, '0'), 'Payee ' || n FROM generate_series(0, $rows - 1) n;
INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, receipt, charge_minor, event_no, at)
    SELECT batch_id, seq, 'paid', minor, 'KES', 'TS100', '', 'R' || line_no, 0, 1, now() FROM instruction;
INSERT INTO event (batch_id, event_no, kind, http, sha256, body) SELECT batch_id, 1, 'status', 200, sha256('x'), 'x' FROM batch;
INSERT INTO statement (account_id, book, source, from_day, until_day, ccy, imported_by, imported_at, whole_at)
    VALUES (1, 'provider', 'pull', today_nairobi(), today_nairobi(), 'KES', 'm', now() + interval '1 hour', now());
INSERT INTO statement_line (line_id, statement_id, account_id, book, identity, line_no, booked_on, booked_at, minor, ccy,
    kind, part, parts, bulk_id, charge_minor, provider_id, receipt, reference, linked, party_account, party_name, type,
    narrative, status, raw)
    SELECT 100000000 + line_no, 1, 1, 'provider', sha256(line_no::text::bytea), line_no, today_nairobi(), now(), -minor,
           'KES', 'payment', 0, 0, '', 0, 'P' || line_no, '', '', '', '', '', 'PAYOUT', 'Payout', 'AVAILABLE', ''
      FROM instruction WHERE line_no % 50 <> 0;
VACUUM ANALYZE;
SQL

# EXECUTE each query file with its arguments.
step() {        # step NAME [ARGUMENTS]
    printf 'PREPARE q AS\n'
    cat "schema/queries/$1.sql"
    printf '\\echo %s\n\\timing on\nEXECUTE q%s;\n\\timing off\nDEALLOCATE q;\n' "$1" "${2:+($2)}"
}
timed() {       # timed NAME: a statement from stdin
    printf '\\echo %s\n\\timing on\n' "$1"
    cat
    printf '\\timing off\n'
}
baseline() {
    timed baseline <<'SQL'
SELECT count(*) FILTER (WHERE o.seq IS NULL), count(*) FILTER (WHERE l.line_id IS NULL)
  FROM instruction i FULL JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
  FULL JOIN (SELECT line_id, provider_id, minor FROM statement_line) l
    ON l.provider_id = 'P' || i.line_no;
SQL
}
join="SELECT CASE WHEN i.seq IS NULL THEN 'nobody asked' WHEN o.seq IS NULL THEN 'no result'
            WHEN c.seq IS NULL THEN 'no answer' WHEN l.line_id IS NULL THEN 'no line'
            WHEN i.minor = o.minor AND i.ccy = o.ccy AND c.minor = i.minor
                 AND c.account = i.account AND c.code = o.code
                 AND c.charge_minor = o.charge_minor AND c.receipt = o.receipt
                 AND c.fate = o.state::text AND l.minor = -i.minor
                 AND l.party_account IN ('', i.account)
            THEN 'agrees' ELSE 'differs' END AS class,
       count(*), sum(coalesce(i.minor, -l.minor))
  FROM instruction i
  FULL JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
  FULL JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
  FULL JOIN statement_line l ON l.provider_id = c.provider_id
 GROUP BY 1;"
rival() {
    echo "SET LOCAL enable_mergejoin = off;"
    timed join <<<"$join"
    echo "SET LOCAL enable_mergejoin = on;"
}
append() {      # append NAME OFFSET: a tenth as many lines are taken in, with their seals
    timed "$1" <<SQL
INSERT INTO statement_line (line_id, statement_id, account_id, book, identity, line_no, booked_on, booked_at, minor, ccy,
    kind, part, parts, bulk_id, charge_minor, provider_id, receipt, reference, linked, party_account, party_name, type,
    narrative, status, raw)
    SELECT line_id + $2, 1, 1, 'provider', sha256((line_no + $2)::text::bytea), line_no, today_nairobi(), now(), minor,
           'KES', 'payment', 0, 0, '', 0, 'Q' || hashint8(line_no + $2), '', '', '', '', '', 'PAYOUT', 'Payout', 'AVAILABLE', ''
      FROM statement_line WHERE line_id <= 100000000 + $rows / 10;
SQL
}
indexed() {     # the rival's best form: in order of keys, from indexes that have all of it
    printf 'BEGIN;\n'
    step reconcile_open
    claims
    step reconcile_ready
    printf 'SAVEPOINT s;\n'
    append append 20000000
    printf 'ROLLBACK TO s;\n'
    timed build <<'SQL'
CREATE INDEX ON instruction (batch_id, seq) INCLUDE (minor, ccy, account);
CREATE INDEX ON outcome (batch_id, seq) INCLUDE (minor, ccy, code, charge_minor, receipt, state);
CREATE INDEX ON statement_line (provider_id) INCLUDE (line_id, minor, party_account);
SQL
    printf 'SET LOCAL enable_hashjoin = off; SET LOCAL hash_mem_multiplier = 1000;\n'
    timed join_indexed <<<"$join"
    timed join_indexed <<<"$join"
    append append_indexed 40000000
    printf 'ROLLBACK;\n'
}
claims() {
    timed claims <<'SQL'
INSERT INTO reconcile_claim SELECT batch_id, seq, 'paid', 1, minor, account, 'TS100', 'R' || line_no, 'P' || line_no, 0, 1
  FROM instruction;
SQL
}
day="today_nairobi()"
lines="'{1}', $day, $day"
# As engine/reconcile/reconcile.c does it, in its order.
audit() {       # audit [also]: with the seals
    echo "BEGIN;"
    step reconcile_open
    step reconcile_scope "1, '{1}', $day, $day, 7"
    claims
    step reconcile_ready
    rival
    step reconcile_day "$lines, 1"
    step reconcile_covers
    step reconcile_joins "'order'"
    step reconcile_tie "$lines, 3, 1, 'provider', true, false"
    step reconcile_joins "'hash'"
    step reconcile_odd
    step reconcile_left "$lines"
    step reconcile_untie
    step reconcile_ready_left
    step reconcile_by_id
    for q in by_receipt by_reference bulk; do step reconcile_$q "$lines"; done
    step reconcile_by_looks "$lines, 3"
    step reconcile_errands "$lines"
    for q in told odd_more untie by_id again ready_left; do step reconcile_$q; done
    step reconcile_joins "'keys'"
    step reconcile_few
    step reconcile_joins "'hash'"
    step reconcile_against "3, 0"
    step reconcile_lines "$lines"
    for q in uncovered engine book; do step reconcile_$q; done
    step reconcile_counts "$day"
    step reconcile_balance "$lines"
    step reconcile_hops
    step reconcile_keep_hits 1
    step reconcile_keep_ties 1
    if [ -n "${1:-}" ] && [ "${SEALS:-1}" = 1 ]; then
        step reconcile_statements "$lines"
    fi
    printf '\\echo findings\nSELECT kind, count(*), sum(minor) FROM reconcile_finding GROUP BY kind ORDER BY kind;\n'
    echo "ROLLBACK;"
}
{
    echo "SET search_path TO payrun; SET TIME ZONE 'UTC'; SET work_mem = '256MB'; ${SETTINGS:-}"
    baseline                            # warm
    for ((i = 1; i <= ${ROUNDS:-3}; i++)); do
        printf '\\echo round\n'
        baseline
        audit "$([ "$i" -gt 1 ] || echo also)"
    done
    [ "${INDEXED:-1}" = 0 ] || { printf '\\echo indexes\n' && indexed; }
} | db >"$dir/out"
grep -qx "missing_there|$((rows / 50))|[0-9]*" "$dir/out" || {
    echo "the audit did not find the $((rows / 50)) payments that no line pays" >&2
    exit 1
}
awk -v rows="$rows" '
function median(list, n,    i, j, t) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
            t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
        }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
/^round$/ { nr++ }
/^indexes$/ { after = 1 }
/^[a-z_]+$/ { name = $1 }
/^Time:/ && nr > 0 {
    if (after) once[name] = $2
    else if (name == "baseline") base[nr] = $2
    else if (name == "join") join[nr] = $2
    else if (name == "reconcile_statements") seals = $2 / base[nr]
    else if (name != "claims") { sum[nr] += $2; each[name] += $2 }
}
END {
    for (name in each)
        if (each[name] / nr > 20)
            printf "%-26s %9.1f ms\n", name, each[name] / nr | "sort"
    close("sort")
    for (i = 1; i <= nr; i++) {
        bare[i] = sum[i] / base[i]
        ratio[i] = sum[i] / join[i]
        printf "round %d: audit %.2f s, one hash full join of all four that compares %.2f s, a bare one %.2f s\n",
            i, sum[i] / 1000, join[i] / 1000, base[i] / 1000
    }
    if (seals > 0)
        printf "seals of all lines, besides: %.2f x the bare join\n", seals
    least = median(join, nr)
    if (after)
        printf "the join that compares, on covering indexes: %.2f x; they take %.1f s to build, and lines %.2f x as long to take in\n",
            once["join_indexed"] / least, once["build"] / 1000, once["append_indexed"] / once["append"]
    printf "reconcile ratio=%.2f bare=%.2f join=%.3f base=%.3f indexed=%.3f rows=%d\n", median(ratio, nr),
        median(bare, nr), least / 1000, median(base, nr) / 1000, once["join_indexed"] / 1000, rows
}' "$dir/out"
