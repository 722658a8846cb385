-- attempt_make: note a request before it is sent, under the claim it is made.
--   $1 int    batch_id
--   $2 int    epoch
--   $3 text   step         initiate, approve, cancel or send
--   $4 text   worker
--   $5 text   tracking_id  the file as the caller read it back; '': none
--   $6 int    body_bytes
--   $7 bytea  body_sha256
-- returns (attempt_no), or nothing when it is not ours any more, or when what
--   would be approved is not the file that is stored
WITH counted AS (
    UPDATE batch
       SET attempts = attempts + 1
     WHERE batch_id = $1::bigint AND epoch = $2::bigint
       AND ($3::text <> 'approve' OR tracking_id = $5::text)
    RETURNING batch_id, attempts, epoch, rows, minor
)
INSERT INTO attempt (batch_id, attempt_no, step, epoch, worker, tracking_id,
                     rows, minor, body_bytes, body_sha256)
SELECT batch_id, attempts, $3::text, epoch, $4::text, nullif($5::text, ''),
       rows, minor, $6::bigint, $7::bytea
  FROM counted
RETURNING attempt_no;
