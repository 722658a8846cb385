-- reconcile_named: the findings, named for a person and in order.
-- returns (nr, kind, account, book, run_ref, batch_id, seq, line_id,
--          ours_minor, theirs_minor, minor, moved_minor, ccy, heals_until,
--          about, detail, key)
SELECT row_number() OVER (ORDER BY f.kind, f.account_id, f.book, f.batch_id, f.seq,
                          f.line_id, f.what) AS nr,
       f.kind, coalesce(a.name, '') AS account, f.book, coalesce(r.ref, '') AS run_ref,
       coalesce(f.batch_id, 0) AS batch_id, coalesce(f.seq, 0) AS seq,
       coalesce(f.line_id, 0) AS line_id, coalesce(f.ours_minor, 0) AS ours_minor,
       coalesce(f.theirs_minor, 0) AS theirs_minor, coalesce(f.minor, 0) AS minor,
       f.moved_minor,
       coalesce(f.ccy, r.ccy, a.ccy, 'KES')::text AS ccy,
       coalesce(f.heals_until::text, '') AS heals_until,
       concat_ws(', ', r.ref,
                 CASE WHEN i.seq IS NOT NULL
                      THEN 'line ' || i.line_no || ': ' || i.name || ', ' || i.account
                      WHEN f.batch_id IS NOT NULL AND f.seq IS NULL
                      THEN 'batch ' || f.batch_id % 100000
                      WHEN f.batch_id IS NOT NULL
                      THEN 'batch ' || f.batch_id % 100000 || ' row ' || f.seq END,
                 CASE WHEN f.line_id IS NOT NULL OR r.ref IS NULL
                      THEN 'account ' || a.name END,
                 CASE WHEN f.line_id IS NOT NULL
                      THEN 'statement ' || f.line_id / 100000000 || ' line '
                           || f.line_id % 100000000
                           || coalesce(' (' || l.booked_on || coalesce(' '
                              || nullif(coalesce(nullif(l.receipt, ''), l.provider_id), ''), '')
                              || coalesce(', ' || nullif(l.party_account, ''), '') || ')', '') END,
                 CASE WHEN r.ref IS NULL AND a.name IS NULL THEN 'the book' END) AS about,
       f.detail,
       substring(sha256(convert_to(ROW(f.kind, f.account_id, f.book, f.run_id,
                     f.batch_id, f.seq, f.line_id, f.what)::text, 'UTF8')) FOR 16) AS key
  FROM reconcile_finding f
  LEFT JOIN run r ON r.run_id = f.run_id
  LEFT JOIN funding_account a ON a.account_id = f.account_id
  LEFT JOIN instruction i ON i.batch_id = f.batch_id AND i.seq = f.seq
  LEFT JOIN statement_line l ON l.line_id = f.line_id
 ORDER BY 1;
