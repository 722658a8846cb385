-- If money is short: a run may be paid in whole groups, or in groups by
-- priority, when that was approved with it.  And the role of the night, which
-- releases what is due and neither makes nor approves anything.

CREATE TABLE run_short (
    run_id      bigint PRIMARY KEY REFERENCES run,
    policy      text NOT NULL CHECK (policy IN ('groups', 'priority')),
    group_by    text NOT NULL CHECK (octet_length(group_by) BETWEEN 1 AND 80)
);
COMMENT ON TABLE run_short IS 'runs that may be paid in part, in whole groups, when money is short; a run that is not here is paid whole or not at all';
COMMENT ON COLUMN run_short.run_id IS 'the run';
COMMENT ON COLUMN run_short.policy IS 'groups: each group that is covered goes; priority: in order, and none before those ahead of it';
COMMENT ON COLUMN run_short.group_by IS 'the column of the file that names the group';

CREATE TABLE run_group (
    run_id      bigint NOT NULL REFERENCES run_short,
    group_no    integer NOT NULL CHECK (group_no > 0),
    account_id  bigint NOT NULL REFERENCES funding_account,
    name        text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 80),
    rows        bigint NOT NULL CHECK (rows > 0),
    minor       bigint NOT NULL CHECK (minor > 0),
    funds_at    timestamptz,
    funds_note  text NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, group_no, account_id)
);
COMMENT ON TABLE run_group IS 'the groups of a run, by the account that pays them; never half a group';
COMMENT ON COLUMN run_group.run_id IS 'the run';
COMMENT ON COLUMN run_group.group_no IS 'the place in the order: the priority in the file, or as first seen in it';
COMMENT ON COLUMN run_group.account_id IS 'the funding account that pays this part of the group';
COMMENT ON COLUMN run_group.name IS 'what the column says';
COMMENT ON COLUMN run_group.rows IS 'payments of this part';
COMMENT ON COLUMN run_group.minor IS 'their sum';
COMMENT ON COLUMN run_group.funds_at IS 'when the account was seen to cover this part, which it then promised; NULL: not yet';
COMMENT ON COLUMN run_group.funds_note IS 'why it waits, for a person; empty: nothing to say';

ALTER TABLE batch ADD COLUMN group_no integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN batch.group_no IS 'the group all its payments belong to; 0: its run has no groups';
ALTER TABLE run_account ADD COLUMN look_at timestamptz;
COMMENT ON COLUMN run_account.look_at IS 'groups of it wait for money: look at the account again then; NULL: at once';

-- What the digest says of a batch's group; book/digest.h has the same words.
CREATE FUNCTION group_words(of_run bigint, no integer, of_account bigint)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN no = 0
                THEN CASE WHEN EXISTS (SELECT 1 FROM run_short s WHERE s.run_id = of_run)
                          THEN 'no group' ELSE '' END
                ELSE coalesce((SELECT format('if short %s by %s: %s %s', s.policy,
                                             s.group_by, g.group_no, g.name)
                                 FROM run_short s
                                 JOIN run_group g USING (run_id)
                                WHERE s.run_id = of_run AND g.group_no = no
                                  AND g.account_id = of_account), 'no such group')
           END
$$;
COMMENT ON FUNCTION group_words(bigint, integer, bigint) IS 'how a batch''s group stands in its run''s digest; empty: the run has none';

-- Whole groups: all accounts that pay a group must cover it; by priority, those
-- of the groups ahead of it, too.
CREATE FUNCTION group_goes(of_run bigint, no integer) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM run_group g
                    WHERE g.run_id = of_run AND g.group_no = no)
           AND NOT EXISTS (SELECT 1 FROM run_group g
                             JOIN run_short s USING (run_id)
                            WHERE g.run_id = of_run AND g.funds_at IS NULL
                              AND (g.group_no = no
                                   OR (s.policy = 'priority' AND g.group_no < no)))
$$;
COMMENT ON FUNCTION group_goes(bigint, integer) IS 'true: the group is covered whole, and nothing ahead of it waits';

-- As in step 0008, and only what is in a group that goes.
CREATE OR REPLACE FUNCTION batch_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
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
                      AND (NEW.state = 'initiating'
                           OR (r.funds_at IS NOT NULL
                               AND (NEW.group_no = 0
                                    OR group_goes(NEW.run_id, NEW.group_no))))) THEN
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

-- As in step 0015; a canary is out of a group that goes, or nothing would.
CREATE OR REPLACE FUNCTION canary_holds(of_account bigint, of_proof text, each_run boolean,
                                        of_rows bigint, in_state batch_state)
RETURNS TABLE (run_id bigint, batch_id bigint) LANGUAGE sql STABLE AS $$
    SELECT r.run_id,
           coalesce(c.batch_id,
                    (SELECT b.batch_id FROM batch b
                      WHERE b.run_id = r.run_id AND b.account_id = of_account
                        AND b.state = in_state
                        AND (b.group_no = 0 OR group_goes(b.run_id, b.group_no))
                      ORDER BY greatest(b.rows, of_rows), b.batch_id
                      LIMIT 1))
      FROM run r
      JOIN run_account ra ON ra.run_id = r.run_id AND ra.account_id = of_account
      LEFT JOIN LATERAL (SELECT o.batch_id FROM canary o
                          WHERE o.run_id = r.run_id AND o.account_id = of_account
                            AND NOT canary_passed(o)
                          ORDER BY o.at LIMIT 1) c ON true
     WHERE of_proof <> '' AND r.state = 'paying'
       AND (c.batch_id IS NOT NULL
            OR NOT EXISTS (SELECT 1 FROM canary o
                            WHERE o.account_id = of_account AND o.proof = of_proof
                              AND (o.run_id = r.run_id OR NOT each_run)
                              AND canary_passed(o)))
$$;

-- Somebody hears of it while there is time to mend it: once a day and group.
CREATE FUNCTION group_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
BEGIN
    PERFORM outbox_put('alert', 'run.short', r.ref,
        format('%s: group %s waits for money', r.ref, NEW.name),
        format('%s Groups that are covered are paid; this one goes by itself when '
               'the money is there. payrun show %s has all of them.', NEW.funds_note, r.ref),
        json_build_object('run', r.ref, 'group', NEW.name, 'payments', NEW.rows,
                          'minor', NEW.minor, 'currency', r.ccy),
        format('short %s %s %s', r.ref, NEW.group_no, today_nairobi()))
       FROM run r WHERE r.run_id = NEW.run_id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION group_to_outbox() IS 'a group of a run is held because money is short';
CREATE TRIGGER group_to_outbox AFTER UPDATE ON run_group FOR EACH ROW
    WHEN (NEW.funds_at IS NULL AND NEW.funds_note LIKE 'short by %')
    EXECUTE FUNCTION group_to_outbox();

GRANT INSERT (run_id, policy, group_by) ON run_short TO payrun_maker;
GRANT INSERT (run_id, group_no, account_id, name, rows, minor) ON run_group
    TO payrun_maker;
GRANT INSERT (group_no) ON batch TO payrun_maker;
GRANT UPDATE (funds_at, funds_note) ON run_group
    TO payrun_worker, payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (look_at) ON run_account
    TO payrun_worker, payrun_maker, payrun_checker, payrun_admin;

-- --- the night -----------------------------------------------------------------

-- Who releases what is due: a login of payrun_night and payrun_worker makes no
-- run, approves none, and changes no schedule.
DO $$
BEGIN
    IF to_regrole('payrun_night') IS NULL THEN
        CREATE ROLE payrun_night NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, to_regrole('payrun_night'), 'MEMBER') THEN
        GRANT payrun_night TO CURRENT_USER;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;                   -- another database of this server, just now
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION USING ERRCODE = 'PR001', MESSAGE = format(
            'this login may not make the database roles; somebody who may '
            'runs: %sGRANT payrun_night TO %I; ',
            CASE WHEN to_regrole('payrun_night') IS NULL
                 THEN 'CREATE ROLE payrun_night; ' ELSE '' END, current_user);
END $$;

UPDATE edge SET who = who || '{night}'
 WHERE machine = 'run' AND from_state = 'approved' AND to_state = 'paying';

-- As in step 0008; the night only releases what a slot of a schedule releases,
-- in the same transaction: see slot_run_guard().
CREATE OR REPLACE FUNCTION run_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
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
    IF OLD.state = 'approved' AND NEW.state = 'paying'
       AND NOT pg_has_role(current_user, 'payrun_maker', 'MEMBER')
       AND NOT pg_has_role(current_user, 'payrun_checker', 'MEMBER')
       AND NOT pg_has_role(current_user, 'payrun_admin', 'MEMBER')
       AND NOT EXISTS (SELECT 1 FROM slot_run x JOIN slot s USING (slot_id)
                        WHERE x.run_id = NEW.run_id
                          AND s.state IN ('planned', 'held')) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'run_by_slot',
            MESSAGE = 'the night releases only what a schedule releases';
    END IF;
    RETURN NEW;
END $$;

GRANT USAGE ON SCHEMA payrun TO payrun_night;
GRANT SELECT ON ALL TABLES IN SCHEMA payrun TO payrun_night;
ALTER DEFAULT PRIVILEGES IN SCHEMA payrun GRANT SELECT ON TABLES TO payrun_night;
REVOKE SELECT ON attempt FROM payrun_night;
GRANT SELECT (batch_id, attempt_no, step, epoch, worker, tracking_id, rows,
              minor, body_bytes, body_sha256, made_at, left_at, answered_at,
              http, answer, detail, event_no) ON attempt TO payrun_night;
GRANT EXECUTE ON FUNCTION audit_append(text, text, text, text) TO payrun_night;
GRANT INSERT (run_id, batch_id, from_state, to_state, on_event, why, actor)
    ON history TO payrun_night;
GRANT UPDATE (state, state_why, state_at) ON run TO payrun_night;
GRANT INSERT (schedule_id, wanted, nominal, due_at, last_at),
      UPDATE (nominal, due_at, last_at, state, note, state_at, taken_by, taken_at)
    ON slot TO payrun_night;
GRANT UPDATE (planned_from) ON schedule TO payrun_night;
GRANT INSERT (run_id, slot_id) ON slot_run TO payrun_night;
GRANT INSERT (at, by, what, result, short_minor, ccy, findings) ON preflight
    TO payrun_night;
GRANT INSERT (name, provider, live, ccy, wallet_id, two_phase)
    ON funding_account TO payrun_night;
