#ifndef LOADERS_PAIN001_H
#define LOADERS_PAIN001_H

#include "base/err.h"
#include "loaders/table.h"

/*
 * An ISO 20022 customer credit transfer (pain.001, any version) as the records
 * a CSV file would give: one for each CdtTrfTxInf, whose line counts them from
 * 1 (programs write such files without line ends), behind a header of our own
 * names.  Counts and control sums
 * of the message and of each payment information are held against the
 * payments.  Source: ISO 20022 message definition report, pain.001.001.03 to
 * .12.
 */
struct pain001;

#define PAIN001_TEXT_BYTES 64

struct pain001_facts {
    char    version[PAIN001_TEXT_BYTES];    /* "pain.001.001.09", or ""       */
    char    pay_date[11];                   /* "2026-11-30", or ""            */
    char    debtor[PAIN001_TEXT_BYTES];     /* the account it says to pay from*/
    int64_t payments;
};

struct pain001 *pain001_new(const struct table_sink *, struct err *);
void pain001_free(struct pain001 *);

/* pain001_feed(p, bytes, n, e) / pain001_end(p, e): 0; or -1: the rest cannot
 * be read, a problem and ${e} say why; or the sink stopped. */
int pain001_feed(struct pain001 *, const void *, size_t, struct err *);
int pain001_end(struct pain001 *, struct err *);

const struct pain001_facts *pain001_facts(const struct pain001 *);

/* pain001_element(column): what field ${column} (from 1) of a record was read
 * from, below CdtTrfTxInf: "Amt/InstdAmt"; NULL when there is no such. */
const char *pain001_element(int column);

#endif
