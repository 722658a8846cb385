#ifndef SANDBOX_CASH_LEDGER_H
#define SANDBOX_CASH_LEDGER_H

#include "base/err.h"
#include "sandbox/cash_books.h"
#include "sandbox/journal.h"

/*
 * The books and their journal, sapama.jsonl, together: the only way in which
 * live code changes the books.  Nothing may be told to anybody before
 * cash_ledger_sync().
 */
struct cash_ledger {
    struct cash_books books;
    struct journal    journal;
    bool              broken;   /* the disk failed: change nothing any more */
};

/* cash_ledger_open(l, dir, balance_minor, now_us, e): replay the books in
 * ${dir}, or make new ones.  Return 0, or -1 with nothing open. */
int cash_ledger_open(struct cash_ledger *, const char *, int64_t, int64_t,
                     struct err *);
void cash_ledger_close(struct cash_ledger *);

/* As the functions of cash_books.h of the same name, and written down. */
int  cash_ledger_take(struct cash_ledger *, struct cash_row *);
void cash_ledger_step(struct cash_ledger *, struct cash_row *,
                      const struct cash_change *, int64_t now_us);
void cash_ledger_ipned(struct cash_ledger *, struct cash_row *,
                       enum cash_ipned, int64_t now_us);
void cash_ledger_set_balance(struct cash_ledger *, int till, int64_t minor,
                             int64_t now_us);
int  cash_ledger_transfer(struct cash_ledger *, const struct cash_transfer *,
                          struct str description, struct str type);
void cash_ledger_transferred(struct cash_ledger *, uint32_t, bool ok,
                             int64_t now_us);
void cash_ledger_sms(struct cash_ledger *, struct str phone,
                     struct str message, int64_t now_us);

/* cash_ledger_sync(l): on the disk now.  0, or -1 and broken from then on. */
int cash_ledger_sync(struct cash_ledger *);

/* cash_replay_line(b, line, e): one line of the journal; in cash_replay.c. */
int cash_replay_line(struct cash_books *, struct str, struct err *);

/* The names of stages and kinds in the journal, and of ipned everywhere. */
const char *cash_ledger_kind(enum cash_kind);
const char *cash_ledger_stage(enum cash_stage);
const char *cash_ledger_ipned_name(enum cash_ipned);
int cash_ledger_read_kind(enum cash_kind *, struct str);
int cash_ledger_read_stage(enum cash_stage *, struct str);
int cash_ledger_read_ipned(enum cash_ipned *, struct str);
int cash_ledger_read_money(enum cash_money *, struct str);

#endif
