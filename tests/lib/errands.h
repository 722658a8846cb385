#ifndef TESTS_ERRANDS_H
#define TESTS_ERRANDS_H

#include "dispatch/errand.h"
#include "net/loop.h"
#include "tests/lib/raw.h"

/*
 * A provider that says what it is told to, in a process of its own: until the
 * next teller_says() the same to every request, but see ${act}.
 */
#define TELLER_PAGES 3

struct teller {
    volatile int port;
    volatile int act;           /* enum raw_act                            */
    volatile int posts, gets;
    char pages[TELLER_PAGES][4096];     /* the answer, to page 1, 2, 3     */
    char head[RAW_HEAD_BYTES];  /* of the last request                     */
};

extern struct teller *teller;

/* For the whole program, as cmocka wants them. */
int teller_open(void **);
int teller_close(void **);

/* teller_says(page, http, body): from now on; the first page is 0. */
void teller_says(int page, int http, const char *body);

/* What it says when it moved what errands_transfer() asks for; its own no. */
#define TELLER_MOVED "{\"origin\":{\"wallet_id\":\"AAA1111\",\"label\":\"a\"," \
    "\"currency\":\"KES\",\"current_balance\":\"900.00\"," \
    "\"available_balance\":\"900.00\"},\"destination\":{\"wallet_id\":" \
    "\"BBB2222\",\"label\":\"b\",\"currency\":\"KES\"," \
    "\"current_balance\":\"100.00\",\"available_balance\":\"100.00\"}}"
#define TELLER_NO(words) "{\"type\":\"client_error\",\"errors\":[{\"code\":" \
    "\"x\",\"detail\":\"" words "\",\"attr\":null}]}"

/* The key it is asked with. */
#define TELLER_KEY "ISSecretKey_test_0123456789abcdef"

/* Who asks it: people, and an account in a database. */
struct errands {
    struct db      *db;
    const char     *url;        /* of the database                         */
    struct account  account;
    struct net     *net;
    struct lineage  lineage;
    char            folder[64]; /* of the mark                             */
    struct person   maker;
};

extern struct errands errands;

/* For each test, as cmocka wants them. */
int errands_open(void **);
int errands_close(void **);

/* errands_one(service): nothing asked yet.  errands_transfer(minor): that much
 * petty cash from wallet AAA1111 to BBB2222. */
struct errand errands_one(enum service);
struct errand errands_transfer(int64_t minor);

/* errands_do(what, n, again): by the maker; it must come to an end, whichever.
 * errands_refused(what, n, kind): it must not begin. */
struct errand_end errands_do(const char *what, const struct errand *,
                             const char *again);
void errands_refused(const char *what, const struct errand *, enum err_kind);

#endif
