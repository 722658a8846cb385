#include "sandbox/timeline.h"

#include "sandbox/ids.h"

void
timeline_release(struct timeline *t)
{
    free(t->heap);
    *t = (struct timeline){ 0 };
}

/* The heap. */

static bool
due_before(const struct due *a, const struct due *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->turn < b->turn;
}

static void
heap_swap(struct due *a, struct due *b)
{
    struct due keep = *a;

    *a = *b;
    *b = keep;
}

static void
heap_up(struct due *heap, size_t i)
{
    for (; i > 0 && due_before(&heap[i], &heap[(i - 1) / 2]); i = (i - 1) / 2)
        heap_swap(&heap[i], &heap[(i - 1) / 2]);
}

static void
heap_down(struct due *heap, size_t n, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;

        if (left < n && due_before(&heap[left], &heap[least]))
            least = left;
        if (right < n && due_before(&heap[right], &heap[least]))
            least = right;
        if (least == i)
            return;
        heap_swap(&heap[i], &heap[least]);
        i = least;
    }
}

static void
timeline_plan(struct timeline *t, const struct payfile *f, int item,
              int64_t at_us)
{
    if (t->n == t->cap) {
        size_t wide = t->cap == 0 ? 1024 : t->cap * 2;
        struct due *p = reallocarray(t->heap, wide, sizeof(*p));

        if (p == NULL) {
            /* The next sync refuses to go on. */
            t->ledger->books.short_of_memory = true;
            return;
        }
        t->heap = p;
        t->cap = wide;
    }
    t->heap[t->n] = (struct due){ at_us, t->turns++, f->n, item };
    heap_up(t->heap, t->n++);
}

static struct due
timeline_take(struct timeline *t)
{
    struct due first = t->heap[0];

    t->heap[0] = t->heap[--t->n];
    heap_down(t->heap, t->n, 0);
    return first;
}

int64_t
timeline_next_us(const struct timeline *t)
{
    return t->n > 0 ? t->heap[0].at_us : INT64_MAX;
}

/* What follows. */

/* Up to the next tick, so that results share ticks and with them syncs. */
static int64_t
tick_us(int64_t us)
{
    return (us + FIGURE_TICK_US - 1) / FIGURE_TICK_US * FIGURE_TICK_US;
}

static void
plan_end(struct timeline *t, const struct payfile *f, int64_t now_us)
{
    /* Recorded: the file completes well after its last result. */
    timeline_plan(t, f, -1, now_us + play_us(t->play,
                                             t->play->latency_ms / 4));
}

/* Plan the next result of every item without its last one. */
static void
plan_items(struct timeline *t, struct payfile *f)
{
    int64_t last_us = f->updated_us;

    f->open = 0;
    for (int i = 0; i < f->nitems; i++) {
        const struct item *it = &f->items[i];
        struct fate fate;
        int64_t from_us = it->code == ITEM_TP101 ? f->updated_us
                                                 : it->updated_us;

        fate_of(&fate, t->play, f, it);
        if (from_us > last_us)
            last_us = from_us;
        if (fate_done(&fate, it))
            continue;
        f->open++;
        timeline_plan(t, f, i,
                      tick_us(from_us + fate_wait_us(&fate, t->play, it)));
    }
    if (f->open == 0)
        plan_end(t, f, last_us);
}

static void
plan_file(struct timeline *t, struct payfile *f)
{
    switch (f->code) {
    case FILE_BP104:
        timeline_plan(t, f, -1,
                      f->updated_us + play_us(t->play, FIGURE_CHECK_MS));
        break;
    case FILE_BP109:
        timeline_plan(t, f, -1,
                      f->updated_us + play_us(t->play, FIGURE_SEND_MS));
        break;
    case FILE_BP110:
        plan_items(t, f);
        break;
    case FILE_BP103:
        /* A stop between "NO" and its own approval: the line was written
         * whole, so this file still approves itself. */
        if (f->approves_itself)
            timeline_plan(t, f, -1, f->updated_us);
        break;
    case FILE_BF105:
    case FILE_BC100:
    case FILE_BE111:
        break;
    }
}

void
timeline_move(struct timeline *t, struct payfile *f, enum file_code code,
              bool mark, int64_t now_us)
{
    ledger_move(t->ledger, f, code, mark, now_us);
    webhook_note(t->hooks, f, now_us);
    plan_file(t, f);
}

void
timeline_resume(struct timeline *t)
{
    for (uint32_t i = 0; i < t->ledger->books.nfiles; i++)
        plan_file(t, t->ledger->books.files[i]);
}

/* A file's own turn has come. */
/* The float is checked on the way from BP104, when others may have taken the
 * money since the file was made. */
static void
file_turn(struct timeline *t, struct payfile *f, int64_t now_us)
{
    switch (f->code) {
    case FILE_BP103:
        timeline_move(t, f, FILE_BP104, false, now_us);
        break;
    case FILE_BP104:
        if (f->total_minor + f->charges_minor
            > books_free_minor(&t->ledger->books))
            timeline_move(t, f, FILE_BF105, false, now_us);
        else
            timeline_move(t, f, FILE_BP109, false, now_us);
        break;
    case FILE_BP109:
        timeline_move(t, f, FILE_BP110, false, now_us);
        break;
    case FILE_BP110:
        timeline_move(t, f, FILE_BC100, false, now_us);
        break;
    case FILE_BF105:
    case FILE_BC100:
    case FILE_BE111:
        break;
    }
}

/* A receipt is made when money moves, not when it is shown: the books have it
 * even where callers never hear of it. */
static void
item_turn(struct timeline *t, struct payfile *f, int i, int64_t now_us)
{
    const struct item *it = &f->items[i];
    const struct step *step;
    struct result r = { 0 };
    struct fate fate;

    fate_of(&fate, t->play, f, it);
    step = fate_step(&fate, it);
    r.code = step->code;
    r.reason = step->reason;
    r.moved = step->moved;
    r.shown = step->shown;
    /* Number 0 gives the placeholder of a payment that failed. */
    if ((step->moved && !it->moved) || (step->shown && !step->moved))
        ids_receipt(t->ledger->books.salt,
                    step->moved ? f->first + (uint64_t)i : 0, now_us,
                    r.receipt);
    ledger_result(t->ledger, f, i, &r, now_us);
    if (!fate_done(&fate, it))
        timeline_plan(t, f, i,
                      tick_us(now_us + fate_wait_us(&fate, t->play, it)));
    else if (--f->open == 0)
        plan_end(t, f, now_us);
}

void
timeline_turn(struct timeline *t, int64_t now_us)
{
    /* With no latency a file could run through in one turn; what this turn
     * plans waits for the next one, so that callers get their say between. */
    uint64_t before = t->turns;

    while (t->n > 0 && t->heap[0].at_us <= now_us
           && t->heap[0].turn < before) {
        struct due d = timeline_take(t);
        struct payfile *f = t->ledger->books.files[d.file];

        if (d.item < 0)
            file_turn(t, f, now_us);
        else
            item_turn(t, f, d.item, now_us);
    }
}
