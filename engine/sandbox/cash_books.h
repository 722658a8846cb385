#ifndef SANDBOX_CASH_BOOKS_H
#define SANDBOX_CASH_BOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/cash_fate.h"
#include "sandbox/lookup.h"

/*
 * What the stand-in for Sapama Cash knows: tills, rows, transfers, and the
 * payouts that moved money.  Everything that changes it comes through the
 * functions below, live and while replaying.  Minor units of KES;
 * microseconds since 1970 UTC.
 */
enum cash_kind { ROW_PAYOUT, ROW_INVOICE, ROW_RECEIPT, ROW_POSTED };
enum cash_stage { STAGE_WAITING, STAGE_SENT, STAGE_TIMEOUT, STAGE_PAID,
                  STAGE_FAILED, STAGE_REVERSED };
enum cash_ipned { IPNED_RECEIVED, IPNED_NO, IPNED_SUCCESS, IPNED_ERROR,
                  IPNED_UNRECONCILED };

/* Texts of a row, as its caller sent them; in the journal in this order. */
enum cash_word {
    WORD_PHONE, WORD_TRANS_ID, WORD_FIRST, WORD_MIDDLE, WORD_LAST,
    WORD_DESCRIPTION, WORD_CALLBACK_URL, WORD_METHOD, WORD_MESSAGE,
    WORD_SHORT_CODE, WORD_CURRENCY, WORD_BILL_REF, WORD_GATEWAY, WORD_MODE,
    WORD_REFERENCE, WORD_ADDRESS, WORD_IMAGE_URL, WORD_ENVIRONMENT, WORD_FLOW,
    WORD_TRANS_TYPE, WORD_TRANS_TIME, WORD_INVOICE_NUMBER, WORD_BALANCE,
    WORD_THIRD_ID, WORD_ITEM_ID, WORD_SIMULATE, WORD_IP, WORD_AGENT,
    WORD_COUNT
};

struct cash_row {
    uint32_t n;                 /* its place; its id is CASH_ROW_FIRST + n   */
    uint32_t pair;              /* its invoice or receipt, n + 1; 0: none    */
    uint32_t phone_before;      /* the row before with this phone, n + 1     */
    int      till;
    enum cash_kind   kind;
    enum cash_stage  stage;
    enum cash_ipned  ipned;
    enum cash_script script;
    int      steps;             /* taken so far                              */
    bool     held, moved, shown;        /* money; its receipt is told        */
    int64_t  minor, charge_minor;
    int64_t  created_us, seen_us, stepped_us, paid_us, ipned_us;
    int64_t  utility_minor;     /* of its till after the payment             */
    char     code[CASH_CODE_BYTES];     /* of its script                     */
    char     in_code[CASH_CODE_BYTES], out_code[CASH_CODE_BYTES];
    char     receipt[CASH_RECEIPT_BYTES + 2];
    uint16_t at[WORD_COUNT];
    char     text[];
};

struct cash_till {
    int     location, short_code;
    int64_t current_minor, held_minor;
};

enum cash_money { MONEY_STAYS, MONEY_HOLD, MONEY_FREE, MONEY_PAY, MONEY_BACK,
                  MONEY_COLLECT };

/* What one step does to a row. */
struct cash_change {
    enum cash_stage stage;
    enum cash_money money;
    bool shown;
    char in_code[CASH_CODE_BYTES], out_code[CASH_CODE_BYTES];
    char receipt[CASH_RECEIPT_BYTES + 2];
};

struct cash_transfer {
    int     from, to;           /* tills                                     */
    bool    done, failed;
    int64_t minor, at_us;
};

struct cash_books {
    uint64_t salt;
    struct cash_till tills[CASH_TILLS];
    struct cash_row **rows;
    uint32_t nrows, rows_cap;
    uint32_t *paid;             /* rows that moved money, oldest first       */
    uint32_t npaid, paid_cap;
    struct cash_transfer *transfers;
    uint32_t ntransfers, transfers_cap;
    uint32_t nsms, npayouts, doubles;
    uint32_t running;           /* payouts without their last step           */
    int64_t  running_minor;
    int64_t  given_minor, paid_minor, charged_minor, returned_minor,
             collected_minor;
    int64_t  last_us;           /* of the youngest row                       */
    struct lookup phones, ids, once;
    bool     short_of_memory;
};

/* cash_row_new(kind, words): a row in no books yet; NULL when its texts are
 * too long or there is no memory. */
struct cash_row *cash_row_new(enum cash_kind, const struct str[WORD_COUNT]);

const char *cash_row_word(const struct cash_row *, enum cash_word);
uint32_t cash_row_id(const struct cash_row *);

void cash_books_begin(struct cash_books *, uint64_t salt, int64_t minor);
void cash_books_release(struct cash_books *);

/* cash_books_take(b, row): its last line; ${row} belongs to the books. */
int cash_books_take(struct cash_books *, struct cash_row *);

/* cash_books_step(b, row, change, now_us): one step more has been taken. */
void cash_books_step(struct cash_books *, struct cash_row *,
                     const struct cash_change *, int64_t now_us);
void cash_books_ipned(struct cash_books *, struct cash_row *, enum cash_ipned,
                      int64_t now_us);
void cash_books_set_balance(struct cash_books *, int till, int64_t minor);
int cash_books_transfer(struct cash_books *, const struct cash_transfer *);
void cash_books_transferred(struct cash_books *, uint32_t, bool ok);

/* cash_books_row(b, id): by the id that callers know, or NULL. */
struct cash_row *cash_books_row(const struct cash_books *, int64_t id);

/* cash_books_till(b, location): its place, or -1. */
int cash_books_till(const struct cash_books *, int64_t location);

/* cash_books_known(b, trans_id): how often a caller used it. */
uint32_t cash_books_known(const struct cash_books *, struct str);

/* cash_books_twice(b, row): how often what ${row} pays was paid. */
uint32_t cash_books_twice(const struct cash_books *, const struct cash_row *);

#endif
