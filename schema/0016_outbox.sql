-- Someone knows: what a person or another program has to hear of is written in
-- the transaction of the fact itself, and told by a process of its own, so that
-- nobody who listens badly can hold up a payment.

CREATE TABLE outbox (
    outbox_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id   text NOT NULL UNIQUE DEFAULT 'evt_' || replace(gen_random_uuid()::text, '-', ''),
    kind       text NOT NULL CHECK (kind ~ '^[a-z]+\.[a-z_]+$'),
    class      text NOT NULL CHECK (class IN ('alert', 'run', 'report', 'test')),
    subject    text NOT NULL,
    title      text NOT NULL,
    detail     text NOT NULL,
    body       text NOT NULL,
    told_once  text UNIQUE,
    at         timestamptz NOT NULL DEFAULT now(),
    spread_at  timestamptz
);
CREATE INDEX outbox_open_idx ON outbox (outbox_id) WHERE spread_at IS NULL;
CREATE INDEX outbox_at_idx ON outbox (at);
COMMENT ON TABLE outbox IS 'what somebody has to hear of; written with the fact, never changed; told by `payrun events deliver`';
COMMENT ON COLUMN outbox.outbox_id IS 'its number, for people';
COMMENT ON COLUMN outbox.event_id IS 'its name for receivers: the same each time it is sent, so that they can tell a repetition';
COMMENT ON COLUMN outbox.kind IS 'lane.closed, run.settled ...: see outbox_rule';
COMMENT ON COLUMN outbox.class IS 'alert: somebody has to act; run: a run moved; report: the morning report; test: asked for';
COMMENT ON COLUMN outbox.subject IS 'the run, account or person it is about';
COMMENT ON COLUMN outbox.title IS 'one line for people';
COMMENT ON COLUMN outbox.detail IS 'what happened and what to do, for people';
COMMENT ON COLUMN outbox.body IS 'the JSON text that receivers get; these bytes are what is signed';
COMMENT ON COLUMN outbox.told_once IS 'what must not be told twice; NULL: every time is new';
COMMENT ON COLUMN outbox.at IS 'when it happened';
COMMENT ON COLUMN outbox.spread_at IS 'when it was handed to the channels; NULL: not yet';
COMMENT ON INDEX outbox_open_idx IS 'for queries/outbox_spread.sql';
COMMENT ON INDEX outbox_at_idx IS 'for queries/outbox_list.sql, morning_alerts.sql';

CREATE TABLE delivery (
    outbox_id    bigint NOT NULL REFERENCES outbox,
    channel      text NOT NULL,
    tries        integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    next_at      timestamptz DEFAULT now(),
    delivered_at timestamptz,
    said         text NOT NULL DEFAULT '',
    PRIMARY KEY (outbox_id, channel),
    CHECK (delivered_at IS NULL OR next_at IS NULL)
);
CREATE INDEX delivery_due_idx ON delivery (next_at) WHERE next_at IS NOT NULL;
COMMENT ON TABLE delivery IS 'an event on its way to one channel of the configuration';
COMMENT ON COLUMN delivery.outbox_id IS 'the event';
COMMENT ON COLUMN delivery.channel IS 'the channel''s name in the configuration';
COMMENT ON COLUMN delivery.tries IS 'how often it was tried; decides the wait';
COMMENT ON COLUMN delivery.next_at IS 'when it is tried next; NULL: delivered, or given up';
COMMENT ON COLUMN delivery.delivered_at IS 'when the channel took it; NULL: not yet, or given up';
COMMENT ON COLUMN delivery.said IS 'what the last try said';
COMMENT ON INDEX delivery_due_idx IS 'for queries/delivery_claim.sql';

-- Which entries of the audit somebody has to hear of.  The audit is written in
-- the transaction of what it tells of, and so is the event.
CREATE TABLE outbox_rule (
    action   text PRIMARY KEY,
    by_whom  text NOT NULL DEFAULT '%',
    kind     text NOT NULL,
    class    text NOT NULL DEFAULT 'alert' CHECK (class IN ('alert', 'run')),
    freezes  boolean NOT NULL DEFAULT false,
    title    text NOT NULL
);
COMMENT ON TABLE outbox_rule IS 'audit entries that become events';
COMMENT ON COLUMN outbox_rule.action IS 'audit.action, as LIKE takes it';
COMMENT ON COLUMN outbox_rule.by_whom IS 'audit.actor, as LIKE takes it: what the program did, or anybody';
COMMENT ON COLUMN outbox_rule.kind IS 'of the event';
COMMENT ON COLUMN outbox_rule.class IS 'of the event';
COMMENT ON COLUMN outbox_rule.freezes IS 'true: nothing more is sent until a person resumes everything';
COMMENT ON COLUMN outbox_rule.title IS 'for people; %s is the subject';
INSERT INTO outbox_rule (action, by_whom, kind, freezes, title) VALUES
('paid\_again\_%', '%',     'payment.double',        true,  'Somebody was paid twice in run %s: sending is frozen'),
('sent\_twice',    '%',     'payment.sent_twice',    false, 'A request of run %s that was given up was taken after all'),
('sent\_after\_all', '%',   'payment.sent_after_all', false, 'A batch of run %s held for not sent was taken after all'),
('contradiction',  '%',     'payment.contradiction', false, 'The provider contradicts itself about run %s'),
('no\_end',        '%',     'batch.no_end',          false, 'A file of run %s has no end after a day'),
('cancel\_by\_hand', '%',   'batch.cancel_by_hand',  false, 'A file of run %s must be cancelled by hand'),
('list\_too\_long', '%',    'batch.list_too_long',   false, 'A refused request of run %s could not be looked for'),
('lane close',     '%',     'lane.closed',           false, 'Nothing is sent from account %s any more'),
('lane open',      '%',     'lane.opened',           false, 'Account %s is sent from again'),
('pause',          'worker %', 'run.stopped',        false, 'payrun stopped run %s'),
('reopen',         '%',     'run.reopened',          false, 'Run %s is open again'),
('pause all',      '%',     'sending.paused',        false, 'Everything is paused'),
('resume all',     '%',     'sending.resumed',       false, 'Sending goes on'),
('lineage hold',   '%',     'sending.held',          false, 'History went backwards: nothing is sent'),
('lineage lift',   '%',     'sending.resumed',       false, 'The hold is lifted: sending goes on'),
('backup old',     '%',     'backup.old',            false, 'The backup is not what it should be');

-- The one way into the outbox.
CREATE FUNCTION outbox_put(of_class text, of_kind text, of_subject text, of_title text, of_detail text, more json, once text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    id   text := 'evt_' || replace(gen_random_uuid()::text, '-', '');
    n    bigint;
BEGIN
    INSERT INTO outbox (event_id, kind, class, subject, title, detail, told_once, body)
    VALUES (id, of_kind, of_class, of_subject, of_title, of_detail, once,
            json_build_object(
                'schema', 1, 'id', id, 'kind', of_kind, 'class', of_class,
                'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                'subject', of_subject, 'title', of_title, 'text', of_detail,
                'data', coalesce(more, '{}'::json))::text)
    ON CONFLICT (told_once) DO NOTHING
    RETURNING outbox_id INTO n;
    RETURN coalesce(n, 0);
END $$;
COMMENT ON FUNCTION outbox_put(text, text, text, text, text, json, text) IS 'an event, inside the transaction of its fact; 0: that was told before';

-- Money went out twice: nothing more leaves until a person has looked.
ALTER TABLE standstill
    ADD COLUMN frozen text NOT NULL DEFAULT '',
    DROP CONSTRAINT pause_has_reason,
    ADD CONSTRAINT pause_has_reason CHECK (NOT paused OR (why <> ''
        AND (by IS NOT NULL OR hold_id IS NOT NULL OR frozen <> '')));
COMMENT ON COLUMN standstill.frozen IS 'why payrun itself froze sending: a double payment; empty: it did not, or a person has resumed since';

CREATE FUNCTION standstill_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen <> '' AND NEW.frozen = OLD.frozen THEN
        IF OLD.hold_id IS NOT NULL AND NEW.hold_id IS NULL THEN
            NEW.paused := true;         -- lifting a hold does not thaw
            NEW.why := OLD.frozen;
        ELSIF NOT NEW.paused THEN
            NEW.frozen := '';
        END IF;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION standstill_frozen() IS 'frozen stays frozen until a person resumes everything';
CREATE TRIGGER standstill_frozen BEFORE UPDATE ON standstill
    FOR EACH ROW EXECUTE FUNCTION standstill_frozen();

CREATE FUNCTION audit_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    r outbox_rule;
    t text;
BEGIN
    SELECT * INTO r FROM outbox_rule x
     WHERE NEW.action LIKE x.action AND NEW.actor LIKE x.by_whom
     ORDER BY x.action LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    t := replace(r.title, '%s', NEW.subject);
    PERFORM outbox_put(r.class, r.kind, NEW.subject, t, NEW.detail,
                       json_build_object('audit', NEW.audit_id, 'by', NEW.actor),
                       NULL);
    IF r.freezes THEN
        UPDATE standstill s
           SET frozen = t, paused = true, at = now(),
               why = CASE WHEN s.hold_id IS NULL THEN t ELSE s.why END,
               by = CASE WHEN s.hold_id IS NULL THEN NULL ELSE s.by END;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_to_outbox() IS 'what the audit is told, and somebody has to hear of, in the same transaction';
CREATE TRIGGER audit_to_outbox AFTER INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_to_outbox();

CREATE FUNCTION run_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
BEGIN
    PERFORM outbox_put('run', 'run.' || NEW.state, NEW.ref,
        format('Run %s is %s', NEW.ref, NEW.state), NEW.state_why,
        json_build_object('run', NEW.ref, 'state', NEW.state, 'before', OLD.state,
                          'live', (SELECT live FROM funding_account a
                                    WHERE a.account_id = NEW.account_id),
                          'rows', NEW.rows, 'total_minor', NEW.minor,
                          'currency', NEW.ccy), NULL);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION run_to_outbox() IS 'a run moved: other programs may want to know';
CREATE TRIGGER run_to_outbox AFTER UPDATE OF state ON run FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION run_to_outbox();

-- What no transaction tells, because nothing happens: time passes.
CREATE INDEX batch_doubt_idx ON batch (batch_id)
    WHERE doubt_rows > 0 OR state = 'in_doubt';
COMMENT ON INDEX batch_doubt_idx IS 'for outbox_look() and the morning report';

CREATE VIEW doubt_view AS
SELECT b.batch_id, b.number, r.ref, a.name AS account, b.ccy::text AS ccy,
       CASE WHEN b.state = 'in_doubt' THEN b.rows ELSE b.doubt_rows END AS rows,
       CASE WHEN b.state = 'in_doubt' THEN b.minor ELSE b.doubt_minor END AS minor,
       least(CASE WHEN b.state = 'in_doubt' THEN b.state_at END,
             (SELECT min(o.at) FROM outcome o
               WHERE o.batch_id = b.batch_id AND o.state = 'in_doubt')) AS since,
       b.poll_at
  FROM batch b
  JOIN run r USING (run_id)
  JOIN funding_account a ON a.account_id = b.account_id
 WHERE b.doubt_rows > 0 OR b.state = 'in_doubt';
COMMENT ON VIEW doubt_view IS 'batches with payments in doubt: since when, and when they are asked about next';

CREATE FUNCTION outbox_look(doubt_s bigint, gone_s bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
    WITH told AS (
        SELECT outbox_put('alert', 'payment.in_doubt', d.ref,
                   format('%s payment%s of run %s in doubt since %s', d.rows,
                          CASE WHEN d.rows = 1 THEN '' ELSE 's' END, d.ref,
                          to_char(d.since AT TIME ZONE 'Africa/Nairobi', 'HH24:MI')),
                   format('Batch %s, account %s. Nobody knows whether they were paid. '
                          'payrun goes on asking; do not pay them in another way. '
                          'payrun resolve %s shows each of them.',
                          d.number, d.account, d.ref),
                   json_build_object('run', d.ref, 'batch', d.batch_id, 'rows', d.rows,
                       'minor', d.minor, 'currency', d.ccy,
                       'since', to_char(d.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
                   'in_doubt ' || d.batch_id || ' ' || extract(epoch FROM d.since)::bigint) AS n
          FROM doubt_view d
         WHERE d.since < now() - make_interval(secs => doubt_s)
    ), idle AS (
        SELECT outbox_put('alert', 'work.nobody', r.ref,
                   format('Nobody works on run %s', r.ref),
                   'It is being paid, and no worker gave a sign of life. Start payrun '
                   'work (systemctl start payrun-work); nothing is lost meanwhile.',
                   json_build_object('run', r.ref),
                   'nobody ' || r.run_id || ' ' || extract(epoch FROM r.state_at)::bigint) AS n
          FROM run r
         WHERE r.state = 'paying'
           AND (r.pay_date IS NULL OR r.pay_date <= today_nairobi())
           AND r.state_at < now() - make_interval(secs => gone_s)
           AND NOT EXISTS (SELECT 1 FROM worker w
                            WHERE w.seen_at > now() - make_interval(secs => gone_s))
    )
    SELECT count(*) FILTER (WHERE n > 0) FROM (SELECT n FROM told UNION ALL SELECT n FROM idle) x
$$;
COMMENT ON FUNCTION outbox_look(bigint, bigint) IS 'events for what is in doubt too long and for runs nobody works on; how many were new';

REVOKE ALL ON FUNCTION outbox_put(text, text, text, text, text, json, text),
    outbox_look(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_put(text, text, text, text, text, json, text),
    outbox_look(bigint, bigint) TO payrun_worker;
GRANT UPDATE (spread_at) ON outbox TO payrun_worker;
GRANT INSERT (outbox_id, channel), UPDATE (tries, next_at, delivered_at, said)
    ON delivery TO payrun_worker;
GRANT UPDATE (tries, next_at, delivered_at, said) ON delivery
    TO payrun_maker, payrun_checker, payrun_admin;

-- What `payrun backup check` found, for doctor, preflight and the metrics.
CREATE TABLE backup_check (
    check_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file       text NOT NULL,
    bytes      bigint NOT NULL,
    made_at    timestamptz NOT NULL,
    drill      boolean NOT NULL,
    good       boolean NOT NULL,
    said       text NOT NULL,
    by         text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE backup_check IS 'what `payrun backup check` found; one row a look';
COMMENT ON COLUMN backup_check.check_id IS 'in order';
COMMENT ON COLUMN backup_check.file IS 'the dump that was looked at; empty: there was none';
COMMENT ON COLUMN backup_check.bytes IS 'its size';
COMMENT ON COLUMN backup_check.made_at IS 'when the dump was made, by its file';
COMMENT ON COLUMN backup_check.drill IS 'true: it was restored into a database of its own, and that one counted';
COMMENT ON COLUMN backup_check.good IS 'true: young enough, and it can be read';
COMMENT ON COLUMN backup_check.said IS 'what was found, for people';
COMMENT ON COLUMN backup_check.by IS 'who looked';
COMMENT ON COLUMN backup_check.at IS 'when';
GRANT INSERT (file, bytes, made_at, drill, good, said, by) ON backup_check
    TO payrun_worker;

-- --- figures for whoever watches ---------------------------------------------

-- One row a figure.  It reads counters, small tables and indexes only, so that it
-- may be asked every few seconds.  The listener, who may read nothing of the
-- book, may ask for this.
CREATE FUNCTION figures() RETURNS TABLE (name text, label text, value bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
    SELECT 'runs', s::text, (SELECT count(*) FROM run r WHERE r.state = s)
      FROM unnest(enum_range(NULL::run_state)) AS s
    UNION ALL
    SELECT 'batches_open', state::text, count(*) FROM batch
     WHERE state NOT IN ('done', 'cancelled', 'refused') GROUP BY state
    UNION ALL
    SELECT 'payments', w.outcome, coalesce(sum(w.n), 0)::bigint
      FROM batch b,
           LATERAL (VALUES ('paid', b.paid_rows), ('failed', b.failed_rows),
                           ('cancelled', b.cancelled_rows)) AS w(outcome, n)
     GROUP BY w.outcome
    UNION ALL
    SELECT 'paid_minor', ccy::text, sum(paid_minor)::bigint FROM batch GROUP BY ccy
    UNION ALL
    SELECT 'doubt', '', coalesce(sum(rows), 0)::bigint FROM doubt_view
    UNION ALL
    SELECT 'doubt_oldest', '', coalesce(extract(epoch FROM now() - min(since)), 0)::bigint
      FROM doubt_view
    UNION ALL
    SELECT 'lane_closed', name, lane_closed::int FROM funding_account
    UNION ALL
    SELECT 'paused', '', (SELECT paused::int FROM standstill)
    UNION ALL
    SELECT 'frozen', '', (SELECT (frozen <> '')::int FROM standstill)
    UNION ALL
    SELECT 'due', '', count(*) FROM run WHERE state = 'paying'
       AND (pay_date IS NULL OR pay_date <= today_nairobi())
    UNION ALL
    SELECT 'workers', '', count(*) FROM worker WHERE seen_at > now() - interval '30 seconds'
    UNION ALL
    SELECT 'callbacks_waiting', '', count(*) FROM inbox WHERE done_at IS NULL
    UNION ALL
    SELECT 'events_waiting', '', count(*) FROM delivery WHERE next_at IS NOT NULL
    UNION ALL
    SELECT 'events_given_up', '', count(*) FROM delivery
     WHERE next_at IS NULL AND delivered_at IS NULL
    UNION ALL
    SELECT 'alerts', kind, count(*) FROM outbox WHERE class = 'alert' GROUP BY kind
    UNION ALL
    SELECT 'backup_age', '', extract(epoch FROM now() - max(made_at))::bigint
      FROM backup_check WHERE good HAVING count(*) > 0
    UNION ALL
    SELECT 'schema_step', '', max(step)::bigint FROM schema_step
$$;
COMMENT ON FUNCTION figures() IS 'what `payrun serve` shows on /metrics: sums only, no payee, no reference';
REVOKE ALL ON FUNCTION figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION figures() TO payrun_listener, payrun_worker,
    payrun_auditor, payrun_maker, payrun_checker, payrun_admin;

-- --- what else somebody has to hear of, from the tables of other parts ---------

CREATE FUNCTION slot_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    s schedule;
BEGIN
    SELECT * INTO s FROM schedule x WHERE x.schedule_id = NEW.schedule_id;
    PERFORM outbox_put('alert', 'slot.missed', s.name,
        format('Schedule %s missed %s', s.name, to_char(NEW.nominal, 'DD Mon HH24:MI')),
        format('Nothing was released. %s Decide: payrun schedule decide %s --run or '
               '--skip --because "..."', NEW.note, NEW.slot_id),
        json_build_object('schedule', s.name, 'slot', NEW.slot_id,
                          'due', to_char(NEW.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
        'slot ' || NEW.slot_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION slot_to_outbox() IS 'a planned time was missed, and a person has to decide';
CREATE TRIGGER slot_to_outbox AFTER INSERT OR UPDATE OF state ON slot FOR EACH ROW
    WHEN (NEW.state = 'asks') EXECUTE FUNCTION slot_to_outbox();

CREATE FUNCTION preflight_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
BEGIN
    PERFORM outbox_put('alert', 'preflight.failed', NEW.what,
        format('What is due will not go through: %s', NEW.what),
        (SELECT string_agg((f ->> 'text') || coalesce(' Fix: ' || nullif(f ->> 'fix', ''), ''), E'\n')
           FROM json_array_elements(NEW.findings::json) f
          WHERE f ->> 'result' = 'fail'),
        json_build_object('preflight', NEW.preflight_id, 'short_minor', NEW.short_minor,
                          'currency', NEW.ccy),
        format('preflight %s %s %s', NEW.what, today_nairobi(), md5(NEW.findings)));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION preflight_to_outbox() IS 'pre-flight found what will stop a release; the same finding once a day';
CREATE TRIGGER preflight_to_outbox AFTER INSERT ON preflight FOR EACH ROW
    WHEN (NEW.result = 'fail') EXECUTE FUNCTION preflight_to_outbox();

CREATE FUNCTION breaks_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    x record;
BEGIN
    FOR x IN SELECT coalesce(r.ref, a.name, '') AS about, count(*) AS n,
                    sum(b.minor)::bigint AS minor, min(b.ccy)::text AS ccy,
                    string_agg(DISTINCT b.kind, ', ') AS kinds
               FROM born b
               LEFT JOIN run r USING (run_id)
               LEFT JOIN funding_account a ON a.account_id = b.account_id
              WHERE b.state = 'open'
              GROUP BY 1, b.ccy LOOP
        PERFORM outbox_put('alert', 'break.found', x.about,
            format('%s difference%s found in %s', x.n,
                   CASE WHEN x.n = 1 THEN '' ELSE 's' END, x.about),
            format('What was paid and what the statement says differ: %s. '
                   'payrun breaks shows both sides of each.', x.kinds),
            json_build_object('breaks', x.n, 'minor', x.minor, 'currency', x.ccy), NULL);
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION breaks_to_outbox() IS 'reconciliation found differences: one event a run or account, however many';
CREATE TRIGGER breaks_to_outbox AFTER INSERT ON break REFERENCING NEW TABLE AS born
    FOR EACH STATEMENT EXECUTE FUNCTION breaks_to_outbox();

CREATE FUNCTION breaks_back_to_outbox() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = payrun, pg_temp AS $$
DECLARE
    x record;
BEGIN
    FOR x IN SELECT coalesce(r.ref, a.name, '') AS about, count(*) AS n
               FROM later b
               JOIN earlier o USING (break_id)
               LEFT JOIN run r ON r.run_id = b.run_id
               LEFT JOIN funding_account a ON a.account_id = b.account_id
              WHERE b.state = 'open' AND o.state NOT IN ('open', 'assigned')
              GROUP BY 1 LOOP
        PERFORM outbox_put('alert', 'break.back', x.about,
            format('%s difference%s in %s that had ended came back', x.n,
                   CASE WHEN x.n = 1 THEN '' ELSE 's' END, x.about),
            'payrun breaks shows both sides of each.',
            json_build_object('breaks', x.n), NULL);
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION breaks_back_to_outbox() IS 'differences that had ended were found again';
CREATE TRIGGER breaks_back_to_outbox AFTER UPDATE ON break
    REFERENCING NEW TABLE AS later OLD TABLE AS earlier
    FOR EACH STATEMENT EXECUTE FUNCTION breaks_back_to_outbox();
