#ifndef TESTS_TILL_H
#define TESTS_TILL_H

#include "net/httpd.h"
#include "tests/lib/shop.h"

/*
 * A one-phase provider in the test's own process: it takes every payment it is
 * sent, as often as it is sent, and lists them page by page.  It speaks
 * Sapama's contract (7, 4), so that the real provider's code is between it and
 * the worker.
 */
#define TILL_MAX 512

struct till_payment {
    int     id;
    char    phone[16], amount[16], reference[32], token[64];
    char    code[16];               /* "" moving, "0" paid, else failed       */
    char    receipt[16];
    bool    hidden;                 /* not in the list                        */
    bool    bare;                   /* listed without what we sent to know it */
    int     lists;                  /* how often it was listed                */
    int     ago_s;                  /* made so long ago                       */
};

/* How the next requests to pay end; each counts down. */
enum till_fault {
    TILL_FINE,
    TILL_LOSE,                      /* takes it, drops the connection         */
    TILL_DROP,                      /* drops it without taking it             */
    TILL_500, TILL_HTML,            /* takes it; an error page                */
    TILL_CUT,                       /* takes it; half of the answer           */
    TILL_400,                       /* refuses payee number till.at           */
    TILL_400_TAKES,                 /* says so, and takes it all the same     */
    TILL_429, TILL_KEY,             /* too many; Invalid hash: its own words  */
    TILL_429_PAGE,                  /* too many: a page of something else ... */
    TILL_429_TAKES,                 /* ... which takes it all the same        */
    TILL_403,                       /* takes it; a proxy's page               */
    TILL_EMPTY,                     /* takes it; names no payment             */
    TILL_PART                       /* takes it; names all but the last       */
};

struct till {
    struct httpd *httpd;
    struct till_payment payments[TILL_MAX];
    int           n;
    enum till_fault fault;
    int           times;            /* the fault's; -1: for ever              */
    int           at;
    bool          endless;          /* its list never ends                    */
    int           slow;             /* listed so often before its result      */
    bool          hide;             /* what is taken is not listed            */
    int           hide_first;       /* ... of the first so many               */
    bool          bare;
    bool          twice;            /* what is taken has two rows, both paid  */
    bool          other_amount;     /* lists a shilling more                  */
    const char   *fail;             /* the code the first payment fails with  */
    int           first_bad;        /* ... or this one and all after it; 0: - */
    int64_t       hold_ms;          /* b2c is answered that late: till_turn() */
    bool          until_listed;     /* no b2c but the first is answered before
                                       its payments were listed: till_turn()  */
    int           sends, lists, by_id, by_phone, by_reference;
};

extern struct till till;

/* till_open(s): shop_open(), and its provider is the till. */
void till_open(struct shop *);
void till_close(struct shop *);

/* till_turn(): answer what was held back long enough. */
void till_turn(void);

/* till_seed(s, rows): shop_seed(), its funds seen. */
void till_seed(struct shop *, int rows);

/* till_paid(what, n): ${n} payments moved money there, no reference twice. */
void till_paid(const char *what, int n);

/* till_closed(s, what, n): so say our books too, and the run is closed. */
void till_closed(struct shop *, const char *what, int n);

/* till_states(s, what, paid, failed, doubt): the outcomes of the run. */
void till_states(struct shop *, const char *what, int, int, int);

int till_all_open(void **);
int till_all_close(void **);

#endif
