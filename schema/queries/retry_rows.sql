-- retry_rows: the payments of a run that certainly were not made and may be
-- paid again: failed, cancelled or returned; nothing contradicts that, no
-- living retry has them, neither they nor what they were a retry of was paid or
-- is doubted; and nobody who is in doubt in this run is among their payees.
--   $1 bigint  run_id
--   $2 bigint  most
-- returns (batch_id, seq, minor, line_no, payer, rail, account, bank_code,
--   account_reference, name, narration, employee_no, reference, id_number,
--   kra_pin, department, branch, extra, total) in order
WITH RECURSIVE failed AS (
    SELECT o.batch_id, o.seq
      FROM outcome o
     WHERE o.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND o.state IN ('failed', 'cancelled', 'returned')
       AND NOT EXISTS (SELECT 1 FROM retried t JOIN run x USING (run_id)
                        WHERE t.batch_id = o.batch_id AND t.seq = o.seq
                          AND t.living
                          AND x.state NOT IN ('rejected', 'expired'))
), line AS (
    SELECT batch_id AS of_batch, seq AS of_seq, batch_id, seq FROM failed
    UNION ALL
    SELECT l.of_batch, l.of_seq, t.batch_id, t.seq
      FROM line l
      JOIN retried t ON t.new_batch_id = l.batch_id AND t.new_seq = l.seq
), bad AS (
    SELECT l.of_batch, l.of_seq
      FROM line l
      LEFT JOIN outcome o ON o.batch_id = l.batch_id AND o.seq = l.seq
     WHERE o.state IS NULL OR o.state IN ('paid', 'in_doubt', 'reversed')
        OR EXISTS (SELECT 1 FROM contradiction c
                    WHERE c.batch_id = l.batch_id AND c.seq = l.seq
                      AND c.evidence_id IS NULL)
), frozen AS (
    SELECT DISTINCT i.account, coalesce(i.bank_code, '') AS bank_code,
           coalesce(i.account_reference, '') AS account_reference
      FROM instruction i
      JOIN batch b USING (batch_id)
      LEFT JOIN outcome o USING (batch_id, seq)
     WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND (b.doubt_rows > 0 OR b.state = 'in_doubt')
       AND (o.state = 'in_doubt' OR (o.state IS NULL AND b.state = 'in_doubt'))
)
SELECT i.batch_id, i.seq, i.minor, i.line_no, a.name AS payer, b.rail, i.account,
       i.bank_code, i.account_reference, i.name, i.narration, i.employee_no,
       i.reference, i.id_number, i.kra_pin, i.department, i.branch,
       i.extra, count(*) OVER () AS total
  FROM failed f
  JOIN instruction i USING (batch_id, seq)
  JOIN batch b ON b.batch_id = i.batch_id
  JOIN funding_account a ON a.account_id = b.account_id
 WHERE (f.batch_id, f.seq) NOT IN (SELECT of_batch, of_seq FROM bad)
   AND (i.account, coalesce(i.bank_code, ''),
        coalesce(i.account_reference, ''))
       NOT IN (SELECT account, bank_code, account_reference FROM frozen)
 ORDER BY i.batch_id, i.seq
 LIMIT $2::bigint;
