-- lineage_resume: lift a hold; refused unless two people agreed to it.
--   $1 int  hold_id
-- returns (hold_id)
SELECT lineage_resume($1::bigint) AS hold_id;
