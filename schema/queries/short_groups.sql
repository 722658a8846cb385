-- short_groups: the groups of a run, for people, in their order; each with all
-- accounts that pay it.
--   $1 int   run_id
-- returns (group_no, name, rows, minor, charges, open_minor, open_charges, paid_rows,
--   goes, note): open: not released yet
SELECT g.group_no, g.name, g.rows, g.minor, b.charges, b.open_minor,
       b.open_charges, b.paid_rows, group_goes($1::bigint, g.group_no) AS goes,
       g.note
  FROM (SELECT group_no, min(name) AS name, sum(rows)::bigint AS rows,
               sum(minor)::bigint AS minor,
               coalesce(string_agg(DISTINCT funds_note, '; ')
                            FILTER (WHERE funds_at IS NULL AND funds_note <> ''),
                        '') AS note
          FROM run_group
         WHERE run_id = $1::bigint
         GROUP BY group_no) g
 CROSS JOIN LATERAL (
           SELECT least(coalesce(sum(x.charge_estimate_minor), 0),
                        9007199254740991)::bigint AS charges,
                  coalesce(sum(x.minor) FILTER (WHERE w.waits), 0)::bigint AS open_minor,
                  least(coalesce(sum(x.charge_estimate_minor) FILTER (WHERE w.waits), 0),
                        9007199254740991)::bigint AS open_charges,
                  coalesce(sum(x.paid_rows), 0)::bigint AS paid_rows
             FROM batch x
            CROSS JOIN LATERAL (SELECT x.state IN ('ready', 'initiating', 'initiated') AS waits) w
            WHERE x.run_id = $1::bigint AND x.group_no = g.group_no) b
 ORDER BY g.group_no;
