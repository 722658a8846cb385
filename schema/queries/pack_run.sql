-- pack_run: the head of a run for its evidence pack, with the file it came
-- from: all that its digest covers but for the batches.
--   $1 bigint  run_id
-- returns (line), a JSON object
SELECT row_to_json(x)::text AS line
  FROM (SELECT v.run_id, v.ref AS run, v.account, v.provider, v.live, v.period,
               v.kind, v.pay_date, v.ccy, v.narration, v.rows, v.minor,
               v.held_rows, v.batches, v.state, r.state_why, v.parent,
               v.override, encode(v.digest, 'hex') AS digest, v.made_by,
               r.created_at, r.state_at, r.cancelled_at,
               f.name AS file_name, encode(f.sha256, 'hex') AS file_sha256,
               f.bytes AS file_bytes, f.encoding AS file_encoding,
               f.rows AS file_rows, f.good_rows AS file_good_rows,
               f.uploaded_by, f.uploaded_at,
               EXISTS (SELECT 1 FROM source_bytes s
                        WHERE s.file_id = f.file_id) AS file_kept
          FROM run_view v
          JOIN run r USING (run_id)
          JOIN source_file f ON f.file_id = v.file_id
         WHERE v.run_id = $1::bigint) x;
