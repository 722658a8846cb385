#include "book/digest.h"
#include "pack/judge.h"
#include "pack/members.h"

enum { PAID, FAILED, DOUBT, CANCELLED, OPEN };
static const char *const count_names[] = {
    "paid", "failed", "in_doubt", "cancelled"
};

/* --- batches and requests ------------------------------------------------- */

static int
run_row(void *owner, const json_t *j)
{
    struct judge *g = owner;

    json_decref(g->run);
    g->run = json_deep_copy(j);
    return g->run != NULL ? 0 : -1;
}

static void
said(struct judge_batch *b, const json_t *j)
{
    static const char *const rows[] = {
        "paid_rows", "failed_rows", "doubt_rows", "cancelled_rows"
    };
    static const char *const minor[] = {
        "paid_minor", "failed_minor", "doubt_minor", "cancelled_minor"
    };

    for (int i = 0; i < OPEN; i++) {
        b->said_rows[i] = crate_i64(j, rows[i]);
        b->said_minor[i] = crate_i64(j, minor[i]);
    }
}

static int
batch_row(void *owner, const json_t *j)
{
    struct judge *g = owner;
    struct judge_batch *b = judge_grow(g, g->batches, g->nbatches, &g->room,
                                       sizeof(*b));

    if (b == NULL)
        return -1;
    g->batches = b;
    b += g->nbatches++;
    *b = (struct judge_batch){
        .batch_id = crate_i64(j, "batch_id"), .minor = crate_i64(j, "minor"),
        .number = (int)crate_i64(j, "number"),
        .rows = (int)crate_i64(j, "rows"), .own = crate_bool(j, "own")
    };
    (void)str_copy(b->rail, sizeof(b->rail), crate_str(j, "rail"));
    (void)str_copy(b->account, sizeof(b->account), crate_str(j, "account"));
    (void)str_copy(b->provider, sizeof(b->provider), crate_str(j, "provider"));
    (void)str_copy(b->grouped, sizeof(b->grouped), crate_str(j, "grouped"));
    if (crate_hex(crate_text(j, "digest"), b->digest) < 0)
        judge_say(g, PACK_BATCHES, "batch %d has no digest", b->number);
    said(b, j);
    return 0;
}

static struct judge_batch *
batch_of(struct judge *g, int64_t batch_id)
{
    size_t low = 0, high = g->nbatches;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (g->batches[mid].batch_id == batch_id)
            return &g->batches[mid];
        if (g->batches[mid].batch_id < batch_id)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static int
attempt_row(void *owner, const json_t *j)
{
    struct judge *g = owner;
    struct judge_batch *b = batch_of(g, crate_i64(j, "batch_id"));
    const char *step = crate_text(j, "step"), *left = crate_text(j, "left_at");
    bool pays = strcmp(step, "approve") == 0 || strcmp(step, "send") == 0;

    if (b == NULL) {
        judge_say(g, PACK_ATTEMPTS, "a request is about a batch that is not "
                  "of this run");
        return 0;
    }
    if (crate_i64(j, "rows") != b->rows || crate_i64(j, "minor") != b->minor)
        judge_say(g, PACK_ATTEMPTS, "request %lld of batch %d was about "
                  "another count or sum than the batch has",
                  (long long)crate_i64(j, "attempt"), b->number);
    if (!pays || left[0] == '\0')
        return 0;
    b->released = true;
    if (g->first_left[0] == '\0' || strcmp(left, g->first_left) < 0)
        (void)str_copy(g->first_left, sizeof(g->first_left), str_of(left));
    return 0;
}

/* --- payments ------------------------------------------------------------- */

/* The batch whose payments are being read. */
struct reading {
    struct judge       *g;
    struct judge_batch *b;
    struct sha256       hash;
    int                 seq;
    struct judge_paid  *paid;
    size_t              npaid;
};

static void
batch_counts(struct judge *g, const struct judge_batch *b)
{
    if (b->sum_rows != b->rows || b->sum_minor != b->minor)
        judge_say(g, PACK_PAYMENTS, "batch %d has %d payments of %lld minor "
                  "units, and was approved with %d of %lld", b->number,
                  b->sum_rows, (long long)b->sum_minor, b->rows,
                  (long long)b->minor);
    for (int i = 0; i < OPEN; i++)
        if (b->said_rows[i] != b->rows_of[i]
            || b->said_minor[i] != b->minor_of[i])
            judge_say(g, PACK_BATCHES, "batch %d counts %lld payments (%lld "
                      "minor units) as %s; its payments make %lld (%lld)",
                      b->number, (long long)b->said_rows[i],
                      (long long)b->said_minor[i], count_names[i],
                      (long long)b->rows_of[i], (long long)b->minor_of[i]);
}

static void
batch_end(struct reading *r)
{
    unsigned char now[SHA256_BYTES];

    if (r->b == NULL)
        return;
    sha256_end(&r->hash, now);
    if (memcmp(now, r->b->digest, SHA256_BYTES) != 0)
        judge_say(r->g, PACK_PAYMENTS, "the payments of batch %d are not those "
                  "that were approved: they give another digest",
                  r->b->number);
    batch_counts(r->g, r->b);
    if (r->npaid > 0 && !r->b->released)
        judge_say(r->g, PACK_PAYMENTS, "batch %d is paid, and no request to "
                  "pay it left", r->b->number);
    judge_paid(r->g, r->b, r->paid, r->npaid);
    r->npaid = 0;
    r->b = NULL;
}

static void
hash_payment(struct reading *r, const json_t *j)
{
    const struct digest_row row = {
        .seq = (int)crate_i64(j, "seq"), .minor = crate_i64(j, "minor"),
        .part = (int)crate_i64(j, "part"), .parts = (int)crate_i64(j, "parts"),
        .rail = r->b->rail, .ccy = crate_text(j, "ccy"),
        .account = crate_str(j, "account"),
        .bank_code = crate_str(j, "bank_code"),
        .account_reference = crate_str(j, "account_reference"),
        .name = crate_str(j, "name"), .narration = crate_str(j, "narration"),
        .reference = crate_str(j, "reference"),
        .id_number = crate_str(j, "id_number"),
        .employee_no = crate_str(j, "employee_no")
    };

    if (row.seq != ++r->seq || row.minor <= 0) {
        judge_say(r->g, PACK_PAYMENTS, "row %d of batch %d is missing or out "
                  "of order", r->seq, r->b->number);
        r->seq = row.seq;
        return;
    }
    digest_row_add(&r->hash, &row);
    r->b->sum_rows++;
    r->b->sum_minor += row.minor;
    if (row.part > 1)
        r->g->more_rows++;
}

static int
state_of(const char *state)
{
    static const struct { const char *name; int sort; } names[] = {
        { "", OPEN }, { "paid", PAID }, { "failed", FAILED },
        { "returned", FAILED }, { "reversed", FAILED }, { "in_doubt", DOUBT },
        { "cancelled", CANCELLED }
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i].name, state) == 0)
            return names[i].sort;
    return -1;
}

static void
note_paid(struct reading *r, const json_t *j)
{
    struct judge_paid *p = &r->paid[r->npaid];

    if (r->npaid == BATCH_ROWS_MAX)
        return;                     /* batch_counts() says "too many" */
    r->npaid++;
    *p = (struct judge_paid){
        .minor = crate_i64(j, "minor"), .event = crate_i64(j, "event"),
        .seq = (int)crate_i64(j, "seq")
    };
    (void)str_copy(p->receipt, sizeof(p->receipt), crate_str(j, "receipt"));
    (void)str_copy(p->provider_id, sizeof(p->provider_id),
                   crate_str(j, "provider_id"));
    (void)str_copy(p->name, sizeof(p->name),
                   str_cut(crate_str(j, "name"), sizeof(p->name) - 1));
    (void)str_copy(p->account, sizeof(p->account), crate_str(j, "account"));
}

static void
count_payment(struct reading *r, const json_t *j)
{
    int64_t minor = crate_i64(j, "minor");
    int sort = state_of(crate_text(j, "state"));
    struct pack_verdict *v = r->g->out;
    int64_t *rows[] = { &v->paid_rows, &v->failed_rows, &v->doubt_rows,
                        &v->cancelled_rows, &v->open_rows };
    int64_t *sums[] = { &v->paid_minor, &v->failed_minor, &v->doubt_minor,
                        &v->cancelled_minor, &v->open_minor };

    if (sort < 0) {
        judge_say(r->g, PACK_PAYMENTS, "row %d of batch %d (%s) has a state "
                  "that payrun does not know", r->seq, r->b->number,
                  crate_text(j, "name"));
        return;
    }
    ++*rows[sort];
    *sums[sort] += minor;
    if (sort == OPEN)
        return;
    r->b->rows_of[sort]++;
    r->b->minor_of[sort] += minor;
    if (crate_i64(j, "said_minor") != minor
        || strcmp(crate_text(j, "said_ccy"), crate_text(j, "ccy")) != 0)
        judge_say(r->g, PACK_PAYMENTS, "row %d of batch %d (%s): the answer is "
                  "about another amount than was asked for", r->seq,
                  r->b->number, crate_text(j, "name"));
    if (strcmp(crate_text(j, "state"), "paid") == 0)
        note_paid(r, j);
}

static int
payment_row(void *owner, const json_t *j)
{
    struct reading *r = owner;
    int64_t batch_id = crate_i64(j, "batch_id");

    if (r->b == NULL || r->b->batch_id != batch_id) {
        batch_end(r);
        r->b = batch_of(r->g, batch_id);
        r->seq = 0;
        sha256_init(&r->hash);
    }
    if (r->b == NULL) {
        judge_say(r->g, PACK_PAYMENTS, "%s is in a batch that is not there",
                  crate_text(j, "name"));
        return 0;
    }
    hash_payment(r, j);
    count_payment(r, j);
    return 0;
}

static void
read_payments(struct judge *g)
{
    const struct crate_member *m = crate_find(&g->crate, PACK_PAYMENTS);
    struct reading r = { .g = g };
    int64_t rc = 0;

    if (m == NULL)
        return;
    r.paid = malloc(BATCH_ROWS_MAX * sizeof(*r.paid));
    if (r.paid == NULL) {
        g->oom = true;
        return;
    }
    rc = crate_lines(&g->crate, m, payment_row, &r);
    batch_end(&r);
    if (rc != 0)
        judge_say(g, PACK_PAYMENTS, "line %lld of it cannot be read",
                  (long long)rc);
    for (size_t i = 0; i < g->nbatches; i++)
        if (g->batches[i].sum_rows == 0)
            batch_counts(g, &g->batches[i]);
    free(r.paid);
}

/* --- the run -------------------------------------------------------------- */

static void
judge_digest(struct judge *g)
{
    unsigned char file[SHA256_BYTES] = { 0 }, now[SHA256_BYTES];
    char hex[SHA256_HEX];
    struct sha256 h;
    const struct digest_run d = {
        .account = crate_text(g->run, "account"),
        .provider = crate_text(g->run, "provider"),
        .period = crate_text(g->run, "period"),
        .kind = crate_text(g->run, "kind"),
        .pay_date = crate_text(g->run, "pay_date"),
        .ccy = crate_text(g->run, "ccy"),
        .narration = crate_text(g->run, "narration"),
        .live = crate_bool(g->run, "live"),
        .rows = crate_i64(g->run, "rows"), .minor = crate_i64(g->run, "minor"),
        .file_sha256 = file
    };

    if (d.rows < 0 || d.minor < 0)
        return;                     /* judge_sums() has said so */
    (void)crate_hex(crate_text(g->run, "file_sha256"), file);
    digest_run_begin(&h, &d);
    for (size_t i = 0; i < g->nbatches; i++) {
        const struct judge_batch *b = &g->batches[i];
        const struct digest_batch part = {
            .grouped = b->grouped,
            .account = b->own ? "" : b->account,
            .provider = b->own ? "" : b->provider, .rail = b->rail,
            .rows = b->rows, .minor = b->minor, .digest = b->digest
        };

        if (part.rows >= 0 && part.minor >= 0)
            digest_run_batch(&h, &part);
    }
    sha256_end(&h, now);
    hex_of(now, sizeof(now), hex);
    if (strcmp(hex, crate_text(g->run, "digest")) != 0)
        judge_say(g, PACK_RUN, "what the run and its batches are now gives "
                  "another digest than the run has");
}

static void
judge_file(struct judge *g)
{
    char hex[SHA256_HEX];
    bool there = false;

    for (size_t i = 0; i < g->crate.n; i++) {
        const struct crate_member *m = &g->crate.list[i];

        if (strncmp(m->name, PACK_FILE, sizeof(PACK_FILE) - 1) != 0)
            continue;
        there = true;
        hex_of(m->sha256, SHA256_BYTES, hex);
        if (strcmp(hex, crate_text(g->run, "file_sha256")) != 0)
            judge_say(g, m->name, "it is not the payroll file of this run: its "
                      "SHA-256 is not the one that was approved");
    }
    if (!there && crate_bool(g->run, "file_kept"))
        judge_say(g, PACK_FILE, "the payroll file is missing");
}

static void
judge_sums(struct judge *g)
{
    struct pack_verdict *v = g->out;
    int64_t rows = 0, minor = 0, all = v->paid_rows + v->failed_rows
        + v->doubt_rows + v->cancelled_rows + v->open_rows;

    for (size_t i = 0; i < g->nbatches; i++) {
        rows += g->batches[i].rows;
        minor += g->batches[i].minor;
    }
    if (crate_i64(g->run, "rows") != v->rows
        || crate_i64(g->run, "minor") != v->minor
        || strcmp(crate_text(g->run, "digest"), v->digest) != 0
        || strcmp(crate_text(g->run, "run"), v->run) != 0)
        judge_say(g, PACK_RUN, "it is not the run of the manifest");
    if (rows != v->rows || minor != v->minor)
        judge_say(g, PACK_BATCHES, "the batches make %lld payments of %lld "
                  "minor units, the run has %lld of %lld", (long long)rows,
                  (long long)minor, (long long)v->rows, (long long)v->minor);
    if (all != v->rows)
        judge_say(g, PACK_PAYMENTS, "there are %lld payments, the run has %lld",
                  (long long)all, (long long)v->rows);
    if (crate_i64(g->run, "file_rows") + g->more_rows
        != v->rows + crate_i64(g->run, "held_rows"))
        judge_say(g, PACK_RUN, "the rows of the file are not those that are "
                  "paid and those that were held back");
}

static void
judge_totals(struct judge *g)
{
    const struct pack_verdict *v = g->out;
    const int64_t rows[] = { v->paid_rows, v->failed_rows, v->doubt_rows,
                             v->cancelled_rows };
    const int64_t sums[] = { v->paid_minor, v->failed_minor, v->doubt_minor,
                             v->cancelled_minor };
    const struct crate_member *m = crate_find(&g->crate, PACK_TOTALS);
    json_t *root = NULL, *states = NULL;
    struct buf b;

    buf_init(&b, REPORT_MODEL_BYTES_MAX);
    if (m != NULL && crate_read(&g->crate, m, &b) == 0)
        root = json_loadb(b.p, b.len, JSON_REJECT_DUPLICATES, NULL);
    states = json_object_get(root, "states");
    if (m != NULL && states == NULL)
        judge_say(g, PACK_TOTALS, "it cannot be read");
    for (int i = 0; states != NULL && i < OPEN; i++) {
        const json_t *s = json_object_get(states, count_names[i]);

        if (crate_i64(s, "rows") != rows[i] || crate_i64(s, "minor") != sums[i])
            judge_say(g, PACK_TOTALS, "it has %lld payments (%lld minor units) "
                      "as %s; the payments make %lld (%lld)",
                      (long long)crate_i64(s, "rows"),
                      (long long)crate_i64(s, "minor"), count_names[i],
                      (long long)rows[i], (long long)sums[i]);
    }
    if (states != NULL && !crate_bool(root, "ties"))
        judge_say(g, PACK_TOTALS, "the sums of the run did not tie when this "
                  "pack was written");
    json_decref(root);
    buf_release(&b);
}

void
judge_book(struct judge *g)
{
    judge_list(g, PACK_RUN, run_row);
    judge_list(g, PACK_BATCHES, batch_row);
    judge_list(g, PACK_ATTEMPTS, attempt_row);
    read_payments(g);
    if (g->run != NULL) {
        (void)str_copy(g->out->made_by, sizeof(g->out->made_by),
                       crate_str(g->run, "made_by"));
        judge_sums(g);
        judge_digest(g);
        judge_file(g);
    }
    judge_totals(g);
}
