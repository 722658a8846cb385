#ifndef PACK_JUDGE_H
#define PACK_JUDGE_H

#include "base/arena.h"
#include "book/short.h"
#include "pack/crate.h"
#include "pack/verify.h"
#include "providers/provider.h"

/* Inside of verifying: what its parts share. */

/* A batch as the pack tells it, and as it is recounted. */
struct judge_batch {
    int64_t batch_id, minor, sum_minor;
    int     number, rows, sum_rows;
    bool    own, released;          /* released: a request to pay it left     */
    char    rail[32], account[USER_NAME_BYTES_MAX], provider[24];
    char    grouped[SHORT_WORDS_BYTES];     /* its group in the digest; or "" */
    unsigned char digest[SHA256_BYTES];
    int64_t said_rows[4], said_minor[4];    /* counters: paid ... cancelled  */
    int64_t rows_of[4], minor_of[4];        /* recounted                     */
};

/* What is known only from elsewhere than a raw answer: two people agreed, or a
 * statement says it.  Sorted by batch and seq. */
struct judge_word {
    int64_t batch_id, minor;
    int     seq;
    char    receipt[64];
    bool    people;                 /* false: a statement line               */
};

struct judge {
    struct crate    crate;
    pack_found     *found;
    void           *owner;
    struct pack_verdict *out;
    struct judge_batch *batches;
    size_t          nbatches, room;
    struct judge_word *words;
    size_t          nwords, words_room;
    json_t         *run;            /* run.json                              */
    int64_t         more_rows;      /* payments beyond one a row             */
    char            first_left[40]; /* when the first request to pay left    */
    bool            oom;
};

/* judge_say(g, member, fmt, ...): one more thing that is wrong. */
void judge_say(struct judge *, const char *member, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* judge_list(g, name, row): crate_lines() of a member that has to be there,
 * with ${g} as the owner; says what is wrong with it. */
void judge_list(struct judge *, const char *name,
                int (*row)(void *, const json_t *));

/* judge_grow(g, list, n, room, bytes): room for one more; NULL: no memory. */
void *judge_grow(struct judge *, void *, size_t n, size_t *room, size_t bytes);

/* The parts, in this order; each says what it finds. */
void judge_seal(struct judge *, const char *fingerprint);
void judge_manifest(struct judge *);
void judge_raw(struct judge *);         /* answers, callbacks, desk  */
void judge_words(struct judge *);       /* fills ${words}                     */
void judge_book(struct judge *);        /* batches, payments, digests, sums   */
void judge_people(struct judge *);      /* approvals                          */
void judge_audit(struct judge *);

/* One payment that is said to be paid. */
struct judge_paid {
    int64_t minor, event;
    int     seq;
    char    receipt[64], provider_id[PAYMENT_ID_BYTES], name[64];
    char    account[128];
};

/* judge_paid(g, batch, list, n): is there something that says so, for each? */
void judge_paid(struct judge *, const struct judge_batch *,
                struct judge_paid *, size_t);

#endif
