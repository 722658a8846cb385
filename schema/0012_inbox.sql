-- Anybody can post to a callback address.  What proves nothing must not fill the
-- disk: what waits has an end, and what was refused is counted; only the first
-- of it are kept to be looked at.
ALTER TABLE inbox ADD COLUMN bytes integer
    GENERATED ALWAYS AS (octet_length(body)) STORED;
COMMENT ON COLUMN inbox.bytes IS 'length of body';

CREATE TABLE refused_callback (
    provider  text PRIMARY KEY,
    looked_at bigint NOT NULL DEFAULT 0 CHECK (looked_at >= 0),
    turned    bigint NOT NULL DEFAULT 0 CHECK (turned >= 0),
    last_at   timestamptz NOT NULL DEFAULT now(),
    last_peer text NOT NULL
);
COMMENT ON TABLE refused_callback IS 'callbacks that proved nothing and told nothing, counted; one row a provider';
COMMENT ON COLUMN refused_callback.provider IS 'whose callback address they came to';
COMMENT ON COLUMN refused_callback.looked_at IS 'stored, looked at, and without effect; the first of them are kept in inbox';
COMMENT ON COLUMN refused_callback.turned IS 'not taken (503), because too many others waited to be looked at';
COMMENT ON COLUMN refused_callback.last_at IS 'when the last of them came or was looked at';
COMMENT ON COLUMN refused_callback.last_peer IS 'address it came from';

GRANT DELETE ON inbox TO payrun_worker;
GRANT INSERT, UPDATE ON refused_callback TO payrun_worker;
GRANT SELECT (done_at, bytes) ON inbox TO payrun_listener;
GRANT SELECT, INSERT, UPDATE ON refused_callback TO payrun_listener;
