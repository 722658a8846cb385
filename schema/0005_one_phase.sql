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
COMMENT ON TABLE placed IS 'payments a one-phase provider took, with its own number of each; inserted once';
COMMENT ON COLUMN placed.batch_id IS 'the batch';
COMMENT ON COLUMN placed.seq IS 'the instruction';
COMMENT ON COLUMN placed.provider_id IS 'the provider''s number of the payment';
COMMENT ON COLUMN placed.at IS 'when we learned it';
