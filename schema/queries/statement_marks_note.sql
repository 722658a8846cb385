-- statement_marks_note: what a provider is to be told about rows of its own:
-- those that are ours, and those that nobody here knows.
--   $1 int    account_id
--   $2 int    statement_id
--   $3 text[] the provider's numbers, $4 text[] what they are marked as
--   $5 int[], $6 int[]  batch and instruction their references name; 0: none
INSERT INTO provider_mark AS m (account_id, provider_id, statement_id, said,
                                want)
SELECT DISTINCT ON (r.id) $1::bigint, r.id, $2::bigint, r.said,
       CASE WHEN EXISTS (SELECT 1 FROM placed p
                           JOIN batch b ON b.batch_id = p.batch_id
                          WHERE p.provider_id = r.id
                            AND b.account_id = $1::bigint)
              OR EXISTS (SELECT 1 FROM instruction i
                           JOIN batch b ON b.batch_id = i.batch_id
                          WHERE i.batch_id = r.batch_id AND i.seq = r.seq
                            AND b.account_id = $1::bigint)
              OR EXISTS (SELECT 1 FROM errand e
                          WHERE e.account_id = $1::bigint
                            AND e.provider_id = r.id)
            THEN 'success' ELSE 'unreconciled' END
  FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[])
       AS r(id, said, batch_id, seq)
    ON CONFLICT (account_id, provider_id) DO UPDATE
   SET statement_id = excluded.statement_id, said = excluded.said,
       want = excluded.want, noted_at = now(),
       marked_at = CASE WHEN excluded.said = excluded.want
                          OR (m.want = excluded.want
                              AND m.marked_at > now() - interval '1 hour')
                        THEN coalesce(m.marked_at, now()) END;
