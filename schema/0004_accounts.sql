-- Several funding accounts in one run, and payments split into linked parts.
ALTER TABLE funding_account ADD COLUMN two_phase boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN funding_account.two_phase IS 'its provider takes a file first and pays it when told to; false: one request pays';

CREATE TABLE run_account (
    run_id       bigint NOT NULL REFERENCES run,
    account_id   bigint NOT NULL REFERENCES funding_account,
    rows         bigint NOT NULL CHECK (rows > 0),
    minor        bigint NOT NULL CHECK (minor > 0),
    charge_estimate_minor bigint NOT NULL DEFAULT 0,
    funds_at     timestamptz,
    funds_note   text NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, account_id)
);
CREATE INDEX run_account_open_idx ON run_account (account_id, run_id) WHERE funds_at IS NULL;
COMMENT ON INDEX run_account_open_idx IS 'for queries/dispatch_funds_due.sql';
COMMENT ON TABLE run_account IS 'which funding accounts pay a run, and how much of it each';
COMMENT ON COLUMN run_account.run_id IS 'the run';
COMMENT ON COLUMN run_account.account_id IS 'one of its funding accounts';
COMMENT ON COLUMN run_account.rows IS 'instructions it pays';
COMMENT ON COLUMN run_account.minor IS 'their sum';
COMMENT ON COLUMN run_account.charge_estimate_minor IS 'what our table says they will cost';
COMMENT ON COLUMN run_account.funds_at IS 'when it was seen to cover its part, or seen that it cannot be asked; NULL: not yet; run.funds_at is set when all have it';
COMMENT ON COLUMN run_account.funds_note IS 'what was seen, for a person';

COMMENT ON COLUMN run.account_id IS 'the run''s own funding account; run_account has all that pay';
COMMENT ON COLUMN run.funds_at IS 'when every account of the run was seen to cover its part; NULL: nothing may be released or sent';
COMMENT ON COLUMN batch.account_id IS 'the funding account that pays it';

-- Runs from before: one account paid each.
INSERT INTO run_account (run_id, account_id, rows, minor,
                         charge_estimate_minor, funds_at)
SELECT b.run_id, b.account_id, sum(b.rows), sum(b.minor),
       sum(b.charge_estimate_minor), r.funds_at
  FROM batch b
  JOIN run r USING (run_id)
 GROUP BY b.run_id, b.account_id, r.funds_at;

ALTER TABLE instruction ADD COLUMN part smallint, ADD COLUMN parts smallint;
COMMENT ON COLUMN instruction.part IS 'which part of a row that was split, from 1; NULL: it was not';
COMMENT ON COLUMN instruction.parts IS 'how many parts the row was split into; NULL: it was not';
