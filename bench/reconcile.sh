#!/usr/bin/env bash
# How long the full audit takes: ROWS (1,000,000) instructions, as many outcomes
# and claims of raw answers, 98 % of them on the statement by the provider's id;
# against one hash full join that only counts.  ROUNDS (3) of both, one after the
# other; the medians count.  Each statement is timed by the server, as
# engine/reconcile runs it, from schema/queries.  Needs payrun and psql.
#
# Told besides: the floor, which is one hash full join of the four tables that an
# audit has to hold against each other, with the columns it has to compare, and
# nothing else; and the seals of the lines, which are no part of the ratio.
# SEALS=0 leaves them out.  The last line is for programs.
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
floor() {
    echo "SET LOCAL enable_mergejoin = off;"
    timed floor <<'SQL'
SELECT count(*) FILTER (WHERE same), count(*) FILTER (WHERE line_id IS NULL),
       count(*) FILTER (WHERE seq IS NULL)
  FROM (SELECT i.seq, l.line_id,
               i.minor = o.minor AND i.ccy = o.ccy AND c.minor = i.minor
               AND c.account = i.account AND c.code = o.code
               AND c.charge_minor = o.charge_minor AND c.receipt = o.receipt
               AND c.fate = o.state::text AND l.minor = -i.minor
               AND l.party_account IN ('', i.account) AS same
          FROM instruction i
          FULL JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
          FULL JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
          FULL JOIN statement_line l ON l.provider_id = c.provider_id) x;
SQL
    echo "SET LOCAL enable_mergejoin = on;"
}
day="today_nairobi()"
lines="'{1}', $day, $day"
# As engine/reconcile/reconcile.c does it, in its order.
audit() {       # audit [also]: with floor and seals
    echo "BEGIN;"
    step reconcile_open
    step reconcile_scope "1, '{1}', $day, $day, 7"
    timed claims <<'SQL'
INSERT INTO reconcile_claim SELECT batch_id, seq, 'paid', 1, minor, account, 'TS100', 'R' || line_no, 'P' || line_no, 0, 1
  FROM instruction;
SQL
    step reconcile_ready
    floor
    step reconcile_day "$lines, 1"
    step reconcile_covers
    step reconcile_joins "'order'"
    step reconcile_tie "$lines, 3, 1, 'provider', true"
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
/^[a-z_]+$/ { name = $1 }
/^Time:/ && nr > 0 {
    if (name == "baseline") base[nr] = $2
    else if (name == "floor") least[nr] = $2
    else if (name == "reconcile_statements") seals = $2 / base[nr]
    else if (name != "claims") { sum[nr] += $2; each[name] += $2 }
}
END {
    for (name in each)
        if (each[name] / nr > 20)
            printf "%-26s %9.1f ms\n", name, each[name] / nr | "sort"
    close("sort")
    for (i = 1; i <= nr; i++) {
        ratio[i] = sum[i] / base[i]
        over[i] = sum[i] / least[i]
        floor[i] = least[i] / base[i]
        printf "round %d: audit %.2f s, one hash full join %.2f s, of all four with the comparisons %.2f s\n",
            i, sum[i] / 1000, base[i] / 1000, least[i] / 1000
    }
    printf "one hash full join of all four with the comparisons: %.2f x the bare one (the floor)\n",
        median(floor, nr)
    if (seals > 0)
        printf "seals of all lines, besides: %.2f x\n", seals
    printf "reconcile ratio=%.2f base=%.3f rows=%d over_floor=%.2f\n", median(ratio, nr), median(base, nr) / 1000,
        rows, median(over, nr)
}' "$dir/out"
