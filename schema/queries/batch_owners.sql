-- batch_owners: who holds leases now.
-- returns (owner)
SELECT DISTINCT owner
  FROM batch
 WHERE state IN ('ready', 'initiating', 'initiated', 'releasing', 'sending')
   AND owner IS NOT NULL;
