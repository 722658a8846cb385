#ifndef BOOK_LEFT_H
#define BOOK_LEFT_H

#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"
#include "providers/provider.h"

/*
 * What left from a host, batch by batch, in files beside its mark, one a month:
 * outside the database, so that a restore cannot lose it.  A line is on the
 * disk before the first byte of its request may leave, and names the payees
 * only as hashes.
 */
struct left_entry {
    int64_t nr;                     /* counts this host's entries from 1      */
    int64_t beat, at_us;            /* lineage_step                           */
    char    nonce[40];
    char    installation[40];       /* lineage.installation                   */
    char    step[16];               /* approve or send                        */
    char    run_ref[32], period[8], kind[16];
    char    account[USER_NAME_BYTES_MAX], ccy[4];   /* who pays               */
    int64_t batch_id, minor;
    unsigned char digest[SHA256_BYTES];             /* batch.digest           */
    const int64_t *payments;        /* left_payment() of each              */
    int     rows;
};

/* left_payment(installation, line, ccy): what stands for that payment; the
 * function lineage_payment() in the database is the same. */
int64_t left_payment(const char *, const struct pay_line *, const char *ccy);

/**
 * left_add(mark, entry, first, e):
 * Append ${entry} to this month's file and sync it.  The caller holds the lock
 * of ${mark}, the path of the mark.  ${first}, if not NULL, gets the number of
 * the oldest entry that is kept when files of long ago were removed.
 * 0 or -1.
 */
int left_add(const char *, const struct left_entry *, int64_t *first,
             struct err *);

/* How much of the journal there is. */
struct left_state {
    int64_t entries, first, last;   /* 0: none                                */
    int64_t missing;                /* numbers that should be there           */
    int64_t damaged;                /* lines that cannot be read              */
};

/**
 * left_read(mark, first, last, row, owner, out, e):
 * Every entry that can be read, in the order of the files; those numbered from
 * ${first} to ${last} should be there.  ${row} gives 0, or -1 to stop.  0 or -1.
 */
int left_read(const char *, int64_t first, int64_t last,
              int (*row)(void *, const struct left_entry *), void *,
              struct left_state *, struct err *);

#endif
