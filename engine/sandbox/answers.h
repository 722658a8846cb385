#ifndef SANDBOX_ANSWERS_H
#define SANDBOX_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "sandbox/books.h"

/*
 * The provider's shapes (contract 2.3, 2.5, 5.1), written straight into a
 * buffer: a file of 5000 payments is 3 MB.  Money is a JSON number in the
 * answer to initiate and text everywhere else, but for failed_amount.
 */

/* A file as it stood at a moment: now, or when a webhook was decided. */
struct view {
    const struct payfile *file;
    enum file_code code;
    int64_t  updated_us;
    bool     fresh;             /* items as initiate answered them */
    int64_t  current_minor, available_minor, wallet_us;
    const char *challenge;      /* NULL: no such member            */
};

/* answers_view(v, b, f): ${f} as it stands now. */
void answers_view(struct view *, const struct books *, const struct payfile *);

void answers_initiate(struct buf *, const struct books *,
                      const struct payfile *);
void answers_status(struct buf *, const struct books *, const struct view *);
void answers_wallet(struct buf *, const struct books *);
void answers_wallets(struct buf *, const struct books *);

#endif
