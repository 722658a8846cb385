#ifndef RECONCILE_CLAIMS_H
#define RECONCILE_CLAIMS_H

#include "db/db.h"

/**
 * claims_read(db):
 * Inside a reconciliation's transaction: what the raw answers say of every
 * payment of its batches, read anew from their bytes, into reconcile_claim.
 * A payment that any answer calls paid is claimed as paid; else the newest
 * answer counts.  Row 0 of a batch is its file.
 */
enum db_status claims_read(struct db *);

#endif
