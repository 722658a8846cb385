-- pgbench, for stage_night.sh: one answer of 1.6 MB kept, one commit.
INSERT INTO event (batch_id, event_no, kind, http, sha256, body)
SELECT 1, nextval('bench_answers'), 'status', 200, sha256(body), body
  FROM pg_read_binary_file(:reply) AS body;
