-- Controls that hold whatever the program does: database roles with only what
-- each needs, states that move along edges only, ceilings of the organisation's
-- own, an audit that is only ever appended to.

-- The schema belongs to whoever migrates it.  Everybody else acts as one of
-- these six; no login of its own comes with them.  They are the server's, not
-- the database's: another database of it may have made them already.
DO $$
DECLARE
    r     text;
    lacks text := '';
BEGIN
    FOREACH r IN ARRAY ARRAY['payrun_maker', 'payrun_checker', 'payrun_admin',
                             'payrun_auditor', 'payrun_worker',
                             'payrun_listener'] LOOP
        BEGIN
            IF to_regrole(r) IS NULL THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', r);
            END IF;
            IF NOT pg_has_role(current_user, to_regrole(r), 'MEMBER') THEN
                EXECUTE format('GRANT %I TO CURRENT_USER', r);
            END IF;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL;           -- another database of this server, just now
            WHEN insufficient_privilege THEN
                lacks := lacks || CASE WHEN to_regrole(r) IS NULL
                    THEN format('CREATE ROLE %I; ', r) ELSE '' END
                    || format('GRANT %I TO %I; ', r, current_user);
        END;
    END LOOP;
    IF lacks <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'PR001', MESSAGE =
            'this login may not make the database roles; somebody who may '
            || 'runs: ' || lacks;
    END IF;
END $$;

-- What the owner may do beyond the rules, and nobody else: mend by hand, after
-- saying SET payrun.repair = 'why'.
CREATE FUNCTION repairing() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('payrun.repair', true), '') <> ''
           AND pg_has_role(current_user, (SELECT nspowner FROM pg_namespace
                                           WHERE nspname = 'payrun'), 'USAGE')
$$;
COMMENT ON FUNCTION repairing() IS 'true: the schema''s owner has said SET payrun.repair = ''why'' and mends by hand';

-- --- states ----------------------------------------------------------------

CREATE TABLE edge (
    machine     text NOT NULL CHECK (machine IN ('run', 'batch', 'outcome', 'evidence')),
    from_state  text NOT NULL,
    to_state    text NOT NULL,
    who         text[] NOT NULL,
    PRIMARY KEY (machine, from_state, to_state)
);
COMMENT ON TABLE edge IS 'the edges of engine/book/states.c: no state changes but along one of them';
COMMENT ON COLUMN edge.machine IS 'run, batch, outcome; evidence: an outcome that two people decide';
COMMENT ON COLUMN edge.from_state IS 'state before';
COMMENT ON COLUMN edge.to_state IS 'state after';
COMMENT ON COLUMN edge.who IS 'which roles may, without payrun_';

INSERT INTO edge (machine, from_state, to_state, who) VALUES
('run', 'draft',     'submitted', '{maker}'),
('run', 'draft',     'cancelled', '{maker,checker,admin}'),
('run', 'submitted', 'approved',  '{checker}'),
('run', 'submitted', 'rejected',  '{checker}'),
('run', 'submitted', 'cancelled', '{maker,checker,admin}'),
('run', 'submitted', 'expired',   '{worker}'),
('run', 'approved',  'paying',    '{maker,checker,admin}'),
('run', 'approved',  'cancelled', '{maker,checker,admin}'),
('run', 'approved',  'expired',   '{worker}'),
('run', 'paying',    'paused',    '{maker,checker,admin,worker}'),
('run', 'paying',    'cancelled', '{maker,checker,admin}'),
('run', 'paying',    'settled',   '{worker}'),
('run', 'paused',    'paying',    '{maker,checker,admin}'),
('run', 'paused',    'cancelled', '{maker,checker,admin}'),
('run', 'paused',    'settled',   '{worker}'),
('run', 'settled',   'closed',    '{worker}'),
('run', 'closed',    'settled',   '{worker}'),
('run', 'cancelled', 'settled',   '{worker}'),
('batch', 'ready',      'initiating', '{worker}'),
('batch', 'ready',      'sending',    '{worker}'),
('batch', 'ready',      'in_doubt',   '{worker}'),
('batch', 'ready',      'cancelled',  '{maker,checker,admin,worker}'),
('batch', 'initiating', 'initiated',  '{worker}'),
('batch', 'initiating', 'ready',      '{worker}'),
('batch', 'initiating', 'refused',    '{worker}'),
('batch', 'initiating', 'in_doubt',   '{worker}'),
('batch', 'initiating', 'cancelled',  '{maker,checker,admin,worker}'),
('batch', 'initiated',  'releasing',  '{worker}'),
('batch', 'initiated',  'cancelled',  '{maker,checker,admin,worker}'),
('batch', 'releasing',  'initiated',  '{worker}'),
('batch', 'releasing',  'in_flight',  '{worker}'),
('batch', 'releasing',  'in_doubt',   '{worker}'),
('batch', 'sending',    'ready',      '{worker}'),
('batch', 'sending',    'in_flight',  '{worker}'),
('batch', 'sending',    'refused',    '{worker}'),
('batch', 'sending',    'in_doubt',   '{worker}'),
('batch', 'in_doubt',   'initiated',  '{worker}'),
('batch', 'in_doubt',   'in_flight',  '{checker,worker}'),
('batch', 'in_flight',  'done',       '{checker,worker}'),
('outcome', 'in_doubt', 'paid',       '{worker}'),
('outcome', 'in_doubt', 'failed',     '{worker}'),
('outcome', 'in_doubt', 'cancelled',  '{worker}'),
('outcome', 'paid',     'returned',   '{worker}'),
('outcome', 'paid',     'reversed',   '{worker}'),
('evidence', 'in_doubt',  'paid',     '{checker}'),
('evidence', 'in_doubt',  'failed',   '{checker}'),
('evidence', 'failed',    'paid',     '{checker}'),
('evidence', 'cancelled', 'paid',     '{checker}'),
('evidence', 'paid',      'failed',   '{checker}');

CREATE FUNCTION may_move(what text, f text, t text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM edge e
                    WHERE e.machine = what AND e.from_state = f
                      AND e.to_state = t
                      AND EXISTS (SELECT 1 FROM unnest(e.who) AS w
                                   WHERE pg_has_role(current_user,
                                             to_regrole('payrun_' || w),
                                             'MEMBER')))
$$;
COMMENT ON FUNCTION may_move(text, text, text) IS 'true: there is such an edge, and the role that asks may take it';

-- --- ceilings --------------------------------------------------------------

CREATE TABLE ceiling (
    ceiling_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint REFERENCES funding_account,
    live         boolean NOT NULL,
    ccy          char(3) NOT NULL,
    what         text NOT NULL CHECK (what IN ('payment', 'run', 'day')),
    minor        bigint CHECK (minor > 0),
    before_minor bigint CHECK (before_minor > 0),
    raises       boolean NOT NULL GENERATED ALWAYS AS (
                     before_minor IS NOT NULL
                     AND (minor IS NULL OR minor > before_minor)) STORED,
    why          text NOT NULL,
    proposed_by  text NOT NULL,
    proposed_role text NOT NULL DEFAULT 'admin' CHECK (proposed_role = 'admin'),
    proposed_at  timestamptz NOT NULL DEFAULT now(),
    agreed_by    text,
    agreed_role  text CHECK (agreed_role IN ('admin', 'checker')),
    ended_at     timestamptz,
    state        text NOT NULL CHECK (state IN ('proposed', 'in_force', 'replaced', 'refused')),
    CONSTRAINT ceiling_raise_takes_two CHECK (
        state IN ('proposed', 'refused') OR NOT raises OR agreed_by IS NOT NULL),
    CONSTRAINT ceiling_agreed_by_another CHECK (agreed_by <> proposed_by),
    CHECK ((agreed_by IS NULL) = (agreed_role IS NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('proposed', 'in_force'))),
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role),
    FOREIGN KEY (agreed_by, agreed_role) REFERENCES app_user (user_name, role)
);
CREATE UNIQUE INDEX ceiling_force_idx ON ceiling (live, ccy, what, coalesce(account_id, 0)) WHERE state = 'in_force';
COMMENT ON INDEX ceiling_force_idx IS 'one ceiling of a kind is in force at a time; for queries/ceiling_list.sql';
COMMENT ON TABLE ceiling IS 'what the organisation itself allows to be paid at most; written by ceiling_propose and ceiling_answer only';
COMMENT ON COLUMN ceiling.ceiling_id IS 'its number, which the second person names';
COMMENT ON COLUMN ceiling.account_id IS 'the account it holds for; NULL: all accounts of live and ccy together';
COMMENT ON COLUMN ceiling.live IS 'false: sandbox; the account''s';
COMMENT ON COLUMN ceiling.ccy IS 'ISO 4217; the account''s';
COMMENT ON COLUMN ceiling.what IS 'payment: one payment; run: what one run pays; day: what is paid on one day of Nairobi';
COMMENT ON COLUMN ceiling.minor IS 'at most this, in minor units of ccy; NULL: none any more';
COMMENT ON COLUMN ceiling.before_minor IS 'the one in force when this was proposed; NULL: none was';
COMMENT ON COLUMN ceiling.raises IS 'true: it allows more than the one before, so it takes two people';
COMMENT ON COLUMN ceiling.why IS 'the reason given';
COMMENT ON COLUMN ceiling.proposed_by IS 'an admin';
COMMENT ON COLUMN ceiling.proposed_role IS 'always admin';
COMMENT ON COLUMN ceiling.proposed_at IS 'when';
COMMENT ON COLUMN ceiling.agreed_by IS 'who agreed or refused: never who proposed it; NULL: nobody, or nobody had to';
COMMENT ON COLUMN ceiling.agreed_role IS 'admin or checker';
COMMENT ON COLUMN ceiling.ended_at IS 'when it was replaced or refused; NULL: it stands';
COMMENT ON COLUMN ceiling.state IS 'proposed, in_force, replaced or refused';

ALTER TABLE batch ADD COLUMN paid_on date;
COMMENT ON COLUMN batch.paid_on IS 'the day of Nairobi it was last claimed, or left, to be paid; NULL: it never was';
UPDATE batch b
   SET paid_on = (SELECT (max(t.left_at) AT TIME ZONE 'Africa/Nairobi')::date
                    FROM attempt t
                   WHERE t.batch_id = b.batch_id
                     AND t.step IN ('approve', 'send'))
 WHERE b.state IN ('releasing', 'sending', 'in_flight', 'in_doubt', 'done');
CREATE INDEX batch_paid_on_idx ON batch (paid_on) WHERE paid_on IS NOT NULL;
COMMENT ON INDEX batch_paid_on_idx IS 'for the ceiling of a day: batch_over and run_over';

CREATE FUNCTION today_nairobi() RETURNS date LANGUAGE sql VOLATILE AS $$
    SELECT (clock_timestamp() AT TIME ZONE 'Africa/Nairobi')::date
$$;
COMMENT ON FUNCTION today_nairobi() IS 'the day a payment made now is made on';

-- What a batch that was paid, or may have been, took out of its day.
CREATE FUNCTION day_spent(on_day date, of_account bigint, of_live boolean, of_ccy text, but_batch bigint, but_run bigint)
RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(b.minor - b.failed_minor - b.cancelled_minor), 0)::bigint
      FROM batch b
      JOIN funding_account a USING (account_id)
     WHERE b.paid_on = on_day AND b.batch_id <> but_batch
       AND b.run_id <> but_run
       AND b.state IN ('releasing', 'sending', 'in_flight', 'in_doubt', 'done')
       AND a.live = of_live AND a.ccy = of_ccy
       AND (of_account IS NULL OR b.account_id = of_account)
$$;
COMMENT ON FUNCTION day_spent(date, bigint, boolean, text, bigint, bigint) IS 'what left on a day, or may have, but for one batch or one run';

CREATE FUNCTION batch_over(of_batch bigint)
RETURNS TABLE (ceiling_id bigint, reaches bigint) LANGUAGE sql STABLE AS $$
    SELECT c.ceiling_id, n.reaches
      FROM batch b
      JOIN funding_account a USING (account_id)
      JOIN ceiling c ON c.state = 'in_force' AND c.minor IS NOT NULL
                    AND c.live = a.live AND c.ccy = a.ccy
                    AND (c.account_id IS NULL OR c.account_id = b.account_id)
     CROSS JOIN LATERAL (
           SELECT CASE c.what
                  WHEN 'payment' THEN
                      (SELECT max(i.minor) FROM instruction i
                        WHERE i.batch_id = b.batch_id)
                  WHEN 'run' THEN
                      (SELECT sum(x.minor)::bigint FROM batch x
                        WHERE x.run_id = b.run_id
                          AND (c.account_id IS NULL
                               OR x.account_id = c.account_id))
                  WHEN 'day' THEN
                      b.minor + day_spent(today_nairobi(), c.account_id,
                                          c.live, c.ccy::text, b.batch_id, 0)
                  END AS reaches) n
     WHERE b.batch_id = of_batch AND n.reaches > c.minor
$$;
COMMENT ON FUNCTION batch_over(bigint) IS 'the ceilings that paying this batch now would pass, and what each sum would be';

-- Of a run: with everything else that is approved for its day.
CREATE FUNCTION run_over(of_run bigint)
RETURNS TABLE (ceiling_id bigint, reaches bigint) LANGUAGE sql STABLE AS $$
    WITH mine AS (
        SELECT r.run_id, greatest(r.pay_date, today_nairobi()) AS on_day
          FROM run r
         WHERE r.run_id = of_run
    ), payer AS (
        SELECT a.account_id, a.live, a.ccy,
               sum(b.minor)::bigint AS minor,
               coalesce(sum(b.minor - b.failed_minor - b.cancelled_minor)
                            FILTER (WHERE b.state NOT IN ('cancelled', 'refused')
                                      AND (b.paid_on IS NULL
                                           OR b.paid_on >= m.on_day
                                           OR b.state IN ('ready', 'initiating',
                                                          'initiated'))),
                        0)::bigint AS day_minor
          FROM mine m
          JOIN batch b USING (run_id)
          JOIN funding_account a ON a.account_id = b.account_id
         GROUP BY a.account_id, a.live, a.ccy
    ), planned AS (
        SELECT b.account_id, a.live, a.ccy, sum(b.minor)::bigint AS minor
          FROM mine m
          JOIN run r ON r.run_id <> m.run_id
                    AND r.state IN ('approved', 'paying', 'paused')
                    AND r.cancelled_at IS NULL
                    AND greatest(r.pay_date, today_nairobi()) = m.on_day
          JOIN batch b ON b.run_id = r.run_id
                      AND b.state IN ('ready', 'initiating', 'initiated')
          JOIN funding_account a ON a.account_id = b.account_id
         GROUP BY b.account_id, a.live, a.ccy
    )
    SELECT c.ceiling_id, n.reaches
      FROM ceiling c
     CROSS JOIN mine m
     CROSS JOIN LATERAL (
           SELECT CASE c.what
                  WHEN 'payment' THEN
                      (SELECT max(i.minor) FROM batch b
                         JOIN instruction i USING (batch_id)
                        WHERE b.run_id = m.run_id
                          AND (c.account_id IS NULL
                               OR b.account_id = c.account_id))
                  WHEN 'run' THEN sum(p.minor)::bigint
                  WHEN 'day' THEN
                      sum(p.day_minor)::bigint
                      + (SELECT coalesce(sum(q.minor), 0)::bigint FROM planned q
                          WHERE q.live = c.live AND q.ccy = c.ccy
                            AND (c.account_id IS NULL
                                 OR q.account_id = c.account_id))
                      + day_spent(m.on_day, c.account_id, c.live, c.ccy::text,
                                  0, m.run_id)
                  END AS reaches
             FROM payer p
            WHERE p.live = c.live AND p.ccy = c.ccy
              AND (c.account_id IS NULL OR p.account_id = c.account_id)
           HAVING count(*) > 0) n
     WHERE c.state = 'in_force' AND c.minor IS NOT NULL AND n.reaches > c.minor
$$;
COMMENT ON FUNCTION run_over(bigint) IS 'the ceilings that paying this run would pass on its day, with all that is approved for it, and what each sum would be';

-- Those who reckon with a day's sum come one after the other.
CREATE FUNCTION day_in_turn() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ceiling WHERE state = 'in_force' AND what = 'day'
                                       AND minor IS NOT NULL) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('payrun.day', 0));
    END IF;
END $$;
COMMENT ON FUNCTION day_in_turn() IS 'wait for whoever else is reckoning with the sum of a day';

CREATE FUNCTION ceiling_propose(of_account text, of_live boolean, of_ccy text, of_what text, to_minor bigint, reason text, by_whom text)
RETURNS TABLE (ceiling_id bigint, state text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
#variable_conflict use_column
DECLARE
    acc  funding_account%ROWTYPE;
    was  bigint;
    old  bigint;
    fate text;
BEGIN
    -- one change at a time, so that "before" is what it says
    LOCK TABLE ceiling IN SHARE ROW EXCLUSIVE MODE;
    IF of_account IS NOT NULL THEN
        SELECT a.* INTO acc FROM funding_account a WHERE a.name = of_account;
        IF acc.account_id IS NULL THEN
            RETURN;
        END IF;
    ELSE
        acc.live := of_live;
        acc.ccy := of_ccy;
    END IF;
    SELECT c.ceiling_id, c.minor INTO old, was FROM ceiling c
     WHERE c.state = 'in_force' AND c.live = acc.live AND c.ccy = acc.ccy
       AND c.what = of_what
       AND c.account_id IS NOT DISTINCT FROM acc.account_id;
    IF was IS NOT DISTINCT FROM to_minor THEN
        RETURN QUERY SELECT coalesce(old, 0::bigint), 'same'::text;
        RETURN;
    END IF;
    fate := CASE WHEN was IS NULL OR to_minor < was THEN 'in_force'
                 ELSE 'proposed' END;
    IF fate = 'in_force' THEN
        UPDATE ceiling c SET state = 'replaced', ended_at = now()
         WHERE c.ceiling_id = old;
    END IF;
    RETURN QUERY
    INSERT INTO ceiling AS n (account_id, live, ccy, what, minor, before_minor,
                              why, proposed_by, state)
    VALUES (acc.account_id, acc.live, acc.ccy, of_what, to_minor, was, reason,
            by_whom, fate)
    RETURNING n.ceiling_id, n.state;
END $$;
COMMENT ON FUNCTION ceiling_propose(text, boolean, text, text, bigint, text, text) IS 'a closer ceiling is in force at once, a higher one when a second person agrees; no row: no such account; "same": nothing to change';

CREATE FUNCTION ceiling_answer(of_ceiling bigint, agrees boolean, by_whom text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    c   ceiling%ROWTYPE;
    was ceiling%ROWTYPE;
    who text;
BEGIN
    LOCK TABLE ceiling IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO c FROM ceiling WHERE ceiling_id = of_ceiling;
    IF c.ceiling_id IS NULL THEN
        RETURN 'none';
    ELSIF c.state <> 'proposed' THEN
        RETURN 'ended';
    END IF;
    SELECT role INTO who FROM app_user WHERE user_name = by_whom AND NOT disabled;
    SELECT * INTO was FROM ceiling o
     WHERE o.state = 'in_force' AND o.live = c.live AND o.ccy = c.ccy
       AND o.what = c.what AND o.account_id IS NOT DISTINCT FROM c.account_id;
    -- what was agreed to is a step from there: from elsewhere it is another
    IF agrees AND was.minor IS DISTINCT FROM c.before_minor THEN
        RETURN 'overtaken';
    END IF;
    IF agrees THEN
        UPDATE ceiling SET state = 'replaced', ended_at = now()
         WHERE ceiling_id = was.ceiling_id;
    END IF;
    UPDATE ceiling
       SET state = CASE WHEN agrees THEN 'in_force' ELSE 'refused' END,
           ended_at = CASE WHEN agrees THEN NULL ELSE now() END,
           agreed_by = by_whom, agreed_role = coalesce(who, '')
     WHERE ceiling_id = of_ceiling;
    RETURN 'done';
END $$;
COMMENT ON FUNCTION ceiling_answer(bigint, boolean, text) IS 'another person''s word on a proposed ceiling: none, ended, overtaken or done';

-- --- what guards the small tables --------------------------------------------

CREATE FUNCTION run_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF repairing() THEN
        RETURN NEW;
    END IF;
    IF NOT may_move('run', OLD.state::text, NEW.state::text) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'run_edge',
            MESSAGE = format('a run does not go from %s to %s by %s',
                             OLD.state, NEW.state, current_user);
    END IF;
    IF NEW.state IN ('approved', 'paying')
       AND NOT EXISTS (SELECT 1 FROM approval p WHERE p.run_id = NEW.run_id
                          AND p.digest = NEW.digest AND p.minor = NEW.minor) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'run_approved',
            MESSAGE = 'nobody approved this run as it is';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION run_guard() IS 'a run''s state moves along its edges, and to be paid only when approved as it is';
CREATE TRIGGER run_guard BEFORE UPDATE OF state ON run
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION run_guard();

-- What is found changed since the claim began (40001) is claimed anew.
CREATE FUNCTION batch_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF repairing() THEN
        RETURN NEW;
    END IF;
    IF NOT may_move('batch', OLD.state::text, NEW.state::text) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'batch_edge',
            MESSAGE = format('a batch does not go from %s to %s by %s',
                             OLD.state, NEW.state, current_user);
    END IF;
    IF NEW.state NOT IN ('initiating', 'releasing', 'sending') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM run r
                     JOIN approval p ON p.run_id = r.run_id
                                    AND p.digest = r.digest
                     JOIN funding_account a ON a.account_id = NEW.account_id
                     JOIN standstill s ON NOT s.paused
                    WHERE r.run_id = NEW.run_id AND r.state = 'paying'
                      AND r.cancelled_at IS NULL AND NOT a.lane_closed
                      AND (NEW.state = 'initiating' OR r.funds_at IS NOT NULL)) THEN
        RAISE EXCEPTION USING ERRCODE = '40001', CONSTRAINT = 'batch_may_go',
            MESSAGE = 'the batch may not go now: its run is not being paid, not approved or not covered, its lane is closed, or everything is paused';
    END IF;
    IF NEW.state = 'initiating' THEN
        RETURN NEW;
    END IF;
    PERFORM day_in_turn();
    IF EXISTS (SELECT 1 FROM batch_over(NEW.batch_id)) THEN
        RAISE EXCEPTION USING ERRCODE = '40001', CONSTRAINT = 'batch_ceiling',
            MESSAGE = 'paying this batch now would pass a ceiling';
    END IF;
    NEW.paid_on := today_nairobi();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION batch_guard() IS 'a batch''s state moves along its edges; it is claimed only for an approved run that is being paid, below every ceiling';
CREATE TRIGGER batch_guard BEFORE UPDATE OF state ON batch
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION batch_guard();

CREATE FUNCTION approval_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
DECLARE
    r run%ROWTYPE;
BEGIN
    IF repairing() THEN
        RETURN NEW;
    END IF;
    PERFORM day_in_turn();
    SELECT * INTO r FROM run WHERE run_id = NEW.run_id;
    IF r.state <> 'submitted' OR r.minor <> NEW.minor THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'approval_fits',
            MESSAGE = 'the run does not wait for approval, or its total is another one';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM app_user u WHERE u.user_name = NEW.approver
                                              AND NOT u.disabled) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'approval_person',
            MESSAGE = 'who approves may not act any more';
    END IF;
    IF EXISTS (SELECT 1 FROM run_over(NEW.run_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR003', CONSTRAINT = 'approval_ceiling',
            MESSAGE = 'paying this run would pass a ceiling';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION approval_guard() IS 'only a submitted run is approved, for its total, by somebody who may act, below every ceiling';
CREATE TRIGGER approval_guard BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_guard();

CREATE FUNCTION never_again() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF repairing() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'append_only',
        MESSAGE = format('%s is only ever added to', TG_TABLE_NAME);
END $$;
COMMENT ON FUNCTION never_again() IS 'what was written stays as it was written';
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION never_again();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION never_again();
CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION never_again();
CREATE TRIGGER history_never_emptied BEFORE TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION never_again();
CREATE TRIGGER approval_append_only BEFORE UPDATE OR DELETE ON approval
    FOR EACH ROW EXECUTE FUNCTION never_again();
CREATE TRIGGER agreement_append_only BEFORE UPDATE OR DELETE ON agreement
    FOR EACH ROW EXECUTE FUNCTION never_again();

-- --- what is done for roles that may not do it themselves --------------------

CREATE FUNCTION audit_append(who text, did text, to_what text, note text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
    WITH told AS MATERIALIZED (
        SELECT clock_timestamp() AS at
    ), head AS (
        UPDATE audit_head h
           SET audit_id = h.audit_id + 1, at = told.at, prev_hash = h.hash,
               hash = sha256(h.hash || convert_to((
                   SELECT string_agg(octet_length(f) || ':' || f, '' ORDER BY nr)
                     FROM unnest(ARRAY[
                              (h.audit_id + 1)::text,
                              to_char(told.at AT TIME ZONE 'UTC',
                                      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                              who, did, to_what, note])
                          WITH ORDINALITY AS t(f, nr)), 'UTF8'))
          FROM told
        RETURNING h.audit_id, h.at, h.prev_hash, h.hash
    )
    INSERT INTO audit (audit_id, at, actor, action, subject, detail, prev_hash, hash)
    SELECT audit_id, at, who, did, to_what, note, prev_hash, hash
      FROM head
    RETURNING audit_id
$$;
COMMENT ON FUNCTION audit_append(text, text, text, text) IS 'the next link of the chain: nobody writes audit or audit_head otherwise';
COMMENT ON COLUMN audit.hash IS 'SHA-256 of prev_hash and all other columns, see audit_append';

-- No role may update outcome.  An edge that is not there, or the word of two
-- people that they did not give, changes nothing and fails.
CREATE FUNCTION outcomes_change(of_batch bigint, by_event integer, seqs integer[], states text[], codes text[], reasons text[], receipts text[], charges bigint[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    n bigint;
BEGIN
    UPDATE outcome o
       SET state = s.state::outcome_state, code = s.code, reason = s.reason,
           receipt = nullif(s.receipt, ''), charge_minor = s.charge,
           event_no = nullif(by_event, 0), at = now()
      FROM unnest(seqs, states, codes, reasons, receipts, charges)
           AS s(seq, state, code, reason, receipt, charge)
     WHERE o.batch_id = of_batch AND o.seq = s.seq
       AND (EXISTS (SELECT 1 FROM edge e
                     WHERE e.machine = 'outcome'
                       AND e.from_state = o.state::text AND e.to_state = s.state)
            OR EXISTS (SELECT 1 FROM edge e
                         JOIN agreement g ON g.batch_id = of_batch
                                         AND g.seq = o.seq
                                         AND g.says::text = s.state
                        WHERE e.machine = 'evidence'
                          AND e.from_state = o.state::text
                          AND e.to_state = s.state));
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n <> cardinality(seqs) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'outcome_edge',
            MESSAGE = format('%s of %s outcomes do not change like that',
                             cardinality(seqs) - n, cardinality(seqs));
    END IF;
    RETURN n;
END $$;
COMMENT ON FUNCTION outcomes_change(bigint, integer, integer[], text[], text[], text[], text[], bigint[]) IS 'outcomes move along their edges, or where two people agreed; all of them or none';

REVOKE ALL ON FUNCTION audit_append(text, text, text, text),
    outcomes_change(bigint, integer, integer[], text[], text[], text[], text[], bigint[]),
    ceiling_propose(text, boolean, text, text, bigint, text, text),
    ceiling_answer(bigint, boolean, text) FROM PUBLIC;

-- --- who may what ------------------------------------------------------------

GRANT USAGE ON SCHEMA payrun TO payrun_maker, payrun_checker, payrun_admin,
    payrun_auditor, payrun_worker, payrun_listener;

-- All but the listener read everything, but for the keys of callback paths.
-- Later tables are read by the same; who may write them, their step says.
GRANT SELECT ON ALL TABLES IN SCHEMA payrun TO payrun_maker, payrun_checker,
    payrun_admin, payrun_auditor, payrun_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA payrun GRANT SELECT ON TABLES
    TO payrun_maker, payrun_checker, payrun_admin, payrun_auditor, payrun_worker;
REVOKE SELECT ON attempt FROM payrun_maker, payrun_checker, payrun_admin,
    payrun_auditor;
GRANT SELECT (batch_id, attempt_no, step, epoch, worker, tracking_id, rows,
              minor, body_bytes, body_sha256, made_at, left_at, answered_at,
              http, answer, detail, event_no)
    ON attempt TO payrun_maker, payrun_checker, payrun_admin, payrun_auditor;

GRANT EXECUTE ON FUNCTION audit_append(text, text, text, text)
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT (run_id, batch_id, from_state, to_state, on_event, why, actor)
    ON history TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;

-- A right to update that no statement uses is the right to hold the row.
GRANT UPDATE (one) ON standstill TO payrun_worker;

-- The maker makes runs, of content that nobody changes afterwards.
GRANT INSERT (name, sha256, bytes, encoding, header, rows, good_rows,
              rows_digest, uploaded_by) ON source_file TO payrun_maker;
GRANT INSERT (run_id, ref, account_id, period, kind, serial, pay_date,
              narration, file_id, made_by, digest, rows, minor, ccy, held_rows,
              override) ON run TO payrun_maker;
GRANT UPDATE (parent) ON run TO payrun_maker;
GRANT USAGE ON SEQUENCE run_run_id_seq TO payrun_maker;
GRANT INSERT (batch_id, run_id, number, account_id, rail, rows, minor, ccy,
              digest, charge_estimate_minor) ON batch TO payrun_maker;
GRANT INSERT ON instruction, problem TO payrun_maker;
GRANT INSERT (run_id, account_id, rows, minor, charge_estimate_minor)
    ON run_account TO payrun_maker;
GRANT INSERT (run_id, line_no, new_batch_id, new_seq, batch_id, seq, minor)
    ON retried TO payrun_maker;
GRANT UPDATE (living) ON retried TO payrun_maker;

-- Only the checker approves and agrees.
GRANT INSERT (run_id, made_by, digest, approver, minor) ON approval
    TO payrun_checker;
GRANT INSERT (evidence_id, proposed_by, batch_id, seq, says, receipt, agreed_by)
    ON agreement TO payrun_checker;
GRANT UPDATE (evidence_id) ON contradiction TO payrun_checker;
GRANT INSERT ON contradiction TO payrun_checker;
GRANT UPDATE (recount_at) ON run TO payrun_checker;
GRANT UPDATE (paid_rows, paid_minor, failed_rows, failed_minor, doubt_rows,
              doubt_minor, tries, next_at, tracking_id, file_alias, answer_no,
              charge_estimate_minor) ON batch TO payrun_checker;
GRANT DELETE ON sought TO payrun_checker;
GRANT EXECUTE ON FUNCTION outcomes_change(bigint, integer, integer[], text[],
    text[], text[], text[], bigint[]) TO payrun_checker, payrun_worker;

-- The admin adds people; a ceiling goes through its functions only.
GRANT INSERT (user_name, role), UPDATE (disabled) ON app_user TO payrun_admin;
GRANT EXECUTE ON FUNCTION ceiling_propose(text, boolean, text, text, bigint,
    text, text) TO payrun_admin;
GRANT EXECUTE ON FUNCTION ceiling_answer(bigint, boolean, text)
    TO payrun_admin, payrun_checker;

-- All three move runs (along edges), pause, cancel, ask and run errands.
GRANT UPDATE (state, state_why, state_at, funds_at, cancelled_at) ON run
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (funds_at, funds_note) ON run_account
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (state, state_why, state_at, owner, lease_until, epoch, poll_at,
              cancelled_rows, cancelled_minor) ON batch
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT ON outcome TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (name, provider, live, ccy, wallet_id, two_phase),
      UPDATE (lane_closed, lane_why, lane_at) ON funding_account
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT UPDATE (paused, why, by, at) ON standstill
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (next_at) ON sought TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (not_before) ON scan TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (run_id, batch_id, seq, was, says, receipt, reason, note,
              file_name, file_sha256, file_body, proposed_by, proposed_role)
    ON evidence TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (ended_at, ended_how) ON evidence
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT (account_id, service, asked_by, ask, same, minor, ccy, again_why),
      UPDATE (left_at, answered_at, http, answer, detail, provider_id, body)
    ON errand TO payrun_maker, payrun_checker, payrun_admin;

-- The worker sends and asks what was approved, and changes nothing of it.
GRANT UPDATE (state, state_why, state_at, funds_at, recount_at) ON run
    TO payrun_worker;
GRANT UPDATE (funds_at, funds_note) ON run_account TO payrun_worker;
GRANT UPDATE (state, state_why, state_at, owner, lease_until, epoch, tries,
              next_at, attempts, left_no, events, status_no, status_mark,
              tracking_id, file_alias, answer_no, charge_estimate_minor,
              charge_minor, polls, poll_at, provider_code, provider_at,
              final_polls, misses, paid_on, paid_rows, paid_minor, failed_rows,
              failed_minor, doubt_rows, doubt_minor, cancelled_rows,
              cancelled_minor) ON batch TO payrun_worker;
GRANT INSERT (batch_id, attempt_no, step, epoch, worker, tracking_id, rows,
              minor, body_bytes, body_sha256),
      UPDATE (left_at, answered_at, http, answer, detail, event_no, token_key)
    ON attempt TO payrun_worker;
GRANT INSERT ON event, outcome, placed, contradiction TO payrun_worker;
GRANT INSERT, UPDATE (held_until, not_before, misses, done_at) ON scan
    TO payrun_worker;
GRANT INSERT, UPDATE (looks, next_at), DELETE ON sought TO payrun_worker;
GRANT UPDATE (done_at, verdict, batch_id) ON inbox TO payrun_worker;
GRANT INSERT (owner), UPDATE (seen_at), DELETE ON worker TO payrun_worker;
GRANT INSERT, UPDATE (name, seen_at), DELETE ON bank TO payrun_worker;

-- The listener stores what comes, and knows the accounts by name.
GRANT SELECT ON schema_step, funding_account TO payrun_listener;
GRANT INSERT (name, provider, live, ccy, wallet_id, two_phase)
    ON funding_account TO payrun_listener;
GRANT SELECT (inbox_id, provider, sha256, trusted, copies),
      INSERT (provider, peer, sha256, body, trusted, copies),
      UPDATE (copies) ON inbox TO payrun_listener;
