#ifndef SANDBOX_STATEMENT_H
#define SANDBOX_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/figures.h"

/*
 * The statement: one line for everything that changed a wallet's current
 * balance.  A completed file is one entry that stands for all of its lines, so
 * a million payments cost as much memory as their files do.
 */
enum entry_kind {
    ENTRY_FILE,                     /* payments and charges of a file        */
    ENTRY_GIVEN,                    /* opening balance, POST /_wallet        */
    ENTRY_SALE,                     /* a collection came in                  */
    ENTRY_SALE_CHARGE,
    ENTRY_TRANSFER,                 /* between two wallets, either end       */
    ENTRY_BACK,                     /* a payment came back                   */
    ENTRY_REFUND                    /* a collection was given back           */
};

struct entry {
    enum entry_kind kind;
    uint32_t wallet;
    uint32_t about;                 /* the file's, invoice's ... number      */
    int32_t  item;                  /* of a payment that came back           */
    int64_t  at_us;
    int64_t  value_minor;           /* of all of its lines                   */
    int64_t  running_minor;         /* the wallet before the first of them   */
    uint64_t first;                 /* number of its first line, from 1      */
    uint32_t payouts, charges;      /* its lines; one of another kind is 1, 0 */
};

struct statement {
    struct entry *list;
    uint32_t      n, cap;
    uint64_t      nlines;
};

/* One line, made from its entry when it is asked for. */
enum line_type { LINE_SALE, LINE_ADJUSTMENT, LINE_PAYOUT, LINE_CHARGE,
                 LINE_AIRTIME, LINE_DEPOSIT };

struct line {
    const struct entry *entry;
    enum line_type type;
    uint64_t number;
    int32_t  item;                  /* of a file, else -1                    */
    int64_t  value_minor;           /* negative: out of the wallet           */
    int64_t  running_minor;         /* the wallet after it                   */
};

struct books;

/* What is asked for; empty and -1 are all. */
struct line_ask {
    int64_t    wallet;              /* its number                            */
    int64_t    type;                /* an enum line_type                     */
    int64_t    since_us, until_us;  /* from, and before; 0: no end           */
};

void statement_release(struct statement *);

/* statement_add(s, entry): ${entry} but for its number.  0, or -1. */
int statement_add(struct statement *, const struct entry *);

/* statement_count(books, ask): how many lines there are. */
uint64_t statement_count(const struct books *, const struct line_ask *);

/**
 * statement_walk(books, ask, skip, take, each, owner):
 * Call ${each} for at most ${take} lines, newest first, after ${skip} of them.
 */
typedef void (*statement_each)(void *owner, const struct line *);
void statement_walk(const struct books *, const struct line_ask *,
                    uint64_t skip, uint64_t take, statement_each, void *);

const char *statement_type_name(enum line_type);
int statement_type_read(int64_t *, struct str);

#endif
