-- Who may do what.  One person, one role: maker is never checker.

CREATE TABLE app_user (
    user_name   text PRIMARY KEY CHECK (length(user_name) BETWEEN 1 AND 64),
    role        text NOT NULL CHECK (role IN ('maker', 'checker', 'auditor', 'admin')),
    disabled    boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_name, role)
);
COMMENT ON TABLE app_user IS 'people who use payrun; on the command line the operating-system login names one';
COMMENT ON COLUMN app_user.user_name IS 'the login name';
COMMENT ON COLUMN app_user.role IS 'maker uploads, checker approves, auditor reads, admin sets up; exactly one';
COMMENT ON COLUMN app_user.disabled IS 'true: may no longer act; kept because history names the person';
COMMENT ON COLUMN app_user.created_at IS 'when the person was added';

CREATE TABLE audit (
    audit_id    bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail      text NOT NULL,
    prev_hash   bytea NOT NULL,
    hash        bytea NOT NULL
);
COMMENT ON TABLE audit IS 'who did what, append-only; each row carries the hash of the one before it';
COMMENT ON COLUMN audit.audit_id IS 'counts from 1 without gaps: the link before it plus one';
COMMENT ON COLUMN audit.at IS 'when it was done';
COMMENT ON COLUMN audit.actor IS 'the person, or "worker HOST/PID" for the program';
COMMENT ON COLUMN audit.action IS 'upload, submit, approve, reject, send, pause, resume, cancel ...';
COMMENT ON COLUMN audit.subject IS 'the run, user or account it was done to';
COMMENT ON COLUMN audit.detail IS 'reason, digest, totals: what a person needs to understand it';
COMMENT ON COLUMN audit.prev_hash IS 'hash of the row before; 32 zero bytes for the first';
COMMENT ON COLUMN audit.hash IS 'SHA-256 of prev_hash and all other columns, see audit_add.sql';

-- Every append moves this one row, so that appends queue up on its lock and
-- the next link is always made from the newest one, in one statement.
CREATE TABLE audit_head (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    audit_id    bigint NOT NULL,
    at          timestamptz NOT NULL,
    prev_hash   bytea NOT NULL,
    hash        bytea NOT NULL
);
INSERT INTO audit_head (audit_id, at, prev_hash, hash)
VALUES (0, now(), decode(repeat('00', 32), 'hex'),
        decode(repeat('00', 32), 'hex'));
COMMENT ON TABLE audit_head IS 'the newest link of the audit chain; exactly one row';
COMMENT ON COLUMN audit_head.one IS 'always true: there is one row';
COMMENT ON COLUMN audit_head.audit_id IS 'number of the newest row of audit; 0: none yet';
COMMENT ON COLUMN audit_head.at IS 'its time';
COMMENT ON COLUMN audit_head.prev_hash IS 'its prev_hash';
COMMENT ON COLUMN audit_head.hash IS 'its hash';

CREATE TABLE funding_account (
    account_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    provider     text NOT NULL,
    live         boolean NOT NULL,
    ccy          char(3) NOT NULL,
    wallet_id    text,
    lane_closed  boolean NOT NULL DEFAULT false,
    lane_why     text NOT NULL DEFAULT '',
    lane_at      timestamptz NOT NULL DEFAULT now(),
    created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE funding_account IS 'a wallet or till that pays; settings and secrets stay in the configuration';
COMMENT ON COLUMN funding_account.account_id IS 'our number for it';
COMMENT ON COLUMN funding_account.name IS 'its name in the configuration';
COMMENT ON COLUMN funding_account.provider IS 'intasend';
COMMENT ON COLUMN funding_account.live IS 'false: sandbox; a name never changes between the two';
COMMENT ON COLUMN funding_account.ccy IS 'ISO 4217 currency of the wallet';
COMMENT ON COLUMN funding_account.wallet_id IS 'the wallet''s id at the provider; NULL: its default wallet';
COMMENT ON COLUMN funding_account.lane_closed IS 'true: nothing is sent from it (key refused); opened again by resume';
COMMENT ON COLUMN funding_account.lane_why IS 'why it was closed, for a person';
COMMENT ON COLUMN funding_account.lane_at IS 'when the lane was last opened or closed';
COMMENT ON COLUMN funding_account.created_at IS 'when payrun first saw it';
