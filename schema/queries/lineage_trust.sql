-- lineage_trust: whoever proposes to lift a hold says that the list of a
-- one-phase account hides nothing.
--   $1 int   hold_id
--   $2 text  account  '': nobody says so of any
-- returns (account_id), or nothing: it is of two phases, or was not listed
UPDATE lineage_list g
   SET trusted = $2::text <> ''
  FROM funding_account a
 WHERE g.hold_id = $1::bigint AND a.account_id = g.account_id
   AND g.done_at IS NOT NULL AND NOT a.two_phase
   AND ($2::text = '' OR a.name = $2::text)
RETURNING g.account_id;
