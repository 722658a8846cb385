-- pack_break_history: every step of those breaks, and who gave money up.
--   $1 bigint  run_id
-- returns (line)
SELECT row_to_json(x)::text AS line
  FROM (SELECT h.break_id AS break, h.history_id AS nr, h.at, h.actor, h.did,
               h.from_state, h.to_state, h.minor, h.note,
               h.reconciliation_id AS reconciliation,
               (SELECT json_agg(json_build_object(
                           'minor', w.minor, 'reason', w.reason,
                           'proposed_by', w.proposed_by, 'at', w.proposed_at,
                           'ended_how', w.ended_how, 'ended_by', w.ended_by,
                           'ended_at', w.ended_at) ORDER BY w.write_off_id)
                  FROM break_write_off w
                 WHERE w.break_id = h.break_id
                   AND h.did IN ('proposed', 'agreed', 'refused')) AS write_offs
          FROM break_history h
          JOIN break b USING (break_id)
         WHERE b.run_id = $1::bigint) x
 ORDER BY x.break, x.nr;
