-- break_take: a reconciliation's findings become breaks, or are seen again.
--   $1 int   reconciliation_id
--   $2 text  actor
-- returns (fresh): how many are new or came back
WITH f AS MATERIALIZED (
    SELECT DISTINCT ON (key) * FROM finding
     WHERE reconciliation_id = $1::bigint
     ORDER BY key, nr
), was AS MATERIALIZED (
    SELECT b.break_id, b.key, b.state, b.minor FROM break b JOIN f USING (key)
), fate AS MATERIALIZED (
    SELECT f.*, w.break_id, coalesce(w.state, '') AS was,
           CASE WHEN w.break_id IS NULL OR w.state = 'healed' THEN 'open'
                WHEN w.minor <> f.minor
                     AND w.state NOT IN ('open', 'assigned') THEN 'open'
                ELSE w.state END AS becomes,
           CASE WHEN w.break_id IS NULL THEN 'found'
                WHEN w.state = 'healed' THEN 'back'
                WHEN w.minor <> f.minor THEN 'repriced' END AS did
      FROM f LEFT JOIN was w USING (key)
), fresh AS (
    INSERT INTO break (key, kind, account_id, book, run_id, batch_id, seq,
                       line_id, minor, moved_minor, ours_minor, theirs_minor,
                       ccy, heals_until, about, detail, seen_by)
    SELECT key, kind, account_id, book, run_id, batch_id, seq, line_id, minor,
           moved_minor, ours_minor, theirs_minor, ccy, heals_until, about,
           detail, $1::bigint
      FROM fate WHERE break_id IS NULL
     ORDER BY nr
    RETURNING break_id, key
), again AS (
    UPDATE break b
       SET minor = t.minor, moved_minor = t.moved_minor,
           ours_minor = t.ours_minor, theirs_minor = t.theirs_minor,
           heals_until = t.heals_until, about = t.about, detail = t.detail,
           seen_by = $1::bigint, state = t.becomes,
           owner = CASE WHEN t.did = 'back' THEN NULL ELSE b.owner END,
           since = CASE WHEN t.did = 'back' THEN now() ELSE b.since END,
           state_at = CASE WHEN t.becomes <> b.state THEN now()
                           ELSE b.state_at END
      FROM fate t
     WHERE b.break_id = t.break_id
), void AS (
    UPDATE break_write_off w
       SET ended_how = 'overtaken', ended_by = $2::text, ended_at = now()
      FROM fate t
     WHERE w.break_id = t.break_id AND w.ended_how IS NULL
       AND w.minor <> t.minor
), told AS (
    INSERT INTO break_history (break_id, actor, did, from_state, to_state,
                               minor, note, reconciliation_id)
    SELECT coalesce(t.break_id, n.break_id), $2::text, t.did, t.was, t.becomes,
           t.minor, t.detail, $1::bigint
      FROM fate t LEFT JOIN fresh n USING (key)
     WHERE t.did IS NOT NULL
    RETURNING did
)
SELECT count(*) FILTER (WHERE did IN ('found', 'back')) AS fresh FROM told;
