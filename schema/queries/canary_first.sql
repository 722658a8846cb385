-- canary_first: would a run try out the account first?  When it was not yet seen
-- to pay with these versions.
--   $1 text  account    by its name
--   $2 text  proof      what is tried
--   $3 bool  each_run   in every run, whatever was proven
--   $4 int   run_id
-- returns (first)
SELECT NOT EXISTS (SELECT 1
                     FROM canary c
                     JOIN funding_account a USING (account_id)
                    WHERE a.name = $1::text AND c.proof = $2::text
                      AND (c.run_id = $4::bigint OR NOT $3::boolean)
                      AND canary_passed(c)) AS first;
