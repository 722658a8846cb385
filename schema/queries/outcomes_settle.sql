-- outcomes_settle: answers for instructions of a batch whose row is locked:
-- new ones are inserted, others move along an edge of engine/book/states.c,
-- contradictions change nothing and are written to the history once.
--   $1 int     batch_id
--   $2 int     event_no   0: none
--   $3 int[]   seq        each once
--   $4 text[]  state
--   $5 text[]  code
--   $6 text[]  reason
--   $7 text[]  receipt    '': none
--   $8 int[]   charge_minor
--   $9 text[]  from       the edges of the outcome machine ...
--   $10 text[] to
--   $11 text   first      what an instruction without an answer counts as
--   $12 int    least      of $3 ...
--   $13 int    most       ... so that what was not said is not read
-- returns (new_rows, healed_rows, conflicts, news): news is 1 when the history
--   did not know of these contradictions.  Known outcomes change through a
--   function, which holds the edges by itself: no role may update them
-- The joins are FULL, behind OFFSET 0, because then PostgreSQL reads a batch once
-- and hashes: it takes every list for ten long, and would look 5000 up one by one.
WITH said AS (
    SELECT seq, state::outcome_state AS state, code, reason, receipt, charge
      FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                  $8::bigint[]) AS s(seq, state, code, reason, receipt, charge)
), edge AS (
    SELECT f::outcome_state AS f, t::outcome_state AS t
      FROM unnest($9::text[], $10::text[]) AS e(f, t)
), asked AS (
    SELECT seq, minor, ccy
      FROM instruction
     WHERE batch_id = $1::bigint AND seq BETWEEN $12::bigint AND $13::bigint
), known AS (
    SELECT seq, state
      FROM outcome
     WHERE batch_id = $1::bigint AND seq BETWEEN $12::bigint AND $13::bigint
), judged AS MATERIALIZED (
    SELECT seq, state, code, reason, receipt, charge, minor, ccy, was,
           (was IS NULL AND state = $11::text::outcome_state)
           OR (coalesce(was, $11::text::outcome_state), state)
              IN (SELECT f, t FROM edge) AS goes
      FROM (SELECT s.seq, s.state, s.code, s.reason, s.receipt, s.charge,
                   i.minor, i.ccy, o.state AS was
              FROM said s
              FULL JOIN asked i ON i.seq = s.seq
              FULL JOIN known o ON o.seq = i.seq
            OFFSET 0) AS said_of
     WHERE seq IS NOT NULL AND minor IS NOT NULL
), put AS (
    INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason,
                         receipt, charge_minor, event_no, at)
    SELECT $1::bigint, seq, state, minor, ccy, code, reason,
           nullif(receipt, ''), charge, nullif($2::bigint, 0), now()
      FROM judged
     WHERE goes AND was IS NULL
), changed AS MATERIALIZED (
    SELECT outcomes_change($1::bigint, $2::integer, array_agg(seq::integer),
                           array_agg(state::text), array_agg(code),
                           array_agg(reason), array_agg(receipt),
                           array_agg(charge)) AS n
      FROM judged
     WHERE goes AND was IS NOT NULL
    HAVING count(*) > 0
), moved AS (
    SELECT state, was, count(*) AS n, sum(minor) AS minor
      FROM judged
     WHERE goes
     GROUP BY state, was
), sided AS (
    SELECT minor * side.d AS minor, n * side.d AS d,
           CASE WHEN s IN ('returned', 'reversed') THEN 'failed' ELSE s END AS s
      FROM moved, LATERAL (VALUES (1, state), (-1, was)) AS side(d, s)
     WHERE s IS NOT NULL
), delta AS (
    SELECT coalesce(sum(d) FILTER (WHERE s = 'paid'), 0) AS paid,
           coalesce(sum(minor) FILTER (WHERE s = 'paid'), 0)::bigint AS paid_m,
           coalesce(sum(d) FILTER (WHERE s = 'failed'), 0) AS failed,
           coalesce(sum(minor) FILTER (WHERE s = 'failed'), 0)::bigint AS failed_m,
           coalesce(sum(d) FILTER (WHERE s = 'in_doubt'), 0) AS doubt,
           coalesce(sum(minor) FILTER (WHERE s = 'in_doubt'), 0)::bigint AS doubt_m,
           coalesce(sum(d) FILTER (WHERE s = 'cancelled'), 0) AS cancelled,
           coalesce(sum(minor) FILTER (WHERE s = 'cancelled'), 0)::bigint AS cancelled_m,
           count(*) AS n
      FROM sided
), counted AS (
    UPDATE batch b
       SET paid_rows = b.paid_rows + d.paid,
           paid_minor = b.paid_minor + d.paid_m,
           failed_rows = b.failed_rows + d.failed,
           failed_minor = b.failed_minor + d.failed_m,
           doubt_rows = b.doubt_rows + d.doubt,
           doubt_minor = b.doubt_minor + d.doubt_m,
           cancelled_rows = b.cancelled_rows + d.cancelled,
           cancelled_minor = b.cancelled_minor + d.cancelled_m
      FROM delta d
     WHERE b.batch_id = $1::bigint AND d.n > 0
), clash AS MATERIALIZED (
    SELECT seq, coalesce(was::text, 'not paid before') AS was, state, code,
           coalesce(was, $11::text::outcome_state) AS stood, reason, receipt
      FROM judged
     WHERE NOT goes AND was IS DISTINCT FROM state AND state <> 'in_doubt'
), kept AS (
    INSERT INTO contradiction (batch_id, seq, was, said, code, reason, receipt,
                               event_no)
    SELECT $1::bigint, seq, stood, state, code, reason, receipt,
           nullif($2::bigint, 0)
      FROM clash
        ON CONFLICT (batch_id, seq, was, said) DO NOTHING
), clashes AS (
    SELECT count(*) || ' contradiction(s), nothing changed: '
           || string_agg('row ' || seq || ' is ' || was
                         || ', now it is said to be ' || state
                         || ' (' || code || ')', '; ' ORDER BY seq)
              FILTER (WHERE nr <= 5) AS why
      FROM (SELECT *, row_number() OVER (ORDER BY seq) AS nr FROM clash) c
    HAVING count(*) > 0
), told AS (
    INSERT INTO history (run_id, batch_id, from_state, to_state, on_event, why, actor)
    SELECT b.run_id, b.batch_id, b.state::text, b.state::text, 'contradiction',
           c.why, 'event ' || $2::bigint
      FROM clashes c
      JOIN batch b ON b.batch_id = $1::bigint
     WHERE NOT EXISTS (SELECT 1 FROM history h
                        WHERE h.run_id = b.run_id AND h.batch_id = b.batch_id
                          AND h.on_event = 'contradiction' AND h.why = c.why)
    RETURNING 1
)
SELECT count(*) FILTER (WHERE goes AND was IS NULL) AS new_rows,
       coalesce((SELECT n FROM changed), 0) AS healed_rows,
       (SELECT count(*) FROM clash) AS conflicts,
       (SELECT count(*) FROM told) AS news
  FROM judged;
