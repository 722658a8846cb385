#ifndef TRACKER_SETTLE_H
#define TRACKER_SETTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "book/outcome.h"
#include "providers/provider.h"

/*
 * From what a provider says about a file to answers for its instructions.
 * Pure: no database, no clock, so the rules are a table in the test.  Source:
 * contract intasend.md 3.3.
 */

/* One instruction as it was asked for. */
struct asked {
    int64_t    minor;
    struct str account;
};

struct settle {
    const struct provider    *provider;
    int64_t                   batch_id;
    int                       rows;
    const struct asked       *asked;    /* [1..rows]                          */
    const int8_t             *known;   /* [1..rows]: enum outcome_state or -1 */
    const struct file_answer *file;     /* of a batch that is in flight       */
    const struct item_answer *items;
    int                       nitems;
    bool                      last_call;/* asked often enough since the file
                                           stopped moving: what is still open
                                           is in doubt                        */
};

struct verdicts {
    struct outcome *list;       /* what is new, in seq order; in the arena    */
    int n;
    int open;                   /* instructions without any answer afterwards */
    int doubt;                  /* instructions in doubt afterwards           */
    int strangers;              /* items that belong to no instruction        */
    int differs;              /* items that say something else than was asked */
    int conflicts;              /* contradict a final answer; in the list, and
                                   outcomes_settle() changes nothing          */
};

/**
 * settle_file(s, arena, out):
 * Match every item to an instruction: by our reference; by position only when
 * it carries none, the counts agree, and account and amount agree.  Then
 * decide each instruction by its own item first, by the file second.  An item
 * that shows another account or amount than was asked settles nothing: its
 * instruction is in doubt.  Return 0, or -1 when out of memory.
 */
int settle_file(const struct settle *, struct arena *, struct verdicts *);

/* Our own codes, for what no provider's code says; ends with code NULL.
 * settle_code(code): its row, or NULL. */
extern const struct code_row settle_codes[];
const struct code_row *settle_code(const char *);

#define SETTLE_LISTED_TWICE "PR-TRK-003"
#define SETTLE_NOT_FOUND    "PR-TRK-010"
#define SETTLE_NO_RESULT    "PR-TRK-011"

/**
 * settle_stamp(s, us):
 * "2025-10-27T10:44:23.852593+03:00", fraction optional, as microseconds since
 * 1970 UTC.  Return 0, or -1 when it is not that shape.
 */
int settle_stamp(struct str, int64_t *us);

/* settle_is_older(now, before): both are such times, and ${now} is the
 * earlier one.  What cannot be compared is not older. */
bool settle_is_older(const char *, const char *);

#endif
