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

/*
 * What the stand-in has planned for an item, fixed when its file is made and
 * kept in the books, so that a restart tells the same story.  The names are
 * those of README.md, "What becomes of a payment".
 */
enum plot {
    PLOT_CHANCE,            /* --fail-per-mille decides                */
    PLOT_TOO_SMALL, PLOT_TOO_LARGE,     /* outside of its rail's limits  */
    PLOT_PAID,
    PLOT_FAIL,              /* TF106                                   */
    PLOT_TF103,             /* already in the answer to initiate       */
    PLOT_SLOW,              /* ten latencies                           */
    PLOT_TF105_PAID,        /* outcome unknown, and the money did move */
    PLOT_TF105_UNPAID,
    PLOT_TH107,             /* these four: then TS100                  */
    PLOT_TF104, PLOT_TP104, PLOT_TR109,
    PLOT_LATE_RECEIPT,      /* TS100 without a receipt, then with it   */
    PLOT_FLIP,              /* TF106, then TS100                       */
    PLOT_REVERSE,           /* TS100, and after the file's end TF106   */
    PLOT_NO_FUNDS,          /* TF106: the float was used up            */
    PLOT_NEVER,             /* no result, ever                         */
    PLOT_UNLISTED,          /* ends with a code that nobody knows      */
    PLOT_COUNT
};

/* plot_name(p), plot_read(out, name): "th107"; 0, or -1 for another word. */
const char *plot_name(enum plot);
int plot_read(enum plot *, struct str);

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
    enum plot plot;
    bool      moved;                /* money left the wallet for this item   */
    bool      back;                 /* ... and came back                     */
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
    uint32_t wallet;                /* the number of the one that pays       */
    bool      read_slowly;          /* begins as BP101                       */
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
