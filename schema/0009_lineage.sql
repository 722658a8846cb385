-- A history that went backwards: a standby promoted without the last seconds,
-- an old backup restored.  What was sent then looks unsent.  So every door that
-- lets money out beats a counter, a mark outside the database remembers the
-- last beat, and a database that does not know the mark's beat sends nothing
-- until the providers were asked and two people have agreed.
CREATE TABLE lineage (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    installation uuid NOT NULL DEFAULT gen_random_uuid(),
    epoch        integer NOT NULL DEFAULT 1 CHECK (epoch > 0),
    beat         bigint NOT NULL DEFAULT 0 CHECK (beat >= 0),
    nonce        text NOT NULL DEFAULT '',
    at           timestamptz NOT NULL DEFAULT now()
);
INSERT INTO lineage DEFAULT VALUES;
COMMENT ON TABLE lineage IS 'which installation this is, and how far its history goes; one row';
COMMENT ON COLUMN lineage.one IS 'always true: there is one row';
COMMENT ON COLUMN lineage.installation IS 'random, made with the database: another one is another database';
COMMENT ON COLUMN lineage.epoch IS 'grows each time a hold is lifted; a mark of an older epoch is taken to know nothing more';
COMMENT ON COLUMN lineage.beat IS 'grows with every request that may move money, in the statement that lets it out; 0: none yet';
COMMENT ON COLUMN lineage.nonce IS 'random, of the newest beat: two histories that grew apart differ in it; empty: none yet';
COMMENT ON COLUMN lineage.at IS 'when it last grew: of what was sent later, this database knows nothing';

CREATE TABLE lineage_beat (
    beat      bigint PRIMARY KEY CHECK (beat > 0),
    nonce     text NOT NULL,
    at        timestamptz NOT NULL,
    what      text NOT NULL
);
COMMENT ON TABLE lineage_beat IS 'every beat with its random number, so that a mark can be held against it later';
COMMENT ON COLUMN lineage_beat.beat IS 'counts without gaps';
COMMENT ON COLUMN lineage_beat.nonce IS 'random';
COMMENT ON COLUMN lineage_beat.at IS 'when';
COMMENT ON COLUMN lineage_beat.what IS 'the request: batch and attempt, or errand';

CREATE TABLE lineage_host (
    host      text PRIMARY KEY,
    beat      bigint NOT NULL,
    place     text NOT NULL,
    seen_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE lineage_host IS 'hosts that keep a mark, and when theirs last agreed with this database';
COMMENT ON COLUMN lineage_host.host IS 'name of the host and path of its mark';
COMMENT ON COLUMN lineage_host.beat IS 'the mark''s beat then';
COMMENT ON COLUMN lineage_host.place IS 'lineage_place() then';
COMMENT ON COLUMN lineage_host.seen_at IS 'when';

CREATE TABLE lineage_hold (
    hold_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    opened_at    timestamptz NOT NULL DEFAULT now(),
    opened_by    text NOT NULL,
    why          text NOT NULL CHECK (why <> ''),
    mark_beat    bigint NOT NULL,
    mark_at      timestamptz NOT NULL,
    mark_epoch   integer NOT NULL,
    db_beat      bigint NOT NULL,
    since        timestamptz NOT NULL,
    lifted_at    timestamptz,
    CHECK (lifted_at >= opened_at)
);
CREATE UNIQUE INDEX lineage_hold_open_idx ON lineage_hold ((true)) WHERE lifted_at IS NULL;
COMMENT ON INDEX lineage_hold_open_idx IS 'one open hold; for queries/lineage_hold_read.sql';
COMMENT ON TABLE lineage_hold IS 'times in which nothing was sent because history had gone backwards; append-only';
COMMENT ON COLUMN lineage_hold.hold_id IS 'its number';
COMMENT ON COLUMN lineage_hold.opened_at IS 'when it was noticed';
COMMENT ON COLUMN lineage_hold.opened_by IS 'the worker, or the person who said so';
COMMENT ON COLUMN lineage_hold.why IS 'what was noticed, for a person';
COMMENT ON COLUMN lineage_hold.mark_beat IS 'the last beat the mark knew';
COMMENT ON COLUMN lineage_hold.mark_at IS 'when that was';
COMMENT ON COLUMN lineage_hold.mark_epoch IS 'its epoch: lifting passes it, or the same mark would open a hold again; 0: no mark said so';
COMMENT ON COLUMN lineage_hold.db_beat IS 'the last beat this database knew';
COMMENT ON COLUMN lineage_hold.since IS 'from here on payments may have been made that this database does not know';
COMMENT ON COLUMN lineage_hold.lifted_at IS 'when two people lifted it; NULL: it is open, and every door is shut';

CREATE TABLE lineage_list (
    hold_id     bigint NOT NULL REFERENCES lineage_hold,
    account_id  bigint NOT NULL REFERENCES funding_account,
    began_at    timestamptz,
    done_at     timestamptz,
    rows        integer NOT NULL DEFAULT 0,
    note        text NOT NULL DEFAULT '',
    cannot      boolean NOT NULL DEFAULT false,
    trusted     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (hold_id, account_id),
    CHECK (done_at >= began_at),
    CHECK (NOT cannot OR done_at IS NULL),
    CHECK (NOT trusted OR done_at IS NOT NULL)
);
COMMENT ON TABLE lineage_list IS 'what each account''s provider was asked to list during a hold';
COMMENT ON COLUMN lineage_list.hold_id IS 'the hold';
COMMENT ON COLUMN lineage_list.account_id IS 'the funding account';
COMMENT ON COLUMN lineage_list.began_at IS 'when the last try to list it began; NULL: none did';
COMMENT ON COLUMN lineage_list.done_at IS 'when that was read to its end; NULL: it was not';
COMMENT ON COLUMN lineage_list.rows IS 'payments listed since the hold''s since';
COMMENT ON COLUMN lineage_list.note IS 'why it could not be listed; empty: it could';
COMMENT ON COLUMN lineage_list.cannot IS 'true: whoever proposed to lift the hold said that it cannot be listed, so nothing of it is sent by itself';
COMMENT ON COLUMN lineage_list.trusted IS 'true: whoever proposed to lift the hold said that this list hides nothing, so in one phase too what is not in it was not sent';

CREATE TABLE lineage_line (
    hold_id     bigint NOT NULL,
    account_id  bigint NOT NULL,
    nr          integer NOT NULL,
    provider_id text NOT NULL,
    at          timestamptz,
    payee       text NOT NULL,
    name        text NOT NULL,
    minor       bigint,
    ccy         char(3) NOT NULL,
    charge_minor bigint NOT NULL DEFAULT 0,
    reference   text NOT NULL,
    receipt     text NOT NULL,
    token       text NOT NULL,
    file_alias  text NOT NULL,
    code        text NOT NULL,
    words       text NOT NULL,
    fate        text NOT NULL CHECK (fate IN ('open', 'paid', 'failed', 'cancelled', 'unclear')),
    ref_batch   bigint,
    ref_seq     smallint,
    verdict     text NOT NULL DEFAULT 'unknown' CHECK (verdict IN
                    ('known', 'sent', 'alike', 'unknown', 'nothing')),
    batch_id    bigint,
    seq         smallint,
    PRIMARY KEY (hold_id, account_id, nr),
    FOREIGN KEY (hold_id, account_id) REFERENCES lineage_list
);
CREATE INDEX lineage_line_payee_idx ON lineage_line (payee, minor) WHERE verdict = 'unknown';
CREATE INDEX lineage_line_token_idx ON lineage_line (token) WHERE token <> '';
COMMENT ON INDEX lineage_line_payee_idx IS 'for queries/dup_lineage.sql';
COMMENT ON INDEX lineage_line_token_idx IS 'for queries/tracker_adopted.sql';
COMMENT ON TABLE lineage_line IS 'payments a provider listed of a time that this database may not know';
COMMENT ON COLUMN lineage_line.hold_id IS 'the hold';
COMMENT ON COLUMN lineage_line.account_id IS 'the funding account that was asked';
COMMENT ON COLUMN lineage_line.nr IS 'place in the list from 1';
COMMENT ON COLUMN lineage_line.provider_id IS 'the provider''s number of the payment';
COMMENT ON COLUMN lineage_line.at IS 'when it was made, by the provider; NULL: it does not say, or not so that it can be read';
COMMENT ON COLUMN lineage_line.payee IS 'phone 2547..., bank account, paybill or till';
COMMENT ON COLUMN lineage_line.name IS 'as listed';
COMMENT ON COLUMN lineage_line.minor IS 'amount in minor units of ccy; NULL: not listed';
COMMENT ON COLUMN lineage_line.ccy IS 'ISO 4217: the account''s';
COMMENT ON COLUMN lineage_line.charge_minor IS 'the charge listed with it';
COMMENT ON COLUMN lineage_line.reference IS 'our reference, or what else stands there';
COMMENT ON COLUMN lineage_line.receipt IS 'M-Pesa receipt or bank reference; empty: none';
COMMENT ON COLUMN lineage_line.token IS 'what proves it when the attempt''s key is still there; empty: none';
COMMENT ON COLUMN lineage_line.file_alias IS 'the provider''s short id of its file; empty: none';
COMMENT ON COLUMN lineage_line.code IS 'the provider''s code';
COMMENT ON COLUMN lineage_line.words IS 'its words';
COMMENT ON COLUMN lineage_line.fate IS 'what the code means';
COMMENT ON COLUMN lineage_line.ref_batch IS 'the batch its reference names, there or not; NULL: it is no reference of ours';
COMMENT ON COLUMN lineage_line.ref_seq IS '... and the instruction';
COMMENT ON COLUMN lineage_line.verdict IS 'known: the book has it; sent: the book held it for not sent; alike: same payee and amount as one held for not sent; unknown: not in the book; nothing: no money moved';
COMMENT ON COLUMN lineage_line.batch_id IS 'the payment of ours it is, or is like; NULL: none';
COMMENT ON COLUMN lineage_line.seq IS '... the instruction';

CREATE TABLE lineage_lift (
    hold_id       bigint NOT NULL REFERENCES lineage_hold,
    lift_no       integer NOT NULL,
    proposed_by   text NOT NULL,
    proposed_role text NOT NULL CHECK (proposed_role IN ('maker', 'admin')),
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    reason        text NOT NULL CHECK (reason <> ''),
    found         text NOT NULL,
    digest        bytea NOT NULL CHECK (length(digest) = 32),
    agreed_by     text,
    agreed_role   text CHECK (agreed_role = 'checker'),
    agreed_at     timestamptz,
    PRIMARY KEY (hold_id, lift_no),
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role),
    FOREIGN KEY (agreed_by, agreed_role) REFERENCES app_user (user_name, role),
    CHECK ((agreed_by IS NULL) = (agreed_at IS NULL)
           AND (agreed_by IS NULL) = (agreed_role IS NULL)),
    CONSTRAINT proposer_does_not_lift CHECK (agreed_by <> proposed_by)
);
COMMENT ON TABLE lineage_lift IS 'who proposed to lift a hold, on what was found, and who agreed';
COMMENT ON COLUMN lineage_lift.hold_id IS 'the hold';
COMMENT ON COLUMN lineage_lift.lift_no IS 'counts the proposals from 1; only the last one can be agreed to';
COMMENT ON COLUMN lineage_lift.proposed_by IS 'who proposed it';
COMMENT ON COLUMN lineage_lift.proposed_role IS 'maker or admin';
COMMENT ON COLUMN lineage_lift.proposed_at IS 'when';
COMMENT ON COLUMN lineage_lift.reason IS 'what happened, in the proposer''s words';
COMMENT ON COLUMN lineage_lift.found IS 'what was found, as it was shown';
COMMENT ON COLUMN lineage_lift.digest IS 'SHA-256 of every listed payment and what it was taken for: found again when it is agreed to, or the proposal is void';
COMMENT ON COLUMN lineage_lift.agreed_by IS 'another person; NULL: nobody yet';
COMMENT ON COLUMN lineage_lift.agreed_role IS 'always checker';
COMMENT ON COLUMN lineage_lift.agreed_at IS 'when; NULL: not yet';

-- The hold is the pause of everything, which every claim and door reads and
-- holds; but no single person can end it.
ALTER TABLE standstill
    ADD COLUMN hold_id bigint REFERENCES lineage_hold,
    DROP CONSTRAINT pause_has_reason,
    ADD CONSTRAINT pause_has_reason
        CHECK (NOT paused OR (why <> '' AND (by IS NOT NULL OR hold_id IS NOT NULL))),
    ADD CONSTRAINT hold_is_paused CHECK (hold_id IS NULL OR paused);
COMMENT ON COLUMN standstill.by IS 'who paused or resumed; NULL: nobody ever did, or a hold paused';
COMMENT ON COLUMN standstill.hold_id IS 'the open hold: paused until two people lift it; NULL: none';

CREATE FUNCTION lineage_place() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT (SELECT system_identifier FROM pg_control_system()) || '/'
           || CASE WHEN pg_is_in_recovery() THEN 'standby'
              ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END
$$;
COMMENT ON FUNCTION lineage_place() IS 'which server this is: its identity, and the timeline, which a failover changes';

CREATE FUNCTION lineage_holds(mark_installation text, mark_epoch bigint, mark_beat bigint,
                              mark_nonce text, mark_place text)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM lineage l
                    WHERE l.installation::text = mark_installation
                      AND l.epoch = mark_epoch AND l.beat >= mark_beat
                      AND mark_place = lineage_place()
                      AND (mark_beat = 0
                           OR EXISTS (SELECT 1 FROM lineage_beat b
                                       WHERE b.beat = mark_beat AND b.nonce = mark_nonce)))
$$;
COMMENT ON FUNCTION lineage_holds(text, bigint, bigint, text, text) IS 'true: the history that the mark knows is the one of this database';

-- Batches held for not sent of which no list can prove it: of an account that
-- cannot be listed; and in one phase, where the provider may hide what it paid,
-- unless two people trust its list.  What was made later, or was not to be paid
-- before a later day, cannot have left.
CREATE FUNCTION lineage_unproven(of_hold bigint)
RETURNS TABLE (batch_id bigint, account_id bigint, rows integer, minor bigint)
LANGUAGE sql STABLE AS $$
    SELECT b.batch_id, b.account_id, b.rows, b.minor
      FROM lineage_hold h
     CROSS JOIN batch b
      JOIN run r USING (run_id)
      JOIN funding_account a ON a.account_id = b.account_id
      LEFT JOIN lineage_list g ON g.hold_id = h.hold_id
                              AND g.account_id = b.account_id
     WHERE h.hold_id = of_hold
       AND (b.state IN ('ready', 'initiating', 'initiated')
            OR (b.state IN ('releasing', 'sending') AND b.left_no IS NULL))
       AND r.state IN ('draft', 'submitted', 'approved', 'paying', 'paused')
       AND r.created_at < h.opened_at
       AND (r.pay_date IS NULL
            OR r.pay_date <= (greatest(h.opened_at, h.mark_at)
                              AT TIME ZONE 'Africa/Nairobi')::date)
       AND (coalesce(g.cannot, false)
            OR (NOT a.two_phase AND NOT coalesce(g.trusted, false)))
$$;
COMMENT ON FUNCTION lineage_unproven(bigint) IS 'batches that count as not sent in a restored book, although nothing proves it: they go in doubt when the hold is lifted';

-- What a role may not do by itself: open and lift a hold.  Numbers of runs that
-- a lost run may have had are left out, because our references carry them.
CREATE FUNCTION lineage_stop(who text, because text, of_beat bigint, of_epoch bigint, beat_at timestamptz, from_then timestamptz, lost bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    h bigint;
BEGIN
    PERFORM 1 FROM standstill WHERE hold_id IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    INSERT INTO lineage_hold (opened_by, why, mark_beat, mark_at, mark_epoch, db_beat, since)
    SELECT who, because, of_beat, beat_at, of_epoch, l.beat, from_then FROM lineage l
    RETURNING hold_id INTO h;
    UPDATE standstill s
       SET hold_id = h, why = CASE WHEN s.paused THEN s.why ELSE because END,
           by = CASE WHEN s.paused THEN s.by END,
           at = CASE WHEN s.paused THEN s.at ELSE now() END, paused = true;
    PERFORM setval(pg_get_serial_sequence('payrun.run', 'run_id'),
                   nextval(pg_get_serial_sequence('payrun.run', 'run_id')) + lost);
    RETURN h;
END $$;
COMMENT ON FUNCTION lineage_stop(text, text, bigint, bigint, timestamptz, timestamptz, bigint) IS 'opens a hold: everything stands still; 0: one is open already';

CREATE FUNCTION lineage_resume(of_hold bigint)
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
       OR EXISTS (SELECT 1 FROM lineage_list g
                   WHERE g.hold_id = of_hold AND g.done_at IS NULL
                     AND NOT g.cannot) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'hold_takes_two',
            MESSAGE = 'a hold is lifted when every account was listed and two people have agreed';
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
COMMENT ON FUNCTION lineage_resume(bigint) IS 'lifts a hold that two people agreed to lift; what a person paused stays paused';

REVOKE ALL ON FUNCTION
    lineage_stop(text, text, bigint, bigint, timestamptz, timestamptz, bigint),
    lineage_resume(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    lineage_stop(text, text, bigint, bigint, timestamptz, timestamptz, bigint)
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT EXECUTE ON FUNCTION lineage_resume(bigint) TO payrun_worker;
GRANT UPDATE (beat, nonce, at) ON lineage
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT ON lineage_beat
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT, UPDATE (beat, place, seen_at) ON lineage_host
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT, UPDATE (began_at, done_at, rows, note, cannot, trusted) ON lineage_list
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT, DELETE, UPDATE (verdict, batch_id, seq) ON lineage_line
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT (hold_id, lift_no, proposed_by, proposed_role, reason, found, digest)
    ON lineage_lift TO payrun_maker, payrun_admin;
GRANT UPDATE (agreed_by, agreed_role, agreed_at) ON lineage_lift TO payrun_checker;

-- A file of ours that its provider pays although we never released it.
INSERT INTO edge (machine, from_state, to_state, who)
VALUES ('batch', 'initiated', 'in_doubt', '{worker}');
