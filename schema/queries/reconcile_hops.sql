-- reconcile_hops: the runs that are looked at three ways: the file, the engine,
-- and provider and bank.
-- returns (run_id, run_ref, ccy, hop, rows, minor)
WITH r AS (
    SELECT DISTINCT run_id FROM reconcile_batch WHERE mine
), pay AS (
    SELECT b.run_id, b.left_at IS NOT NULL AS sent, t.fate = 'paid' AS answered,
           t.state = 'paid' AS engine, t.state IN ('returned', 'reversed') AS back,
           t.n, t.minor, coalesce(t.c_charge, 0) AS c_charge, t.c_charged,
           coalesce(t.o_charge, 0) AS o_charge, t.o_charged
      FROM reconcile_batch b
      JOIN reconcile_tie t USING (batch_id)
     WHERE b.mine AND t.counts
), line AS (
    SELECT h.batch_id, h.book, h.role, 1 AS n, h.minor
      FROM reconcile_hit h WHERE h.seq = 0 OR h.part = 0
    UNION ALL
    SELECT t.batch_id, t.book, x.role, x.n, coalesce(x.minor, 0)
      FROM reconcile_tie t
     CROSS JOIN LATERAL (VALUES ('paid', t.line_n, t.line_minor),
                                ('charge', t.charge_n, t.charge_minor)) AS x(role, n, minor)
     WHERE t.good
), moved AS (                   -- a payment stands in several books: by the fullest
    SELECT DISTINCT ON (run_id) run_id, n, m, back_n, back_m, charge_n, charge_m
      FROM (SELECT b.run_id, h.book,
                   coalesce(sum(h.n) FILTER (WHERE role = 'paid'), 0)::bigint AS n,
                   coalesce(-sum(h.minor) FILTER (WHERE role = 'paid'), 0)::bigint AS m,
                   coalesce(sum(h.n) FILTER (WHERE role = 'back'), 0)::bigint AS back_n,
                   coalesce(sum(h.minor) FILTER (WHERE role = 'back'), 0)::bigint AS back_m,
                   coalesce(sum(h.n) FILTER (WHERE role = 'charge'), 0)::bigint AS charge_n,
                   coalesce(-sum(h.minor) FILTER (WHERE role = 'charge'), 0)::bigint AS charge_m
              FROM line h JOIN reconcile_batch b USING (batch_id)
             WHERE b.mine
             GROUP BY b.run_id, h.book) x
     ORDER BY run_id, m DESC, book
)
SELECT x.run_id, x.ref AS run_ref, x.ccy::text AS ccy, h.hop, h.rows, h.minor
  FROM r
  JOIN run x USING (run_id)
  LEFT JOIN approval p ON p.run_id = x.run_id AND p.level = 1
  LEFT JOIN moved m ON m.run_id = x.run_id
  JOIN (SELECT run_id, sum(n)::bigint AS n, sum(minor)::bigint AS m,
               coalesce(sum(n) FILTER (WHERE sent), 0)::bigint AS sent_n,
               coalesce(sum(minor) FILTER (WHERE sent), 0)::bigint AS sent_m,
               coalesce(sum(n) FILTER (WHERE answered), 0)::bigint AS a_n,
               coalesce(sum(minor) FILTER (WHERE answered), 0)::bigint AS a_m,
               coalesce(sum(n) FILTER (WHERE engine), 0)::bigint AS e_n,
               coalesce(sum(minor) FILTER (WHERE engine), 0)::bigint AS e_m,
               coalesce(sum(c_charge) FILTER (WHERE answered), 0)::bigint AS ac_m,
               coalesce(sum(o_charge) FILTER (WHERE engine OR back), 0)::bigint AS ec_m,
               coalesce(sum(c_charged) FILTER (WHERE answered), 0)::bigint AS ac_n,
               coalesce(sum(o_charged) FILTER (WHERE engine OR back), 0)::bigint AS ec_n
          FROM pay GROUP BY run_id) y ON y.run_id = x.run_id
 CROSS JOIN LATERAL (VALUES
       (1, 'asked', x.rows, x.minor),
       (2, 'approved', CASE WHEN p.run_id IS NULL THEN 0 ELSE x.rows END, coalesce(p.minor, 0)),
       (3, 'book', y.n, y.m), (4, 'sent', y.sent_n, y.sent_m),
       (5, 'answered_paid', y.a_n, y.a_m), (6, 'engine_paid', y.e_n, y.e_m),
       (7, 'moved', coalesce(m.n, 0), coalesce(m.m, 0)),
       (8, 'moved_back', coalesce(m.back_n, 0), coalesce(m.back_m, 0)),
       (9, 'charges_answered', y.ac_n, y.ac_m), (10, 'charges_engine', y.ec_n, y.ec_m),
       (11, 'charges_moved', coalesce(m.charge_n, 0), coalesce(m.charge_m, 0)))
       AS h(nr, hop, rows, minor)
 ORDER BY x.run_id, h.nr;
