-- reconcile_keep_hop: one hop of a run, three ways.
--   $1 int, $2 int, $3 text, $4 int, $5 int   reconciliation_id, run_id, hop,
--                                             rows, sum
INSERT INTO three_way (reconciliation_id, run_id, hop, rows, minor)
VALUES ($1::bigint, $2::bigint, $3::text, $4::bigint, $5::bigint);
