-- What left from each host, which a restore cannot lose: the journal kept beside
-- each host's mark (engine/book/left.h) is brought into the database during a
-- hold.  What it knows and the database does not was sent: batches that are here
-- as not sent go in doubt, and the payees of those that are gone are not paid
-- again by an upload that nobody was asked about.
CREATE TABLE lineage_journal (
    hold_id  bigint NOT NULL REFERENCES lineage_hold,
    host     text NOT NULL,
    read_at  timestamptz NOT NULL DEFAULT now(),
    whole    boolean NOT NULL,
    entries  bigint NOT NULL CHECK (entries >= 0),
    unknown  bigint NOT NULL CHECK (unknown >= 0),
    last     bigint NOT NULL CHECK (last >= 0),
    note     text NOT NULL,
    excused  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (hold_id, host),
    CHECK (whole = (note = ''))
);
COMMENT ON TABLE lineage_journal IS 'whose journal was read during a hold, and whether it was all there';
COMMENT ON COLUMN lineage_journal.hold_id IS 'the hold';
COMMENT ON COLUMN lineage_journal.host IS 'as lineage_host.host';
COMMENT ON COLUMN lineage_journal.read_at IS 'when';
COMMENT ON COLUMN lineage_journal.whole IS 'true: every entry that the mark knows of was there';
COMMENT ON COLUMN lineage_journal.entries IS 'batches that left from this host, as far as its journal goes';
COMMENT ON COLUMN lineage_journal.unknown IS '... of which this database knew nothing';
COMMENT ON COLUMN lineage_journal.last IS 'number of the last entry, as the mark says; 0: none, or no mark';
COMMENT ON COLUMN lineage_journal.note IS 'what is missing, for a person; empty: nothing';
COMMENT ON COLUMN lineage_journal.excused IS 'true: whoever proposed to lift the hold said that it is lost, so only the providers'' lists tell what left from there';

CREATE TABLE lineage_left (
    nonce        text PRIMARY KEY,
    hold_id      bigint NOT NULL REFERENCES lineage_hold,
    host         text NOT NULL,
    installation text NOT NULL,
    beat         bigint NOT NULL CHECK (beat > 0),
    at           timestamptz NOT NULL,
    step         text NOT NULL CHECK (step IN ('approve', 'send')),
    run_ref      text NOT NULL,
    period       char(7) NOT NULL,
    kind         text NOT NULL,
    account      text NOT NULL,
    batch_id     bigint NOT NULL,
    rows         integer NOT NULL CHECK (rows > 0),
    minor        bigint NOT NULL CHECK (minor > 0),
    ccy          char(3) NOT NULL,
    digest       bytea NOT NULL CHECK (length(digest) = 32),
    payments     bigint[] NOT NULL,
    CHECK (cardinality(payments) = rows)
);
CREATE INDEX lineage_left_period_idx ON lineage_left (period);
CREATE INDEX lineage_left_hold_idx ON lineage_left (hold_id, batch_id);
COMMENT ON INDEX lineage_left_period_idx IS 'for queries/dup_left.sql';
COMMENT ON INDEX lineage_left_hold_idx IS 'for lineage_unproven()';
COMMENT ON TABLE lineage_left IS 'batches that left, by a host''s journal, and that this database did not know of; append-only';
COMMENT ON COLUMN lineage_left.nonce IS 'random number of its beat: it names the request';
COMMENT ON COLUMN lineage_left.hold_id IS 'the hold in which it was brought';
COMMENT ON COLUMN lineage_left.host IS 'as lineage_host.host';
COMMENT ON COLUMN lineage_left.installation IS 'the database it left from; the key of the hashes';
COMMENT ON COLUMN lineage_left.beat IS 'its beat there';
COMMENT ON COLUMN lineage_left.at IS 'when it left';
COMMENT ON COLUMN lineage_left.step IS 'approve: a file was released; send: paid at once';
COMMENT ON COLUMN lineage_left.run_ref IS 'name of the run, which may be unknown here';
COMMENT ON COLUMN lineage_left.period IS 'the run''s, YYYY-MM';
COMMENT ON COLUMN lineage_left.kind IS 'the run''s';
COMMENT ON COLUMN lineage_left.account IS 'name of the funding account that paid';
COMMENT ON COLUMN lineage_left.batch_id IS 'the batch; it is here only if digest is the same too';
COMMENT ON COLUMN lineage_left.rows IS 'its payments';
COMMENT ON COLUMN lineage_left.minor IS 'their sum in minor units of ccy';
COMMENT ON COLUMN lineage_left.ccy IS 'ISO 4217';
COMMENT ON COLUMN lineage_left.digest IS 'batch.digest';
COMMENT ON COLUMN lineage_left.payments IS 'lineage_payment() of each: the journal names no payee';

CREATE FUNCTION lineage_payment(of_installation text, account text, bank_code text, account_reference text, minor bigint, ccy text)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT ('x' || encode(substr(sha256(convert_to(
               of_installation || E'\n' || account || E'\n'
               || coalesce(bank_code, '') || E'\n'
               || coalesce(account_reference, '') || E'\n' || minor || E'\n'
               || ccy, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
$$;
COMMENT ON FUNCTION lineage_payment(text, text, text, text, bigint, text) IS 'what stands for a payment in a journal; left_payment() in the program is the same';

-- What was sent and is not in the book, one row a payment.
CREATE FUNCTION lineage_lost(of_period text)
RETURNS TABLE (payment bigint, installation text, hold_id bigint, run_ref text, account text, at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT unnest(l.payments), l.installation, l.hold_id, l.run_ref, l.account, l.at
      FROM lineage_left l
     WHERE l.period = of_period
       AND NOT EXISTS (SELECT 1 FROM batch b
                        WHERE b.batch_id = l.batch_id AND b.digest = l.digest)
$$;
COMMENT ON FUNCTION lineage_lost(text) IS 'payments of a period that left, by a journal, in batches that this database does not have';

-- Whose journal a hold still waits for.
CREATE FUNCTION lineage_silent(of_hold bigint)
RETURNS TABLE (host text) LANGUAGE sql STABLE AS $$
    SELECT x.host
      FROM lineage_hold h
      JOIN lineage_host x ON x.seen_at > h.since - interval '45 days'
      LEFT JOIN lineage_journal j ON j.hold_id = h.hold_id AND j.host = x.host
     WHERE h.hold_id = of_hold AND NOT coalesce(j.whole OR j.excused, false)
     UNION
    SELECT j.host FROM lineage_journal j
     WHERE j.hold_id = of_hold AND NOT j.whole AND NOT j.excused
$$;
COMMENT ON FUNCTION lineage_silent(bigint) IS 'hosts that kept a mark in the 45 days before, whose journal was not read whole, and of which nobody said that it is lost';

-- As in step 0009, and what a journal says: a batch that left, unless the
-- provider lists all of its file as cancelled; and one that has a payment like
-- one that left in a batch this database does not have.
CREATE OR REPLACE FUNCTION lineage_unproven(of_hold bigint)
RETURNS TABLE (batch_id bigint, account_id bigint, rows integer, minor bigint)
LANGUAGE sql STABLE AS $$
    WITH unsent AS (
        SELECT b.batch_id, b.account_id, b.rows, b.minor, b.digest, b.ccy,
               r.period, a.two_phase, r.created_at, r.pay_date
          FROM batch b
          JOIN run r USING (run_id)
          JOIN funding_account a ON a.account_id = b.account_id
         WHERE (b.state IN ('ready', 'initiating', 'initiated')
                OR (b.state IN ('releasing', 'sending') AND b.left_no IS NULL))
           AND r.state IN ('draft', 'submitted', 'approved', 'paying', 'paused')
    ), went AS (
        SELECT u.batch_id
          FROM unsent u
          JOIN lineage_left l ON l.hold_id = of_hold
                             AND l.batch_id = u.batch_id AND l.digest = u.digest
         WHERE NOT u.two_phase
            OR u.rows > (SELECT count(DISTINCT n.ref_seq) FROM lineage_line n
                          WHERE n.hold_id = of_hold AND n.ref_batch = u.batch_id
                            AND n.fate = 'cancelled' AND n.verdict = 'nothing')
    ), lost AS (
        SELECT DISTINCT p.period, x.installation, x.payment
          FROM (SELECT DISTINCT period FROM lineage_left
                 WHERE lineage_left.hold_id = of_hold) p
         CROSS JOIN LATERAL lineage_lost(p.period) x
         WHERE x.hold_id = of_hold
    ), alike AS (
        SELECT DISTINCT i.batch_id
          FROM (SELECT DISTINCT period, installation FROM lost) k
          JOIN unsent u ON u.period = k.period
          JOIN instruction i ON i.batch_id = u.batch_id
          JOIN lost x ON x.period = k.period AND x.installation = k.installation
                     AND x.payment = lineage_payment(
                             k.installation, i.account, i.bank_code,
                             i.account_reference, i.minor, u.ccy)
    )
    SELECT u.batch_id, u.account_id, u.rows, u.minor
      FROM lineage_hold h
     CROSS JOIN unsent u
      LEFT JOIN lineage_list g ON g.hold_id = h.hold_id
                              AND g.account_id = u.account_id
     WHERE h.hold_id = of_hold
       AND (u.batch_id IN (SELECT w.batch_id FROM went w)
            OR u.batch_id IN (SELECT k.batch_id FROM alike k)
            OR (u.created_at < h.opened_at
                AND (u.pay_date IS NULL
                     OR u.pay_date <= (greatest(h.opened_at, h.mark_at)
                                       AT TIME ZONE 'Africa/Nairobi')::date)
                AND (coalesce(g.cannot, false)
                     OR (NOT u.two_phase AND NOT coalesce(g.trusted, false)))))
$$;

-- As in step 0009, and every host's journal was read.
CREATE OR REPLACE FUNCTION lineage_resume(of_hold bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
BEGIN
    PERFORM 1 FROM standstill WHERE hold_id = of_hold FOR UPDATE;
    IF NOT FOUND
       OR NOT EXISTS (SELECT 1 FROM lineage_lift x
                       WHERE x.hold_id = of_hold AND x.agreed_at IS NOT NULL
                         AND NOT EXISTS (SELECT 1 FROM lineage_lift y
                                          WHERE y.hold_id = of_hold
                                            AND y.lift_no > x.lift_no))
       OR NOT EXISTS (SELECT 1 FROM lineage_list WHERE hold_id = of_hold)
       OR EXISTS (SELECT 1 FROM lineage_silent(of_hold))
       OR EXISTS (SELECT 1 FROM lineage_list g
                   WHERE g.hold_id = of_hold AND g.done_at IS NULL
                     AND NOT g.cannot) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'hold_takes_two',
            MESSAGE = 'a hold is lifted when every account was listed, every journal was read and two people have agreed';
    END IF;
    IF EXISTS (SELECT 1 FROM lineage_unproven(of_hold)) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'unproven_is_in_doubt',
            MESSAGE = 'a hold is lifted when what cannot be proven not sent is in doubt';
    END IF;
    UPDATE lineage_hold SET lifted_at = now() WHERE hold_id = of_hold;
    UPDATE lineage l SET epoch = greatest(l.epoch, h.mark_epoch) + 1
      FROM lineage_hold h WHERE h.hold_id = of_hold;
    UPDATE standstill s
       SET hold_id = NULL, paused = s.by IS NOT NULL,
           why = CASE WHEN s.by IS NOT NULL THEN s.why ELSE '' END,
           at = CASE WHEN s.by IS NOT NULL THEN s.at ELSE now() END;
    RETURN of_hold;
END $$;

GRANT INSERT, UPDATE (read_at, whole, entries, unknown, last, note, excused) ON lineage_journal
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT ON lineage_left
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;

-- A file of rows that came back to be corrected says which row of which run each
-- one was (payrun rejects writes that).  Those that certainly were not paid are
-- tied as a retry's are; only the whole of it need not be.
ALTER TABLE run ADD COLUMN corrects boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN run.corrects IS 'true: a corrected file, some of whose rows stand for failures; false: none do, or it is a retry and all do';
COMMENT ON COLUMN run.parent IS 'the run whose failures it pays again, the first of them if it corrects several; NULL: none';
COMMENT ON COLUMN retried.minor IS 'amount of the payment that stands for it; in a corrected file it may be another than what failed';
GRANT UPDATE (corrects) ON run TO payrun_maker;

CREATE FUNCTION rows_corrected(of_run bigint, of_period text)
RETURNS TABLE (batch_id bigint, seq smallint, line_no integer, account text, name text, minor bigint,
               says text, old_run bigint, old_batch bigint, old_seq smallint, unpaid bigint, verdict text)
LANGUAGE sql STABLE AS $$
    WITH said AS (
        SELECT n.batch_id, n.seq, n.line_no, n.account, n.name, n.minor,
               btrim(n.extra::json ->> 'payrun row') AS says
          FROM instruction n
         WHERE n.batch_id BETWEEN of_run * 100000 AND of_run * 100000 + 99999
           AND n.extra LIKE '%"payrun row"%'
    ), named AS (
        SELECT s.batch_id, s.seq, s.line_no, s.account, s.name, s.minor, s.says,
               r.run_id AS old_run, r.period::text AS old_period,
               CASE WHEN s.says ~ '^R-\d{4}-\d\d-[A-Z]+/\d{1,8}$'
                    THEN split_part(s.says, '/', 2)::integer END AS old_line,
               count(*) OVER (PARTITION BY s.says) AS times
          FROM said s
          LEFT JOIN run r ON r.ref = split_part(s.says, '/', 1)
                         AND r.run_id < of_run
         WHERE s.says <> ''
    ), old AS (
        SELECT k.old_run, k.old_line, count(*) AS payments,
               min(i.batch_id) AS batch_id, min(i.seq) AS seq,
               min(i.minor) AS minor,
               bool_and(o.state IN ('failed', 'cancelled', 'returned')
                        IS TRUE) AS failed,
               bool_or(EXISTS (SELECT 1 FROM retried t JOIN run x USING (run_id)
                                WHERE t.batch_id = i.batch_id AND t.seq = i.seq
                                  AND t.living
                                  AND x.state NOT IN ('rejected', 'expired')))
                   AS retried,
               bool_or(EXISTS (SELECT 1 FROM contradiction c
                                WHERE c.batch_id = i.batch_id AND c.seq = i.seq
                                  AND c.evidence_id IS NULL)) AS contradicted
          FROM (SELECT DISTINCT old_run, old_line FROM named) k
          JOIN instruction i ON i.batch_id BETWEEN k.old_run * 100000
                                               AND k.old_run * 100000 + 99999
                            AND i.line_no = k.old_line
          LEFT JOIN outcome o ON o.batch_id = i.batch_id AND o.seq = i.seq
         GROUP BY k.old_run, k.old_line
    )
    SELECT n.batch_id, n.seq, n.line_no, n.account, n.name, n.minor, n.says,
           n.old_run, o.batch_id, o.seq, o.minor,
           CASE WHEN n.old_run IS NULL OR n.old_line IS NULL THEN 'stranger'
                WHEN n.old_period <> of_period THEN 'period'
                WHEN n.times > 1 THEN 'twice'
                WHEN o.payments IS NULL THEN 'held'
                WHEN o.payments > 1 THEN 'parts'
                WHEN o.retried THEN 'retried'
                WHEN NOT o.failed OR o.contradicted THEN 'open'
                WHEN n.minor > o.minor THEN 'more'
                ELSE 'tied' END
      FROM named n
      LEFT JOIN old o USING (old_run, old_line)
$$;
COMMENT ON FUNCTION rows_corrected(bigint, text) IS 'rows of a run that say which row of another they correct, and whether that is so: tied; held: it was no payment; or why not';

-- As in step 0007, but a corrected file may have rows that stand for nothing.
CREATE OR REPLACE FUNCTION retry_stopped(retry bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT batch_id, seq FROM retried WHERE run_id = retry AND living
        UNION
        SELECT t.batch_id, t.seq
          FROM line l
          JOIN retried t ON t.new_batch_id = l.batch_id AND t.new_seq = l.seq
    )
    SELECT NOT EXISTS (SELECT 1 FROM run r
                        WHERE r.run_id = retry
                          AND (r.corrects
                               OR (r.rows, r.minor)
                                  = (SELECT count(*), sum(t.minor)::bigint
                                       FROM retried t
                                      WHERE t.run_id = retry AND t.living)))
           OR EXISTS (SELECT 1 FROM line l
                     LEFT JOIN outcome o USING (batch_id, seq)
                    WHERE o.state IS NULL
                       OR o.state NOT IN ('failed', 'cancelled', 'returned')
                       OR EXISTS (SELECT 1 FROM contradiction c
                                   WHERE c.batch_id = l.batch_id AND c.seq = l.seq
                                     AND c.evidence_id IS NULL))
$$;
