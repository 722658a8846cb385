#ifndef SANDBOX_WORDING_H
#define SANDBOX_WORDING_H

#include <stdbool.h>

#include "base/str.h"

/* The provider's codes that the stand-in plays, and their texts. */
enum file_code {
    FILE_BP101,             /* new, being read                 */
    FILE_BF102,             /* failed                          */
    FILE_BP103,             /* waits for approval              */
    FILE_BP104,             /* released, float check queued    */
    FILE_BF105,             /* float check failed              */
    FILE_BP106,             /* float check running             */
    FILE_BF107,             /* further float check failed      */
    FILE_BP108,             /* further validation running      */
    FILE_BP109,             /* sending                         */
    FILE_BP110,             /* sent, results awaited           */
    FILE_BC100,             /* completed                       */
    FILE_BE111              /* cancelled                       */
};

enum item_code {
    ITEM_TP101,             /* pending                         */
    ITEM_TF103,             /* could not be initiated          */
    ITEM_TF104,             /* results are being processed     */
    ITEM_TP104,             /* the same in another spelling    */
    ITEM_TF105,             /* outcome cannot be determined    */
    ITEM_TS100,             /* successful                      */
    ITEM_TF106,             /* failed                          */
    ITEM_TH107,             /* under observation               */
    ITEM_TC108,             /* cancelled                       */
    ITEM_TR109,             /* queued for retry                */
    ITEM_TX999              /* in no list of the provider's    */
};

/* Why an item stands where it stands: its status_description. */
enum reason {
    REASON_NONE,
    REASON_PAID,
    REASON_UNREGISTERED,    /* 2040                            */
    REASON_NO_OPERATOR,     /* SFC_IC0003                      */
    REASON_FULL,            /* 8: recipient's maximum balance  */
    REASON_DAILY,           /* 4: daily limit                  */
    REASON_STATUS,          /* 2006                            */
    REASON_TOO_SMALL,       /* 2                               */
    REASON_TOO_LARGE,       /* 3                               */
    REASON_DETAILS,         /* for TF103                       */
    REASON_UNKNOWN,         /* for TF105                       */
    REASON_RESULTS,         /* for TF104, TP104                */
    REASON_WATCHED,         /* for TH107                       */
    REASON_CANCELLED,       /* for TC108                       */
    REASON_RETRY,           /* for TR109                       */
    REASON_NO_FUNDS,        /* 1: the payer's balance          */
    REASON_REVERSED         /* paid, and taken back            */
};

const char *wording_file_name(enum file_code);
const char *wording_file_text(enum file_code);
bool wording_file_final(enum file_code);
const char *wording_item_name(enum item_code);
const char *wording_item_text(enum item_code);

/* wording_reason_key(r): short and stable, for the books: "2040".
 * wording_reason_text(r): what the provider says, or NULL. */
const char *wording_reason_key(enum reason);
const char *wording_reason_text(enum reason);

/* The way back, for the books.  Return 0, or -1 for an unknown word. */
int wording_file_read(enum file_code *, struct str);
int wording_item_read(enum item_code *, struct str);
int wording_reason_read(enum reason *, struct str);

#endif
