/*
 * Paid is what somebody outside says: the provider in a raw answer that is in
 * the pack, two people who agreed on a receipt, or a line of a statement.  The
 * answer is read again here; what the book made of it counts for nothing.
 */
#include <stdlib.h>

#include "pack/judge.h"
#include "pack/members.h"
#include "providers/reference.h"

/* --- people and statements ------------------------------------------------ */

static struct judge_word *
more_words(struct judge *g)
{
    struct judge_word *w = judge_grow(g, g->words, g->nwords, &g->words_room,
                                      sizeof(*w));

    if (w != NULL)
        g->words = w;
    return w != NULL ? &g->words[g->nwords++] : NULL;
}

static int
agreed_row(void *owner, const json_t *j)
{
    struct judge *g = owner;
    struct judge_word *w = NULL;
    const char *by = crate_text(j, "agreed_by");

    if (by[0] == '\0')
        return 0;
    if (strcmp(by, crate_text(j, "proposed_by")) == 0)
        judge_say(g, PACK_EVIDENCE, "%s agreed to their own evidence %lld", by,
                  (long long)crate_i64(j, "evidence"));
    if (strcmp(crate_text(j, "says"), "paid") != 0)
        return 0;
    if ((w = more_words(g)) == NULL)
        return -1;
    *w = (struct judge_word){ .batch_id = crate_i64(j, "batch_id"),
                              .seq = (int)crate_i64(j, "seq"),
                              .people = true };
    (void)str_copy(w->receipt, sizeof(w->receipt), crate_str(j, "receipt"));
    return 0;
}

static int
statement_row(void *owner, const json_t *j)
{
    struct judge *g = owner;
    struct judge_word *w = NULL;

    if (crate_i64(j, "minor") >= 0
        || strcmp(crate_text(j, "kind"), "payment") != 0)
        return 0;
    if ((w = more_words(g)) == NULL)
        return -1;
    *w = (struct judge_word){ .batch_id = crate_i64(j, "batch_id"),
                              .seq = (int)crate_i64(j, "seq"),
                              .minor = -crate_i64(j, "minor") };
    (void)str_copy(w->receipt, sizeof(w->receipt), crate_str(j, "receipt"));
    return 0;
}

static int
by_receipt(const void *x, const void *y)
{
    const struct judge_word *a = x, *b = y;
    int order = strcmp(a->receipt, b->receipt);

    if (order != 0)
        return order;
    if (a->batch_id != b->batch_id)
        return a->batch_id < b->batch_id ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

void
judge_words(struct judge *g)
{
    judge_list(g, PACK_EVIDENCE, agreed_row);
    judge_list(g, PACK_LINES, statement_row);
    if (g->nwords > 0)
        qsort(g->words, g->nwords, sizeof(*g->words), by_receipt);
}

/* A statement's line is this payment when amount and receipt are the same, or
 * when it names no receipt and has our reference; never by the looks of it. */
static bool
word_says(const struct judge_word *w, const struct judge_batch *b,
          const struct judge_paid *p)
{
    bool same = p->receipt[0] != '\0' && strcmp(w->receipt, p->receipt) == 0;
    bool mine = w->batch_id == b->batch_id && w->seq == p->seq;

    if (w->people)
        return mine && same;
    return w->minor == p->minor && (same || (mine && w->receipt[0] == '\0'));
}

/* Where the words with ${receipt} begin, from ${batch_id} and ${seq} on. */
static size_t
first_word(const struct judge *g, const char *receipt, int64_t batch_id,
           int seq)
{
    struct judge_word key = { .batch_id = batch_id, .seq = seq };
    size_t low = 0, high = g->nwords;

    (void)str_copy(key.receipt, sizeof(key.receipt), str_of(receipt));
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (by_receipt(&g->words[mid], &key) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool
somebody_says(const struct judge *g, const struct judge_batch *b,
              const struct judge_paid *p)
{
    const struct judge_word *w = g->words;

    for (size_t i = first_word(g, p->receipt, INT64_MIN, 0);
         i < g->nwords && strcmp(w[i].receipt, p->receipt) == 0; i++)
        if (word_says(&w[i], b, p))
            return true;
    for (size_t i = first_word(g, "", b->batch_id, p->seq);
         i < g->nwords && w[i].receipt[0] == '\0'
         && w[i].batch_id == b->batch_id && w[i].seq == p->seq; i++)
        if (word_says(&w[i], b, p))
            return true;
    return false;
}

/* --- raw answers ---------------------------------------------------------- */

/* One answer, read: its items live as long as its body. */
struct answer_read {
    int64_t event;                  /* 0: none yet                            */
    struct buf body;
    struct item_answer *items;
    size_t n, room;
};

static bool
ours(const struct judge_batch *b, const struct judge_paid *p,
     const struct item_answer *item)
{
    int64_t batch_id = 0;
    int seq = 0;

    if (item->fate != ITEM_PAID || item->minor != p->minor
        || strcmp(item->receipt, p->receipt) != 0)
        return false;
    if (item->reference[0] != '\0')
        return reference_read(str_of(item->reference), &batch_id, &seq) == 0
            && batch_id == b->batch_id && seq == p->seq;
    if (item->id[0] != '\0' && p->provider_id[0] != '\0')
        return strcmp(item->id, p->provider_id) == 0;
    return str_eq(str_trim(item->account), str_of(p->account));
}

static struct item_answer *
more_items(struct judge *g, struct answer_read *a)
{
    struct item_answer *p = judge_grow(g, a->items, a->n, &a->room, sizeof(*p));

    if (p != NULL)
        a->items = p;
    return p != NULL ? &a->items[a->n++] : NULL;
}

static void
read_file_items(struct judge *g, struct answer_read *a,
                const struct provider *p)
{
    struct file_answer file;
    struct item_answer *item = NULL;
    size_t at = 0;

    if (p->read_file(&file, buf_view(&a->body), NULL) < 0)
        return;
    at = file.items_at;
    while ((item = more_items(g, a)) != NULL
           && p->read_item(item, buf_view(&a->body), &at, (int)a->n) > 0)
        continue;
    if (item != NULL)
        a->n--;                     /* the last one was none */
}

/* What is stored of a list: the rows of one batch, as "[row,row]". */
static void
read_list_items(struct judge *g, struct answer_read *a,
                const struct provider *p)
{
    struct item_answer *item = NULL;
    struct row_answer row;
    size_t at = 1;

    if (a->body.len == 0 || a->body.p[0] != '[')
        return;
    while (p->read_row(&row, buf_view(&a->body), &at) > 0) {
        if ((item = more_items(g, a)) == NULL)
            return;
        *item = row.item;
    }
}

static void
read_answer(struct judge *g, struct answer_read *a,
            const struct judge_batch *b, int64_t event)
{
    const struct provider *p = provider_named(b->provider);
    const struct crate_member *m = NULL;
    char name[64];

    a->event = event;
    a->n = 0;
    buf_clear(&a->body);
    snprintf(name, sizeof(name), "answers/%lld-%lld", (long long)b->batch_id,
             (long long)event);
    if (p == NULL || (m = crate_find(&g->crate, name)) == NULL
        || crate_read(&g->crate, m, &a->body) < 0)
        return;
    if (p->two_phase)
        read_file_items(g, a, p);
    else
        read_list_items(g, a, p);
}

static int
by_event(const void *x, const void *y)
{
    const struct judge_paid *a = x, *b = y;

    if (a->event != b->event)
        return a->event < b->event ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static bool
answer_says(const struct answer_read *a, const struct judge_batch *b,
            const struct judge_paid *p)
{
    /* usually they stand in the order they were sent */
    if (p->seq >= 1 && (size_t)p->seq <= a->n
        && ours(b, p, &a->items[p->seq - 1]))
        return true;
    for (size_t i = 0; i < a->n; i++)
        if (ours(b, p, &a->items[i]))
            return true;
    return false;
}

void
judge_paid(struct judge *g, const struct judge_batch *b,
           struct judge_paid *list, size_t n)
{
    struct answer_read a = { .event = 0 };

    buf_init(&a.body, NET_REPLY_BYTES_MAX);
    qsort(list, n, sizeof(*list), by_event);
    for (size_t i = 0; i < n; i++) {
        const struct judge_paid *p = &list[i];

        if (p->event != a.event)
            read_answer(g, &a, b, p->event);
        if ((p->event == 0 || !answer_says(&a, b, p))
            && !somebody_says(g, b, p))
            judge_say(g, PACK_PAYMENTS, "row %d of batch %d (%s, %lld minor "
                      "units, receipt \"%s\") is paid in the book, and nothing "
                      "in the pack says so", p->seq, b->number, p->name,
                      (long long)p->minor, p->receipt);
    }
    free(a.items);
    buf_release(&a.body);
}
