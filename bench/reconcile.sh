#!/usr/bin/env bash
# How long the full reconciliation takes: ROWS (1,000,000) instructions, as many
# outcomes and raw claims, 98 % of them on the statement by the provider's id;
# against one hash full join of the same three tables.  One statement after the
# other, from schema/queries, timed by the server.  Needs payrun and psql.
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
day="(today_nairobi())::text"
{
    echo "SET search_path TO payrun; SET TIME ZONE 'UTC'; ${SETTINGS:-}"
    for i in 1 2 3; do
        printf '\\echo baseline\n\\timing on\n'
        cat <<'SQL'
SELECT count(*) FILTER (WHERE o.seq IS NULL), count(*) FILTER (WHERE l.line_id IS NULL)
  FROM instruction i FULL JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
  FULL JOIN (SELECT line_id, provider_id, minor FROM statement_line) l
    ON l.provider_id = 'P' || i.line_no;
SQL
        printf '\\timing off\n'
    done
    echo "BEGIN;"
    step reconcile_open
    step reconcile_scope "1, '{1}', $day, $day, 7"
    printf '\\echo claims, as COPY would bring them (not counted)\n'
    cat <<'SQL'
INSERT INTO reconcile_claim SELECT batch_id, seq, 'paid', 1, minor, account, 'TS100', 'R' || line_no, 'P' || line_no, 0, 1
  FROM instruction;
SQL
    step reconcile_ready
    for q in by_id left; do step reconcile_$q "'{1}', $day, $day"; done
    step reconcile_ready
    for q in by_receipt by_reference bulk; do step reconcile_$q "'{1}', $day, $day"; done
    step reconcile_by_looks "'{1}', $day, $day, 3"
    step reconcile_again
    step reconcile_told
    step reconcile_ready
    step reconcile_odd 3
    step reconcile_ready
    step reconcile_against "3, 0"
    step reconcile_lines "'{1}', $day, $day"
    step reconcile_uncovered
    step reconcile_engine
    step reconcile_statements "'{1}', $day, $day"
    printf 'SELECT kind, count(*), sum(minor) FROM reconcile_finding GROUP BY kind;\n'
    step reconcile_keep_hits 1
    echo "ROLLBACK;"
} | db | tee "$dir/out" | grep -E '^(missing|engine|answer|outcome|[a-z_]+\|)' || true
awk '/^[a-z_]+$/ { name = $1 }
     /^Time:/ { printf "%-26s %9.1f ms\n", name, $2
                if (name == "baseline") base = base == 0 || $2 < base ? $2 : base
                else if (name ~ /by_|left|bulk|again|told|odd|against|engine|lines|uncovered|ready|scope/) sum += $2 }
     END { printf "matching and comparing with the statement: %.2f s = %.2f x one hash full join (%.2f s)\n",
                  sum / 1000, sum / base, base / 1000 }' "$dir/out"
