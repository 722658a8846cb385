-- What is due: schedules, their planned times (slots), the folders files are
-- dropped into, standing approvals, and what pre-flight found.  A planned time
-- is one row, so it is taken once, whoever calls and however often.  Nothing
-- here pays anything: a slot releases runs that two people approved.
CREATE TABLE schedule (
    schedule_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
    account_id   bigint NOT NULL REFERENCES funding_account,
    run_id       bigint REFERENCES run,
    run_kind     text NOT NULL DEFAULT '',
    calendar     text NOT NULL CHECK (calendar <> ''),
    zone         text NOT NULL DEFAULT 'Africa/Nairobi' CHECK (zone <> ''),
    working_day  text NOT NULL DEFAULT 'as_is' CHECK (working_day IN ('as_is', 'before', 'after')),
    grace_minutes integer NOT NULL CHECK (grace_minutes BETWEEN 0 AND 10080),
    state        text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'removed')),
    state_why    text NOT NULL DEFAULT '',
    state_by     text NOT NULL,
    state_at     timestamptz NOT NULL DEFAULT now(),
    made_by      text NOT NULL,
    made_role    text NOT NULL DEFAULT 'maker' CHECK (made_role = 'maker'),
    made_at      timestamptz NOT NULL DEFAULT now(),
    since        timestamptz NOT NULL,
    planned_from timestamptz NOT NULL,
    FOREIGN KEY (made_by, made_role) REFERENCES app_user (user_name, role)
);
CREATE UNIQUE INDEX schedule_name_idx ON schedule (name) WHERE state <> 'removed';
CREATE UNIQUE INDEX schedule_run_idx ON schedule (run_id) WHERE state <> 'removed';
COMMENT ON INDEX schedule_name_idx IS 'a name means one schedule; for queries/schedule_find.sql';
COMMENT ON INDEX schedule_run_idx IS 'a run is planned once';
COMMENT ON TABLE schedule IS 'when approved runs are released by themselves';
COMMENT ON COLUMN schedule.schedule_id IS 'its number';
COMMENT ON COLUMN schedule.name IS 'its name for people; one that was removed gives its name free';
COMMENT ON COLUMN schedule.account_id IS 'releases runs of this funding account';
COMMENT ON COLUMN schedule.run_id IS 'one-off: releases only this run; NULL: every approved run of the account that is due';
COMMENT ON COLUMN schedule.run_kind IS 'only runs of this kind: main, advance, bonus, correction; empty: of any';
COMMENT ON COLUMN schedule.calendar IS 'as systemd writes it: Mon..Fri *-*-* 20:00; one-off: one date and time';
COMMENT ON COLUMN schedule.zone IS 'the time zone the calendar is meant in: a name of the tz database';
COMMENT ON COLUMN schedule.working_day IS 'when a day is no working day: as_is (pay all the same), before, after (the nearest working day)';
COMMENT ON COLUMN schedule.grace_minutes IS 'a slot that is later than this is not caught up but asks a person';
COMMENT ON COLUMN schedule.state IS 'active, paused (its slots pass and are skipped), removed';
COMMENT ON COLUMN schedule.state_why IS 'the reason given; empty: none';
COMMENT ON COLUMN schedule.state_by IS 'who brought it into this state';
COMMENT ON COLUMN schedule.state_at IS 'when';
COMMENT ON COLUMN schedule.made_by IS 'the maker who made it; what it releases is released in this person''s name';
COMMENT ON COLUMN schedule.made_role IS 'always maker: the key makes the database refuse anybody else';
COMMENT ON COLUMN schedule.made_at IS 'when';
COMMENT ON COLUMN schedule.since IS 'no slot is earlier than this: when it was made';
COMMENT ON COLUMN schedule.planned_from IS 'up to this moment every slot was planned, however long nobody looked';

CREATE TABLE slot (
    slot_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id  bigint NOT NULL REFERENCES schedule,
    wanted       timestamp NOT NULL,
    nominal      timestamp NOT NULL,
    due_at       timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'planned' CHECK (state IN
                     ('planned', 'held', 'asks', 'released', 'nothing', 'skipped')),
    note         text NOT NULL DEFAULT '',
    state_at     timestamptz NOT NULL DEFAULT now(),
    taken_by     text,
    taken_at     timestamptz,
    decision     text CHECK (decision IN ('run', 'skip')),
    decided_by   text REFERENCES app_user,
    decided_at   timestamptz,
    because      text CHECK (because <> ''),
    UNIQUE (schedule_id, wanted),
    UNIQUE (schedule_id, nominal),
    CHECK (last_at >= due_at),
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((decision IS NULL) = (decided_by IS NULL)
           AND (decision IS NULL) = (because IS NULL)),
    CONSTRAINT slot_taken CHECK ((state IN ('released', 'nothing')) = (taken_at IS NOT NULL))
);
CREATE INDEX slot_open_idx ON slot (due_at) WHERE state IN ('planned', 'held', 'asks');
COMMENT ON INDEX slot_open_idx IS 'for queries/slot_due.sql';
COMMENT ON TABLE slot IS 'one planned time of a schedule; taken once, never deleted after it was due';
COMMENT ON COLUMN slot.slot_id IS 'its number, which people name';
COMMENT ON COLUMN slot.schedule_id IS 'the schedule';
COMMENT ON COLUMN slot.wanted IS 'what the calendar says, on the wall of the schedule''s zone';
COMMENT ON COLUMN slot.nominal IS 'the same moved to a working day; what a changed rule of the zone is counted from';
COMMENT ON COLUMN slot.due_at IS 'the moment that is, by today''s rules of the zone: an hour that is left out is due behind it, one that comes twice is due the second time';
COMMENT ON COLUMN slot.last_at IS 'later than this it asks a person';
COMMENT ON COLUMN slot.state IS 'planned; held (due, but stopped for now: see note; tried again until last_at); asks (missed: a person decides); released (its runs are in slot_run); nothing (no run was approved and due); skipped';
COMMENT ON COLUMN slot.note IS 'why, for a person; empty: nothing to say';
COMMENT ON COLUMN slot.state_at IS 'when the state last changed';
COMMENT ON COLUMN slot.taken_by IS 'the process that took it: host and pid; NULL: not taken';
COMMENT ON COLUMN slot.taken_at IS 'when it was taken; NULL: it was not';
COMMENT ON COLUMN slot.decision IS 'what a person decided about a missed one: run or skip; NULL: nobody has';
COMMENT ON COLUMN slot.decided_by IS 'who';
COMMENT ON COLUMN slot.decided_at IS 'when';
COMMENT ON COLUMN slot.because IS 'why';

CREATE TABLE slot_run (
    run_id       bigint PRIMARY KEY REFERENCES run,
    slot_id      bigint NOT NULL REFERENCES slot,
    at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slot_run_slot_idx ON slot_run (slot_id);
COMMENT ON INDEX slot_run_slot_idx IS 'for queries/slot_list.sql';
COMMENT ON TABLE slot_run IS 'which slot released which run; a run is released by a slot once';
COMMENT ON COLUMN slot_run.run_id IS 'the run; paid by now or not: see run.state';
COMMENT ON COLUMN slot_run.slot_id IS 'the slot';
COMMENT ON COLUMN slot_run.at IS 'when';

CREATE TABLE preflight (
    preflight_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT now(),
    by           text NOT NULL,
    what         text NOT NULL,
    result       text NOT NULL CHECK (result IN ('ok', 'warn', 'fail')),
    short_minor  bigint NOT NULL DEFAULT 0 CHECK (short_minor >= 0),
    ccy          char(3),
    findings     text NOT NULL,
    CHECK (short_minor = 0 OR ccy IS NOT NULL)
);
COMMENT ON TABLE preflight IS 'what was found before a release: by payrun preflight and run-due; append-only';
COMMENT ON COLUMN preflight.preflight_id IS 'its number';
COMMENT ON COLUMN preflight.at IS 'when';
COMMENT ON COLUMN preflight.by IS 'the person, or the process';
COMMENT ON COLUMN preflight.what IS 'the run it was about, or "due" for all that is due';
COMMENT ON COLUMN preflight.result IS 'the worst of it: fail stops a release, warn does not';
COMMENT ON COLUMN preflight.short_minor IS 'how much money is missing in all accounts of ccy, in minor units; 0: none that we know of';
COMMENT ON COLUMN preflight.ccy IS 'ISO 4217 of short_minor; NULL: nothing is short';
COMMENT ON COLUMN preflight.findings IS 'every finding: a JSON array of check, account, result, text, fix';

-- --- folders files are dropped into -----------------------------------------

CREATE TABLE drop_folder (
    folder_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path         text NOT NULL CHECK (path LIKE '/%'),
    account_id   bigint NOT NULL REFERENCES funding_account,
    maker        text NOT NULL,
    maker_role   text NOT NULL DEFAULT 'maker' CHECK (maker_role = 'maker'),
    run_kind     text NOT NULL DEFAULT 'main' CHECK (run_kind IN ('main', 'advance', 'bonus', 'correction')),
    done_marker  boolean NOT NULL DEFAULT false,
    state        text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'removed')),
    made_by      text NOT NULL REFERENCES app_user,
    made_at      timestamptz NOT NULL DEFAULT now(),
    ended_by     text REFERENCES app_user,
    ended_at     timestamptz,
    FOREIGN KEY (maker, maker_role) REFERENCES app_user (user_name, role),
    CHECK ((state = 'removed') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX drop_folder_path_idx ON drop_folder (path) WHERE state = 'active';
COMMENT ON INDEX drop_folder_path_idx IS 'a folder is watched once; for queries/drop_folder_list.sql';
COMMENT ON TABLE drop_folder IS 'folders whose files become drafts';
COMMENT ON COLUMN drop_folder.folder_id IS 'its number';
COMMENT ON COLUMN drop_folder.path IS 'where it is, from the root; accepted/, rejected/ and duplicate/ are made in it';
COMMENT ON COLUMN drop_folder.account_id IS 'the funding account that pays its files';
COMMENT ON COLUMN drop_folder.maker IS 'in whose name they are uploaded';
COMMENT ON COLUMN drop_folder.maker_role IS 'always maker: the key makes the database refuse anybody else';
COMMENT ON COLUMN drop_folder.run_kind IS 'the kind of the runs they become';
COMMENT ON COLUMN drop_folder.done_marker IS 'true: NAME is complete when NAME.done is there; false: when it has its name (renamed into the folder)';
COMMENT ON COLUMN drop_folder.state IS 'active or removed';
COMMENT ON COLUMN drop_folder.made_by IS 'who had it watched';
COMMENT ON COLUMN drop_folder.made_at IS 'when';
COMMENT ON COLUMN drop_folder.ended_by IS 'who ended that; NULL: nobody';
COMMENT ON COLUMN drop_folder.ended_at IS 'when; NULL: it is watched';

CREATE TABLE drop_file (
    drop_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    folder_id    bigint NOT NULL REFERENCES drop_folder,
    name         text NOT NULL,
    sha256       bytea NOT NULL CHECK (length(sha256) = 32),
    bytes        bigint NOT NULL,
    state        text NOT NULL CHECK (state IN ('accepted', 'rejected', 'duplicate')),
    run_id       bigint REFERENCES run,
    problems     integer NOT NULL DEFAULT 0 CHECK (problems >= 0),
    note         text NOT NULL DEFAULT '',
    standing     text NOT NULL DEFAULT '',
    taken_by     text NOT NULL,
    at           timestamptz NOT NULL DEFAULT now(),
    moved_at     timestamptz,
    CHECK ((state = 'accepted') = (run_id IS NOT NULL))
);
CREATE UNIQUE INDEX drop_file_once_idx ON drop_file (sha256) WHERE state = 'accepted';
COMMENT ON INDEX drop_file_once_idx IS 'the same bytes become a run once, from whatever folder';
COMMENT ON TABLE drop_file IS 'files found in a watched folder, and what became of each';
COMMENT ON COLUMN drop_file.drop_id IS 'its number';
COMMENT ON COLUMN drop_file.folder_id IS 'the folder';
COMMENT ON COLUMN drop_file.name IS 'its name there';
COMMENT ON COLUMN drop_file.sha256 IS 'of its bytes';
COMMENT ON COLUMN drop_file.bytes IS 'its size';
COMMENT ON COLUMN drop_file.state IS 'accepted (a draft, see run_id), rejected (mistakes, see note), duplicate (the same bytes were accepted before)';
COMMENT ON COLUMN drop_file.run_id IS 'the run it became; NULL: none';
COMMENT ON COLUMN drop_file.problems IS 'mistakes found';
COMMENT ON COLUMN drop_file.note IS 'what is the matter, for a person; empty: nothing';
COMMENT ON COLUMN drop_file.standing IS 'of an accepted one: "approved by standing approval 3", or why it waits for a person; empty: no standing approval was asked';
COMMENT ON COLUMN drop_file.taken_by IS 'the process that took it';
COMMENT ON COLUMN drop_file.at IS 'when';
COMMENT ON COLUMN drop_file.moved_at IS 'when it was moved out of the folder; NULL: still to be moved';

-- --- standing approvals -------------------------------------------------------

CREATE TABLE standing (
    standing_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    folder_id     bigint NOT NULL REFERENCES drop_folder,
    file_minor    bigint NOT NULL CHECK (file_minor > 0),
    payee_minor   bigint NOT NULL CHECK (payee_minor > 0),
    ccy           char(3) NOT NULL,
    change_percent integer NOT NULL CHECK (change_percent BETWEEN 0 AND 100),
    until         timestamptz NOT NULL,
    why           text NOT NULL CHECK (why <> ''),
    proposed_by   text NOT NULL,
    proposed_role text NOT NULL CHECK (proposed_role IN ('maker', 'admin')),
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    agreed_by     text,
    agreed_role   text CHECK (agreed_role = 'checker'),
    agreed_at     timestamptz,
    ended_by      text REFERENCES app_user,
    ended_at      timestamptz,
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role),
    FOREIGN KEY (agreed_by, agreed_role) REFERENCES app_user (user_name, role),
    CHECK ((agreed_by IS NULL) = (agreed_at IS NULL)
           AND (agreed_by IS NULL) = (agreed_role IS NULL)),
    CHECK (until <= proposed_at + interval '400 days'),
    CONSTRAINT standing_takes_two CHECK (agreed_by <> proposed_by)
);
CREATE UNIQUE INDEX standing_one_idx ON standing (folder_id) WHERE agreed_at IS NOT NULL AND ended_at IS NULL;
COMMENT ON INDEX standing_one_idx IS 'one standing approval of a folder is in force';
COMMENT ON TABLE standing IS 'what files of a folder two people approved beforehand, within ceilings and for a time';
COMMENT ON COLUMN standing.standing_id IS 'its number';
COMMENT ON COLUMN standing.folder_id IS 'the folder';
COMMENT ON COLUMN standing.file_minor IS 'the most one file may pay, in minor units of ccy';
COMMENT ON COLUMN standing.payee_minor IS 'the most one payment of it may be';
COMMENT ON COLUMN standing.ccy IS 'ISO 4217: the account''s';
COMMENT ON COLUMN standing.change_percent IS 'payments and total may differ by so much from the last run that was paid';
COMMENT ON COLUMN standing.until IS 'it ends then';
COMMENT ON COLUMN standing.why IS 'the reason given';
COMMENT ON COLUMN standing.proposed_by IS 'who proposed it';
COMMENT ON COLUMN standing.proposed_role IS 'maker or admin';
COMMENT ON COLUMN standing.proposed_at IS 'when';
COMMENT ON COLUMN standing.agreed_by IS 'a checker, another person; files it covers are approved in this name; NULL: nobody yet, so it is not in force';
COMMENT ON COLUMN standing.agreed_role IS 'always checker';
COMMENT ON COLUMN standing.agreed_at IS 'when; NULL: not yet';
COMMENT ON COLUMN standing.ended_by IS 'who ended it early; NULL: nobody';
COMMENT ON COLUMN standing.ended_at IS 'when; NULL: it was not';

CREATE TABLE standing_use (
    run_id       bigint PRIMARY KEY REFERENCES run,
    standing_id  bigint NOT NULL REFERENCES standing,
    at           timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE standing_use IS 'runs that were approved by a standing approval; append-only';
COMMENT ON COLUMN standing_use.run_id IS 'the run';
COMMENT ON COLUMN standing_use.standing_id IS 'the standing approval';
COMMENT ON COLUMN standing_use.at IS 'when';

-- Why a standing approval does not cover a run.  Known payees are those who
-- were paid from the same account before.
CREATE FUNCTION standing_refuses(of_standing bigint, of_run bigint)
RETURNS text LANGUAGE sql STABLE AS $$
    WITH it AS (
        SELECT s.standing_id, s.folder_id, s.file_minor, s.payee_minor, s.ccy,
               s.change_percent, s.until, s.agreed_at, s.agreed_by, s.ended_at,
               r.run_id, r.minor, r.rows, r.ccy AS run_ccy, r.held_rows,
               r.override, r.made_by, r.account_id, r.kind, f.state AS folder
          FROM standing s
          JOIN drop_folder f USING (folder_id)
          JOIN run r ON r.run_id = of_run
         WHERE s.standing_id = of_standing
    ), last AS (
        SELECT b.rows, b.minor
          FROM it
          JOIN run b ON b.account_id = it.account_id AND b.kind = it.kind
                    AND b.run_id <> it.run_id
                    AND b.state IN ('settled', 'closed')
         ORDER BY b.run_id DESC
         LIMIT 1
    ), line AS (
        SELECT i.account, i.bank_code, i.account_reference, i.minor
          FROM it
          JOIN batch b ON b.run_id = it.run_id
          JOIN instruction i USING (batch_id)
    )
    SELECT coalesce((SELECT CASE
        WHEN it.agreed_at IS NULL THEN 'nobody agreed to it yet'
        WHEN it.ended_at IS NOT NULL OR it.folder <> 'active' THEN 'it was ended'
        WHEN it.until <= clock_timestamp() THEN 'it has expired'
        WHEN NOT EXISTS (SELECT 1 FROM app_user u
                          WHERE u.user_name = it.agreed_by AND NOT u.disabled)
            THEN 'who agreed to it may not act any more'
        WHEN NOT EXISTS (SELECT 1 FROM drop_file d
                          WHERE d.run_id = it.run_id AND d.folder_id = it.folder_id)
            THEN 'the run did not come out of its folder'
        WHEN it.agreed_by = it.made_by THEN 'who agreed to it made the run'
        WHEN it.ccy <> it.run_ccy THEN 'it is for another currency'
        WHEN it.held_rows > 0 OR it.override <> ''
            THEN 'rows were left out, or duplicates allowed'
        WHEN it.minor > it.file_minor
            THEN 'the file pays more than the ceiling for one file'
        WHEN (SELECT max(l.minor) FROM line l) > it.payee_minor
            THEN 'a payment is more than the ceiling for one payee'
        WHEN NOT EXISTS (SELECT 1 FROM last)
            THEN 'no earlier run of this account and kind was paid to compare it with'
        WHEN (SELECT abs(it.minor - l.minor) * 100 > l.minor * it.change_percent
                     OR abs(it.rows - l.rows) * 100 > l.rows * it.change_percent
                FROM last l)
            THEN format('its payments or total differ by more than %s %% from the last run', it.change_percent)
        WHEN EXISTS (SELECT 1 FROM line l
                      WHERE NOT EXISTS (
                            SELECT 1 FROM instruction i
                              JOIN outcome o USING (batch_id, seq)
                              JOIN batch b USING (batch_id)
                              JOIN run r ON r.run_id = b.run_id
                             WHERE r.account_id = it.account_id
                               AND o.state = 'paid' AND i.account = l.account
                               AND i.bank_code IS NOT DISTINCT FROM l.bank_code
                               AND i.account_reference IS NOT DISTINCT FROM l.account_reference))
            THEN 'a payee in it was never paid from this account before'
        ELSE '' END
          FROM it), 'there is no such standing approval')
$$;
COMMENT ON FUNCTION standing_refuses(bigint, bigint) IS 'why a standing approval does not cover a run, for a person; empty: it does';

CREATE FUNCTION standing_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
DECLARE
    why text := standing_refuses(NEW.standing_id, NEW.run_id);
BEGIN
    IF why <> '' AND NOT repairing() THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'standing_covers',
            MESSAGE = 'the standing approval does not cover this run: ' || why;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION standing_guard() IS 'a standing approval is used only for what it covers';
CREATE TRIGGER standing_guard BEFORE INSERT ON standing_use
    FOR EACH ROW EXECUTE FUNCTION standing_guard();
CREATE TRIGGER standing_use_append_only BEFORE UPDATE OR DELETE ON standing_use
    FOR EACH ROW EXECUTE FUNCTION never_again();
CREATE TRIGGER preflight_append_only BEFORE UPDATE OR DELETE ON preflight
    FOR EACH ROW EXECUTE FUNCTION never_again();

-- What was taken or decided stays so.
CREATE FUNCTION slot_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF repairing() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF OLD.state IN ('released', 'nothing', 'skipped')
       OR (TG_OP = 'DELETE'
           AND (OLD.state <> 'planned'
                OR EXISTS (SELECT 1 FROM slot_run r WHERE r.slot_id = OLD.slot_id))) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'slot_once',
            MESSAGE = 'this slot was taken or decided already';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
COMMENT ON FUNCTION slot_guard() IS 'a slot that was taken, or skipped, is never opened again';
CREATE TRIGGER slot_guard BEFORE UPDATE OR DELETE ON slot
    FOR EACH ROW EXECUTE FUNCTION slot_guard();

-- A slot that releases a run is open, and the run is one of its schedule.
CREATE FUNCTION slot_run_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF NOT repairing() AND NOT EXISTS (
           SELECT 1 FROM slot s
             JOIN schedule p USING (schedule_id)
             JOIN run r ON r.run_id = NEW.run_id
             JOIN approval a ON a.run_id = r.run_id AND a.digest = r.digest
            WHERE s.slot_id = NEW.slot_id AND p.state = 'active'
              AND s.state IN ('planned', 'held')
              AND (p.run_id IS NULL OR p.run_id = r.run_id)
              AND p.account_id = r.account_id
              AND p.run_kind IN ('', r.kind)) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'slot_may_release',
            MESSAGE = 'this slot may not release this run: it was taken, or the run is not one of its schedule, or not approved';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION slot_run_guard() IS 'a slot releases approved runs of its schedule while it is open';
CREATE TRIGGER slot_run_guard BEFORE INSERT ON slot_run
    FOR EACH ROW EXECUTE FUNCTION slot_run_guard();
CREATE TRIGGER slot_run_append_only BEFORE UPDATE OR DELETE ON slot_run
    FOR EACH ROW EXECUTE FUNCTION never_again();

-- run-due takes slots and files as a maker and approves as a checker; only what
-- the rows above allow.
GRANT INSERT (name, account_id, run_id, run_kind, calendar, zone, working_day,
              grace_minutes, state_by, made_by, since, planned_from)
    ON schedule TO payrun_maker;
GRANT UPDATE (state, state_why, state_by, state_at)
    ON schedule TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (planned_from) ON schedule TO payrun_maker;
GRANT INSERT (schedule_id, wanted, nominal, due_at, last_at),
      UPDATE (nominal, due_at, last_at, state, note, state_at, taken_by, taken_at,
              decision, decided_by, decided_at, because)
    ON slot TO payrun_maker;
GRANT UPDATE (state, note, state_at, last_at, decision, decided_by, decided_at, because)
    ON slot TO payrun_checker, payrun_admin;
GRANT INSERT (run_id, slot_id) ON slot_run TO payrun_maker;
GRANT INSERT (at, by, what, result, short_minor, ccy, findings) ON preflight
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (path, account_id, maker, run_kind, done_marker, made_by)
    ON drop_folder TO payrun_maker, payrun_admin;
GRANT UPDATE (state, ended_by, ended_at)
    ON drop_folder TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (folder_id, name, sha256, bytes, state, run_id, problems, note, taken_by)
    ON drop_file TO payrun_maker;
GRANT UPDATE (moved_at, standing) ON drop_file TO payrun_maker;
GRANT UPDATE (standing) ON drop_file TO payrun_checker;
GRANT INSERT (folder_id, file_minor, payee_minor, ccy, change_percent, until, why,
              proposed_by, proposed_role) ON standing TO payrun_maker, payrun_admin;
GRANT UPDATE (agreed_by, agreed_role, agreed_at) ON standing TO payrun_checker;
GRANT UPDATE (ended_by, ended_at) ON standing
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (run_id, standing_id) ON standing_use TO payrun_checker;

-- --- the canary -----------------------------------------------------------------

CREATE TABLE canary (
    run_id      bigint NOT NULL REFERENCES run,
    account_id  bigint NOT NULL REFERENCES funding_account,
    proof       text NOT NULL CHECK (proof <> ''),
    batch_id    bigint NOT NULL REFERENCES batch,
    at          timestamptz NOT NULL DEFAULT now(),
    told_at     timestamptz,
    accepted_by text REFERENCES app_user,
    accepted_at timestamptz,
    PRIMARY KEY (run_id, account_id, proof),
    CHECK ((accepted_by IS NULL) = (accepted_at IS NULL)),
    CONSTRAINT canary_told_first CHECK (accepted_at IS NULL OR told_at IS NOT NULL)
);
CREATE INDEX canary_proof_idx ON canary (account_id, proof);
COMMENT ON INDEX canary_proof_idx IS 'was this account proven with these versions? for canary_holds()';
COMMENT ON TABLE canary IS 'the small batch of a run that goes first and alone, because its account was not yet seen to pay with these versions';
COMMENT ON COLUMN canary.run_id IS 'the run';
COMMENT ON COLUMN canary.account_id IS 'the funding account that pays the batch';
COMMENT ON COLUMN canary.proof IS 'what is tried: payrun''s version and that of the provider''s contract';
COMMENT ON COLUMN canary.batch_id IS 'the batch that goes first; written with its claim';
COMMENT ON COLUMN canary.at IS 'when it was first claimed';
COMMENT ON COLUMN canary.told_at IS 'not all of it was paid, and the run was paused for a person; NULL: it was not';
COMMENT ON COLUMN canary.accepted_by IS 'who resumed the run after that: the rest may go all the same; NULL: nobody';
COMMENT ON COLUMN canary.accepted_at IS 'when';

CREATE FUNCTION canary_passed(c canary) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT c.accepted_at IS NOT NULL
           OR EXISTS (SELECT 1 FROM batch b
                       WHERE b.batch_id = c.batch_id AND b.state = 'done'
                         AND b.paid_rows = b.rows)
$$;
COMMENT ON FUNCTION canary_passed(canary) IS 'every payment of the canary was paid, or a person said that the rest may go all the same';

-- A canary that is out holds its run, whatever was proven meanwhile.  Else the
-- first batch that is small enough is one; a run that was uploaded without such
-- a batch has its smallest for it.
CREATE FUNCTION canary_holds(of_account bigint, of_proof text, each_run boolean,
                             of_rows bigint, in_state batch_state)
RETURNS TABLE (run_id bigint, batch_id bigint) LANGUAGE sql STABLE AS $$
    SELECT r.run_id,
           coalesce(c.batch_id,
                    (SELECT b.batch_id FROM batch b
                      WHERE b.run_id = r.run_id AND b.account_id = of_account
                        AND b.state = in_state
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
COMMENT ON FUNCTION canary_holds(bigint, text, boolean, bigint, batch_state) IS 'runs of an account of which only one batch may leave, and which; a run that it does not name is not held';

GRANT INSERT (run_id, account_id, proof, batch_id), UPDATE (told_at) ON canary
    TO payrun_worker;
GRANT UPDATE (accepted_by, accepted_at) ON canary
    TO payrun_maker, payrun_checker, payrun_admin;
