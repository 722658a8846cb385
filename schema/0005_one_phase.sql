-- Providers that pay with one request and list what became of it.
ALTER TABLE attempt ADD COLUMN token_key bytea CHECK (length(token_key) = 16);
COMMENT ON COLUMN attempt.token_key IS 'random; the tokens in its payments'' callback paths are made with it; NULL: it has none';

CREATE TABLE placed (
    batch_id     bigint NOT NULL,
    seq          smallint NOT NULL,
    provider_id  text NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (batch_id, seq)
);
CREATE INDEX placed_id_idx ON placed (provider_id);
COMMENT ON TABLE placed IS 'payments a one-phase provider took, with its own number of each; inserted once';
COMMENT ON COLUMN placed.batch_id IS 'the batch';
COMMENT ON COLUMN placed.seq IS 'the instruction';
COMMENT ON COLUMN placed.provider_id IS 'the provider''s number of the payment';
COMMENT ON COLUMN placed.at IS 'when we learned it';
COMMENT ON INDEX placed_id_idx IS 'for queries/placed_add.sql and tracker_placed.sql';

CREATE TABLE scan (
    account_id   bigint PRIMARY KEY REFERENCES funding_account,
    held_until   timestamptz NOT NULL,
    not_before   timestamptz NOT NULL DEFAULT '-infinity',
    misses       integer NOT NULL DEFAULT 0,
    done_at      timestamptz
);
COMMENT ON TABLE scan IS 'reading the list of a one-phase account''s payments, one worker at a time; it is due when a batch''s poll_at is';
COMMENT ON COLUMN scan.account_id IS 'the funding account';
COMMENT ON COLUMN scan.held_until IS 'a worker reads until then; if it dies, another begins anew';
COMMENT ON COLUMN scan.not_before IS 'the next one begins no earlier';
COMMENT ON COLUMN scan.misses IS 'scans in a row that broke off';
COMMENT ON COLUMN scan.done_at IS 'when one was last read to its end; NULL: never';

CREATE TABLE sought (
    batch_id     bigint NOT NULL,
    seq          smallint NOT NULL,
    account_id   bigint NOT NULL,
    looks        integer NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL,
    PRIMARY KEY (batch_id, seq)
);
CREATE INDEX sought_next_idx ON sought (account_id, next_at);
COMMENT ON TABLE sought IS 'payments that the scans leave open: each is asked for by itself until it has its end';
COMMENT ON COLUMN sought.batch_id IS 'the batch';
COMMENT ON COLUMN sought.seq IS 'the instruction';
COMMENT ON COLUMN sought.account_id IS 'its batch''s';
COMMENT ON COLUMN sought.looks IS 'complete looks for it';
COMMENT ON COLUMN sought.next_at IS 'when it is asked for next';
COMMENT ON INDEX sought_next_idx IS 'for queries/tracker_sought_claim.sql';
