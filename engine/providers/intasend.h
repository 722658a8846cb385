#ifndef PROVIDERS_INTASEND_H
#define PROVIDERS_INTASEND_H

#include "providers/jscan.h"
#include "providers/provider.h"

/*
 * Inside of the IntaSend provider; everybody else uses provider_intasend.
 * Source of shapes and codes: the contract "IntaSend (Kenya) HTTP API"; the
 * section numbers in the .c files are its.
 */

/* The currencies it takes (KES, USD, EUR, GBP) all have two decimals. */
#define INTASEND_DECIMALS        2

/* Widths of its request members, in characters (2.1, 6.1). */
#define INTASEND_ACCOUNT_MAX     24
#define INTASEND_NAME_MAX        240
#define INTASEND_NARRATIVE_MAX   22     /* the M-Pesa SMS cuts the rest       */
#define INTASEND_ID_NUMBER_MAX   20
#define INTASEND_BILL_MAX        20     /* account_reference                  */
#define INTASEND_BATCH_REF_MAX   70
#define INTASEND_CALLBACK_MAX    400
#define INTASEND_WORDS_MAX       200    /* of an error, as we show it         */

extern const char *const intasend_rails[];
extern const struct code_row intasend_file_codes[], intasend_item_codes[];

/* Each is the member of struct provider of that name: see provider.h. */
int intasend_write_initiate(struct request *, const struct pay_file *,
                            struct err *);
int intasend_write_approve(struct request *, struct str, struct err *);
int intasend_write_status(struct request *, const char *, struct err *);
int intasend_write_cancel(struct request *, const char *, struct err *);
int intasend_write_wallets(struct request *, const char *, struct err *);
enum answer intasend_judge(const struct reply *, struct fault_answer *);
int intasend_read_file(struct file_answer *, struct str, struct err *);
int intasend_read_item(struct item_answer *, struct str, size_t *, int);
int intasend_read_wallet(struct wallet_answer *, struct str, const char *,
                         struct err *);
struct str intasend_read_challenge(struct str, char *, size_t);

/* Its ids: visible ASCII that needs no escape in JSON. */
static inline bool
intasend_is_id(struct str s, size_t bytes_max)
{
    if (s.len == 0 || s.len > bytes_max)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"'
            || s.p[i] == '\\')
            return false;
    return true;
}

#endif
