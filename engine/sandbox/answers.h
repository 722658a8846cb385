#ifndef SANDBOX_ANSWERS_H
#define SANDBOX_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/books.h"
#include "sandbox/shape.h"

/*
 * The provider's shapes (contract 2.3, 2.5, 5.1), written straight into a
 * buffer: a file of 5000 payments is 3 MB.  Money is a JSON number in the
 * answer to initiate and text everywhere else, but for failed_amount.
 */

/* How a file is told: the switches and faults that concern its shape. */
struct manner {
    enum numbers numbers;
    bool no_challenge;      /* webhooks carry none                         */
    bool inner_file_id;     /* items name another file than the file does  */
    bool twisted;           /* ids of a file that nobody has               */
    bool wrong_ref;         /* somebody else's batch_reference             */
    bool reorder;           /* the items backwards                         */
    bool missing;           /* without the last item                       */
    bool contradict;        /* paid as failed, failed as paid              */
};

/* A file as it stood at a moment: now, or when a webhook was decided. */
struct view {
    const struct payfile *file;
    enum file_code code;
    int64_t  updated_us;
    bool     fresh;             /* items as initiate answered them */
    int64_t  current_minor, available_minor, wallet_us;
    const char *challenge;      /* NULL: no such member            */
    struct manner manner;
};

/* answers_view(v, b, f): ${f} as it stands now. */
void answers_view(struct view *, const struct books *, const struct payfile *);

void answers_initiate(struct buf *, const struct books *,
                      const struct payfile *, const struct manner *);
void answers_status(struct buf *, const struct books *, const struct view *);

/* answers_item(out, b, v, i): one payment in the status shape. */
void answers_item(struct buf *, const struct books *, const struct view *,
                  int);

/* answers_wallet(out, w, numbers): as it stands now. */
void answers_wallet(struct buf *, const struct wallet *, enum numbers);

#endif
