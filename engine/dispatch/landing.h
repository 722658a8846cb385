#ifndef DISPATCH_LANDING_H
#define DISPATCH_LANDING_H

#include "book/outcome.h"
#include "dispatch/flight.h"

/*
 * What an answer to initiate, approve, cancel or send does to the book, all of
 * it in one transaction: the raw answer, what it means, what it moves.  Members
 * left out do nothing.
 */
struct landing {
    struct flight  *f;
    enum answer     answer;
    const char     *detail;             /* for the attempt and the history    */
    bool            moves;
    enum batch_event on;
    struct batch_note note;            /* its detail and answer_no are filled */
    const struct file_answer *keep;     /* the file there, to be the batch's  */
    const struct fault_answer *refused; /* nobody of this batch is paid       */
    const int32_t  *seqs;               /* payments there ...                 */
    const struct str *ids;              /* ... with its numbers of them       */
    size_t          nplaced;
    const struct outcome *said;         /* what it says of payments already   */
    size_t          nsaid;
    const char     *pause_why;          /* the run stops here                 */
    const char     *pause_log;          /* ... in the log, where no payee's
                                           name belongs; NULL: pause_why      */
    struct request  cancel;             /* a body: cancel a file next ...     */
    const char     *cancel_id;          /* ... this one ...                   */
    enum flight_after after;            /* ... and then                       */

    struct attempt  next;               /* filled: the cancel's               */
    bool            other_file;         /* filled: the file was not kept, ... */
    char            kept_id[64];        /* ... the batch has this one; "": the
                                           file is another batch's            */
};

/**
 * landing_store(l):
 * Run it.  DB_OK: stored, and with ${l}->cancel that attempt is committed too,
 * its request moved into the flight: start it.  DB_NONE: nothing is stored,
 * because the batch is not ours any more, or because ${l}->other_file.
 */
enum db_status landing_store(struct landing *);

/* What may share a transaction with others: a plain yes, and where it is kept. */
struct landing_yes {
    struct landing     l;
    struct file_answer file;
};

/**
 * landing_store_all(yes, n):
 * landing_store() of each, of the same step and without a cancel, in one
 * transaction: all of them or none.  After anything but DB_OK each is landed by
 * itself, as if this had not been tried.
 */
enum db_status landing_store_all(struct landing_yes *, int n);

/* landing_end(l): the same, and nothing comes after it. */
enum flight_fate landing_end(struct landing *);

/* landing_wait_ms(f): the wait before this batch is tried again. */
int64_t landing_wait_ms(const struct flight *);

#endif
