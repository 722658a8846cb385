#ifndef SANDBOX_PAYFILE_H
#define SANDBOX_PAYFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/wording.h"
#include "sandbox/rails.h"
#include "sandbox/figures.h"

/*
 * One send-money request and its payments.  Amounts are minor units of KES,
 * times microseconds since 1970.
 */

/* Where a text lies in file->text; 0 stands for null. */
typedef uint32_t file_text;

struct item {
    file_text account, name, narrative, id_number, bank_code;
    file_text account_type, account_reference, idempotency_key;
    int64_t   amount_minor;
    int64_t   charge_minor;
    int64_t   updated_us;
    enum item_code code;
    enum item_code began;           /* its code in the answer to initiate    */
    enum reason    reason;
    bool      moved;                /* money left the wallet for this item   */
    bool      shown;                /* the receipt is told to callers        */
    char      receipt[FIGURE_RECEIPT_BYTES];
};

struct payfile {
    uint32_t n;                     /* its place in books->files             */
    uint64_t first;                 /* number of its first item in the books */
    char     file_id[FIGURE_ALIAS_BYTES];
    char     tracking_id[FIGURE_UUID_BYTES];
    char     nonce[FIGURE_NONCE_BYTES];
    enum file_code     code;
    const struct rail *rail;
    bool      approves_itself;      /* requires_approval "NO"                */
    file_text batch_reference, callback_url;
    struct buf   text;
    struct item *items;
    int       nitems;
    int       open;                 /* items without their last result       */
    int64_t   total_minor, charges_minor;       /* of all items              */
    int64_t   moved_minor, moved_charges_minor; /* of those that moved       */
    int64_t   held_minor;           /* on the wallet while it is under way   */
    int64_t   created_us, updated_us;
    bool      hook_busy;            /* one webhook of it is under way        */
};

/* What an item turned into. */
struct result {
    enum item_code code;
    enum reason    reason;
    bool           moved;
    bool           shown;
    char           receipt[FIGURE_RECEIPT_BYTES];    /* may be ""             */
};

/* payfile_new(items): an empty file with room for ${items}, or NULL. */
struct payfile *payfile_new(int items);
void payfile_free(struct payfile *);

/* payfile_keep(f, s): keep ${s}.  payfile_of(f, t): it, NUL-terminated, or
 * NULL. */
file_text payfile_keep(struct payfile *, struct str);
const char *payfile_of(const struct payfile *, file_text);

/* payfile_pays(f, account): one of its items is for ${account}. */
bool payfile_pays(const struct payfile *, struct str account);

#endif
