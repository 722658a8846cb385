#include "report/model.h"

#include "db/sql.h"
#include "providers/reference.h"

/* A NUL-terminated copy that lives as long as the model; never NULL. */
static const char *
keep(struct model *m, struct str s)
{
    const char *p = arena_str(&m->arena, s).p;

    return p != NULL ? p : "";
}

/* --- the head ------------------------------------------------------------ */

struct head_text {
    struct str provider, wallet, approver, encoding;
    char state[16];
};

static enum db_status
head_select(struct model *m, struct head_text *t)
{
    const struct db_arg args[] = { A_I64(m->run.run_id) };
    const struct db_col cols[] = {
        C_STR("provider", &t->provider), C_STR_NULL("wallet", &t->wallet),
        C_TEXT("state", t->state), C_TEXT("state_why", m->run.state_why),
        C_STR_NULL("approver", &t->approver),
        C_TEXT("file_sha256", m->file_sha256),
        C_STR("encoding", &t->encoding), C_I64("file_bytes", &m->file_bytes),
        C_I64("file_rows", &m->file_rows),
        C_I64_NULL("approved_minor", &m->approved_minor),
        C_I64("now_us", &m->now_us), C_I64("made_us", &m->made_us),
        C_I64("uploaded_us", &m->uploaded_us),
        C_I64_NULL("approved_us", &m->approved_us),
        C_I64("state_us", &m->state_us)
    };

    return db_one(m->db, sql_report_head, args, LEN(args), cols, LEN(cols));
}

static int
head_read(struct model *m, struct err *e)
{
    struct head_text t = { .state = "" };
    enum db_status st = head_select(m, &t);
    int state = 0;

    if (st < 0)
        return db_fail(m->db, e, "reading the run");
    if (st == DB_NONE || (state = run_state_of(t.state)) < 0)
        return err_set(e, ERR_BUG, "run %s is not in the book as expected",
                       m->run.ref);
    m->run.state = (enum run_state)state;
    m->provider_name = keep(m, t.provider);
    m->provider = provider_named(m->provider_name);
    m->wallet = keep(m, t.wallet);
    m->approver = keep(m, t.approver);
    m->encoding = keep(m, t.encoding);
    return 0;
}

/* --- reasons ------------------------------------------------------------- */

struct reason_row {
    struct model *m;
    struct str state, code, text;
    bool rest;
    int64_t rows, minor;
};

static int
reason_row(void *owner)
{
    struct reason_row *r = owner;
    struct model *m = r->m;
    struct reason *to = NULL;
    const struct provider *whose = NULL;

    if (m->nreasons >= MODEL_REASONS)
        return -1;
    to = &m->reasons[m->nreasons++];
    to->state = pay_state_of(r->state, STR(""));
    to->code = keep(m, r->code);
    whose = model_code_of(m, to->code);
    to->text = arena_str(&m->arena, words_reason(whose, to->code, r->text));
    to->todo = r->rest ? "" : words_todo(whose, to->state, to->code);
    to->rest = r->rest;
    to->rows = r->rows;
    to->minor = r->minor;
    return 0;
}

static int
reasons_read(struct model *m, struct err *e)
{
    struct reason_row r = { .m = m };
    const struct db_arg args[] = { A_I64S(m->run_ids, m->nruns),
                                   A_I64(REPORT_REASONS_MAX) };
    const struct db_col cols[] = {
        C_STR("state", &r.state), C_STR("code", &r.code),
        C_STR("reason", &r.text), C_BOOL("rest", &r.rest),
        C_I64("rows", &r.rows), C_I64("minor", &r.minor)
    };

    if (db_each(m->db, sql_report_reasons, args, LEN(args), cols, LEN(cols),
                reason_row, &r) < 0)
        return db_fail(m->db, e, "reading why payments failed");
    return 0;
}

static int
count_lost(void *owner, const struct batch_line *l)
{
    struct model *m = owner;

    m->lost_batches += str_eq(l->state, STR("in_doubt"));
    return 0;
}

int
model_read(struct model *m, struct db *db, const struct run *run,
           struct err *e)
{
    *m = (struct model){ .db = db, .run = *run };
    arena_init(&m->arena, REPORT_MODEL_BYTES_MAX);
    m->nruns = 1;
    m->run_ids = &m->run.run_id;
    if (head_read(m, e) < 0 || run_sums(db, run->run_id, &m->sums, e) < 0)
        return -1;
    proof_make(&m->proof, &m->sums);
    if (model_accounts_read(m, e) < 0)
        return -1;
    m->proof.ties = m->proof.ties && m->accounts_tie;
    if (model_never(m))
        proof_never(&m->proof);
    if (model_batches(m, count_lost, m, e) < 0)
        return -1;
    return reasons_read(m, e);
}

void
model_release(struct model *m)
{
    arena_release(&m->arena);
}

/* --- sums by state ------------------------------------------------------- */

bool
model_never(const struct model *m)
{
    return m->run.state == RUN_REJECTED || m->run.state == RUN_CANCELLED
        || m->run.state == RUN_EXPIRED;
}

struct str
model_batch_words(const struct model *m, const struct batch_line *l)
{
    return model_never(m) && str_eq(l->state, STR("ready"))
        ? STR("never sent") : words_batch(l->state);
}

void
model_parts(const struct model *m, struct model_part out[MODEL_PARTS])
{
    const struct run_sums *s = &m->sums;
    const struct model_part parts[MODEL_PARTS] = {
        { PAY_PAID, "paid", s->paid_rows, s->paid_minor },
        { PAY_FAILED, "failed", s->failed_rows, s->failed_minor },
        { PAY_DOUBT, "in doubt", s->doubt_rows, s->doubt_minor },
        { PAY_SENT, "sent, no answer yet", s->flight_rows, s->flight_minor },
        { PAY_WAITING, model_never(m) ? "will never be sent" : "waiting",
          s->waiting_rows, s->waiting_minor },
        { PAY_CANCELLED, "cancelled", s->cancelled_rows, s->cancelled_minor }
    };

    memcpy(out, parts, sizeof(parts));
}

struct model_part
model_came_back(const struct model *m)
{
    struct model_part p = { PAY_RETURNED, "returned or reversed", 0, 0 };

    for (int i = 0; i < m->nreasons; i++) {
        const struct reason *r = &m->reasons[i];

        if (r->state != PAY_RETURNED && r->state != PAY_REVERSED)
            continue;
        p.rows += r->rows;
        p.minor += r->minor;
    }
    return p;
}

int
model_finish(struct model *m, struct err *e)
{
    const struct db_col cols[] = { C_I64("now_us", &m->now_us) };

    if (db_one(m->db, sql_report_now, NULL, 0, cols, LEN(cols)) < 0)
        return db_fail(m->db, e, "asking the time");
    return reasons_read(m, e);
}
