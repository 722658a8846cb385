-- reconcile_tie: the one join of everything: each instruction with its outcome,
-- what the raw answers say and, in one book, the first line with the provider's
-- id of it and its charge.  What agrees is only counted.  Instructions are walked
-- in order of their key, and the others beside them: all by both parts of the key,
-- behind OFFSET 0, because without statistics the planner would join their batches
-- first, and go through each batch once a payment.
--   $1 int[]  accounts
--   $2 date   first day    NULL: nothing left
--   $3 date   last day, late bookings included
--   $4 int    late_days
--   $5 int    seed         of the marks by which reconcile_left sees that none is missing
--   $6 text   book         "": none tells of these batches
--   $7 bool   all batches; else only those that the book tells of: the others were counted
--   $8 bool   the book has charges as lines of their own
WITH line AS NOT MATERIALIZED (
    SELECT l.*, (CASE WHEN cardinality($1::bigint[]) > 1
                      THEN line_pays(l.kind, l.minor, l.part, l.linked, l.provider_id)
                           || ' ' || l.account_id
                      ELSE line_pays(l.kind, l.minor, l.part, l.linked, l.provider_id)
                      END) COLLATE "C" AS pays,
           (CASE WHEN cardinality($1::bigint[]) > 1
                 THEN line_charges(l.kind, l.part, l.linked, l.provider_id)
                      || ' ' || l.account_id
                 ELSE line_charges(l.kind, l.part, l.linked, l.provider_id)
                 END) COLLATE "C" AS charges
      FROM statement_line l
     WHERE l.account_id = ANY ($1::bigint[]) AND l.book = $6::text
       AND l.booked_on BETWEEN $2::date AND $3::date
), pay AS (
    SELECT y.charges, x.batch_id, x.seq, x.minor, x.ccy, x.account, x.o_minor,
           (CASE WHEN NOT y.told THEN NULL
                 WHEN cardinality($1::bigint[]) > 1 THEN x.id || ' ' || y.account_id
                 ELSE x.id END) COLLATE "C" AS id,
           x.fate, x.state, x.event_no, x.charge_minor, x.o_charge,
           x.same OR NOT y.mine AS same
      FROM (SELECT i.batch_id, i.seq, i.minor, i.ccy, i.account, o.minor AS o_minor,
                   c.provider_id AS id, c.fate, o.state, o.event_no, c.charge_minor,
                   o.charge_minor AS o_charge,
                   i.minor = o.minor AND i.ccy = o.ccy AND c.minor = i.minor
                       AND c.account = i.account AND c.listed <= 1 AND c.code = o.code
                       AND c.charge_minor = o.charge_minor
                       AND c.receipt = coalesce(o.receipt, '') AS same
              FROM (SELECT * FROM instruction
                     WHERE batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch)
                                        AND (SELECT max(batch_id) FROM reconcile_batch)) i
              LEFT JOIN (SELECT * FROM outcome
                          WHERE batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch)
                                             AND (SELECT max(batch_id) FROM reconcile_batch)) o
                ON o.batch_id = i.batch_id AND o.seq = i.seq
              LEFT JOIN reconcile_claim c ON c.batch_id = i.batch_id AND c.seq = i.seq
             WHERE i.seq > 0
             ORDER BY i.batch_id, i.seq
            OFFSET 0) x
      JOIN (SELECT DISTINCT ON (v.batch_id) v.batch_id, v.account_id, v.mine,
                   k.book IS NOT NULL AS told, coalesce(k.charges, false) AS charges
              FROM reconcile_batch v
              LEFT JOIN reconcile_told k ON k.batch_id = v.batch_id AND k.book = $6::text
             WHERE $7::boolean OR k.book IS NOT NULL
             ORDER BY v.batch_id) y USING (batch_id)
    OFFSET 0
), one AS (
    SELECT p.batch_id, l.booked_on, p.fate, p.state,
           p.event_no, p.ccy, p.seq, p.minor, p.o_minor, p.charge_minor, p.o_charge, l.line_id,
           l.minor AS line_minor, l.charge_minor AS beside,
           g.line_id AS charge_line, g.minor AS charge,
           (p.same AND coalesce(-l.minor, p.minor) = p.minor
            AND coalesce(nullif(l.party_account, ''), p.account) = p.account
            AND coalesce(g.booked_on, l.booked_on) IS NOT DISTINCT FROM l.booked_on
            AND (NOT p.charges
                 OR coalesce(-g.minor, 0) + coalesce(l.charge_minor, 0)
                    = CASE WHEN p.fate = 'paid' THEN p.charge_minor ELSE 0 END)) IS TRUE AS fits
      FROM pay p
      FULL JOIN ((SELECT DISTINCT ON (pays) pays, line_id, minor, booked_on,
                         charge_minor, party_account
                    FROM line
                   WHERE pays IS NOT NULL
                   ORDER BY pays, booked_on, booked_at NULLS FIRST, line_id) l
            LEFT JOIN (SELECT DISTINCT ON (charges) charges, line_id, minor, booked_on
                         FROM line
                        WHERE $8::boolean AND charges IS NOT NULL
                        ORDER BY charges, booked_on, booked_at NULLS FIRST, line_id) g
              ON g.charges = l.pays)
        ON l.pays = p.id
    OFFSET 0
), many AS MATERIALIZED (
    SELECT batch_id, booked_on, fits, coalesce(fate, 'open') AS fate, state,
           event_no, ccy, count(*) AS n, sum(minor) AS minor, sum(o_minor) AS o_minor,
           sum(charge_minor) AS c_charge,
           count(nullif(charge_minor, 0)) AS c_charged, sum(o_charge) AS o_charge,
           count(nullif(o_charge, 0)) AS o_charged, count(line_id) AS line_n,
           sum(line_minor) AS line_minor, sum(beside) AS beside_minor,
           count(charge_line) AS charge_n, sum(charge) AS charge_minor,
           array_agg(seq) AS seqs, array_agg(line_id) AS lines,
           coalesce(array_agg(charge_line) FILTER (WHERE $8::boolean), '{}') AS charge_lines,
           coalesce(sum(hashint8extended(line_id, $5::bigint)), 0)
               + coalesce(sum(hashint8extended(charge_line, $5::bigint))
                              FILTER (WHERE $8::boolean), 0) AS marks
      FROM one
     GROUP BY batch_id, booked_on, fits, fate, state, event_no, ccy
)
INSERT INTO reconcile_tie (nr, batch_id, book, counts, booked_on, good, fate, state,
                           event_no, ccy, n, minor, o_minor, c_charge, c_charged, o_charge,
                           o_charged, line_n, line_minor, beside_minor,
                           charge_n, charge_minor, marks, seqs, lines,
                           charge_lines)
SELECT (SELECT count(*) FROM reconcile_tie) + row_number() OVER (),
       m.batch_id, coalesce(k.book, ''), $7::boolean, m.booked_on,
       (m.fits AND CASE WHEN b.mine
             THEN m.fate = m.state::text AND e.event_no IS NOT NULL
                  AND (k.book IS NULL OR (m.fate = 'paid') = (m.booked_on IS NOT NULL))
                  AND coalesce(m.booked_on <= b.left_on + $4::bigint::int, true)
             ELSE k.book IS NULL OR m.booked_on IS NOT NULL
                  OR m.fate NOT IN ('paid', 'open') END) IS TRUE,
       m.fate, m.state::text, m.event_no, m.ccy, m.n, m.minor, m.o_minor, m.c_charge, m.c_charged,
       m.o_charge, m.o_charged, m.line_n, m.line_minor, m.beside_minor,
       m.charge_n, m.charge_minor, m.marks, m.seqs, m.lines, m.charge_lines
  FROM many m
  LEFT JOIN reconcile_batch b ON b.batch_id = m.batch_id
  LEFT JOIN reconcile_told k ON k.batch_id = m.batch_id AND k.book = $6::text
  LEFT JOIN event e ON e.batch_id = m.batch_id AND e.event_no = m.event_no
   AND e.batch_id BETWEEN (SELECT min(batch_id) FROM reconcile_batch)
                      AND (SELECT max(batch_id) FROM reconcile_batch);
