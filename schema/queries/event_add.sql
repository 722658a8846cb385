-- event_add: store a raw answer.  A status that repeats the last status of the
-- batch is not stored again and gets that one's number.
--   $1 int    batch_id
--   $2 text   kind   initiate, approve, cancel, send or status
--   $3 int    http
--   $4 bytea  body
-- returns (event_no)
-- Only a status has a mark: to hash what is kept once more costs as much as to
-- keep it.
WITH news AS MATERIALIZED (
    SELECT $2::text = 'status' AS asked,
           CASE WHEN $2::text = 'status'
                THEN sha256(convert_to($3::bigint || ':', 'UTF8') || $4::bytea)
           END AS mark
), counted AS (
    UPDATE batch b
       SET events = b.events
               + CASE WHEN asked AND b.status_mark = mark THEN 0 ELSE 1 END,
           status_no = CASE WHEN NOT asked OR b.status_mark = mark
                            THEN b.status_no ELSE b.events + 1 END,
           status_mark = CASE WHEN asked THEN mark ELSE b.status_mark END
      FROM news
     WHERE b.batch_id = $1::bigint
    RETURNING b.batch_id, CASE WHEN asked THEN b.status_no ELSE b.events END AS event_no
), stored AS (
    INSERT INTO event (batch_id, event_no, kind, http, sha256, body)
    SELECT batch_id, event_no, $2::text, $3::bigint, sha256($4::bytea), $4::bytea
      FROM counted
        ON CONFLICT (batch_id, event_no) DO NOTHING
)
SELECT event_no FROM counted;
