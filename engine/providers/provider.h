#ifndef PROVIDERS_PROVIDER_H
#define PROVIDERS_PROVIDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wire.h"
#include "money/money.h"
#include "providers/answer.h"

/*
 * A provider turns orders into bytes and bytes into answers.  It owns no
 * socket, no clock and no database, so a test needs none.  Source of every
 * shape and code: the provider's contract, cited in its .c file.
 */

/* One instruction, as a provider needs it. */
struct pay_line {
    int        seq;                     /* 1 .. BATCH_ROWS_MAX                */
    int64_t    minor;
    char       reference[REFERENCE_BYTES];  /* ours, see reference.h          */
    struct str account, name, narration;
    struct str bank_code, account_reference, id_number;
    char       token[TOKEN_BYTES];      /* one-phase: unguessable, the last part
                                           of its callback's path; "": none   */
};

/* The account on whose behalf something is asked.  All borrowed; the secrets
 * must not be copied anywhere but into the request. */
struct payer {
    struct str  key;                    /* IntaSend: only in the header, so not
                                           needed here; Sapama: api_key       */
    struct str  secret;                 /* Sapama: api_secret, never sent     */
    struct str  public_key;             /* IntaSend: publishable key          */
    const char *wallet_id;              /* IntaSend: wallet, "": the default;
                                           Sapama: location_id                */
    const char *short_code;             /* Sapama: the paybill that pays      */
    const char *callback_url;           /* "": none; a token is put behind it
                                           after a '/'                        */
    const char *callback_method;        /* Sapama: "get" or "post"            */
    bool        live;
};

/* Which payments a provider shall list; what is unset is not asked for. */
struct list_query {
    const char *id;                     /* the provider's number of one       */
    const char *phone;                  /* "2547..."                          */
    const char *reference;              /* ours, or a receipt                 */
    int         page;                   /* from 1; 0: not said                */
    int         per_page;               /* 0: not said                        */
};

/* One batch, as a provider needs it. */
struct pay_file {
    const char *rail;                   /* "MPESA-B2C"                        */
    const char *ccy;
    const char *batch_reference;        /* echoed where the provider can      */
    const char *wallet_id;              /* NULL: the default wallet           */
    const char *callback_url;           /* NULL: none                         */
    int         nlines;
    const struct pay_line *lines;
    int64_t     minor;                  /* sum of the lines                   */
};

struct provider {
    const char *name;                   /* "intasend"                         */
    const char *contract;               /* of what we know of it: another one
                                           is tried out with a canary first   */
    bool two_phase;                     /* initiate, then approve             */
    const char *sandbox_url, *live_url; /* defaults; the account may override */
    const char *const *rails;           /* rails it has; ends with NULL       */
    const struct code_row *file_codes, *item_codes;

    /* Each write_*() overwrites the request: the caller releases it before
     * it is used again, and has nothing to release after -1.  The lines of a
     * file stand in the order of their seq. */
    int (*write_initiate)(struct request *, const struct pay_file *,
                          struct err *);
    /* ${stored}: the raw bytes of the answer to initiate, sent unchanged. */
    int (*write_approve)(struct request *, struct str stored, struct err *);
    int (*write_status)(struct request *, const char *tracking_id,
                        struct err *);
    int (*write_cancel)(struct request *, const char *file_alias,
                        struct err *);
    /* NULL: it cannot be asked what an account holds. */
    int (*write_wallets)(struct request *, const char *wallet_id,
                         struct err *);

    /* One-phase providers have these instead of initiate ... cancel: all in
     * one request, which must never be sent twice; and a list of what became
     * of payments, page by page. */
    int (*write_send)(struct request *, const struct payer *,
                      const struct pay_file *, struct err *);
    int (*write_list)(struct request *, const struct payer *,
                      const struct list_query *, struct err *);

    /* What an HTTP answer means before its body is believed; ${f} gets the
     * error body's words.  ANSWERED 2xx is TAKEN here: the caller then reads
     * the file, and a body that does not read is IN_DOUBT. */
    enum answer (*judge)(const struct reply *, struct fault_answer *);

    /* Read the file part of an answer to initiate, approve, status or cancel,
     * or of a callback.  Return 0, or -1 when the body is not that shape. */
    int (*read_file)(struct file_answer *, struct str body, struct err *);
    /* Then its items one by one: 1, 0 at the end, -1 when broken.  ${at}
     * starts as file_answer.items_at and is moved on. */
    int (*read_item)(struct item_answer *, struct str body, size_t *at,
                     int position);
    int (*read_wallet)(struct wallet_answer *, struct str body,
                       const char *wallet_id, struct err *);
    /* One-phase: a page of the list: 0, or -1 when it is not that shape; then
     * its rows one by one: 1, 0 at the end, -1 when broken. */
    int (*read_page)(struct page_answer *, struct str body, struct err *);
    int (*read_row)(struct row_answer *, struct str body, size_t *at);

    /* A callback's challenge, for comparing; empty when it has none. */
    struct str (*read_challenge)(struct str body, char *room, size_t bytes);
};

/* The table of providers; provider_named(), in any case: NULL when there is
 * none. */
extern const struct provider *const providers[];    /* ends with NULL */
const struct provider *provider_named(const char *);

/* Rows of the tables above; NULL for a code that is not in them. */
const struct code_row *provider_item_code(const struct provider *,
                                          const char *);
const struct code_row *provider_file_code(const struct provider *,
                                          const char *);

extern const struct provider provider_intasend, provider_sapama;

#endif
