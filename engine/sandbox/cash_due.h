#ifndef SANDBOX_CASH_DUE_H
#define SANDBOX_CASH_DUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is due when: a heap; equal times keep their order. */
struct cash_due {
    int64_t  at_us;
    uint64_t turn;              /* counts what was put in, from 0 */
    uint32_t n;
    void    *what;
};

struct cash_dues {
    struct cash_due *heap;
    size_t   n, cap;
    uint64_t turns;
};

void cash_due_release(struct cash_dues *);      /* not what is in it */

/* cash_due_put(all, at_us, n, what): 0, or -1 when out of memory. */
int cash_due_put(struct cash_dues *, int64_t, uint32_t, void *);

/* cash_due_take(all, now_us, before, out): the earliest when it is due and was
 * put in before turn ${before}; false: none. */
bool cash_due_take(struct cash_dues *, int64_t, uint64_t, struct cash_due *);

/* cash_due_next_us(all): INT64_MAX when there is nothing. */
int64_t cash_due_next_us(const struct cash_dues *);

#endif
