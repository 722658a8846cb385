-- outcomes_count: move a locked batch's counters by outcomes that are new.
--   $1 int   batch_id
--   $2 int   paid, rows        $3 int   paid, minor units
--   $4 int   failed, rows      $5 int   failed, minor units
--   $6 int   in doubt, rows    $7 int   in doubt, minor units
--   $8 int   cancelled, rows   $9 int   cancelled, minor units
UPDATE batch
   SET paid_rows = paid_rows + $2::integer,
       paid_minor = paid_minor + $3::bigint,
       failed_rows = failed_rows + $4::integer,
       failed_minor = failed_minor + $5::bigint,
       doubt_rows = doubt_rows + $6::integer,
       doubt_minor = doubt_minor + $7::bigint,
       cancelled_rows = cancelled_rows + $8::integer,
       cancelled_minor = cancelled_minor + $9::bigint
 WHERE batch_id = $1::bigint;
