-- More of the in-doubt desk: payees who fall in doubt after another run of
-- theirs was uploaded; and what two people say of doubles and of errands.
CREATE TABLE thaw (
    run_id   bigint NOT NULL REFERENCES run,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by  text NOT NULL,
    by       text NOT NULL,
    role     text NOT NULL DEFAULT 'checker' CHECK (role = 'checker'),
    why      text NOT NULL CHECK (why <> ''),
    PRIMARY KEY (run_id, at),
    FOREIGN KEY (by, role) REFERENCES app_user (user_name, role),
    CONSTRAINT maker_does_not_thaw CHECK (by <> made_by)
);
COMMENT ON TABLE thaw IS 'a checker lets a run go on although payees of it are in doubt in other runs of the period';
COMMENT ON COLUMN thaw.run_id IS 'the run';
COMMENT ON COLUMN thaw.at IS 'when: doubts that began before are known, later ones stop the run again';
COMMENT ON COLUMN thaw.made_by IS 'who made the run: another person';
COMMENT ON COLUMN thaw.by IS 'the checker';
COMMENT ON COLUMN thaw.role IS 'always checker';
COMMENT ON COLUMN thaw.why IS 'why';
GRANT INSERT (run_id, made_by, by, why) ON thaw TO payrun_checker;

-- The same payee as queries/dup_frozen.sql finds at upload.  What the run's
-- override or a thaw came after is known.
CREATE FUNCTION rows_frozen(of_run bigint, of_batch bigint)
RETURNS TABLE (batch_id bigint, line_no integer, name text, other_run bigint, other_line integer)
LANGUAGE sql STABLE AS $$
    WITH mine AS (
        SELECT r.run_id, r.period, greatest(
                   CASE WHEN r.override <> '' THEN r.created_at END,
                   (SELECT max(t.at) FROM thaw t WHERE t.run_id = r.run_id))
                   AS known_at
          FROM run r
         WHERE r.run_id = of_run
    ), doubtful AS (
        SELECT b.batch_id, b.run_id, b.state, b.state_at, m.known_at
          FROM mine m
          JOIN run r ON r.period = m.period AND r.run_id <> m.run_id
                    AND r.state NOT IN ('rejected', 'cancelled', 'expired')
          JOIN batch b ON b.run_id = r.run_id
         WHERE b.doubt_rows > 0 OR b.state = 'in_doubt'
            OR EXISTS (SELECT 1 FROM contradiction c
                        WHERE c.batch_id = b.batch_id AND c.evidence_id IS NULL)
    ), doubt AS (
        SELECT o.account, o.bank_code, o.account_reference, o.minor, o.name,
               o.line_no, d.run_id
          FROM doubtful d
          JOIN instruction o ON o.batch_id = d.batch_id
          LEFT JOIN outcome x ON x.batch_id = o.batch_id AND x.seq = o.seq
          LEFT JOIN LATERAL (
               SELECT max(c.at) AS at FROM contradiction c
                WHERE c.batch_id = o.batch_id AND c.seq = o.seq
                  AND c.evidence_id IS NULL) c ON true
         CROSS JOIN LATERAL (
               SELECT CASE WHEN c.at IS NOT NULL THEN c.at
                           WHEN x.state = 'in_doubt' THEN x.at
                           WHEN x.state IS NULL AND d.state = 'in_doubt'
                           THEN d.state_at END AS at) began
         WHERE began.at IS NOT NULL
           AND (d.known_at IS NULL OR began.at > d.known_at)
    )
    SELECT n.batch_id, n.line_no, n.name, o.run_id, o.line_no
      FROM doubt o
      JOIN instruction n
        ON n.account = o.account
       AND coalesce(n.bank_code, '') = coalesce(o.bank_code, '')
       AND coalesce(n.account_reference, '') = coalesce(o.account_reference, '')
       AND (n.minor = o.minor OR lower(n.name) = lower(o.name))
      LEFT JOIN outcome y ON y.batch_id = n.batch_id AND y.seq = n.seq
     WHERE n.batch_id BETWEEN CASE WHEN of_batch > 0 THEN of_batch
                                   ELSE of_run * 100000 END
                          AND CASE WHEN of_batch > 0 THEN of_batch
                                   ELSE of_run * 100000 + 99999 END
       AND y.state IS NULL
$$;
COMMENT ON FUNCTION rows_frozen(bigint, bigint) IS 'payments of a run, or of one batch of it, whose payee fell in doubt in another run of the period, and nobody let them go on';

-- What the book cannot find out by itself, and nothing may be changed for: a
-- double at the provider, and an errand in doubt.
CREATE TABLE explanation (
    explanation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        bigint REFERENCES run,
    errand_id     bigint REFERENCES errand,
    says          text NOT NULL CHECK (says IN ('explained', 'done', 'not_done')),
    upto          bigint NOT NULL DEFAULT 0,
    reason        text NOT NULL CHECK (reason <> ''),
    note          text NOT NULL DEFAULT '',
    file_name     text,
    file_sha256   bytea CHECK (length(file_sha256) = 32),
    file_body     bytea,
    proposed_by   text NOT NULL,
    proposed_role text NOT NULL CHECK (proposed_role IN ('maker', 'admin')),
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    ended_at      timestamptz,
    ended_how     text CHECK (ended_how IN ('agreed', 'refused')),
    ended_by      text,
    ended_role    text,
    CONSTRAINT about_one CHECK ((run_id IS NULL) <> (errand_id IS NULL)),
    CONSTRAINT run_is_explained CHECK ((run_id IS NULL) = (says <> 'explained')),
    CONSTRAINT explanation_needs_evidence CHECK (note <> '' OR file_sha256 IS NOT NULL),
    CONSTRAINT explanation_file_as_hashed CHECK (
        (file_name IS NULL) = (file_sha256 IS NULL)
        AND (file_name IS NULL) = (file_body IS NULL)
        AND (file_body IS NULL OR sha256(file_body) = file_sha256)),
    CONSTRAINT ended_whole CHECK (
        (ended_at IS NULL) = (ended_how IS NULL)
        AND (ended_at IS NULL) = (ended_by IS NULL)
        AND (ended_at IS NULL) = (ended_role IS NULL)),
    CONSTRAINT explainer_does_not_agree CHECK (
        ended_how IS DISTINCT FROM 'agreed'
        OR (ended_by <> proposed_by AND ended_role = 'checker')),
    FOREIGN KEY (proposed_by, proposed_role) REFERENCES app_user (user_name, role),
    FOREIGN KEY (ended_by, ended_role) REFERENCES app_user (user_name, role)
);
CREATE UNIQUE INDEX explanation_run_idx ON explanation (run_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX explanation_errand_idx ON explanation (errand_id) WHERE ended_at IS NULL;
COMMENT ON INDEX explanation_run_idx IS 'one open proposal a run';
COMMENT ON INDEX explanation_errand_idx IS 'one open proposal an errand';
COMMENT ON TABLE explanation IS 'what one person found out about the doubles of a run, or about an errand in doubt, and who agreed';
COMMENT ON COLUMN explanation.explanation_id IS 'its number, which the other person names';
COMMENT ON COLUMN explanation.run_id IS 'the run with doubles; NULL: it is about an errand';
COMMENT ON COLUMN explanation.errand_id IS 'the errand in doubt; NULL: it is about a run';
COMMENT ON COLUMN explanation.says IS 'explained: how the doubles came about; done, not_done: what became of the errand';
COMMENT ON COLUMN explanation.upto IS 'the last double (history_id) that was known then: later ones are not explained by it';
COMMENT ON COLUMN explanation.reason IS 'what was found out and done';
COMMENT ON COLUMN explanation.note IS 'the evidence in words; empty: the file says it';
COMMENT ON COLUMN explanation.file_name IS 'name of the file shown; NULL: none';
COMMENT ON COLUMN explanation.file_sha256 IS 'SHA-256 of it; NULL: none';
COMMENT ON COLUMN explanation.file_body IS 'its bytes; NULL: none';
COMMENT ON COLUMN explanation.proposed_by IS 'who says so';
COMMENT ON COLUMN explanation.proposed_role IS 'maker or admin';
COMMENT ON COLUMN explanation.proposed_at IS 'when';
COMMENT ON COLUMN explanation.ended_at IS 'when it was agreed to or refused; NULL: open';
COMMENT ON COLUMN explanation.ended_how IS 'agreed or refused; NULL: open';
COMMENT ON COLUMN explanation.ended_by IS 'by whom: to agree takes another person, a checker';
COMMENT ON COLUMN explanation.ended_role IS 'in which role';
GRANT INSERT (run_id, errand_id, says, upto, reason, note, file_name, file_sha256,
              file_body, proposed_by, proposed_role)
    ON explanation TO payrun_maker, payrun_admin;
GRANT UPDATE (ended_at, ended_how, ended_by, ended_role)
    ON explanation TO payrun_maker, payrun_checker, payrun_admin;

CREATE FUNCTION explanation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = payrun, pg_temp AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND NOT repairing() THEN
        RAISE EXCEPTION 'explanation % was % already', OLD.explanation_id, OLD.ended_how;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION explanation_guard() IS 'what was ended stays ended';
CREATE TRIGGER explanation_ends_once BEFORE UPDATE ON explanation
    FOR EACH ROW EXECUTE FUNCTION explanation_guard();

CREATE VIEW unexplained AS
SELECT h.history_id, h.run_id, h.batch_id, h.on_event, h.why, h.at
  FROM history h
 WHERE (h.on_event IN ('sent_after_all', 'sent_twice')
        OR h.on_event LIKE 'paid\_again\_%')
   AND h.history_id > coalesce((SELECT max(x.upto) FROM explanation x
                                 WHERE x.run_id = h.run_id
                                   AND x.ended_how = 'agreed'), 0);
COMMENT ON VIEW unexplained IS 'doubles at a provider, told and not explained: they keep their run open';
