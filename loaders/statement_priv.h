#ifndef LOADERS_STATEMENT_PRIV_H
#define LOADERS_STATEMENT_PRIV_H

#include "base/buf.h"
#include "loaders/statement.h"
#include "loaders/statement_when.h"

struct statement_csv;
struct statement_camt;
struct statement_mt940;

/* Do the balances of the lines follow on from one another, oldest or newest
 * line first? */
struct statement_chain {
    int64_t n;                  /* lines with a balance                       */
    bool    all;                /* every line has one                         */
    int64_t first_minor, first_balance;
    int64_t last_minor, last_balance;
    int64_t up_broke, down_broke;   /* first line that breaks it; 0: none     */
};

struct statement {
    struct statement_options opt;
    struct statement_sink    sink;
    struct problems         *problems;
    enum statement_format    format;
    struct buf               head;      /* until the format is known          */
    bool                     started;
    bool                     dead;      /* nothing more is read; a problem
                                           says why                           */
    bool                     stopped;   /* ${why}: the sink, or no memory     */
    struct err               why;
    int64_t                  bytes;
    struct statement_csv    *csv;
    struct statement_camt   *camt;
    struct statement_mt940  *mt940;

    /* the statement at hand */
    struct statement_facts   facts;
    int64_t                  numbers;   /* statements so far                  */
    bool                     open;
    bool                     period_said;
    bool                     incomplete;    /* a line with a mistake was left
                                               out: sums would say no more    */
    struct statement_chain   chain;
};

/* --- statement.c: what all formats do ----------------------------------- */

struct statement_where {
    int64_t     line;
    int         column;         /* field of a CSV or byte of a line; 0: none  */
    const char *field;          /* "Paid In", ":61:", "Ntry/Amt"; or NULL     */
    struct str  value;
};

void statement_note(struct statement *, const char *code,
                    struct statement_where, const char *, ...)
    __attribute__((format(printf, 4, 5)));

/* statement_fail(s): memory ran out, or ${s}->why is set already. */
void statement_fail(struct statement *);

/* statement_open(s): a statement begins. */
void statement_open(struct statement *);

/* statement_put: a line that counts; a part of a batch; one by which nothing
 * moved.  Number them and give them to the sink. */
void statement_put(struct statement *, struct statement_line *);
void statement_put_part(struct statement *, struct statement_line *);
void statement_put_unbooked(struct statement *, struct statement_line *);

/* statement_close(s, where): its lines are through: check and tell. */
void statement_close(struct statement *, struct statement_where);

/* statement_chain_whole(s): oldest or newest first, every balance follows.
 * _up: with two lines or more, oldest first. */
bool statement_chain_whole(const struct statement *);
bool statement_chain_up(const struct statement *);

/* statement_name(to, s): as much of ${s} as a fact holds, in whole
 * characters. */
void statement_name(char to[STATEMENT_NAME_BYTES], struct str);

/* --- statement_amount.c ------------------------------------------------- */

/**
 * statement_amount(out, s, format, ccy):
 * A signed amount as a spreadsheet or portal writes it: "-1,500.00",
 * "(1,500.00)", "1,500.00 DR" (negative), "1,500.00 CR".  Zero is FINE.
 */
enum amount_flaw statement_amount(int64_t *, struct str, enum amount_format,
                                  const char *ccy);

/* statement_amount_why(flaw): "letters or signs in it". */
const char *statement_amount_why(enum amount_flaw);

/* statement_amount_plain(out, s, ccy): unsigned, with ',' or '.' before the
 * decimals and no other separator ("1500,", "12.5").  0 or -1. */
int statement_amount_plain(int64_t *, struct str, const char *ccy);

/* --- statement_words.c: what words say ---------------------------------- */
/* statement_words_kind(s, type): ${type}: the provider's own word for it; else
 * a narrative, where "fee" and "commission" may be what somebody was paid. */
enum statement_kind statement_words_kind(struct str, bool type);
bool statement_words_reversal(struct str);

/* statement_words_status(s): 1 booked, 0 nothing moved, -1 not known. */
int statement_words_status(struct str);

/* statement_words_key(out, s): ${s} as letters and digits in lower case, up to
 * the first bracket. */
#define STATEMENT_KEY_BYTES 64
void statement_words_key(char out[STATEMENT_KEY_BYTES], struct str);

/* statement_words_ref(s): "NOTPROVIDED", "NONREF" and the like are none. */
struct str statement_words_ref(struct str);

/* --- the formats -------------------------------------------------------- */
struct statement_csv *statement_csv_new(struct statement *,
                                        const struct statement_map *,
                                        struct str head, struct err *);
void statement_csv_free(struct statement_csv *);
void statement_csv_feed(struct statement_csv *, struct str);
void statement_csv_end(struct statement_csv *);

struct statement_camt *statement_camt_new(struct statement *, struct err *);
void statement_camt_free(struct statement_camt *);
void statement_camt_feed(struct statement_camt *, struct str);
void statement_camt_end(struct statement_camt *);

struct statement_mt940 *statement_mt940_new(struct statement *, struct err *);
void statement_mt940_free(struct statement_mt940 *);
void statement_mt940_feed(struct statement_mt940 *, struct str);
void statement_mt940_end(struct statement_mt940 *);

extern const struct statement_map statement_mpesa_map;

/* statement_mpesa_swapped(id, w): does the receipt say that day and month of
 * ${w} are the other way round? */
bool statement_mpesa_swapped(struct str, const struct statement_when *);

#endif
