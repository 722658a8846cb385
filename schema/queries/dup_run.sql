-- dup_run: runs that are the same as a new one in some way; rejected and
-- cancelled ones do not count.
--   $1 bytea  sha256       of the file
--   $2 bytea  rows_digest
--   $3 int    rows
--   $4 int    minor
--   $5 int    account_id
--   $6 text   period
--   $7 text   kind
-- returns (ref, state, made_by, made_on, file_name, same_file, same_rows,
--   same_slot) oldest first
SELECT ref, state, made_by, made_on, file_name, same_file, same_rows,
       same_slot
  FROM (SELECT r.ref, r.state::text AS state, r.made_by, r.run_id,
               to_char(r.created_at AT TIME ZONE 'Africa/Nairobi',
                       'DD Mon YYYY') AS made_on,
               f.name AS file_name, f.sha256 = $1::bytea AS same_file,
               f.rows_digest = $2::bytea AND f.good_rows = $3::bigint
               AND r.minor = $4::bigint AS same_rows,
               r.account_id = $5::bigint AND r.period = $6::text
               AND r.kind = $7::text AS same_slot
          FROM run r
          JOIN source_file f USING (file_id)
         WHERE r.state NOT IN ('rejected', 'cancelled', 'expired')) r
 WHERE same_file OR same_rows OR same_slot
 ORDER BY run_id;
