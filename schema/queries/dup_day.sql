-- dup_day: payees of a new run who would get more on one day than their rail
-- pays one payee, together with other runs of that day.  Rejected and cancelled
-- runs do not count, nor do payments that certainly failed.  Between
-- intake_hash_joins.
--   $1 int     run_id     the new one; its batches are not stored yet
--   $2 bigint[] batch_ids of it that go by a rail with such a limit ...
--   $3 text[]  rails      ... each with its rail
--   $4 bigint[] limits    ... and the limit
--   $5 text    pay_date   "": today, in Nairobi
--   $6 int     most       how many to name; all are counted
-- returns (line_no, account, name, rail, minor, other_minor, most, refs, total)
--   by line
WITH day AS (
    SELECT coalesce(nullif($5::text, '')::date,
                    (now() AT TIME ZONE 'Africa/Nairobi')::date) AS on_day
), runs AS (
    SELECT r.run_id, r.ref
      FROM run r, day d
     WHERE r.run_id <> $1::bigint
       AND r.state NOT IN ('rejected', 'cancelled', 'expired')
       AND coalesce(r.pay_date,
                    (r.created_at AT TIME ZONE 'Africa/Nairobi')::date)
           = d.on_day
), mine AS (
    SELECT i.account, b.rail, b.most, sum(i.minor) AS minor,
           min(i.line_no) AS line_no, min(i.name) AS name
      FROM instruction i
      JOIN unnest($2::bigint[], $3::text[], $4::bigint[])
           AS b (batch_id, rail, most) USING (batch_id)
     WHERE i.batch_id BETWEEN $1::bigint * 100000 AND $1::bigint * 100000 + 99999
       AND EXISTS (SELECT FROM runs)    -- a million rows are not added up for
                                        -- nobody to compare them with
     GROUP BY i.account, b.rail, b.most, i.bank_code, i.account_reference
), theirs AS (
    SELECT i.account, b.rail, sum(i.minor) AS minor,
           string_agg(DISTINCT r.ref, ', ') AS refs
      FROM instruction i
      JOIN batch b ON b.batch_id = i.batch_id
      JOIN runs r ON r.run_id = b.run_id
      LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
     WHERE i.batch_id = ANY (ARRAY(
               SELECT x.batch_id FROM batch x JOIN runs y USING (run_id)
                WHERE x.rail = ANY ($3::text[])))
       AND (o.state IS NULL OR o.state IN ('paid', 'in_doubt'))
     GROUP BY i.account, b.rail, i.bank_code, i.account_reference
)
SELECT m.line_no, m.account, m.name, m.rail, m.minor::bigint AS minor,
       t.minor::bigint AS other_minor, m.most, t.refs,
       count(*) OVER () AS total
  FROM mine m
  JOIN theirs t USING (account, rail)
 WHERE m.minor + t.minor > m.most
 ORDER BY m.line_no
 LIMIT $6::bigint;
