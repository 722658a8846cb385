-- What moved in an account, as the provider or the bank tells it.  Nothing here
-- is our opinion: lines are what a statement says, stored once, never changed.
CREATE TABLE statement (
    statement_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id     bigint NOT NULL REFERENCES funding_account,
    book           text NOT NULL CHECK (book IN ('provider', 'mpesa', 'bank')),
    source         text NOT NULL CHECK (source IN ('pull', 'mpesa', 'bank-csv', 'camt053', 'mt940')),
    state          text NOT NULL DEFAULT 'whole' CHECK (state IN ('reading', 'whole')),
    map            text NOT NULL DEFAULT '',
    file_name      text,
    file_sha256    bytea CHECK (length(file_sha256) = 32),
    file_bytes     bigint,
    number         integer NOT NULL DEFAULT 1 CHECK (number > 0),
    own_number     text NOT NULL DEFAULT '',
    own_account    text NOT NULL DEFAULT '',
    holder         text NOT NULL DEFAULT '',
    ccy            char(3) NOT NULL,
    from_day       date,
    until_day      date,
    opening_minor  bigint,
    closing_minor  bigint,
    balances       text CHECK (balances IN ('said', 'follow')),
    lines          bigint NOT NULL DEFAULT 0,
    parts          bigint NOT NULL DEFAULT 0,
    new_lines      bigint NOT NULL DEFAULT 0,
    unbooked       bigint NOT NULL DEFAULT 0,
    open_rows      bigint NOT NULL DEFAULT 0,
    unclear        bigint NOT NULL DEFAULT 0,
    in_minor       bigint NOT NULL DEFAULT 0 CHECK (in_minor >= 0),
    out_minor      bigint NOT NULL DEFAULT 0 CHECK (out_minor >= 0),
    imported_by    text NOT NULL REFERENCES app_user,
    imported_at    timestamptz NOT NULL DEFAULT now(),
    whole_at       timestamptz,
    next_page      integer NOT NULL DEFAULT 1 CHECK (next_page > 0),
    next_line      bigint NOT NULL DEFAULT 1 CHECK (next_line > 0),
    CHECK ((source = 'pull') = (book = 'provider')),
    CHECK ((source = 'pull') = (file_sha256 IS NULL)),
    CHECK ((file_sha256 IS NULL) = (file_name IS NULL)),
    CHECK (source = 'pull' OR state = 'whole'),
    CHECK (source <> 'pull' OR (from_day IS NOT NULL AND until_day IS NOT NULL)),
    CHECK (from_day <= until_day),
    CHECK ((balances IS NULL) = (opening_minor IS NULL AND closing_minor IS NULL)),
    UNIQUE (account_id, file_sha256, number)
);
CREATE UNIQUE INDEX statement_reading_idx ON statement (account_id, from_day, until_day) WHERE state = 'reading';
COMMENT ON INDEX statement_reading_idx IS 'for queries/statement_pull.sql: a pull that was interrupted is gone on with, not begun again';
CREATE INDEX statement_days_idx ON statement (account_id, book, from_day);
COMMENT ON INDEX statement_days_idx IS 'for statement_gap and queries/statement_list.sql';
COMMENT ON TABLE statement IS 'each statement that was taken in: one of a file, or one pull from a provider';
COMMENT ON COLUMN statement.statement_id IS 'our number for it';
COMMENT ON COLUMN statement.account_id IS 'the funding account it is about';
COMMENT ON COLUMN statement.book IS 'whose books: provider (asked by API), mpesa (the organisation portal''s), bank; one payment stands in several books, so sums are of one book only';
COMMENT ON COLUMN statement.source IS 'pull, or the format of the file';
COMMENT ON COLUMN statement.state IS 'reading: a pull that is not through yet, its lines so far are true but not all; whole: all of it';
COMMENT ON COLUMN statement.map IS 'name of the saved map a bank''s CSV was read by; empty: none needed';
COMMENT ON COLUMN statement.file_name IS 'without folders; NULL: a pull';
COMMENT ON COLUMN statement.file_sha256 IS 'of the file''s bytes: the same file again changes nothing; NULL: a pull';
COMMENT ON COLUMN statement.file_bytes IS 'its size; NULL: a pull';
COMMENT ON COLUMN statement.number IS 'which of the file''s statements, from 1';
COMMENT ON COLUMN statement.own_number IS 'its own number (49/2); empty: it has none';
COMMENT ON COLUMN statement.own_account IS 'the account it names: short code, IBAN, wallet; empty: none';
COMMENT ON COLUMN statement.holder IS 'whose account it says it is; empty: not said';
COMMENT ON COLUMN statement.ccy IS 'ISO 4217';
COMMENT ON COLUMN statement.from_day IS 'first day it covers, in Nairobi (a pull: that was asked for); NULL: it has no lines and names none';
COMMENT ON COLUMN statement.until_day IS 'last day it covers, included';
COMMENT ON COLUMN statement.opening_minor IS 'balance before its first line, in minor units of ccy; NULL: not known';
COMMENT ON COLUMN statement.closing_minor IS 'balance after its last line; NULL: not known';
COMMENT ON COLUMN statement.balances IS 'said: the statement names them; follow: they follow from the balances of its lines; NULL: not known';
COMMENT ON COLUMN statement.lines IS 'lines in it that count: new ones and those another statement had brought';
COMMENT ON COLUMN statement.parts IS 'payments of batch bookings in it: in no sum, their batch is';
COMMENT ON COLUMN statement.new_lines IS 'lines and parts nobody had brought before';
COMMENT ON COLUMN statement.unbooked IS 'rows by which nothing moved: failed, cancelled, zero';
COMMENT ON COLUMN statement.open_rows IS 'rows of a pull that had not ended: pull these days again';
COMMENT ON COLUMN statement.unclear IS 'rows of a pull that moved money but do not say which way: in no line and no sum';
COMMENT ON COLUMN statement.in_minor IS 'sum of its lines that came in';
COMMENT ON COLUMN statement.out_minor IS 'sum of its lines that went out, positive, charges included';
COMMENT ON COLUMN statement.imported_by IS 'the person';
COMMENT ON COLUMN statement.imported_at IS 'when; of a pull: when it began, so what came later is not in it';
COMMENT ON COLUMN statement.whole_at IS 'when it was through; NULL: it is not';
COMMENT ON COLUMN statement.next_page IS 'of a pull: the page it goes on with';
COMMENT ON COLUMN statement.next_line IS 'number for the next of its lines';

CREATE TABLE statement_line (
    line_id        bigint NOT NULL,
    statement_id   bigint NOT NULL,
    account_id     bigint NOT NULL,
    book           text NOT NULL,
    identity       bytea NOT NULL,
    line_no        bigint NOT NULL,
    booked_on      date NOT NULL,
    booked_at      timestamptz,
    value_on       date,
    minor          bigint NOT NULL,
    ccy            char(3) NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('payment', 'deposit', 'charge', 'transfer', 'reversal', 'returned', 'interest', 'other')),
    part           integer NOT NULL,
    parts          integer NOT NULL,
    bulk_line_id   bigint,
    bulk_id        text NOT NULL,
    charge_minor   bigint NOT NULL,
    balance_minor  bigint,
    provider_id    text NOT NULL,
    receipt        text NOT NULL,
    reference      text NOT NULL,
    linked         text NOT NULL,
    batch_id       bigint,
    seq            integer,
    party_account  text NOT NULL,
    party_name     text NOT NULL,
    type           text NOT NULL,
    narrative      text NOT NULL,
    status         text NOT NULL,
    raw            text NOT NULL,
    PRIMARY KEY (line_id),
    CONSTRAINT statement_line_once UNIQUE (account_id, book, identity),
    CONSTRAINT statement_line_moves CHECK (minor <> 0 OR part > 0)
);
CREATE INDEX statement_line_days_idx ON statement_line (account_id, book, booked_on);
COMMENT ON INDEX statement_line_days_idx IS 'for matching a period, and queries/statement_lines.sql';
COMMENT ON TABLE statement_line IS 'one movement as a statement tells it, once however many statements contain it; never changed; no foreign keys, there may be millions';
COMMENT ON COLUMN statement_line.line_id IS 'statement_id * 100000000 + its number in it';
COMMENT ON COLUMN statement_line.statement_id IS 'the first statement that brought it; statement_again has the others';
COMMENT ON COLUMN statement_line.account_id IS 'the funding account';
COMMENT ON COLUMN statement_line.book IS 'as its statement''s: sums are of one book only';
COMMENT ON COLUMN statement_line.identity IS '16 bytes that are the same whenever it is told again: over id, amount and day, or without an id over all it says, and which of several like it on that day';
COMMENT ON COLUMN statement_line.line_no IS 'line of the file, from 1; of a pull: which row, in the order it came';
COMMENT ON COLUMN statement_line.booked_on IS 'the day it was booked, in Nairobi';
COMMENT ON COLUMN statement_line.booked_at IS 'the moment; NULL: only the day is told';
COMMENT ON COLUMN statement_line.value_on IS 'the value day; NULL: not told';
COMMENT ON COLUMN statement_line.minor IS 'minor units of ccy: + came in, - went out; 0 only of a part without an amount of its own';
COMMENT ON COLUMN statement_line.ccy IS 'ISO 4217';
COMMENT ON COLUMN statement_line.kind IS 'payment: went out; deposit: came in; charge: a fee as a line of its own; transfer: between own accounts; reversal: takes back an earlier line; returned: could not be paid out and came back';
COMMENT ON COLUMN statement_line.part IS '0: counts; else which payment of a batch booking, from 1: in no sum, its batch is';
COMMENT ON COLUMN statement_line.parts IS 'of a batch booking: how many payments it is for, as far as told; else 0';
COMMENT ON COLUMN statement_line.bulk_line_id IS 'of a part: the line of its batch; NULL: not a part';
COMMENT ON COLUMN statement_line.bulk_id IS 'the batch''s or bulk payment''s number (IntaSend: file id); empty: none told';
COMMENT ON COLUMN statement_line.charge_minor IS 'fee told beside it but not a line of its own, positive, in no sum; 0: none told';
COMMENT ON COLUMN statement_line.balance_minor IS 'balance after it; NULL: not told';
COMMENT ON COLUMN statement_line.provider_id IS 'the provider''s or bank''s own number of it; empty: none';
COMMENT ON COLUMN statement_line.receipt IS 'M-Pesa''s or the rail''s receipt; a charge has that of its payment; empty: none';
COMMENT ON COLUMN statement_line.reference IS 'ours as it carries it: payment reference, EndToEndId, account number typed by a payer; empty: none';
COMMENT ON COLUMN statement_line.linked IS 'id of the line this one belongs to (charge, reversal); empty: not told';
COMMENT ON COLUMN statement_line.batch_id IS 'our batch, when a word of it is a payment reference of ours with a right check character; no proof alone; NULL: none';
COMMENT ON COLUMN statement_line.seq IS 'our instruction in that batch; NULL: none';
COMMENT ON COLUMN statement_line.party_account IS 'the other side''s phone, account, till, perhaps masked; empty: not told';
COMMENT ON COLUMN statement_line.party_name IS 'the other side''s name; empty: not told';
COMMENT ON COLUMN statement_line.type IS 'kind of movement in the provider''s words';
COMMENT ON COLUMN statement_line.narrative IS 'what else it says';
COMMENT ON COLUMN statement_line.status IS 'the provider''s word for its state (CLEARING, ipned); empty: none';
COMMENT ON COLUMN statement_line.raw IS 'as it stood in the file; empty: of a pull';

CREATE TABLE statement_again (
    line_id       bigint NOT NULL,
    statement_id  bigint NOT NULL,
    PRIMARY KEY (line_id, statement_id)
);
COMMENT ON TABLE statement_again IS 'lines that further statements contained as well: overlapping statements are one; statement_contains has all';
COMMENT ON COLUMN statement_again.line_id IS 'the line';
COMMENT ON COLUMN statement_again.statement_id IS 'a statement that told it again';

-- The shape of what an import gathers before it is compared with what is there:
-- statement_stage_open() makes a temporary table of this name that hides it.
CREATE TABLE statement_stage (
    nr             bigint NOT NULL,
    identity       bytea NOT NULL,
    line_no        bigint NOT NULL,
    booked_on      date NOT NULL,
    booked_at      timestamptz,
    value_on       date,
    minor          bigint NOT NULL,
    ccy            char(3) NOT NULL,
    kind           text NOT NULL,
    part           integer NOT NULL,
    parts          integer NOT NULL,
    bulk_nr        bigint,
    bulk_id        text NOT NULL,
    charge_minor   bigint NOT NULL,
    balance_minor  bigint,
    provider_id    text NOT NULL,
    receipt        text NOT NULL,
    reference      text NOT NULL,
    linked         text NOT NULL,
    batch_id       bigint,
    seq            integer,
    party_account  text NOT NULL,
    party_name     text NOT NULL,
    type           text NOT NULL,
    narrative      text NOT NULL,
    status         text NOT NULL,
    raw            text NOT NULL
);
COMMENT ON TABLE statement_stage IS 'always empty: the shape of the temporary table that lines are gathered in';
COMMENT ON COLUMN statement_stage.nr IS 'number of the line in its statement';
COMMENT ON COLUMN statement_stage.identity IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.line_no IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.booked_on IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.booked_at IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.value_on IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.minor IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.ccy IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.kind IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.part IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.parts IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.bulk_nr IS 'of a part: nr of its batch, which comes behind it; NULL: not a part';
COMMENT ON COLUMN statement_stage.bulk_id IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.charge_minor IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.balance_minor IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.provider_id IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.receipt IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.reference IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.linked IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.batch_id IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.seq IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.party_account IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.party_name IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.type IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.narrative IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.status IS 'as in statement_line';
COMMENT ON COLUMN statement_stage.raw IS 'as in statement_line';

CREATE FUNCTION statement_stage_open() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('pg_temp.statement_stage') IS NULL THEN
        CREATE TEMPORARY TABLE statement_stage (LIKE payrun.statement_stage) ON COMMIT DROP;
    ELSE
        TRUNCATE pg_temp.statement_stage;
    END IF;
END
$$;
COMMENT ON FUNCTION statement_stage_open() IS 'the temporary table of one statement, empty; gone with its transaction';

CREATE TABLE provider_mark (
    account_id    bigint NOT NULL REFERENCES funding_account,
    provider_id   text NOT NULL CHECK (provider_id <> ''),
    statement_id  bigint NOT NULL REFERENCES statement,
    said          text NOT NULL,
    want          text NOT NULL CHECK (want IN ('success', 'unreconciled')),
    noted_at      timestamptz NOT NULL DEFAULT now(),
    marked_at     timestamptz,
    tries         integer NOT NULL DEFAULT 0,
    answer        text NOT NULL DEFAULT '',
    PRIMARY KEY (account_id, provider_id)
);
CREATE INDEX provider_mark_due_idx ON provider_mark (account_id, provider_id) WHERE marked_at IS NULL;
COMMENT ON INDEX provider_mark_due_idx IS 'for queries/statement_marks_due.sql';
COMMENT ON TABLE provider_mark IS 'what we tell a provider that we made of its transactions (Sapama: ipned); it moves no money and may be said twice';
COMMENT ON COLUMN provider_mark.account_id IS 'the funding account';
COMMENT ON COLUMN provider_mark.provider_id IS 'the provider''s number of the transaction';
COMMENT ON COLUMN provider_mark.statement_id IS 'the pull that last showed it';
COMMENT ON COLUMN provider_mark.said IS 'what it was marked as when it was pulled: received ...';
COMMENT ON COLUMN provider_mark.want IS 'success: it is in our books; unreconciled: nobody here knows it';
COMMENT ON COLUMN provider_mark.noted_at IS 'when that was found, and committed before it is told';
COMMENT ON COLUMN provider_mark.marked_at IS 'when the provider said that it has it; NULL: not yet';
COMMENT ON COLUMN provider_mark.tries IS 'how often it was told';
COMMENT ON COLUMN provider_mark.answer IS 'the last answer in words, when it was no yes';

CREATE VIEW statement_contains AS
SELECT statement_id, line_id FROM statement_line
UNION ALL
SELECT statement_id, line_id FROM statement_again;
COMMENT ON VIEW statement_contains IS 'which statements contain which lines';
COMMENT ON COLUMN statement_contains.statement_id IS 'the statement';
COMMENT ON COLUMN statement_contains.line_id IS 'a line it contains';

-- Overlaps are no gap: each statement is held against the furthest day that all
-- before it reached, and the balance only against a neighbour.
CREATE VIEW statement_gap AS
WITH reach AS (
    SELECT s.*, max(until_day) OVER w AS reached,
           lag(statement_id) OVER o AS before_id,
           lag(until_day) OVER o AS before_until,
           lag(closing_minor) OVER o AS before_closing
      FROM statement s
     WHERE state = 'whole' AND from_day IS NOT NULL
    WINDOW o AS (PARTITION BY account_id, book, ccy
                 ORDER BY from_day, until_day, statement_id),
           w AS (o ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT account_id, book, ccy::text AS ccy, before_id, statement_id,
       reached AS covered_until, from_day AS goes_on,
       greatest(from_day - reached - 1, 0) AS days_missing,
       before_closing, opening_minor,
       CASE WHEN before_until < from_day THEN opening_minor - before_closing
       END AS minor
  FROM reach
 WHERE reached IS NOT NULL
   AND (from_day > reached + 1
        OR (before_until < from_day AND opening_minor <> before_closing));
COMMENT ON VIEW statement_gap IS 'where the statements of one book of an account do not follow on: days nobody told of, or a closing balance that is not the next opening one';
COMMENT ON COLUMN statement_gap.account_id IS 'the funding account';
COMMENT ON COLUMN statement_gap.book IS 'whose books';
COMMENT ON COLUMN statement_gap.ccy IS 'ISO 4217';
COMMENT ON COLUMN statement_gap.before_id IS 'the statement before';
COMMENT ON COLUMN statement_gap.statement_id IS 'the statement that does not follow on from it';
COMMENT ON COLUMN statement_gap.covered_until IS 'the last day the statements before it cover';
COMMENT ON COLUMN statement_gap.goes_on IS 'the first day of the next';
COMMENT ON COLUMN statement_gap.days_missing IS 'days between them; 0: none, the balances differ';
COMMENT ON COLUMN statement_gap.before_closing IS 'closing balance before; NULL: not known';
COMMENT ON COLUMN statement_gap.opening_minor IS 'opening balance after; NULL: not known';
COMMENT ON COLUMN statement_gap.minor IS 'what moved in between and nobody told of; NULL: cannot be known';

-- Whoever does something takes statements in; an auditor reads them.  Nobody
-- changes or removes a line.
GRANT INSERT (account_id, book, source, state, map, file_name, file_sha256,
              file_bytes, number, own_number, own_account, holder, ccy,
              from_day, until_day, opening_minor, closing_minor, balances,
              lines, parts, new_lines, unbooked, open_rows, unclear, in_minor,
              out_minor, imported_by, whole_at),
      UPDATE (state, opening_minor, closing_minor, balances, lines, parts,
              new_lines, unbooked, open_rows, unclear, in_minor, out_minor,
              whole_at, next_page, next_line)
    ON statement TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT ON statement_line, statement_again
    TO payrun_maker, payrun_checker, payrun_admin;
GRANT INSERT (account_id, provider_id, statement_id, said, want),
      UPDATE (statement_id, said, want, noted_at, marked_at, tries, answer)
    ON provider_mark TO payrun_maker, payrun_checker, payrun_admin;
