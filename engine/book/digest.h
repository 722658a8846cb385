#ifndef BOOK_DIGEST_H
#define BOOK_DIGEST_H

#include "base/crypto.h"
#include "base/str.h"

/*
 * What the checker approves, as bytes.  A batch's digest is the SHA-256 of its
 * rows in seq order, each field preceded by its length in decimal and ':', so
 * that no two different rows give the same bytes.  A run's digest is the
 * SHA-256 of account, provider, environment, period, kind, pay date, currency,
 * narration, count, total, file SHA-256 and the digests of its batches in
 * order.  Computed while loading; computed again by whoever sends.
 *
 * What came later stands in front, and only where it is used, as a field that
 * is no number where there was always a number: so approvals that were given
 * before still hold.  A row that was split begins with "part 1/2"; a batch that
 * another account pays than the run's own, with "@provider/account".  Where groups
 * may go alone when money is short, each batch has its group in front of that.
 */
struct digest_row {
    int        seq;
    int64_t    minor;
    int        part, parts;             /* parts <= 1: it was not split       */
    const char *rail, *ccy;
    struct str account, bank_code, account_reference, name, narration,
               reference, id_number, employee_no;
};

void digest_row_add(struct sha256 *, const struct digest_row *);

struct digest_run {
    const char *account, *provider, *period, *kind, *pay_date, *ccy;
    const char *narration;
    bool        live;
    int64_t     rows, minor;
    const unsigned char *file_sha256;
};

struct digest_batch {
    const char *grouped;                /* short_words(); "", NULL: whole     */
    const char *account, *provider;     /* "": the run's own                  */
    const char *rail;
    int64_t     rows, minor;
    const unsigned char *digest;
};

/* digest_run_begin, then digest_run_batch for each batch, then sha256_end. */
void digest_run_begin(struct sha256 *, const struct digest_run *);
void digest_run_batch(struct sha256 *, const struct digest_batch *);

#endif
