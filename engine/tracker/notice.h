#ifndef TRACKER_NOTICE_H
#define TRACKER_NOTICE_H

#include "dispatch/flight.h"
#include "tracker/enter.h"

/* One status answer on its way into the book. */
struct notice {
    struct flight     *f;
    struct file_answer file;
    struct item_answer *items;          /* in the flight's arena              */
    int                nitems;

    struct verdicts    v;               /* filled by notice_take() ...        */
    bool               moves;
    enum batch_event   on;            /* how the batch moves first, if at all */
    struct entered     entered;         /* ... what of it was news            */
    char               pause_why[ERR_TEXT_BYTES];   /* the run stops, or ""   */
    bool               is_over;         /* file and all its payments          */
    bool               final_poll;
    int64_t            next_ms;
};

/* notice_read(n, e): the file and its items.  Return 0, or -1: not readable. */
int notice_read(struct notice *, struct err *);

/**
 * notice_take(n):
 * What a status about the right file means for a batch in doubt, in flight, or
 * cancelled by us; stored in one transaction, the raw answer with it whenever
 * it taught us something.
 */
void notice_take(struct notice *);

/* The account's pace of enquiries, or the default; and how long an enquiry keeps
 * others from asking the same: never longer than the slowest pace. */
int64_t notice_first_ms(const struct lane *);
int64_t notice_cap_ms(const struct lane *);
int64_t notice_hold_ms(const struct lane *);

#endif
