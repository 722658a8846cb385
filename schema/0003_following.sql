-- What workers need to follow files that do not end.
ALTER TABLE batch ADD COLUMN misses integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN batch.misses IS 'status enquiries in a row that taught nothing; 0: the last one did';

CREATE INDEX batch_follow_idx ON batch (state_at) WHERE state IN
    ('in_flight', 'in_doubt');
COMMENT ON INDEX batch_follow_idx IS 'for tracker_wake and tracker_slow: released files without an end';

COMMENT ON COLUMN run.recount_at IS 'when its sums were last found not to tie, looked at again ten minutes later; infinity: the provider contradicted itself, so it is never closed; NULL: neither';
