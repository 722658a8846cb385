-- pgbench -D rows=N, for stage_callbacks.sh: N callbacks in one commit, made up by
-- the server itself, into the same table under the same key.
INSERT INTO inbox (provider, peer, sha256, body, trusted)
SELECT 'intasend', '127.0.0.1', sha256(body), body, true
  FROM (SELECT convert_to(repeat('x', 430) || random() || n, 'UTF8') AS body
          FROM generate_series(1, :rows::int) AS n) AS made
    ON CONFLICT (provider, sha256, trusted)
    DO UPDATE SET copies = inbox.copies + 1;
