-- What a person asks a provider for besides paying a run: one request each,
-- committed before it is sent, never repeated by itself.
CREATE TABLE errand (
    errand_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES funding_account,
    service      text NOT NULL,
    asked_by     text NOT NULL REFERENCES app_user,
    ask          text NOT NULL,
    minor        bigint NOT NULL DEFAULT 0,
    ccy          char(3) NOT NULL,
    made_at      timestamptz NOT NULL DEFAULT now(),
    left_at      timestamptz,
    answered_at  timestamptz,
    http         integer,
    answer       text CHECK (answer IN ('taken', 'refused', 'not_now', 'barred', 'in_doubt')),
    detail       text NOT NULL DEFAULT '',
    provider_id  text NOT NULL DEFAULT '',
    body         bytea,
    again_why    text NOT NULL DEFAULT ''
);
COMMENT ON TABLE errand IS 'transfers between own accounts, requests to pay in, SMS: what was asked for, by whom, and what came of it';
COMMENT ON COLUMN errand.errand_id IS 'our number for it';
COMMENT ON COLUMN errand.account_id IS 'the funding account';
COMMENT ON COLUMN errand.service IS 'transfer, fund, checkout, sms ...';
COMMENT ON COLUMN errand.asked_by IS 'the person';
COMMENT ON COLUMN errand.ask IS 'what exactly, as JSON without secrets';
COMMENT ON COLUMN errand.minor IS 'amount in minor units of ccy; 0: none';
COMMENT ON COLUMN errand.ccy IS 'ISO 4217';
COMMENT ON COLUMN errand.made_at IS 'when the intention was committed';
COMMENT ON COLUMN errand.left_at IS 'committed at the door; NULL: it certainly did not leave';
COMMENT ON COLUMN errand.answered_at IS 'when an answer, or the lack of one, was recorded';
COMMENT ON COLUMN errand.http IS 'HTTP status; NULL: no answer';
COMMENT ON COLUMN errand.answer IS 'what it means; NULL: not known yet';
COMMENT ON COLUMN errand.detail IS 'for a person';
COMMENT ON COLUMN errand.provider_id IS 'the provider''s number of it, when it gave one';
COMMENT ON COLUMN errand.body IS 'the raw answer';
COMMENT ON COLUMN errand.again_why IS 'why the same was asked for again although an earlier one is in doubt; empty: it was not';
