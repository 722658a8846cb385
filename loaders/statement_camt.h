#ifndef LOADERS_STATEMENT_CAMT_H
#define LOADERS_STATEMENT_CAMT_H

#include "base/arena.h"
#include "loaders/statement_priv.h"

struct XML_ParserStruct;

#define CAMT_DEPTH_MAX      32      /* the schema's deepest is about 20       */
#define CAMT_PATH_BYTES     1024
#define CAMT_TEXT_BYTES_MAX 4096    /* the schema's longest text is 500       */

/*
 * The camt.053 reader's own: statement_camt.c follows the elements,
 * statement_camt_item.c fills in what they hold, statement_camt_line.c makes
 * lines of entries and their payments.
 */
enum camt_scope { CAMT_OUT, CAMT_MESSAGE, CAMT_STMT, CAMT_BAL, CAMT_NTRY,
                  CAMT_TX };

struct camt_side {
    struct str name, iban, other;
};

/* A balance, an entry, or one of its payments. */
struct camt_item {
    int64_t    line;
    bool       has_amount, bad_amount;
    int64_t    minor;                   /* without sign                       */
    char       ccy[4];
    int        side;                    /* 0 not said, 1 credit, -1 debit     */
    bool       reversal, returned;
    int        booked;                  /* of statement_camt_status()         */
    bool       has_day, has_value;
    struct statement_when day, value;
    int64_t    charges_total, charges_sum;
    int64_t    told;                    /* Btch/NbOfTxs; 0: not said          */
    struct str code;                    /* OPBD, ...; the bank's type         */
    struct str id, ref, end_to_end, instruction, structured, text, more;
    struct camt_side dbtr, cdtr;
};

struct statement_camt {
    struct statement        *s;
    struct XML_ParserStruct *xml;

    /* where in the document */
    enum camt_scope scope;
    int         depth;
    char        path[CAMT_PATH_BYTES];  /* "Document/BkToCstmrStmt/..."       */
    size_t      ends[CAMT_DEPTH_MAX];   /* of each name in it                 */
    int         begins[CAMT_TX + 1];    /* depth of each scope                */
    bool        leaf;                   /* no element inside so far           */
    struct buf  text;
    char        ccy[4];                 /* the attribute of Amt               */
    bool        bad_ccy;

    struct camt_item bal, entry, tx;
    struct arena entry_mem, tx_mem;
    bool        checked, entry_bad, unbooked;

    /* the payments of the entry */
    int64_t     ntx;
    bool        have_first;             /* held: perhaps it is the only one   */
    bool        sum_known;              /* all have amounts in its currency   */
    int64_t     sum;                    /* of them, signed                    */
    struct buf  raw, raw_tx;
    size_t      raw_before;             /* length before the first payment    */
};

struct statement_where statement_camt_at(const struct statement_camt *,
                                         const char *field, struct str);

/* statement_camt_leaf(c, path, s): an element that holds text ended; ${path}
 * is what it is below its scope. */
void statement_camt_leaf(struct statement_camt *, const char *, struct str);

/* statement_camt_balance(c): a Bal ended. */
void statement_camt_balance(struct statement_camt *);

/* An Ntry or TxDtls begins or ends. */
void statement_camt_entry(struct statement_camt *);
void statement_camt_entry_end(struct statement_camt *);
void statement_camt_tx(struct statement_camt *);
void statement_camt_tx_end(struct statement_camt *);

#endif
