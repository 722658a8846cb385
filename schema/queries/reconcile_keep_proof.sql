-- reconcile_keep_proof: the balance of one book of an account.
--   $1 int   reconciliation_id
--   $2 text, $3 text, $4 text        account, book, currency
--   $5 text, $6 text                 first and last day
--   $7 bool                          its balances are known
--   $8..$19 int   opening, in, paid, charges, returned, closing, difference,
--                 ours, off, explained, tolerated charges: their sum and number
INSERT INTO balance_proof (reconciliation_id, account_id, book, ccy, from_day,
                           until_day, opening_minor, in_minor, paid_minor,
                           charge_minor, returned_minor, closing_minor,
                           difference_minor, ours_minor, off_minor,
                           explained_minor, tolerated_minor, tolerated)
SELECT $1::bigint, a.account_id, $3::text, $4::text, $5::text::date,
       $6::text::date, CASE WHEN $7::boolean THEN $8::bigint END, $9::bigint,
       $10::bigint, $11::bigint, $12::bigint,
       CASE WHEN $7::boolean THEN $13::bigint END,
       CASE WHEN $7::boolean THEN $14::bigint END, $15::bigint, $16::bigint,
       $17::bigint, $18::bigint, $19::bigint
  FROM funding_account a
 WHERE a.name = $2::text;
