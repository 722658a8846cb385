-- What an audit looks up is found by key, and no table is read for a few rows of it.

CREATE INDEX statement_line_bare_idx ON statement_line (account_id, booked_on)
    WHERE line_pays(kind, minor, part, linked, provider_id) IS NULL
      AND line_charges(kind, part, linked, provider_id) IS NULL;
COMMENT ON INDEX statement_line_bare_idx IS 'for queries/reconcile_left.sql: the lines that do not say by the provider''s number what they are; others are not in it';

-- A few thousand claims tell the planner as much as thirty thousand.
CREATE OR REPLACE FUNCTION reconcile_ready() RETURNS void LANGUAGE plpgsql
   SET default_statistics_target = 10 AS $$
BEGIN
    CREATE INDEX IF NOT EXISTS reconcile_claim_idx ON reconcile_claim (batch_id, seq);
    ANALYZE reconcile_batch;
    ANALYZE reconcile_claim;
END
$$;
COMMENT ON FUNCTION reconcile_ready() IS 'claims can be read in order of payments, and the planner learns how many are looked at';

-- The one time that all lines are read but for the join, by as many processes as the
-- server gives: INSERT ... SELECT has one, RETURN QUERY has more.
ALTER FUNCTION line_pays(text, bigint, integer, text, text) PARALLEL SAFE;
ALTER FUNCTION line_charges(text, integer, text, text) PARALLEL SAFE;
CREATE FUNCTION line_days(accounts bigint[], first_day date, last_day date, seed bigint)
RETURNS TABLE (account_id bigint, book text, ccy char(3), booked_on date, kind text,
               part boolean, n bigint, in_minor bigint, out_minor bigint, named bigint,
               marks numeric, charges boolean)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT account_id, book, ccy, booked_on, kind, part, count(*),
           coalesce(sum(minor) FILTER (WHERE minor > 0), 0)::bigint,
           coalesce(-sum(minor) FILTER (WHERE minor < 0), 0)::bigint, count(named),
           coalesce(sum(hashint8extended(named, seed)), 0),
           bool_or(charge_minor > 0 OR (kind = 'charge' AND named IS NOT NULL))
      FROM (SELECT l.account_id, l.book, l.ccy, l.booked_on, l.kind, l.part > 0 AS part,
                   l.minor, l.charge_minor,
                   CASE WHEN line_pays(l.kind, l.minor, l.part, l.linked, l.provider_id)
                             IS NOT NULL
                          OR line_charges(l.kind, l.part, l.linked, l.provider_id) IS NOT NULL
                        THEN l.line_id END AS named
              FROM statement_line l
             WHERE l.account_id = ANY (accounts)
               AND l.booked_on BETWEEN first_day AND last_day) x
     GROUP BY account_id, book, ccy, booked_on, kind, part;
END
$$;
COMMENT ON FUNCTION line_days(bigint[], date, date, bigint) IS 'how many lines there are, and what they come to, by book, day and kind; marks: a hash of those that carry a number of the provider''s, under a seed';
