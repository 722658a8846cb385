-- The book of a firm that has paid for years, for stage_load.sh: twenty runs of
-- :each payments, one a month, the newest an advance of the period that is
-- uploaded next.  Payees of the file are in it, with other amounts.
SET search_path TO payrun;
SET session_replication_role = replica;
SET payrun.repair = 'bench';
SET synchronous_commit = off;
INSERT INTO funding_account (name, provider, live, ccy)
VALUES ('history', 'intasend', false, 'KES');
INSERT INTO source_file (name, sha256, bytes, encoding, header, rows,
                         good_rows, rows_digest, uploaded_by)
SELECT 'history ' || n, sha256(n::text::bytea), 1, 'UTF-8, comma', '[]', :each,
       :each, substring(sha256(n::text::bytea) FOR 16), 'amina'
  FROM generate_series(1, 20) AS n;
INSERT INTO run (ref, account_id, period, kind, serial, pay_date, narration,
                 file_id, made_by, digest, rows, minor, ccy, state)
SELECT 'H-' || file_id,
       (SELECT account_id FROM funding_account WHERE name = 'history'),
       to_char(date '2026-11-01' - (20 - n) * interval '1 month', 'YYYY-MM'),
       'advance', 1, date '2026-11-05' - (20 - n) * 30, '', file_id, 'amina',
       sha256(n::text::bytea), :each, (:each)::bigint * 10000, 'KES', 'closed'
  FROM (SELECT file_id, row_number() OVER (ORDER BY file_id)::integer AS n
          FROM source_file WHERE name LIKE 'history %') AS f;
INSERT INTO batch (batch_id, run_id, number, account_id, rail, rows, minor, ccy,
                   digest, state, paid_rows, paid_minor)
SELECT run_id * 100000 + n, run_id, n, account_id, 'MPESA-B2C', 5000, 5000000,
       'KES', sha256(n::text::bytea), 'done', 5000, 5000000
  FROM run, generate_series(1, (:each + 4999) / 5000) AS n WHERE ref LIKE 'H-%';
INSERT INTO instruction (batch_id, seq, line_no, minor, ccy, account, name)
SELECT run_id * 100000 + 1 + n / 5000, n % 5000 + 1, n + 2,
       100 * (100001 + n % 90000) + run_id % 90, 'KES',
       '2547' || lpad((n * 13 % 100000000)::text, 8, '0'), 'Payee ' || n
  FROM (SELECT run_id FROM run WHERE ref LIKE 'H-%' ORDER BY run_id) AS r,
       generate_series(0, :each - 1) AS n;
INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, receipt,
                     charge_minor, event_no, at)
SELECT batch_id, seq, 'paid', minor, 'KES', 'TS100', '', 'R' || line_no, 0, 1,
       now()
  FROM instruction
 WHERE batch_id / 100000 = (SELECT max(run_id) FROM run WHERE ref LIKE 'H-%');
VACUUM ANALYZE;
