-- The in-doubt desk: what people found out about payments the provider leaves
-- open, retries of what certainly failed, and the one row that stops it all.
CREATE TABLE evidence (
    evidence_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        bigint NOT NULL REFERENCES run,
    batch_id      bigint NOT NULL,
    seq           smallint NOT NULL,
    was           outcome_state NOT NULL,
    says          outcome_state NOT NULL CHECK (says IN ('paid', 'failed', 'cancelled')),
    receipt       text NOT NULL DEFAULT '',
    reason        text NOT NULL DEFAULT '',
    note          text NOT NULL DEFAULT '',
    file_name     text,
    file_sha256   bytea CHECK (length(file_sha256) = 32),
    file_body     bytea,
    proposed_by   text NOT NULL,
    proposed_role text NOT NULL CHECK (proposed_role IN ('maker', 'admin')),
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    ended_how     text CHECK (ended_how IN ('agreed', 'refused', 'overtaken')),
    CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
    CHECK (batch_id / 100000 = run_id),
    CONSTRAINT paid_needs_receipt CHECK (says <> 'paid' OR receipt <> ''),
    CONSTRAINT failed_needs_reason CHECK (says = 'paid' OR reason <> ''),
    CONSTRAINT needs_evidence CHECK (note <> '' OR file_sha256 IS NOT NULL),
    CONSTRAINT file_is_as_hashed CHECK (
        (file_name IS NULL) = (file_sha256 IS NULL)
        AND (file_name IS NULL) = (file_body IS NULL)
        AND (file_body IS NULL OR sha256(file_body) = file_sha256)),
    UNIQUE (evidence_id, proposed_by, batch_id, seq, says, receipt),
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role)
);
CREATE UNIQUE INDEX evidence_open_idx ON evidence (batch_id, seq) WHERE ended_at IS NULL;
COMMENT ON INDEX evidence_open_idx IS 'one open proposal a payment; for queries/desk_items.sql';
COMMENT ON TABLE evidence IS 'what one person says became of a payment, and shows for it; changes nothing before another agrees';
COMMENT ON COLUMN evidence.evidence_id IS 'its number, which the other person names';
COMMENT ON COLUMN evidence.run_id IS 'the run';
COMMENT ON COLUMN evidence.batch_id IS 'the batch';
COMMENT ON COLUMN evidence.seq IS 'the instruction';
COMMENT ON COLUMN evidence.was IS 'its outcome when this was proposed; another one overtakes the proposal';
COMMENT ON COLUMN evidence.says IS 'its outcome according to the evidence; the same as was: a contradiction is set aside';
COMMENT ON COLUMN evidence.receipt IS 'the receipt, of a payment that was made';
COMMENT ON COLUMN evidence.reason IS 'why it was not paid';
COMMENT ON COLUMN evidence.note IS 'the evidence in words: who said so, when, a reference; empty: the file says it';
COMMENT ON COLUMN evidence.file_name IS 'name of the file shown; NULL: none';
COMMENT ON COLUMN evidence.file_sha256 IS 'SHA-256 of it; NULL: none';
COMMENT ON COLUMN evidence.file_body IS 'its bytes; NULL: none';
COMMENT ON COLUMN evidence.proposed_by IS 'who says so';
COMMENT ON COLUMN evidence.proposed_role IS 'maker or admin';
COMMENT ON COLUMN evidence.proposed_at IS 'when';
COMMENT ON COLUMN evidence.ended_at IS 'when it was agreed to, refused or overtaken; NULL: open';
COMMENT ON COLUMN evidence.ended_how IS 'agreed, refused, or overtaken: the provider had answered meanwhile; NULL: open';

-- Bound to what was proposed, so that nobody agrees to something else.
CREATE TABLE agreement (
    evidence_id  bigint PRIMARY KEY,
    proposed_by  text NOT NULL,
    batch_id     bigint NOT NULL,
    seq          smallint NOT NULL,
    says         outcome_state NOT NULL,
    receipt      text NOT NULL,
    agreed_by    text NOT NULL,
    agreed_role  text NOT NULL DEFAULT 'checker' CHECK (agreed_role = 'checker'),
    at           timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (evidence_id, proposed_by, batch_id, seq, says, receipt)
        REFERENCES evidence (evidence_id, proposed_by, batch_id, seq, says, receipt)
        ON UPDATE RESTRICT ON DELETE RESTRICT,
    FOREIGN KEY (agreed_by, agreed_role) REFERENCES app_user (user_name, role),
    CONSTRAINT proposer_does_not_agree CHECK (agreed_by <> proposed_by)
);
CREATE INDEX agreement_batch_idx ON agreement (batch_id);
COMMENT ON INDEX agreement_batch_idx IS 'for queries/batch_poll_now.sql';
COMMENT ON TABLE agreement IS 'the second person who ended a doubt';
COMMENT ON COLUMN agreement.evidence_id IS 'the proposal';
COMMENT ON COLUMN agreement.proposed_by IS 'as proposed';
COMMENT ON COLUMN agreement.batch_id IS 'as proposed';
COMMENT ON COLUMN agreement.seq IS 'as proposed';
COMMENT ON COLUMN agreement.says IS 'as proposed';
COMMENT ON COLUMN agreement.receipt IS 'as proposed';
COMMENT ON COLUMN agreement.agreed_by IS 'another person than proposed it';
COMMENT ON COLUMN agreement.agreed_role IS 'always checker';
COMMENT ON COLUMN agreement.at IS 'when';

CREATE TABLE contradiction (
    batch_id     bigint NOT NULL,
    seq          smallint NOT NULL,
    was          outcome_state NOT NULL,
    said         outcome_state NOT NULL CHECK (said <> was),
    code         text NOT NULL,
    reason       text NOT NULL,
    receipt      text NOT NULL,
    event_no     integer,
    at           timestamptz NOT NULL DEFAULT now(),
    evidence_id  bigint REFERENCES agreement,
    PRIMARY KEY (batch_id, seq, was, said)
);
COMMENT ON TABLE contradiction IS 'answers against an outcome that was final; they change nothing until two people decide';
COMMENT ON COLUMN contradiction.batch_id IS 'the batch';
COMMENT ON COLUMN contradiction.seq IS 'the instruction';
COMMENT ON COLUMN contradiction.was IS 'its outcome';
COMMENT ON COLUMN contradiction.said IS 'what it was said to be then';
COMMENT ON COLUMN contradiction.code IS 'the provider''s code';
COMMENT ON COLUMN contradiction.reason IS 'its reason; empty: none';
COMMENT ON COLUMN contradiction.receipt IS 'its receipt; empty: none';
COMMENT ON COLUMN contradiction.event_no IS 'the answer that said so; NULL: not stored';
COMMENT ON COLUMN contradiction.at IS 'when it was first said';
COMMENT ON COLUMN contradiction.evidence_id IS 'what ended it; NULL: it is open';

ALTER TABLE run ADD COLUMN parent bigint REFERENCES run CHECK (parent < run_id);
COMMENT ON COLUMN run.parent IS 'the run whose failures it pays again; NULL: it is no retry';

CREATE TABLE retried (
    run_id       bigint NOT NULL REFERENCES run,
    line_no      integer NOT NULL,
    new_batch_id bigint NOT NULL,
    new_seq      smallint NOT NULL,
    batch_id     bigint NOT NULL,
    seq          smallint NOT NULL,
    minor        bigint NOT NULL CHECK (minor > 0),
    living       boolean NOT NULL DEFAULT true,
    PRIMARY KEY (run_id, line_no),
    UNIQUE (new_batch_id, new_seq),
    CHECK (batch_id / 100000 < run_id),
    CHECK (new_batch_id / 100000 = run_id)
);
CREATE UNIQUE INDEX retried_living_idx ON retried (batch_id, seq) WHERE living;
COMMENT ON INDEX retried_living_idx IS 'a failure is paid again by one run at most';
COMMENT ON TABLE retried IS 'which failed payment each payment of a retry stands for';
COMMENT ON COLUMN retried.run_id IS 'the retry';
COMMENT ON COLUMN retried.line_no IS 'line of its file';
COMMENT ON COLUMN retried.new_batch_id IS 'its payment: the batch';
COMMENT ON COLUMN retried.new_seq IS 'its payment: the instruction';
COMMENT ON COLUMN retried.batch_id IS 'the payment that failed: the batch';
COMMENT ON COLUMN retried.seq IS 'the payment that failed: the instruction';
COMMENT ON COLUMN retried.minor IS 'amount of both';
COMMENT ON COLUMN retried.living IS 'false: the retry was rejected or expired, so nothing of it can ever be paid';

ALTER TABLE audit ADD CONSTRAINT audit_counts_from_one CHECK (audit_id > 0);

CREATE TABLE standstill (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    paused   boolean NOT NULL,
    why      text NOT NULL,
    by       text REFERENCES app_user,
    at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pause_has_reason CHECK (NOT paused OR (why <> '' AND by IS NOT NULL))
);
INSERT INTO standstill (paused, why) VALUES (false, '');
COMMENT ON TABLE standstill IS 'pause --all: the one row that every claim and every door reads';
COMMENT ON COLUMN standstill.one IS 'always true: there is one row';
COMMENT ON COLUMN standstill.paused IS 'true: nothing that can move money leaves';
COMMENT ON COLUMN standstill.why IS 'why, for people';
COMMENT ON COLUMN standstill.by IS 'who paused or resumed; NULL: nobody ever did';
COMMENT ON COLUMN standstill.at IS 'when';

-- A retry stands still as soon as anything it pays again, or that was a retry
-- of in its turn, is said to have been paid after all; and one that pays more
-- than what it is tied to never moves.
CREATE FUNCTION retry_stopped(retry bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    WITH RECURSIVE line AS (
        SELECT batch_id, seq FROM retried WHERE run_id = retry AND living
        UNION
        SELECT t.batch_id, t.seq
          FROM line l
          JOIN retried t ON t.new_batch_id = l.batch_id AND t.new_seq = l.seq
    )
    SELECT NOT EXISTS (SELECT 1 FROM run r
                        WHERE r.run_id = retry
                          AND (r.rows, r.minor)
                              = (SELECT count(*), sum(t.minor)::bigint
                                   FROM retried t
                                  WHERE t.run_id = retry AND t.living))
           OR EXISTS (SELECT 1 FROM line l
                     LEFT JOIN outcome o USING (batch_id, seq)
                    WHERE o.state IS NULL
                       OR o.state NOT IN ('failed', 'cancelled', 'returned')
                       OR EXISTS (SELECT 1 FROM contradiction c
                                   WHERE c.batch_id = l.batch_id AND c.seq = l.seq
                                     AND c.evidence_id IS NULL))
$$;
COMMENT ON FUNCTION retry_stopped(bigint) IS 'true: what the run pays again may have been paid, or it pays more than that, so nothing of it is claimed or leaves';

CREATE OR REPLACE VIEW run_view AS
SELECT r.run_id, r.account_id, r.file_id, r.ref, a.name AS account, a.live,
       r.period::text AS period, r.kind, coalesce(r.pay_date::text, '') AS pay_date,
       r.ccy::text AS ccy, a.provider, r.made_by,
       coalesce(p.approver, '') AS approved_by, r.narration, r.override,
       r.state::text AS state,
       CASE WHEN octet_length(r.state_why) < 512 THEN r.state_why
            ELSE left(r.state_why, 120) || ' ...' END AS state_why,
       f.name AS file_name,
       f.sha256 AS file_sha256, r.digest, r.rows, r.minor, r.held_rows,
       (SELECT count(*) FROM batch b WHERE b.run_id = r.run_id) AS batches,
       r.funds_at IS NOT NULL AS funds_seen,
       to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
       to_char(r.state_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS state_at,
       coalesce(o.ref, '') AS parent
  FROM run r
  JOIN funding_account a USING (account_id)
  JOIN source_file f USING (file_id)
  LEFT JOIN run o ON o.run_id = r.parent
  LEFT JOIN approval p ON p.run_id = r.run_id AND p.level = 1;
