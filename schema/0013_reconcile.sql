-- What was found when the book, the raw answers and the statements were held
-- against each other; and what people made of it.  A reconciliation is kept as
-- it was found.  It never reads a state that it checks.
CREATE TABLE reconciliation (
    reconciliation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id         bigint REFERENCES run,
    account_id     bigint REFERENCES funding_account,
    from_day       date,
    until_day      date,
    made_by        text NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    tolerance_minor bigint NOT NULL DEFAULT 0 CHECK (tolerance_minor >= 0),
    late_days      integer NOT NULL CHECK (late_days >= 0),
    watch_days     integer NOT NULL CHECK (watch_days >= 0),
    payments       bigint NOT NULL DEFAULT 0,
    payments_minor bigint NOT NULL DEFAULT 0,
    lines          bigint NOT NULL DEFAULT 0,
    lines_minor    bigint NOT NULL DEFAULT 0,
    matched        bigint NOT NULL DEFAULT 0,
    matched_minor  bigint NOT NULL DEFAULT 0,
    findings       bigint NOT NULL DEFAULT 0,
    findings_minor bigint NOT NULL DEFAULT 0,
    CONSTRAINT about_run_or_account CHECK ((run_id IS NULL) <> (account_id IS NULL)),
    CHECK (from_day <= until_day)
);
CREATE INDEX reconciliation_run_idx ON reconciliation (run_id, reconciliation_id) WHERE run_id IS NOT NULL;
COMMENT ON INDEX reconciliation_run_idx IS 'the newest of a run; for queries/reconcile_last.sql';
COMMENT ON TABLE reconciliation IS 'each time a run, or an account''s days, were reconciled';
COMMENT ON COLUMN reconciliation.reconciliation_id IS 'our number for it; the newest counts';
COMMENT ON COLUMN reconciliation.run_id IS 'the run; NULL: it was of an account';
COMMENT ON COLUMN reconciliation.account_id IS 'the account; NULL: it was of a run, on all its accounts';
COMMENT ON COLUMN reconciliation.from_day IS 'first day of Nairobi that was looked at; NULL: nothing was ever sent';
COMMENT ON COLUMN reconciliation.until_day IS 'last day, included; NULL: nothing was ever sent';
COMMENT ON COLUMN reconciliation.made_by IS 'the person, or the worker';
COMMENT ON COLUMN reconciliation.at IS 'when';
COMMENT ON COLUMN reconciliation.tolerance_minor IS 'a charge may differ by this much; wages never may';
COMMENT ON COLUMN reconciliation.late_days IS 'booked more than so many days after it was sent is late';
COMMENT ON COLUMN reconciliation.watch_days IS 'paid payments are watched for so many days';
COMMENT ON COLUMN reconciliation.payments IS 'payments that were looked at: all that left';
COMMENT ON COLUMN reconciliation.payments_minor IS 'their sum, in minor units of their account';
COMMENT ON COLUMN reconciliation.lines IS 'lines of statements that were looked at';
COMMENT ON COLUMN reconciliation.lines_minor IS 'sum of those that went out, positive';
COMMENT ON COLUMN reconciliation.matched IS 'payments that were found on a statement';
COMMENT ON COLUMN reconciliation.matched_minor IS 'their sum as asked for';
COMMENT ON COLUMN reconciliation.findings IS 'findings; 0: everything ties';
COMMENT ON COLUMN reconciliation.findings_minor IS 'sum of their prices (finding.minor)';

-- What a finding is about is named in words that stay true when rows change.
CREATE TABLE finding (
    reconciliation_id bigint NOT NULL REFERENCES reconciliation,
    nr             integer NOT NULL CHECK (nr > 0),
    kind           text NOT NULL CHECK (kind <> ''),
    account_id     bigint,
    book           text NOT NULL DEFAULT '',
    run_id         bigint,
    batch_id       bigint,
    seq            integer,
    line_id        bigint,
    other_line_id  bigint,
    ours_minor     bigint NOT NULL,
    theirs_minor   bigint NOT NULL,
    minor          bigint NOT NULL CHECK (minor >= 0),
    moved_minor    bigint NOT NULL DEFAULT 0,
    ccy            char(3) NOT NULL,
    heals_until    date,
    about          text NOT NULL CHECK (about <> ''),
    detail         text NOT NULL,
    key            bytea NOT NULL,
    PRIMARY KEY (reconciliation_id, nr)
);
COMMENT ON TABLE finding IS 'a difference, with both sides and its price; kinds are rows of engine/reconcile/kinds.c';
COMMENT ON COLUMN finding.reconciliation_id IS 'which found it';
COMMENT ON COLUMN finding.nr IS 'counts from 1, in order of kind, payment, line';
COMMENT ON COLUMN finding.kind IS 'missing_there, paid_twice ...: see engine/reconcile/kinds.c';
COMMENT ON COLUMN finding.account_id IS 'the funding account; NULL: it is of no account';
COMMENT ON COLUMN finding.book IS 'whose books say otherwise: provider, mpesa, bank; empty: the difference is within our own book, or with a raw answer';
COMMENT ON COLUMN finding.run_id IS 'the run; NULL: no run of ours is known for it';
COMMENT ON COLUMN finding.batch_id IS 'the batch; NULL: none is known, or it is the whole run';
COMMENT ON COLUMN finding.seq IS 'the instruction; NULL: none is known, or it is the whole batch';
COMMENT ON COLUMN finding.line_id IS 'the line of a statement; NULL: none';
COMMENT ON COLUMN finding.other_line_id IS 'the line it collides with; NULL: none';
COMMENT ON COLUMN finding.ours_minor IS 'what our side says, minor units of ccy';
COMMENT ON COLUMN finding.theirs_minor IS 'what the other side says';
COMMENT ON COLUMN finding.minor IS 'its price: the money in question, never negative';
COMMENT ON COLUMN finding.moved_minor IS 'how much more went out by the statement than by our book: with all of a book they explain its difference';
COMMENT ON COLUMN finding.ccy IS 'ISO 4217';
COMMENT ON COLUMN finding.heals_until IS 'it may end by waiting until then (a late booking, a statement to come); NULL: it does not';
COMMENT ON COLUMN finding.about IS 'run, line of the file and payee, or account and line of the statement, for a person';
COMMENT ON COLUMN finding.detail IS 'both sides in words';
COMMENT ON COLUMN finding.key IS '16 bytes over what it is about: the same difference has the same again tomorrow';

CREATE TABLE statement_match (
    line_id        bigint NOT NULL,
    batch_id       bigint NOT NULL,
    seq            integer NOT NULL,
    account_id     bigint NOT NULL,
    book           text NOT NULL,
    role           text NOT NULL CHECK (role IN ('paid', 'charge', 'back', 'again')),
    how            text NOT NULL CHECK (how IN ('id', 'receipt', 'reference', 'bulk', 'looks')),
    minor          bigint NOT NULL,
    reconciliation_id bigint NOT NULL,
    PRIMARY KEY (line_id, batch_id, seq, role)
);
CREATE INDEX statement_match_batch_idx ON statement_match (batch_id, seq);
COMMENT ON INDEX statement_match_batch_idx IS 'the lines of a payment, of a run';
COMMENT ON TABLE statement_match IS 'which line of a statement belongs to which payment, as it was last found; made anew each time, never read to find it; no foreign keys, there may be millions';
COMMENT ON COLUMN statement_match.line_id IS 'the line';
COMMENT ON COLUMN statement_match.batch_id IS 'the batch';
COMMENT ON COLUMN statement_match.seq IS 'the instruction; 0: the line is of the whole batch';
COMMENT ON COLUMN statement_match.account_id IS 'the funding account';
COMMENT ON COLUMN statement_match.book IS 'whose books';
COMMENT ON COLUMN statement_match.role IS 'paid: it paid it; charge: the charge of it; back: it took it back; again: it paid or told it once more';
COMMENT ON COLUMN statement_match.how IS 'by the provider''s id, the receipt, our reference, as part of a bulk booking; looks: by amount, account and time, where nothing better is told and only one fits';
COMMENT ON COLUMN statement_match.minor IS 'as the line''s: - went out; of a bulk booking the whole line''s';
COMMENT ON COLUMN statement_match.reconciliation_id IS 'which found it';

CREATE TABLE balance_proof (
    reconciliation_id bigint NOT NULL REFERENCES reconciliation,
    account_id     bigint NOT NULL REFERENCES funding_account,
    book           text NOT NULL,
    ccy            char(3) NOT NULL,
    from_day       date NOT NULL,
    until_day      date NOT NULL,
    opening_minor  bigint,
    in_minor       bigint NOT NULL,
    paid_minor     bigint NOT NULL,
    charge_minor   bigint NOT NULL,
    returned_minor bigint NOT NULL,
    closing_minor  bigint,
    difference_minor bigint,
    ours_minor     bigint NOT NULL,
    off_minor      bigint NOT NULL,
    explained_minor bigint NOT NULL,
    PRIMARY KEY (reconciliation_id, account_id, book, ccy)
);
COMMENT ON TABLE balance_proof IS 'opening + in - paid - charges + returned = closing, for one book of an account; and what left by it against what our book says left';
COMMENT ON COLUMN balance_proof.reconciliation_id IS 'which found it';
COMMENT ON COLUMN balance_proof.account_id IS 'the funding account';
COMMENT ON COLUMN balance_proof.book IS 'whose books: provider, mpesa, bank';
COMMENT ON COLUMN balance_proof.ccy IS 'ISO 4217';
COMMENT ON COLUMN balance_proof.from_day IS 'first day its statements cover within what was looked at';
COMMENT ON COLUMN balance_proof.until_day IS 'last day, included';
COMMENT ON COLUMN balance_proof.opening_minor IS 'balance before the first line; NULL: no statement tells';
COMMENT ON COLUMN balance_proof.in_minor IS 'came in: deposits, transfers, interest';
COMMENT ON COLUMN balance_proof.paid_minor IS 'went out but for charges, positive';
COMMENT ON COLUMN balance_proof.charge_minor IS 'charges that are lines of their own, positive';
COMMENT ON COLUMN balance_proof.returned_minor IS 'came back: returned and reversed payments';
COMMENT ON COLUMN balance_proof.closing_minor IS 'balance after the last line; NULL: no statement tells';
COMMENT ON COLUMN balance_proof.difference_minor IS 'closing - (opening + in - paid - charges + returned): 0, or a statement_differs finding; NULL: a balance is not known';
COMMENT ON COLUMN balance_proof.ours_minor IS 'what left the account by our book in these days, charges included, what came back taken off';
COMMENT ON COLUMN balance_proof.off_minor IS 'paid + charges - returned - ours: 0, or explained by findings';
COMMENT ON COLUMN balance_proof.explained_minor IS 'sum of finding.moved_minor of this account and book: equal to off_minor, or something is not explained';

CREATE TABLE three_way (
    reconciliation_id bigint NOT NULL REFERENCES reconciliation,
    run_id         bigint NOT NULL REFERENCES run,
    hop            text NOT NULL CHECK (hop IN (
                       'asked', 'approved', 'book', 'sent', 'answered_paid',
                       'engine_paid', 'moved', 'moved_back', 'charges_answered',
                       'charges_engine', 'charges_moved')),
    rows           bigint NOT NULL,
    minor          bigint NOT NULL,
    PRIMARY KEY (reconciliation_id, run_id, hop)
);
COMMENT ON TABLE three_way IS 'a run by the file, by the engine, and by provider and bank: each counted from its own rows';
COMMENT ON COLUMN three_way.reconciliation_id IS 'which counted';
COMMENT ON COLUMN three_way.run_id IS 'the run';
COMMENT ON COLUMN three_way.hop IS 'asked: the run as uploaded; approved: the checker''s total; book: instructions; sent: those that left; answered_paid: by the provider''s raw answers; engine_paid: by outcomes; moved: on statements; moved_back: returned or reversed there; charges_...: the same of charges';
COMMENT ON COLUMN three_way.rows IS 'how many payments';
COMMENT ON COLUMN three_way.minor IS 'their sum in minor units of the run''s currency';

CREATE TABLE break (
    break_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key            bytea NOT NULL UNIQUE CHECK (length(key) = 16),
    kind           text NOT NULL,
    account_id     bigint REFERENCES funding_account,
    book           text NOT NULL DEFAULT '',
    run_id         bigint REFERENCES run,
    batch_id       bigint,
    seq            integer,
    line_id        bigint,
    minor          bigint NOT NULL CHECK (minor >= 0),
    moved_minor    bigint NOT NULL DEFAULT 0,
    ours_minor     bigint NOT NULL,
    theirs_minor   bigint NOT NULL,
    ccy            char(3) NOT NULL,
    heals_until    date,
    about          text NOT NULL,
    detail         text NOT NULL,
    state          text NOT NULL DEFAULT 'open' CHECK (state IN (
                       'open', 'assigned', 'explained', 'corrected',
                       'written_off', 'healed')),
    owner          text REFERENCES app_user,
    note           text NOT NULL DEFAULT '',
    since          timestamptz NOT NULL DEFAULT now(),
    state_at       timestamptz NOT NULL DEFAULT now(),
    seen_by        bigint NOT NULL REFERENCES reconciliation,
    CONSTRAINT assigned_to_somebody CHECK (state <> 'assigned' OR owner IS NOT NULL),
    CONSTRAINT ended_with_reason CHECK (state IN ('open', 'assigned', 'healed') OR note <> '')
);
CREATE INDEX break_run_idx ON break (run_id) WHERE state IN ('open', 'assigned');
COMMENT ON INDEX break_run_idx IS 'open breaks of a run; for queries/run_close_list.sql';
COMMENT ON TABLE break IS 'a finding that lasts, until somebody or time ends it; open and assigned ones keep their run from closing';
COMMENT ON COLUMN break.break_id IS 'its number, which people name';
COMMENT ON COLUMN break.key IS 'as finding.key: found again it is the same break';
COMMENT ON COLUMN break.kind IS 'as finding.kind';
COMMENT ON COLUMN break.account_id IS 'as finding.account_id';
COMMENT ON COLUMN break.book IS 'as finding.book';
COMMENT ON COLUMN break.run_id IS 'as finding.run_id; NULL: it keeps no run open';
COMMENT ON COLUMN break.batch_id IS 'as finding.batch_id';
COMMENT ON COLUMN break.seq IS 'as finding.seq';
COMMENT ON COLUMN break.line_id IS 'as finding.line_id';
COMMENT ON COLUMN break.minor IS 'its price when it was last found';
COMMENT ON COLUMN break.moved_minor IS 'as finding.moved_minor';
COMMENT ON COLUMN break.ours_minor IS 'as finding.ours_minor';
COMMENT ON COLUMN break.theirs_minor IS 'as finding.theirs_minor';
COMMENT ON COLUMN break.ccy IS 'ISO 4217';
COMMENT ON COLUMN break.heals_until IS 'as finding.heals_until';
COMMENT ON COLUMN break.about IS 'as finding.about';
COMMENT ON COLUMN break.detail IS 'as finding.detail';
COMMENT ON COLUMN break.state IS 'open; assigned to owner; explained: it is known how it came about; corrected: put right outside; written_off: by two people; healed: a later reconciliation finds it no more';
COMMENT ON COLUMN break.owner IS 'who looks after it; NULL: nobody yet';
COMMENT ON COLUMN break.note IS 'the last reason given; empty: none was';
COMMENT ON COLUMN break.since IS 'when it was first found, or came back: its age counts from here';
COMMENT ON COLUMN break.state_at IS 'when its state last changed';
COMMENT ON COLUMN break.seen_by IS 'the reconciliation that last found it';

CREATE TABLE break_history (
    history_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    break_id       bigint NOT NULL REFERENCES break,
    at             timestamptz NOT NULL DEFAULT now(),
    actor          text NOT NULL,
    did            text NOT NULL CHECK (did IN (
                       'found', 'assigned', 'explained', 'corrected',
                       'proposed', 'agreed', 'refused', 'healed', 'back',
                       'repriced')),
    from_state     text NOT NULL,
    to_state       text NOT NULL,
    minor          bigint NOT NULL,
    note           text NOT NULL DEFAULT '',
    reconciliation_id bigint REFERENCES reconciliation
);
CREATE INDEX break_history_idx ON break_history (break_id, history_id);
COMMENT ON INDEX break_history_idx IS 'for queries/break_history.sql';
COMMENT ON TABLE break_history IS 'all that happened to a break; append-only';
COMMENT ON COLUMN break_history.history_id IS 'in order';
COMMENT ON COLUMN break_history.break_id IS 'the break';
COMMENT ON COLUMN break_history.at IS 'when';
COMMENT ON COLUMN break_history.actor IS 'the person, or the worker';
COMMENT ON COLUMN break_history.did IS 'what was done; proposed, agreed, refused: of a write-off; back: found again after it had healed; repriced: found with another price';
COMMENT ON COLUMN break_history.from_state IS 'state before; empty: it was not there';
COMMENT ON COLUMN break_history.to_state IS 'state after';
COMMENT ON COLUMN break_history.minor IS 'its price then';
COMMENT ON COLUMN break_history.note IS 'why; the evidence';
COMMENT ON COLUMN break_history.reconciliation_id IS 'which found that; NULL: a person did it';

-- Money is given up by two people, of whom the second is a checker; what was
-- proposed is what is agreed to: another price voids it.
CREATE TABLE break_write_off (
    write_off_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    break_id       bigint NOT NULL REFERENCES break,
    minor          bigint NOT NULL,
    reason         text NOT NULL CHECK (reason <> ''),
    proposed_by    text NOT NULL,
    proposed_role  text NOT NULL CHECK (proposed_role IN ('maker', 'checker', 'admin')),
    proposed_at    timestamptz NOT NULL DEFAULT now(),
    ended_how      text CHECK (ended_how IN ('agreed', 'refused', 'overtaken')),
    ended_by       text,
    ended_role     text,
    ended_at       timestamptz,
    CONSTRAINT write_off_ended_whole CHECK (
        (ended_how IS NULL) = (ended_by IS NULL)
        AND (ended_how IS NULL) = (ended_at IS NULL)),
    CONSTRAINT write_off_by_two CHECK (
        ended_how IS DISTINCT FROM 'agreed'
        OR (ended_by <> proposed_by AND ended_role = 'checker')),
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role),
    FOREIGN KEY (ended_by, ended_role) REFERENCES app_user (user_name, role)
);
CREATE UNIQUE INDEX break_write_off_open_idx ON break_write_off (break_id) WHERE ended_how IS NULL;
COMMENT ON INDEX break_write_off_open_idx IS 'one open proposal a break';
COMMENT ON TABLE break_write_off IS 'who proposed to write a break off, and who agreed';
COMMENT ON COLUMN break_write_off.write_off_id IS 'its number';
COMMENT ON COLUMN break_write_off.break_id IS 'the break';
COMMENT ON COLUMN break_write_off.minor IS 'its price when it was proposed';
COMMENT ON COLUMN break_write_off.reason IS 'why';
COMMENT ON COLUMN break_write_off.proposed_by IS 'who';
COMMENT ON COLUMN break_write_off.proposed_role IS 'in which role';
COMMENT ON COLUMN break_write_off.proposed_at IS 'when';
COMMENT ON COLUMN break_write_off.ended_how IS 'agreed, refused; overtaken: it healed or has another price now; NULL: open';
COMMENT ON COLUMN break_write_off.ended_by IS 'by whom: to agree takes another person, a checker; NULL: open';
COMMENT ON COLUMN break_write_off.ended_role IS 'in which role; NULL: open, or the program ended it';
COMMENT ON COLUMN break_write_off.ended_at IS 'when; NULL: open';

CREATE VIEW break_view AS
SELECT b.break_id, b.kind, b.state, b.owner, b.note, b.about, b.detail,
       b.run_id, coalesce(r.ref, '') AS run_ref, b.account_id,
       coalesce(a.name, '') AS account, b.book, b.batch_id, b.seq, b.line_id,
       b.minor, b.moved_minor, b.ours_minor, b.theirs_minor,
       b.ccy::text AS ccy, b.heals_until, b.since, b.state_at,
       b.state IN ('open', 'assigned') AS is_open,
       d.days AS age_days,
       CASE WHEN d.days <= 1 THEN '0-1' WHEN d.days <= 3 THEN '2-3'
            WHEN d.days <= 7 THEN '4-7' WHEN d.days <= 30 THEN '8-30'
            ELSE '>30' END AS age
  FROM break b
  LEFT JOIN run r USING (run_id)
  LEFT JOIN funding_account a ON a.account_id = b.account_id
 CROSS JOIN LATERAL (
       SELECT ((now() AT TIME ZONE 'Africa/Nairobi')::date
               - (b.since AT TIME ZONE 'Africa/Nairobi')::date) AS days) d;
COMMENT ON VIEW break_view IS 'a break as a person sees it: with run, account and age';
COMMENT ON COLUMN break_view.is_open IS 'it keeps its run from closing';
COMMENT ON COLUMN break_view.age_days IS 'days of Nairobi since it was found';
COMMENT ON COLUMN break_view.age IS 'age bucket in days: 0-1, 2-3, 4-7, 8-30, >30';

CREATE FUNCTION break_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF NEW.state = 'written_off' AND OLD.state <> 'written_off'
       AND NOT repairing()
       AND NOT EXISTS (SELECT 1 FROM break_write_off w
                        WHERE w.break_id = NEW.break_id
                          AND w.ended_how = 'agreed' AND w.minor = NEW.minor) THEN
        RAISE EXCEPTION USING ERRCODE = 'PR002', CONSTRAINT = 'break_write_off',
            MESSAGE = format('break %s is written off by two people only', NEW.break_id);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION break_guard() IS 'nothing is written off that two people did not agree on at this price';
CREATE TRIGGER break_guard BEFORE UPDATE OF state ON break
    FOR EACH ROW EXECUTE FUNCTION break_guard();
CREATE TRIGGER break_history_append_only BEFORE UPDATE OR DELETE ON break_history
    FOR EACH ROW EXECUTE FUNCTION never_again();
CREATE TRIGGER break_history_never_emptied BEFORE TRUNCATE ON break_history
    FOR EACH STATEMENT EXECUTE FUNCTION never_again();

GRANT INSERT ON reconciliation, finding, statement_match, balance_proof,
    three_way, break, break_history
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT UPDATE (payments, payments_minor, lines, lines_minor, matched,
              matched_minor, findings, findings_minor) ON reconciliation
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT DELETE ON statement_match
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT UPDATE (minor, moved_minor, ours_minor, theirs_minor, heals_until, about,
              detail, state, owner, note, since, state_at, seen_by) ON break
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;
GRANT INSERT (break_id, minor, reason, proposed_by, proposed_role)
    ON break_write_off TO payrun_maker, payrun_checker, payrun_admin;
GRANT UPDATE (ended_how, ended_by, ended_role, ended_at) ON break_write_off
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;

-- The shapes of what a reconciliation works with: reconcile_open() makes
-- temporary tables of these names that hide them, so that an auditor, who
-- writes nothing, can run one too.
CREATE TABLE reconcile_batch (
    batch_id     bigint PRIMARY KEY,
    run_id       bigint NOT NULL,
    account_id   bigint NOT NULL,
    mine         boolean NOT NULL,
    left_at      timestamptz,
    left_on      date
);
COMMENT ON TABLE reconcile_batch IS 'always empty: the shape of a temporary table: batches that are looked at';
COMMENT ON COLUMN reconcile_batch.batch_id IS 'the batch';
COMMENT ON COLUMN reconcile_batch.run_id IS 'its run';
COMMENT ON COLUMN reconcile_batch.account_id IS 'the funding account';
COMMENT ON COLUMN reconcile_batch.mine IS 'false: only to know whose a line is';
COMMENT ON COLUMN reconcile_batch.left_at IS 'when its approve or send first went through the door; NULL: none did';
COMMENT ON COLUMN reconcile_batch.left_on IS 'that day in Nairobi';

CREATE TABLE reconcile_claim (
    batch_id     bigint NOT NULL,
    seq          integer NOT NULL,
    fate         text NOT NULL,
    listed       integer NOT NULL,
    minor        bigint,
    account      text NOT NULL,
    code         text NOT NULL,
    receipt      text NOT NULL,
    provider_id  text NOT NULL,
    charge_minor bigint NOT NULL,
    event_no     integer NOT NULL
);
COMMENT ON TABLE reconcile_claim IS 'always empty: the shape of a temporary table: what the raw answers say of each payment, read anew from their bytes';
COMMENT ON COLUMN reconcile_claim.batch_id IS 'the batch';
COMMENT ON COLUMN reconcile_claim.seq IS 'the instruction';
COMMENT ON COLUMN reconcile_claim.fate IS 'paid, failed, cancelled, dead (its file ended before it), open';
COMMENT ON COLUMN reconcile_claim.listed IS 'how often one answer lists it, as paid with another receipt';
COMMENT ON COLUMN reconcile_claim.minor IS 'amount in the answer; NULL: none';
COMMENT ON COLUMN reconcile_claim.account IS 'payee in the answer; empty: none';
COMMENT ON COLUMN reconcile_claim.code IS 'the provider''s code';
COMMENT ON COLUMN reconcile_claim.receipt IS 'the receipt; empty: none';
COMMENT ON COLUMN reconcile_claim.provider_id IS 'the provider''s own number of it; empty: none';
COMMENT ON COLUMN reconcile_claim.charge_minor IS 'the charge it names; 0: none';
COMMENT ON COLUMN reconcile_claim.event_no IS 'the answer that says so';

CREATE TABLE reconcile_hit (
    line_id      bigint NOT NULL,
    batch_id     bigint NOT NULL,
    seq          integer NOT NULL,
    account_id   bigint NOT NULL,
    book         text NOT NULL,
    role         text NOT NULL,
    how          text NOT NULL,
    minor        bigint NOT NULL,
    booked_on    date NOT NULL,
    booked_at    timestamptz,
    party        text NOT NULL,
    charge_minor bigint NOT NULL,
    part         integer NOT NULL,
    bulk_line_id bigint,
    same         boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE reconcile_hit IS 'always empty: the shape of a temporary table: lines and whose they are; see statement_match';
COMMENT ON COLUMN reconcile_hit.line_id IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.batch_id IS 'as in statement_match; 0 until reconcile_left takes it away: nobody''s';
COMMENT ON COLUMN reconcile_hit.seq IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.account_id IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.book IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.role IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.how IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.minor IS 'as in statement_match';
COMMENT ON COLUMN reconcile_hit.booked_on IS 'as in statement_line';
COMMENT ON COLUMN reconcile_hit.booked_at IS 'as in statement_line';
COMMENT ON COLUMN reconcile_hit.party IS 'party_account of the line';
COMMENT ON COLUMN reconcile_hit.charge_minor IS 'as in statement_line';
COMMENT ON COLUMN reconcile_hit.part IS 'as in statement_line';
COMMENT ON COLUMN reconcile_hit.bulk_line_id IS 'as in statement_line';
COMMENT ON COLUMN reconcile_hit.same IS 'of role again: it has the id or receipt of the first';

CREATE TABLE reconcile_told (
    batch_id     bigint NOT NULL,
    book         text NOT NULL,
    covers       boolean NOT NULL,
    charges      boolean NOT NULL
);
COMMENT ON TABLE reconcile_told IS 'always empty: the shape of a temporary table: the books that tell of a batch';
COMMENT ON COLUMN reconcile_told.batch_id IS 'the batch';
COMMENT ON COLUMN reconcile_told.book IS 'whose books';
COMMENT ON COLUMN reconcile_told.covers IS 'they tell of the day it left on; false: they only have a line of it';
COMMENT ON COLUMN reconcile_told.charges IS 'they tell of charges';

CREATE TABLE reconcile_odd (
    batch_id     bigint NOT NULL,
    seq          integer NOT NULL
);
COMMENT ON TABLE reconcile_odd IS 'always empty: the shape of a temporary table: payments of which not all sides say the same';
COMMENT ON COLUMN reconcile_odd.batch_id IS 'the batch';
COMMENT ON COLUMN reconcile_odd.seq IS 'the instruction';

CREATE TABLE reconcile_finding (
    kind         text NOT NULL,
    account_id   bigint,
    book         text NOT NULL DEFAULT '',
    run_id       bigint,
    batch_id     bigint,
    seq          integer,
    line_id      bigint,
    other_line_id bigint,
    ours_minor   bigint NOT NULL,
    theirs_minor bigint NOT NULL,
    minor        bigint NOT NULL,
    moved_minor  bigint NOT NULL DEFAULT 0,
    ccy          char(3),
    heals_until  date,
    what         text NOT NULL DEFAULT '',
    detail       text NOT NULL
);
COMMENT ON TABLE reconcile_finding IS 'always empty: the shape of a temporary table: findings before they are named and numbered';
COMMENT ON COLUMN reconcile_finding.kind IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.account_id IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.book IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.run_id IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.batch_id IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.seq IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.line_id IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.other_line_id IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.ours_minor IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.theirs_minor IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.minor IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.moved_minor IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.ccy IS 'as in finding; NULL: its run''s or account''s';
COMMENT ON COLUMN reconcile_finding.heals_until IS 'as in finding';
COMMENT ON COLUMN reconcile_finding.what IS 'which of several of a kind about one thing (a column, a sum); goes into the key';
COMMENT ON COLUMN reconcile_finding.detail IS 'as in finding';

CREATE FUNCTION reconcile_open() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['reconcile_batch', 'reconcile_claim', 'reconcile_hit',
                             'reconcile_left', 'reconcile_told', 'reconcile_odd',
                             'reconcile_finding'] LOOP
        IF to_regclass('pg_temp.' || t) IS NULL THEN
            EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE payrun.%I INCLUDING DEFAULTS) ON COMMIT DROP', t, t);
        ELSE
            EXECUTE format('TRUNCATE pg_temp.%I', t);
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION reconcile_open() IS 'the temporary tables of one reconciliation, empty; gone with its transaction';

-- What a line says, sealed when it is taken in: who changes it later, in the
-- database, has to make the seal again.  Days and times as numbers, because
-- how they are written depends on the session.
ALTER TABLE statement_line ADD COLUMN seal bytea;
COMMENT ON COLUMN statement_line.seal IS '16 bytes over all that the line says, made when it was taken in; NULL: taken in before there were seals';
CREATE FUNCTION line_seal(s statement_line) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT substring(sha256(convert_to(ROW(
               s.statement_id, s.account_id, s.book,
               s.booked_on - DATE '2000-01-01',
               extract(epoch FROM s.booked_at),
               s.value_on - DATE '2000-01-01', s.minor, s.ccy, s.kind, s.part,
               s.parts, s.bulk_line_id, s.bulk_id, s.charge_minor,
               s.balance_minor, s.provider_id, s.receipt, s.reference,
               s.linked, s.batch_id, s.seq, s.party_account, s.party_name,
               s.type, s.narrative, s.status, s.raw)::text, 'UTF8')) FOR 16)
$$;
COMMENT ON FUNCTION line_seal(statement_line) IS 'over all that a line says; days and times as numbers, because how they are written depends on the session';
CREATE FUNCTION line_seal_it() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    NEW.seal := line_seal(NEW);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION line_seal_it() IS 'who changes a line later, in the database, has to make its seal again';
CREATE TRIGGER line_seal_it BEFORE INSERT ON statement_line
    FOR EACH ROW EXECUTE FUNCTION line_seal_it();

-- With all its columns: what the planner believes of statement_line, into which
-- a month was just copied, is not true, and it joins by it.
CREATE TABLE reconcile_left (LIKE statement_line INCLUDING COMMENTS);
COMMENT ON TABLE reconcile_left IS 'always empty: the shape of a temporary table: lines that carry no id of the provider that we know';

-- Phones are told as 2547..., 07..., +254 7... or masked; other accounts as
-- they are.
CREATE FUNCTION same_payee(ours text, theirs text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT theirs = '' OR theirs = ours
           OR CASE WHEN translate(theirs, 'xX', '**') LIKE '%*%'
              THEN right(ours, 9) LIKE right('%' || regexp_replace(translate(theirs, 'xX*', '___'), '[^0-9_]', '', 'g'), 9)
              ELSE right(regexp_replace(theirs, '[^0-9A-Za-z]', '', 'g'), 9)
                   = right(regexp_replace(ours, '[^0-9A-Za-z]', '', 'g'), 9)
              END
$$;
COMMENT ON FUNCTION same_payee(text, text) IS 'a statement''s spelling of an account may be the one that was asked for; nothing told is no other';

CREATE FUNCTION reconcile_ready() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ANALYZE reconcile_batch;
    ANALYZE reconcile_claim;
    ANALYZE reconcile_hit;
    ANALYZE reconcile_left;
    ANALYZE reconcile_told;
    ANALYZE reconcile_odd;
END
$$;
COMMENT ON FUNCTION reconcile_ready() IS 'the planner learns how large the temporary tables are';

-- What a statement proves of a payment is kept like an answer.
ALTER TABLE event DROP CONSTRAINT event_kind_check;
ALTER TABLE event ADD CONSTRAINT event_kind_check CHECK (kind IN
    ('initiate', 'approve', 'cancel', 'send', 'status', 'statement'));
COMMENT ON COLUMN event.kind IS 'the question it answers; statement: a line of a statement, as JSON';
