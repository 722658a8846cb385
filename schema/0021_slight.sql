-- What is left over of a statement and still known: errands, charges within the
-- tolerance; and balances that later lines have passed.

CREATE TABLE reconcile_errand (
    line_id      bigint NOT NULL
);
COMMENT ON TABLE reconcile_errand IS 'always empty: the shape of a temporary table: lines that are errands of ours';
COMMENT ON COLUMN reconcile_errand.line_id IS 'the line';

CREATE TABLE reconcile_slight (
    account_id   bigint NOT NULL,
    book         text NOT NULL,
    moved_minor  bigint NOT NULL
);
COMMENT ON TABLE reconcile_slight IS 'always empty: the shape of a temporary table: charges that differ by no more than is tolerated';
COMMENT ON COLUMN reconcile_slight.account_id IS 'the funding account';
COMMENT ON COLUMN reconcile_slight.book IS 'whose books';
COMMENT ON COLUMN reconcile_slight.moved_minor IS 'how much more left by the statement than by our book';

ALTER TABLE balance_proof ADD COLUMN tolerated_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN tolerated bigint NOT NULL DEFAULT 0 CHECK (tolerated >= 0);
COMMENT ON COLUMN balance_proof.tolerated_minor IS 'how much more left by charges that differ by no more than is tolerated';
COMMENT ON COLUMN balance_proof.tolerated IS 'how many charges these are';
COMMENT ON COLUMN balance_proof.off_minor IS 'paid + charges - returned - ours: 0, or explained by findings and tolerated charges';
COMMENT ON COLUMN balance_proof.explained_minor IS 'sum of finding.moved_minor of this account and book: with tolerated_minor equal to off_minor, or something is not explained';

-- A balance holds for the lines its statement has: where a later one brought more
-- of these days, and tells no balance itself, there is none for all of them.
CREATE FUNCTION statement_passed(id bigint, last_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1
          FROM statement x
          JOIN statement n USING (account_id, book, ccy)
         WHERE x.statement_id = id AND n.from_day <= last_day AND n.until_day >= x.from_day
           AND (coalesce(n.whole_at, 'infinity'), n.statement_id) > (x.whole_at, x.statement_id)
           AND EXISTS (SELECT 1 FROM statement_line l        -- by key: these alone
                        WHERE l.line_id BETWEEN n.statement_id * 100000000
                                            AND n.statement_id * 100000000 + 99999999
                          AND l.part = 0 AND l.booked_on BETWEEN x.from_day AND last_day
                       OFFSET 0))
$$;
COMMENT ON FUNCTION statement_passed(bigint, date) IS 'a later statement of the same book brought lines of its days, up to this one';

CREATE OR REPLACE FUNCTION reconcile_open() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['reconcile_batch', 'reconcile_claim', 'reconcile_hit',
                             'reconcile_left', 'reconcile_told', 'reconcile_odd',
                             'reconcile_tie', 'reconcile_day', 'reconcile_few',
                             'reconcile_errand', 'reconcile_slight',
                             'reconcile_finding'] LOOP
        IF to_regclass('pg_temp.' || t) IS NULL THEN
            EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE payrun.%I INCLUDING DEFAULTS INCLUDING STORAGE) ON COMMIT DROP', t, t);
        ELSE
            EXECUTE format('TRUNCATE pg_temp.%I', t);
        END IF;
    END LOOP;
END
$$;
