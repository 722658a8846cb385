#ifndef PROVIDERS_ANSWER_H
#define PROVIDERS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/str.h"

/*
 * What comes back from a provider, read: the same for all of them.
 */

/* What an answer means to the caller (design: "what an answer means"). */
enum answer {
    ANSWER_TAKEN,           /* it has it                                      */
    ANSWER_REFUSED,         /* a listed refusal: it certainly will not do it  */
    ANSWER_NOT_NOW,         /* nothing was done; the same again, later        */
    ANSWER_BARRED,          /* our key: closes the lane, fails nobody         */
    ANSWER_IN_DOUBT         /* everything else                                */
};

const char *answer_name(enum answer);           /* "in_doubt": as in attempt */

/* What a file is doing at the provider. */
enum file_phase {
    FILE_READING,           /* not even read there yet; cannot be approved    */
    FILE_WAITING,           /* waits for our approval; no money has moved     */
    FILE_MOVING,            /* released, not finished                         */
    FILE_DONE,              /* finished; look at each item                    */
    FILE_DEAD,              /* ended without sending what is still untouched  */
    FILE_UNKNOWN            /* a code we do not know: treat as moving, never
                               as waiting                                     */
};

/* What became of one item. */
enum item_fate {
    ITEM_UNTOUCHED,         /* accepted, nothing done (TP101)                 */
    ITEM_MOVING,            /* being paid                                     */
    ITEM_PAID,
    ITEM_FAILED,            /* certainly not paid                             */
    ITEM_CANCELLED,
    ITEM_IN_DOUBT           /* the provider itself cannot tell, or a code we
                               do not know                                    */
};

/* One row for every code a provider is known to use. */
struct code_row {
    const char *code;           /* "TF106"                                    */
    const char *meaning;        /* for a finance person                       */
    const char *todo;           /* what to do about it; may be ""             */
    const char *iso;            /* ISO 20022 status reason, "" when none      */
    int         fate;           /* enum item_fate or enum file_phase          */
    bool        stop;           /* it is about the payer, not about this payee:
                                   everything after it would fail as well, so
                                   the run is paused for a person             */
};

struct file_answer {
    char        tracking_id[64];
    char        file_alias[32];
    char        code[16];               /* "BP103"                            */
    char        text[96];               /* the provider's words               */
    char        updated_at[40];         /* as it stands in the answer         */
    enum file_phase phase;
    int64_t     total_minor;            /* -1 when absent                     */
    int64_t     charge_estimate_minor;  /* -1 when absent                     */
    int64_t     charge_minor;           /* actual; -1 when absent             */
    int64_t     available_minor, current_minor; /* wallet; -1 when absent     */
    char        wallet_id[32], ccy[4];
    int         count;                  /* items it says it has; -1           */
    size_t      items_at;               /* where the items begin; internal    */
};

struct item_answer {
    int         position;               /* from 1, as they stand              */
    struct str  account;                /* borrowed from the body             */
    int64_t     minor;                  /* -1 when absent or not an amount    */
    int64_t     charge_minor;           /* -1 when absent                     */
    char        code[16];
    char        receipt[64];            /* "" when none                       */
    char        reason[256];            /* the provider's words, plain text   */
    char        reference[REFERENCE_BYTES]; /* ours, from idempotency_key or
                                           narrative; "" when not there       */
    char        id[PAYMENT_ID_BYTES];   /* the provider's own number of it; ""*/
    enum item_fate fate;
};

/* One page of a provider's list of payments. */
struct page_answer {
    int     page, last_page, per_page;  /* as the provider sees them          */
    int64_t total;                      /* -1 when absent                     */
    size_t  rows_at;                    /* where the rows begin; internal     */
};

/* One payment of such a list. */
struct row_answer {
    struct item_answer item;            /* fate IN_DOUBT: it does not say     */
    char       token[TOKEN_BYTES];      /* from our callback URL; ""          */
    char       method_of[8];            /* "b2c", "c2b": which way it went    */
    int64_t    made_s;                  /* seconds since 1970 UTC by the
                                           provider's clock; 0 when absent    */
    struct str raw;                     /* the row as it stands, borrowed     */
};

/* One refusal or error body, in whichever of its shapes. */
struct fault_answer {
    char code[64];
    char text[256];             /* plain words, never markup                  */
    bool already;               /* "must be in PREVIEW-AND-APPROVE": it was
                                   released or ended before; ask the status   */
    bool payees_only;           /* every problem of it is one of a payment in
                                   the file, none of the file, the wallet or
                                   what was sent before                       */
    bool not_found;             /* a list was asked for one that is not there:
                                   the body reads as a page without rows; it
                                   proves nothing                             */
    bool bars;                  /* with IN_DOUBT: it also says that our key is
                                   not taken, so close the lane; but a proxy
                                   may have said so behind what was done      */
};

struct wallet_answer {
    char    wallet_id[32], ccy[4];
    int64_t available_minor, current_minor;
};

#endif
