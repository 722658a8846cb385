-- account_in_flight: what the account's released and unfinished batches can
-- still cost: open amounts, and their share of the estimated charges.  What an
-- absurd estimate makes of it ends at MONEY_MINOR_MAX: then nothing is free.
--   $1 int   account_id
-- returns (minor)
SELECT least(coalesce(sum(o.minor + ceil(b.charge_estimate_minor::numeric
                                         * o.rows / b.rows)), 0),
             9007199254740991)::bigint AS minor
  FROM batch b,
       LATERAL (SELECT b.minor - b.paid_minor - b.failed_minor
                       - b.cancelled_minor AS minor,
                       b.rows - b.paid_rows - b.failed_rows
                       - b.cancelled_rows AS rows) o
 WHERE b.account_id = $1::bigint
   AND b.state IN ('releasing', 'sending', 'in_flight', 'in_doubt');
