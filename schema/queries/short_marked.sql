-- short_marked: an account was looked at for the groups of a run.  While one of
-- them waits it is looked at again; what goes, goes.
--   $1 int   run_id
--   $2 int   account_id
--   $3 int   again_ms
-- returns (waits): how many groups of the account wait
WITH waits AS (
    SELECT count(*) AS n FROM run_group
     WHERE run_id = $1::bigint AND account_id = $2::bigint AND funds_at IS NULL
), noted AS (
    UPDATE run_account
       SET look_at = CASE WHEN n > 0
                          THEN now() + $3::bigint * interval '1 millisecond' END,
           funds_at = CASE WHEN n = 0 THEN now() END
      FROM waits
     WHERE run_id = $1::bigint AND account_id = $2::bigint
), goes AS (
    UPDATE run r
       SET funds_at = now()
     WHERE r.run_id = $1::bigint AND r.funds_at IS NULL
       AND EXISTS (SELECT 1 FROM run_group g
                    WHERE g.run_id = r.run_id AND group_goes(g.run_id, g.group_no))
)
SELECT n AS waits FROM waits;
