-- intake_lock: until the end of the transaction no other upload can look for
-- duplicates: of two at the same time the second sees the first.  One lock for
-- all: the same file must not pass under two periods either.
-- returns (locked)
SELECT pg_advisory_xact_lock(hashtextextended('payrun.intake', 0)) IS NOT NULL
       AS locked;
