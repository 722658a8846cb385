#ifndef TEST_REPORT_FIXTURE_H
#define TEST_REPORT_FIXTURE_H

#include "base/crypto.h"
#include "money/money.h"
#include "report/report.h"
#include "tests/lib/pg.h"

/*
 * For tests/db/test_report*.c, behind cmocka.h.
 *
 * Two runs as they would stand in the book.  Run 1: every state there is, and
 * names that want to be run, shown or believed.  Run 2: 200,000 payments.
 */
static const char *const fixture_sql[] = {
"INSERT INTO app_user (user_name, role) VALUES ('amina', 'maker'),"
" ('brian', 'checker')",
"INSERT INTO funding_account (name, provider, live, ccy, wallet_id)"
" VALUES ('Salaries <b>', 'intasend', false, 'KES', 'W1')",
"INSERT INTO source_file (name, sha256, bytes, encoding, header, rows,"
" good_rows, rows_digest, uploaded_by) VALUES"
" ('nov \"final\".csv', decode(repeat('9f', 32), 'hex'), 4096,"
"  'UTF-8, comma', '[\"Name\",\"Phone\",\"Net Pay\",\"Cost Centre\","
"\"State\",\"Amount\",\"Note\"]', 20, 17, decode(repeat('01', 16), 'hex'),"
"  'amina'),"
" ('big.csv', decode(repeat('8e', 32), 'hex'), 10000000, 'UTF-8, comma',"
"  '[\"Name\"]', 200000, 200000, decode(repeat('02', 16), 'hex'), 'amina')",

"INSERT INTO run (run_id, ref, account_id, period, kind, serial, pay_date,"
" narration, file_id, made_by, digest, rows, minor, ccy, held_rows, override,"
" state, state_why) VALUES"
" (1, 'R-2026-11-A', 1, '2026-11', 'main', 1, '2026-11-27', 'Salary',"
"  1, 'amina', decode(repeat('ab', 32), 'hex'), 17, 1, 'KES', 3,"
"  'checked by <hr> with HR', 'paying', 'payments may be sent'),"
" (2, 'R-2026-11-B', 1, '2026-11', 'bonus', 2, NULL, 'Bonus', 2, 'amina',"
"  decode(repeat('cd', 32), 'hex'), 200000, 1, 'KES', 0, '', 'closed', '')",
"INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows, minor,"
" ccy, digest, state, tracking_id, charge_estimate_minor)"
" SELECT 100000 + n, 1, n, 1, 'MPESA-B2C',"
"  (ARRAY[9, 3, 2, 2, 1])[n], 1, 'KES', decode(repeat('ee', 32), 'hex'),"
"  (ARRAY['done', 'in_flight', 'ready', 'cancelled', 'in_doubt'])[n]"
"   ::batch_state,"
"  CASE WHEN n IN (1, 2, 5) THEN 'trk-<' || n || '>' END, 1000"
"  FROM generate_series(1, 5) AS n",
"INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows, minor,"
" ccy, digest, state)"
" SELECT 200000 + n, 2, n, 1, 'MPESA-B2C', 5000, 1, 'KES',"
"  decode(repeat('ee', 32), 'hex'), 'done' FROM generate_series(1, 40) AS n",

    /* Names by their place; E'' so that control characters are real. */
"INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name,"
" employee_no, reference, narration, department, extra)"
" SELECT b.batch_id, s, 1 + (row_number() OVER (ORDER BY b.batch_id, s)),"
"  (b.number * 1000 + s) * 100 + s, 'KES',"
"  '2547' || lpad((b.number * 1000 + s)::text, 8, '0'),"
"  CASE b.number * 10 + s"
"   WHEN 11 THEN '<img src=x onerror=alert(1)>'"
"   WHEN 12 THEN '=cmd()'"
"   WHEN 13 THEN 'O''Brien, \"Quick\" & Sons'"
"   WHEN 14 THEN E'two\\nlines\\x1b[31m'"
"   WHEN 15 THEN '\u0645\u062d\u0645\u062f \u0639\u0644\u064a'"
"   WHEN 16 THEN '+254 plus' WHEN 17 THEN '-minus' WHEN 18 THEN '@at'"
"   WHEN 19 THEN E'\\ttab' WHEN 21 THEN '''=quoted'"
"   WHEN 22 THEN E'Achieng \\u202e Otieno'"
"   ELSE 'Wanjiku Mwangi ' || s END,"
"  CASE WHEN s = 1 THEN '=1+1' ELSE 'EMP' || s END,"
"  CASE WHEN s = 1 THEN 'REF/' || b.number END, NULL, 'Field, North',"
"  CASE WHEN s % 2 = 1 THEN"
"   '{\"Cost Centre\":\"=HYPERLINK(1)\",\"State\":\"a\\nb\",\"Amount\":\"7\"}'"
"   WHEN b.number = 3 THEN '{\"Note\":\"say \\\"hi\\\"\"}' END"
"  FROM batch b, generate_series(1, b.rows) AS s WHERE b.run_id = 1",
"INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name,"
" employee_no) SELECT b.batch_id, s, 1 + (b.number - 1) * 5000 + s,"
"  (1000 + s) * 100, 'KES',"
"  '2547' || lpad(((b.number - 1) * 5000 + s)::text, 8, '0'),"
"  'Payee number ' || s || ' of ' || b.number, 'E' || b.number || '-' || s"
"  FROM batch b, generate_series(1, 5000) AS s WHERE b.run_id = 2",

"INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, receipt,"
" charge_minor, at)"
" SELECT i.batch_id, i.seq, x.state::outcome_state, i.minor, 'KES', x.code,"
"  x.reason, x.receipt, CASE WHEN x.state = 'paid' THEN 1000 ELSE 0 END,"
"  '2026-11-22 06:30:05+00'"
"  FROM instruction i JOIN (VALUES"
"   (100001, 1, 'paid', 'TS100', '', 'SKL1<i>'),"
"   (100001, 2, 'paid', 'TS100', '', 'SKL2'),"
"   (100001, 3, 'failed', 'TF106', 'The number is not registered <u>', NULL),"
"   (100001, 4, 'failed', 'TF106', 'The number is not registered <u>', NULL),"
"   (100001, 5, 'failed', 'TF106', '', NULL),"
"   (100001, 6, 'in_doubt', 'TF105', '', NULL),"
"   (100001, 7, 'cancelled', 'TC108', '', NULL),"
"   (100001, 8, 'returned', 'PR-X', 'came back', 'SKL8'),"
"   (100001, 9, 'reversed', 'PR-X', 'taken back', 'SKL9'),"
"   (100002, 1, 'paid', 'TS100', '', 'SKL21'),"
"   (100004, 1, 'cancelled', 'PR-SND-002', 'the run was cancelled', NULL),"
"   (100004, 2, 'cancelled', 'PR-SND-002', 'the run was cancelled', NULL))"
"   AS x(batch_id, seq, state, code, reason, receipt)"
"  ON i.batch_id = x.batch_id AND i.seq = x.seq",
"INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, receipt,"
" charge_minor, at)"
" SELECT batch_id, seq, 'paid', minor, 'KES', 'TS100', '',"
"  'R' || batch_id || seq, 1000, '2026-11-22 06:30:05+00'"
"  FROM instruction WHERE batch_id > 200000",

    /* Totals and counters are what the rows are. */
"UPDATE batch b SET minor = t.m FROM (SELECT batch_id, sum(minor) AS m"
" FROM instruction GROUP BY 1) t WHERE t.batch_id = b.batch_id",
"UPDATE run r SET minor = t.m FROM (SELECT run_id, sum(minor) AS m FROM batch"
" GROUP BY 1) t WHERE t.run_id = r.run_id",
"UPDATE batch b SET paid_rows = t.p, paid_minor = t.pm, failed_rows = t.f,"
" failed_minor = t.fm, doubt_rows = t.d, doubt_minor = t.dm,"
" cancelled_rows = t.c, cancelled_minor = t.cm FROM (SELECT batch_id,"
"  count(*) FILTER (WHERE state = 'paid') AS p,"
"  coalesce(sum(minor) FILTER (WHERE state = 'paid'), 0) AS pm,"
"  count(*) FILTER (WHERE state IN ('failed', 'returned', 'reversed')) AS f,"
"  coalesce(sum(minor) FILTER (WHERE state IN"
"   ('failed', 'returned', 'reversed')), 0) AS fm,"
"  count(*) FILTER (WHERE state = 'in_doubt') AS d,"
"  coalesce(sum(minor) FILTER (WHERE state = 'in_doubt'), 0) AS dm,"
"  count(*) FILTER (WHERE state = 'cancelled') AS c,"
"  coalesce(sum(minor) FILTER (WHERE state = 'cancelled'), 0) AS cm"
"  FROM outcome GROUP BY 1) t WHERE t.batch_id = b.batch_id",
"INSERT INTO approval (run_id, made_by, digest, approver, minor)"
" SELECT run_id, made_by, digest, 'brian', minor FROM run",

"INSERT INTO problem (run_id, nr, code, severity, line_no, column_no, value,"
" detail) VALUES"
" (1, 1, 'PR-CSV-061', 'warning', 12, 1, E'a\\u202eb', 'reordered'),"
" (1, 2, 'PR-CSV-017', 'error', 19, 3, '<s>0712', '4 digits, not 10'),"
" (1, 3, 'PR-CSV-021', 'error', 20, 4, '1.25E+05', 'Excel changed it'),"
" (1, 4, 'PR-CSV-020', 'error', 21, 4, '', 'nothing there')",
/* Enough that a report of run 2 comes out before its payments are read. */
"INSERT INTO problem (run_id, nr, code, severity, line_no, column_no, value,"
" detail) SELECT 2, n, 'PR-CSV-018', 'warning', n, 3, '0733000111',"
" 'the prefix 073 belongs to Airtel' FROM generate_series(1, 1000) AS n",
"INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why,"
" actor) VALUES"
" (1, NULL, 'draft', 'submitted', 'submit', 'the maker asks', 'amina'),"
" (1, NULL, 'submitted', 'approved', 'approve', 'approved <em>', 'brian'),"
" (1, 100001, 'releasing', 'in_flight', 'released', 'ordinary-step', 'w'),"
" (1, 100005, 'releasing', 'in_doubt', 'no_answer', 'no answer', 'w')",
};

/* fixture_open(url): a database with both runs; NULL when it cannot be. */
static inline struct db *
fixture_open(const char **url)
{
    struct db *db = NULL;

    if (crypto_setup() < 0)
        return NULL;
    db = test_pg_migrated(url);
    for (size_t i = 0; i < sizeof(fixture_sql) / sizeof(fixture_sql[0]); i++)
        test_pg_do(db, fixture_sql[i]);
    return db;
}

/* fixture_report(db, r, format): as text, to be freed. */
static inline char *
fixture_report(struct db *db, const struct run *r, enum report_format format)
{
    char *text = NULL;
    size_t n = 0;
    struct err e = { 0 };
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    if (report_write(db, r, format, f, false, &e) < 0)
        fail_msg("format %d: %s", (int)format, e.text);
    fclose(f);
    return text;
}

/* What each state of run 1 must come to, in every rendering. */
struct sum { int64_t rows, minor; };

static const struct part {
    const char *key, *words, *states[4];
    struct sum want;
} parts[] = {
    { "paid", "paid", { "paid" }, { 3, 400404 } },
    { "failed", "failed", { "failed", "returned", "reversed" },
      { 5, 502929 } },
    { "in_doubt", "in doubt", { "in_doubt" }, { 1, 100606 } },
    { "sent", "sent, no answer yet", { "sent" }, { 3, 900606 } },
    { "waiting", "waiting", { "waiting" }, { 2, 600303 } },
    { "cancelled", "cancelled", { "cancelled" }, { 3, 901010 } },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static inline int64_t
minor_of(const char *text)
{
    int64_t minor = 0;

    if (text == NULL || minor_parse(&minor, str_of(text), 2) < 0)
        fail_msg("\"%s\" is no amount", text != NULL ? text : "(null)");
    return minor;
}

static inline void
same(struct sum a, struct sum b, const char *what)
{
    if (a.rows != b.rows || a.minor != b.minor)
        fail_msg("%s: %lld, %lld and %lld, %lld", what, (long long)a.rows,
                 (long long)a.minor, (long long)b.rows, (long long)b.minor);
}

static inline void
has(const char *text, const char *part, const char *where)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s lacks \"%s\"", where, part);
}

static inline void
lacks(const char *text, const char *part, const char *where)
{
    if (strstr(text, part) != NULL)
        fail_msg("%s has \"%s\"", where, part);
}

#endif
