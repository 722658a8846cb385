#ifndef REPORT_ISO_H
#define REPORT_ISO_H

#include "report/render.h"

/*
 * ISO 20022 as text: elements in the order of the message definition, each
 * text cut at the length its type allows.
 */
struct iso {
    struct model *m;
    struct out   *o;
    struct buf   *b;            /* &o->b */
    int           decimals;
    int           nbatches;
    struct iso_batch *batches;  /* in the order of their numbers              */
    int           at;           /* the batch under way, -1: none yet          */
    const char   *only;         /* camt.054: of this account; "": all         */
    int           opened;       /* camt.054: notifications begun             */
};

struct iso_batch {
    int     number;
    char    account[64];        /* the account that pays                      */
    int64_t account_id, rows, minor, paid_rows, paid_minor, charge_minor;
    int64_t failed_rows, failed_minor, doubt_rows, doubt_minor;
    int64_t cancelled_rows, cancelled_minor, open_rows, open_minor, state_us;
    bool    waits;              /* what is open of it was not sent            */
};

/* iso_open(i, m, o, e): the batches are read.  iso_close(i): frees. */
int iso_open(struct iso *, struct model *, struct out *, struct err *);
void iso_close(struct iso *);

/* iso_begin(i, message, element): the document's start: "pain.002.001.03",
 * "CstmrPmtStsRpt". */
void iso_begin(struct iso *, const char *message, const char *element);

/* iso_tag(i, "GrpHdr"), iso_tag(i, "/GrpHdr"). */
void iso_tag(struct iso *, const char *);

/* iso_text(i, tag, text, max): at most ${max} characters; empty: nothing. */
void iso_text(struct iso *, const char *tag, struct str, int max);
void iso_words(struct iso *, const char *tag, const char *, int max);
void iso_count(struct iso *, const char *tag, int64_t);

/* iso_sum(i, tag, minor): a bare decimal; iso_amount: with its currency. */
void iso_sum(struct iso *, const char *tag, int64_t minor);
void iso_amount(struct iso *, const char *tag, int64_t minor);
void iso_time(struct iso *, const char *tag, int64_t us);

/* iso_creditor(i, p): the payee, and the account that was named. */
void iso_creditor(struct iso *, const struct payment *);

/* iso_end_to_end(p): the maker's reference, else ours. */
struct str iso_end_to_end(const struct payment *);

/* iso_message_id(i, out): of this report, unlike any other's. */
#define ISO_ID_BYTES 36
void iso_message_id(const struct iso *, char out[ISO_ID_BYTES]);

/* iso_batch_id(i, batch, out): "R-2026-11-A/3". */
void iso_batch_id(const struct iso *, const struct iso_batch *,
                  char out[ISO_ID_BYTES]);

#endif
