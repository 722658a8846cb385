-- What an audit looks up is found by key, and no table is read for a few rows of it.

CREATE INDEX statement_line_bare_idx ON statement_line (account_id, booked_on)
    WHERE line_pays(kind, minor, part, linked, provider_id) IS NULL
      AND line_charges(kind, part, linked, provider_id) IS NULL;
COMMENT ON INDEX statement_line_bare_idx IS 'for queries/reconcile_left.sql: the lines that do not say by the provider''s number what they are; others are not in it';

CREATE OR REPLACE FUNCTION reconcile_ready() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE INDEX IF NOT EXISTS reconcile_claim_idx ON reconcile_claim (batch_id, seq);
    ANALYZE reconcile_batch;
    ANALYZE reconcile_claim;
END
$$;
COMMENT ON FUNCTION reconcile_ready() IS 'claims can be read in order of payments, and the planner learns how many are looked at';
