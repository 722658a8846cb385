#ifndef TESTS_LIAR_H
#define TESTS_LIAR_H

#include <jansson.h>

#include "net/httpd.h"
#include "tests/lib/shop.h"

/* A provider whose answers are about something else than what was asked, or
 * that refuses what it should take. */
#define LIAR_ROWS  4            /* one batch                       */
#define LIAR_FILES 16
#define LIAR_MOVES 12           /* statuses of a file that moves   */

enum lie {
    HONEST,
    OTHER_AMOUNT, ONE_MORE,     /* more of this kind: tests/unit/test_compare */
    RELEASED_ALREADY,           /* another amount, and not waiting for us     */
    SAME_FILE,                  /* every file has the id of the first         */
    APPROVED_OTHER,            /* the answer to approve is about another file */
    APPROVED_WAITS,             /* it says yes, and that the file waits       */
    STATUS_OTHER,               /* the first status is about another file     */
    STATUS_AMOUNT,              /* a paid item with another amount            */
    STATUS_OLDER,               /* after one that is new, one that is old     */
    RELEASED_SAME,              /* what was asked, and not waiting for us     */
    READING,                    /* it reads the file for a while (BP101)      */
    NEVER_APPROVES,             /* every approve is refused; the file waits   */
    NEVER_CANCELS,              /* every cancel is refused; no money          */
    PAID_THEN_FAILED,           /* the first payment: paid, then failed       */
    GARBLED_ONCE,               /* one status among good ones is no JSON      */
    MOVES_ON                    /* the file moves for LIAR_MOVES statuses     */
};

struct liar {
    struct httpd *httpd;
    enum lie      lie;
    int           shop;                 /* ids differ from shop to shop       */
    json_t       *files[LIAR_FILES];    /* as they were asked for             */
    bool          released[LIAR_FILES];
    int           nfiles;
    int           initiates, approves, cancels, statuses;
    int           refused;              /* approves that came too early       */
    int64_t       read_ms;              /* READING: until then                */
};

extern struct liar liar;

/* liar_open(s, lie): shop_open(), and the shop's provider is the liar. */
void liar_open(struct shop *, enum lie);
void liar_close(struct shop *);

/* liar_work(s, what, end): the worker works and must end so. */
void liar_work(struct shop *, const char *what, enum worker_end);

/* liar_count(what, initiates, approves, cancels): as many were asked for;
 * approves that were refused do not count. */
void liar_count(const char *what, int, int, int);

/* liar_paid(s): how many of the run our books call paid. */
int64_t liar_paid(struct shop *);

/* For the whole program: shop_once(), shop_end(), as cmocka wants them. */
int liar_all_open(void **);
int liar_all_close(void **);

#endif
