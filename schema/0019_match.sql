-- One join of everything by the provider's id, so that what agrees is counted by
-- batch and never written row by row.

-- The number by which a line says itself whose it is: of one that pays, and of a
-- charge as a line of its own.  Money that came, parts of bulk bookings and lines
-- without a number are looked at one by one.
CREATE FUNCTION line_pays(kind text, minor bigint, part integer, linked text,
                          provider_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind NOT IN ('deposit', 'charge') AND minor < 0 AND part = 0
                THEN nullif(CASE WHEN linked <> '' THEN linked ELSE provider_id END, '')
           END
$$;
COMMENT ON FUNCTION line_pays(text, bigint, integer, text, text) IS 'the provider''s number of the payment that a line pays; NULL: it pays none, or does not say';
CREATE FUNCTION line_charges(kind text, part integer, linked text,
                             provider_id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN kind = 'charge' AND part = 0
                THEN nullif(CASE WHEN linked <> '' THEN linked ELSE provider_id END, '')
           END
$$;
COMMENT ON FUNCTION line_charges(text, integer, text, text) IS 'the provider''s number of the payment that a line is the charge of; NULL: it is no charge, or does not say';

CREATE TABLE reconcile_tie (
    nr           bigint NOT NULL,
    batch_id     bigint,
    book         text NOT NULL,
    counts       boolean,
    booked_on    date,
    good         boolean NOT NULL,
    fate         text,
    state        text,
    event_no     integer,
    ccy          char(3),
    n            bigint NOT NULL,
    minor        bigint,
    o_minor      bigint,
    c_charge     bigint,
    c_charged    bigint NOT NULL,
    o_charge     bigint,
    o_charged    bigint NOT NULL,
    line_n       bigint NOT NULL,
    line_minor   bigint,
    beside_minor bigint,
    charge_n     bigint NOT NULL,
    charge_minor bigint,
    marks        numeric NOT NULL,
    seqs         smallint[] NOT NULL,
    lines        bigint[] NOT NULL,
    charge_lines bigint[] NOT NULL
);
ALTER TABLE reconcile_tie ALTER COLUMN seqs SET STORAGE EXTERNAL,
    ALTER COLUMN lines SET STORAGE EXTERNAL, ALTER COLUMN charge_lines SET STORAGE EXTERNAL;
COMMENT ON TABLE reconcile_tie IS 'always empty: the shape of a temporary table: the join of everything, counted by batch, book, day and what is said';
COMMENT ON COLUMN reconcile_tie.nr IS 'its number';
COMMENT ON COLUMN reconcile_tie.batch_id IS 'the batch; NULL: lines that carry an id nobody knows';
COMMENT ON COLUMN reconcile_tie.book IS 'whose books; empty: none tells of the batch';
COMMENT ON COLUMN reconcile_tie.counts IS 'each payment is counted in one row with true, and in one more with false for each further book';
COMMENT ON COLUMN reconcile_tie.booked_on IS 'the day the lines were booked; NULL: there are none';
COMMENT ON COLUMN reconcile_tie.good IS 'instruction, outcome, raw answer and book all say the same';
COMMENT ON COLUMN reconcile_tie.fate IS 'as in reconcile_claim; open: nothing was answered';
COMMENT ON COLUMN reconcile_tie.state IS 'the engine''s; NULL: no outcome';
COMMENT ON COLUMN reconcile_tie.event_no IS 'the raw answer that the outcomes name';
COMMENT ON COLUMN reconcile_tie.ccy IS 'as asked for';
COMMENT ON COLUMN reconcile_tie.n IS 'payments';
COMMENT ON COLUMN reconcile_tie.minor IS 'their sum as asked for';
COMMENT ON COLUMN reconcile_tie.o_minor IS 'their sum by the engine';
COMMENT ON COLUMN reconcile_tie.c_charge IS 'sum of the charges that were answered';
COMMENT ON COLUMN reconcile_tie.c_charged IS 'payments with one';
COMMENT ON COLUMN reconcile_tie.o_charge IS 'sum of the engine''s charges';
COMMENT ON COLUMN reconcile_tie.o_charged IS 'payments with one';
COMMENT ON COLUMN reconcile_tie.line_n IS 'lines that pay them';
COMMENT ON COLUMN reconcile_tie.line_minor IS 'sum of these lines: negative';
COMMENT ON COLUMN reconcile_tie.beside_minor IS 'sum of the charges told beside them';
COMMENT ON COLUMN reconcile_tie.charge_n IS 'charges as lines of their own';
COMMENT ON COLUMN reconcile_tie.charge_minor IS 'sum of these lines: negative';
COMMENT ON COLUMN reconcile_tie.marks IS 'sum of a hash of all its lines: with the count it shows that none is missing';
COMMENT ON COLUMN reconcile_tie.seqs IS 'the instructions';
COMMENT ON COLUMN reconcile_tie.lines IS 'the lines that pay them, in the same order; NULL: none does, or it is looked at by itself';
COMMENT ON COLUMN reconcile_tie.charge_lines IS 'the lines with their charges, in the same order; NULL: none';

ALTER TABLE reconcile_odd ADD COLUMN tied boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN reconcile_odd.tied IS 'a book may still tell of it with a line that is counted in reconcile_tie';
COMMENT ON TABLE reconcile_odd IS 'always empty: the shape of a temporary table: payments of which not all sides say the same; of batches that are only known: payments without a line';

-- What was kept a row a line before: all of a batch in one row.
CREATE TABLE statement_tie (
    reconciliation_id bigint NOT NULL,
    batch_id       bigint NOT NULL,
    account_id     bigint NOT NULL,
    book           text NOT NULL,
    seqs           smallint[] NOT NULL,
    lines          bigint[] NOT NULL,
    charge_lines   bigint[] NOT NULL
);
ALTER TABLE statement_tie ALTER COLUMN seqs SET STORAGE EXTERNAL,
    ALTER COLUMN lines SET STORAGE EXTERNAL, ALTER COLUMN charge_lines SET STORAGE EXTERNAL;
CREATE INDEX statement_tie_batch_idx ON statement_tie (batch_id);
COMMENT ON INDEX statement_tie_batch_idx IS 'the lines of a run';
COMMENT ON TABLE statement_tie IS 'as statement_match, for payments of which all sides say the same: by the provider''s id, many in one row; made anew each time, never read to find it';
COMMENT ON COLUMN statement_tie.reconciliation_id IS 'which found it';
COMMENT ON COLUMN statement_tie.batch_id IS 'the batch';
COMMENT ON COLUMN statement_tie.account_id IS 'the funding account';
COMMENT ON COLUMN statement_tie.book IS 'whose books';
COMMENT ON COLUMN statement_tie.seqs IS 'the instructions';
COMMENT ON COLUMN statement_tie.lines IS 'the lines that pay them, in the same order; NULL: none is needed';
COMMENT ON COLUMN statement_tie.charge_lines IS 'the lines with their charges, in the same order; NULL: none';
GRANT INSERT, DELETE ON statement_tie
    TO payrun_maker, payrun_checker, payrun_admin, payrun_worker;

CREATE VIEW statement_matched AS
SELECT line_id, batch_id, seq, account_id, book, role, how, minor, reconciliation_id
  FROM statement_match
UNION ALL
SELECT u.line_id, t.batch_id, t.seq, t.account_id, t.book, u.role, 'id', l.minor,
       t.reconciliation_id
  FROM (SELECT s.reconciliation_id, s.batch_id, s.account_id, s.book, x.seq::integer AS seq,
               x.line_id, x.charge_line
          FROM statement_tie s, unnest(s.seqs, s.lines, s.charge_lines)
               AS x(seq, line_id, charge_line)) t
 CROSS JOIN LATERAL (VALUES ('paid', t.line_id), ('charge', t.charge_line)) AS u(role, line_id)
  JOIN statement_line l ON l.line_id = u.line_id;
COMMENT ON VIEW statement_matched IS 'which line belongs to which payment, as it was last found: statement_match and statement_tie, a row a line';
COMMENT ON COLUMN statement_matched.role IS 'as in statement_match';
COMMENT ON COLUMN statement_matched.how IS 'as in statement_match';

-- The lines of the accounts in the days that are looked at, by day and kind.
CREATE TABLE reconcile_day (
    account_id   bigint NOT NULL,
    book         text NOT NULL,
    ccy          char(3) NOT NULL,
    booked_on    date NOT NULL,
    kind         text NOT NULL,
    part         boolean NOT NULL,
    n            bigint NOT NULL,
    in_minor     bigint NOT NULL,
    out_minor    bigint NOT NULL,
    named        bigint NOT NULL,
    marks        numeric NOT NULL,
    charges      boolean NOT NULL
);
COMMENT ON TABLE reconcile_day IS 'always empty: the shape of a temporary table: lines counted by book, day and kind';
COMMENT ON COLUMN reconcile_day.account_id IS 'the funding account';
COMMENT ON COLUMN reconcile_day.book IS 'whose books';
COMMENT ON COLUMN reconcile_day.ccy IS 'ISO 4217';
COMMENT ON COLUMN reconcile_day.booked_on IS 'the day';
COMMENT ON COLUMN reconcile_day.kind IS 'as in statement_line';
COMMENT ON COLUMN reconcile_day.part IS 'parts of batch bookings, which are in no sum';
COMMENT ON COLUMN reconcile_day.n IS 'lines';
COMMENT ON COLUMN reconcile_day.in_minor IS 'sum of those that came in';
COMMENT ON COLUMN reconcile_day.out_minor IS 'sum of those that went out, positive';
COMMENT ON COLUMN reconcile_day.named IS 'lines that say by the provider''s number what they pay, or are the charge of';
COMMENT ON COLUMN reconcile_day.marks IS 'sum of a hash of these: with the count it shows that none is missing';
COMMENT ON COLUMN reconcile_day.charges IS 'some are or tell a charge of a payment';

-- Odd payments with all that is said of them.
CREATE TABLE reconcile_few (
    batch_id     bigint NOT NULL,
    seq          integer NOT NULL,
    minor        bigint,
    ccy          char(3),
    account      text,
    fate         text NOT NULL,
    listed       integer NOT NULL,
    c_minor      bigint,
    c_account    text,
    c_code       text,
    c_receipt    text,
    c_charge     bigint NOT NULL,
    state        text,
    o_minor      bigint,
    o_ccy        char(3),
    code         text,
    receipt      text NOT NULL,
    charge_minor bigint,
    event_no     integer
);
COMMENT ON TABLE reconcile_few IS 'always empty: the shape of a temporary table: odd payments with instruction, raw answer (c_) and outcome';
COMMENT ON COLUMN reconcile_few.batch_id IS 'the batch';
COMMENT ON COLUMN reconcile_few.seq IS 'the instruction';
COMMENT ON COLUMN reconcile_few.minor IS 'as asked for; NULL: nobody asked for it';
COMMENT ON COLUMN reconcile_few.ccy IS 'as asked for';
COMMENT ON COLUMN reconcile_few.account IS 'as asked for';
COMMENT ON COLUMN reconcile_few.fate IS 'as in reconcile_claim; open: nothing was answered';
COMMENT ON COLUMN reconcile_few.listed IS 'as in reconcile_claim';
COMMENT ON COLUMN reconcile_few.c_minor IS 'minor of reconcile_claim';
COMMENT ON COLUMN reconcile_few.c_account IS 'account of reconcile_claim';
COMMENT ON COLUMN reconcile_few.c_code IS 'code of reconcile_claim';
COMMENT ON COLUMN reconcile_few.c_receipt IS 'receipt of reconcile_claim';
COMMENT ON COLUMN reconcile_few.c_charge IS 'charge_minor of reconcile_claim; 0: none';
COMMENT ON COLUMN reconcile_few.state IS 'of the outcome; NULL: there is none';
COMMENT ON COLUMN reconcile_few.o_minor IS 'minor of the outcome';
COMMENT ON COLUMN reconcile_few.o_ccy IS 'ccy of the outcome';
COMMENT ON COLUMN reconcile_few.code IS 'of the outcome';
COMMENT ON COLUMN reconcile_few.receipt IS 'of the outcome; empty: none';
COMMENT ON COLUMN reconcile_few.charge_minor IS 'of the outcome';
COMMENT ON COLUMN reconcile_few.event_no IS 'of the outcome';

CREATE OR REPLACE FUNCTION reconcile_open() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['reconcile_batch', 'reconcile_claim', 'reconcile_hit',
                             'reconcile_left', 'reconcile_told', 'reconcile_odd',
                             'reconcile_tie', 'reconcile_day', 'reconcile_few',
                             'reconcile_finding'] LOOP
        IF to_regclass('pg_temp.' || t) IS NULL THEN
            EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE payrun.%I INCLUDING DEFAULTS INCLUDING STORAGE) ON COMMIT DROP', t, t);
        ELSE
            EXECUTE format('TRUNCATE pg_temp.%I', t);
        END IF;
    END LOOP;
END
$$;
CREATE OR REPLACE FUNCTION reconcile_ready() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ANALYZE reconcile_batch;
    ANALYZE reconcile_claim;
END
$$;
COMMENT ON FUNCTION reconcile_ready() IS 'the planner learns how many payments are looked at';
CREATE FUNCTION reconcile_ready_left() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ANALYZE reconcile_hit;
    ANALYZE reconcile_left;
    ANALYZE reconcile_told;
    ANALYZE reconcile_odd;
END
$$;
COMMENT ON FUNCTION reconcile_ready_left() IS 'the planner learns how many payments and lines are left to look at';
