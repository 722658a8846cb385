#include "sandbox/cash_due.h"

void
cash_due_release(struct cash_dues *d)
{
    free(d->heap);
    *d = (struct cash_dues){ 0 };
}

static bool
before(const struct cash_due *a, const struct cash_due *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->turn < b->turn;
}

static void
swap(struct cash_due *a, struct cash_due *b)
{
    struct cash_due keep = *a;

    *a = *b;
    *b = keep;
}

int
cash_due_put(struct cash_dues *d, int64_t at_us, uint32_t n, void *what)
{
    size_t i = d->n;

    if (d->n == d->cap) {
        size_t wide = d->cap == 0 ? 256 : d->cap * 2;
        struct cash_due *p = reallocarray(d->heap, wide, sizeof(*p));

        if (p == NULL)
            return -1;
        d->heap = p;
        d->cap = wide;
    }
    d->heap[d->n++] = (struct cash_due){ at_us, d->turns++, n, what };
    for (; i > 0 && before(&d->heap[i], &d->heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&d->heap[i], &d->heap[(i - 1) / 2]);
    return 0;
}

static void
sink(struct cash_dues *d)
{
    for (size_t i = 0;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;

        if (left < d->n && before(&d->heap[left], &d->heap[least]))
            least = left;
        if (right < d->n && before(&d->heap[right], &d->heap[least]))
            least = right;
        if (least == i)
            return;
        swap(&d->heap[i], &d->heap[least]);
        i = least;
    }
}

bool
cash_due_take(struct cash_dues *d, int64_t now_us, uint64_t turn,
              struct cash_due *out)
{
    if (d->n == 0 || d->heap[0].at_us > now_us || d->heap[0].turn >= turn)
        return false;
    *out = d->heap[0];
    d->heap[0] = d->heap[--d->n];
    sink(d);
    return true;
}

int64_t
cash_due_next_us(const struct cash_dues *d)
{
    return d->n > 0 ? d->heap[0].at_us : INT64_MAX;
}
