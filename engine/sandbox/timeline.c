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
timeline_plan(struct timeline *t, uint32_t about, int item, int64_t at_us)
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
    t->heap[t->n] = (struct due){ at_us, t->turns++, about, item };
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
plan_file_us(struct timeline *t, const struct payfile *f, int64_t at_us)
{
    timeline_plan(t, f->n, DUE_FILE, at_us);
}

static void
plan_end(struct timeline *t, const struct payfile *f, int64_t now_us)
{
    /* Recorded: the file completes well after its last result. */
    plan_file_us(t, f, now_us + play_us(t->play, t->play->latency_ms / 4));
}

/* It has all the results that its file waits for. */
static bool
item_closed(const struct fate *fate, const struct item *it)
{
    return fate_done(fate, it)
        || (fate->after && it->code == fate->first.code);
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
        if (item_closed(&fate, it))
            continue;
        f->open++;
        if (!fate.never)
            timeline_plan(t, f->n, i,
                          tick_us(from_us + fate_wait_us(&fate, t->play, it)));
    }
    if (f->open == 0)
        plan_end(t, f, last_us);
}

/* What is taken back after the end of its file. */
static void
plan_after(struct timeline *t, const struct payfile *f)
{
    for (int i = 0; i < f->nitems; i++) {
        const struct item *it = &f->items[i];
        struct fate fate;

        if (it->plot != PLOT_REVERSE || it->back || it->code != ITEM_TS100)
            continue;
        fate_of(&fate, t->play, f, it);
        timeline_plan(t, f->n, i, tick_us(f->updated_us + fate_wait_us(
                                              &fate, t->play, it)));
    }
}

static void
plan_file(struct timeline *t, struct payfile *f)
{
    switch (f->code) {
    case FILE_BP101:
    case FILE_BP104:
    case FILE_BP106:
    case FILE_BP108:
        plan_file_us(t, f, f->updated_us + play_us(t->play, FIGURE_CHECK_MS));
        break;
    case FILE_BP109:
        plan_file_us(t, f, f->updated_us + play_us(t->play, FIGURE_SEND_MS));
        break;
    case FILE_BP110:
        plan_items(t, f);
        break;
    case FILE_BP103:
        /* A stop between "NO" and its own approval: the line was written
         * whole, so this file still approves itself. */
        if (f->approves_itself)
            plan_file_us(t, f, f->updated_us);
        break;
    case FILE_BC100:
        plan_after(t, f);
        break;
    case FILE_BF102:
    case FILE_BF105:
    case FILE_BF107:
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
timeline_begin(struct timeline *t, struct payfile *f)
{
    plan_file(t, f);
}

void
timeline_resume(struct timeline *t)
{
    const struct books *b = &t->ledger->books;

    for (uint32_t i = 0; i < b->nfiles; i++)
        plan_file(t, b->files[i]);
    for (uint32_t i = 0; i < b->invoices.n; i++)
        timeline_collect(t, b->invoices.list[i]);
    for (uint32_t i = 0; i < b->chargebacks.n; i++)
        timeline_refund(t, b->chargebacks.list[i]);
}

/*
 * The float is checked in the last step before sending, when others may have
 * taken the money since the file was made; a file fault can fail it there.
 */
static void
file_check(struct timeline *t, struct payfile *f, int64_t now_us)
{
    const struct fault *fault = faults_hit(t->hooks->faults, ON_FILE, f);
    const struct wallet *w = books_wallet(&t->ledger->books, f->wallet);
    enum file_code to = FILE_BP109;

    if (fault != NULL)
        to = fault->kind == FILE_FAILS ? FILE_BF102
            : fault->kind == FILE_FLOAT ? FILE_BF105 : FILE_BF107;
    else if (f->total_minor + f->charges_minor > wallet_free_minor(w))
        to = f->code == FILE_BP104 ? FILE_BF105 : FILE_BF107;
    timeline_move(t, f, to, false, now_us);
}

/* A file's own turn has come. */
static void
file_turn(struct timeline *t, struct payfile *f, int64_t now_us)
{
    switch (f->code) {
    case FILE_BP101:
        timeline_move(t, f, FILE_BP103, false, now_us);
        break;
    case FILE_BP103:
        timeline_move(t, f, FILE_BP104, false, now_us);
        break;
    case FILE_BP104:
        if (t->play->long_way)
            timeline_move(t, f, FILE_BP106, false, now_us);
        else
            file_check(t, f, now_us);
        break;
    case FILE_BP106:
        timeline_move(t, f, FILE_BP108, false, now_us);
        break;
    case FILE_BP108:
        file_check(t, f, now_us);
        break;
    case FILE_BP109:
        timeline_move(t, f, FILE_BP110, false, now_us);
        break;
    case FILE_BP110:
        timeline_move(t, f, FILE_BC100, false, now_us);
        break;
    case FILE_BF102:
    case FILE_BF105:
    case FILE_BF107:
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
    /* Nobody is told but by the file: it says the same code once more. */
    if (f->code == FILE_BC100)
        webhook_note(t->hooks, f, now_us);
    else if (!item_closed(&fate, it))
        timeline_plan(t, f->n, i,
                      tick_us(now_us + fate_wait_us(&fate, t->play, it)));
    else if (--f->open == 0)
        plan_end(t, f, now_us);
}

/* Money in. */

/* A payer's number decides as a payee's does: README.md, "Payer numbers". */
static enum decline
invoice_declines(const struct invoice *v)
{
    int nn = 0, group = fate_reserved(str_of(v->account), &nn);

    return group == 1 ? (enum decline)(1 + nn % (DECLINE_COUNT - 1))
                      : DECLINE_NONE;
}

void
timeline_collect(struct timeline *t, const struct invoice *v)
{
    int nn = 0, group = fate_reserved(str_of(v->account), &nn);
    int64_t wait_us = play_us(t->play, t->play->latency_ms);

    /* Four quarters: asked on the phone after one, answered after the rest;
     * and group 3 never answers. */
    if (v->state == INVOICE_PENDING)
        wait_us /= 4;
    else if (v->state != INVOICE_PROCESSING || group == 3)
        return;
    else
        wait_us = wait_us / 4 * 3 * (group == 2 ? FIGURE_LONG_TIMES : 1);
    timeline_plan(t, v->n, DUE_INVOICE, v->updated_us + wait_us);
}

static void
invoice_move(struct timeline *t, struct invoice *v, enum invoice_state to,
             enum decline why, int64_t now_us)
{
    ledger_income(t->ledger, v, to, why, now_us);
    webhook_invoice(t->hooks, v, now_us);
    timeline_collect(t, v);
}

void
timeline_pay(struct timeline *t, struct invoice *v, int64_t now_us)
{
    invoice_move(t, v, INVOICE_COMPLETE, DECLINE_NONE, now_us);
}

static void
invoice_turn(struct timeline *t, struct invoice *v, int64_t now_us)
{
    enum decline why = invoice_declines(v);

    if (v->state == INVOICE_PENDING)
        invoice_move(t, v, INVOICE_PROCESSING, DECLINE_NONE, now_us);
    else if (v->state == INVOICE_PROCESSING)
        invoice_move(t, v, why == DECLINE_NONE ? INVOICE_COMPLETE
                                               : INVOICE_FAILED, why, now_us);
}

void
timeline_refund(struct timeline *t, const struct chargeback *c)
{
    if (c->state == CHARGEBACK_PENDING)
        timeline_plan(t, c->n, DUE_CHARGEBACK, c->updated_us
                      + play_us(t->play, t->play->latency_ms));
}

/* Given only when the wallet has it. */
static void
chargeback_turn(struct timeline *t, struct chargeback *c, int64_t now_us)
{
    const struct books *b = &t->ledger->books;
    const struct invoice *v = b->invoices.list[c->invoice];
    const struct wallet *w = books_wallet(b, v->wallet);

    ledger_refund(t->ledger, c, c->value_minor <= wallet_free_minor(w)
                  ? CHARGEBACK_COMPLETED : CHARGEBACK_CANCELLED, now_us);
    webhook_chargeback(t->hooks, c, now_us);
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
        const struct books *b = &t->ledger->books;

        if (d.item == DUE_INVOICE)
            invoice_turn(t, b->invoices.list[d.file], now_us);
        else if (d.item == DUE_CHARGEBACK)
            chargeback_turn(t, b->chargebacks.list[d.file], now_us);
        else if (d.item == DUE_FILE)
            file_turn(t, b->files[d.file], now_us);
        else
            item_turn(t, b->files[d.file], d.item, now_us);
    }
}
