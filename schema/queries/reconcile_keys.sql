-- reconcile_keys: from here on there are only a few findings to look up: by their
-- keys, not by reading whole tables.
-- returns (set)
SELECT set_config('enable_nestloop', 'on', true) AS set;
