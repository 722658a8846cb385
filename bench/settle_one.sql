-- pgbench, for stage_settle.sh: one answer, one commit.
INSERT INTO outcome (batch_id, seq, state, minor, ccy, code, reason, receipt,
                     charge_minor, event_no, at)
VALUES (1, nextval('bench_seq'), 'paid', 100000, 'KES', 'TS100', '',
        'TKB0000001', 1000, 1, now());
