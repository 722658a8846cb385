-- inbox_match: whose file is this?
--   $1 text  tracking_id
-- returns (batch_id)
SELECT batch_id FROM batch WHERE tracking_id = $1::text;
