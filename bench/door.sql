-- pgbench, for stage_submit.sh: what a door cannot do without, one small commit.
UPDATE door SET n = n + 1;
