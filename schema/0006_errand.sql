-- What a person asks a provider for besides paying a run: one request each,
-- committed before it is sent, never repeated by itself.
CREATE TABLE errand (
    errand_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES funding_account,
    service      text NOT NULL,
    asked_by     text NOT NULL REFERENCES app_user,
    ask          text NOT NULL,
    same         bytea NOT NULL CHECK (length(same) = 32),
    minor        bigint NOT NULL DEFAULT 0 CHECK (minor >= 0),
    ccy          char(3) NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    left_at      timestamptz,
    answered_at  timestamptz,
    http         integer,
    answer       text CHECK (answer IN ('taken', 'refused', 'not_now', 'barred', 'in_doubt')),
    detail       text NOT NULL DEFAULT '',
    provider_id  text NOT NULL DEFAULT '',
    body         bytea,
    again_why    text NOT NULL DEFAULT '',
    CHECK ((answered_at IS NULL) = (answer IS NULL))
);
COMMENT ON TABLE errand IS 'transfers between own accounts, requests to pay in, SMS: what was asked for, by whom, and what came of it';
COMMENT ON COLUMN errand.errand_id IS 'our number for it';
COMMENT ON COLUMN errand.account_id IS 'the funding account';
COMMENT ON COLUMN errand.service IS 'transfer, fund, checkout, sms ...';
COMMENT ON COLUMN errand.asked_by IS 'the person';
COMMENT ON COLUMN errand.ask IS 'what exactly, as JSON without secrets';
COMMENT ON COLUMN errand.same IS 'SHA-256 of what makes another one the same again: from, to, amount, phone ...';
COMMENT ON COLUMN errand.minor IS 'amount in minor units of ccy; 0: none';
COMMENT ON COLUMN errand.ccy IS 'ISO 4217';
COMMENT ON COLUMN errand.made_at IS 'when the intention was committed';
COMMENT ON COLUMN errand.left_at IS 'committed at the door; NULL: it certainly did not leave';
COMMENT ON COLUMN errand.answered_at IS 'when an answer, or the lack of one, was recorded';
COMMENT ON COLUMN errand.http IS 'HTTP status; NULL: no answer';
COMMENT ON COLUMN errand.answer IS 'what it means; NULL: not known yet, and when it left, in doubt';
COMMENT ON COLUMN errand.detail IS 'for a person';
COMMENT ON COLUMN errand.provider_id IS 'the provider''s number of it, when it gave one';
COMMENT ON COLUMN errand.body IS 'the raw answer';
COMMENT ON COLUMN errand.again_why IS 'why the same was asked for again although an earlier one is in doubt; empty: it was not';

CREATE INDEX errand_same_idx ON errand (account_id, made_at);
COMMENT ON INDEX errand_same_idx IS 'for queries/errand_same.sql';

CREATE TABLE bank (
    provider  text NOT NULL,
    live      boolean NOT NULL,
    code      text NOT NULL,
    name      text NOT NULL,
    seen_at   timestamptz NOT NULL,
    PRIMARY KEY (provider, live, code)
);
COMMENT ON TABLE bank IS 'banks by a provider''s codes, as it last listed them';
COMMENT ON COLUMN bank.provider IS 'whose codes: intasend';
COMMENT ON COLUMN bank.live IS 'false: its sandbox''s';
COMMENT ON COLUMN bank.code IS 'what a payment names';
COMMENT ON COLUMN bank.name IS 'the provider''s name for it';
COMMENT ON COLUMN bank.seen_at IS 'when the list was fetched';
