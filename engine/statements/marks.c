#include "statements/marks.h"

#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/exchange.h"
#include "net/loop.h"
#include "providers/plain.h"
#include "providers/services.h"
#include "statements/movement.h"

#define MARKS_AT_ONCE 100       /* told, then noted as told                   */
#define MARK_TEXT_BYTES 24

/* --- noting --------------------------------------------------------------- */

/* Nothing is said about what has not ended: it may still become known. */
static bool
has_ended(const struct service_row *row)
{
    return row->id[0] != '\0' && row->fate != SERVICE_OPEN
        && row->fate != SERVICE_UNCLEAR;
}

enum db_status
marks_note(struct db *db, const struct account *a, int64_t statement_id,
           const struct service_row *rows, int n)
{
    struct str *ids = NULL, *said = NULL;
    int64_t *batches = NULL, *seqs = NULL;
    size_t many = (size_t)(n > 0 ? n : 1), k = 0;
    enum db_status st = DB_HARD;

    if (!service_offered(a->provider, SERVICE_MARK))
        return DB_OK;
    ids = calloc(many, sizeof(*ids));
    said = calloc(many, sizeof(*said));
    batches = calloc(many, sizeof(*batches));
    seqs = calloc(many, sizeof(*seqs));
    if (ids == NULL || said == NULL || batches == NULL || seqs == NULL)
        goto out;
    for (int i = 0; i < n; i++) {
        struct movement m = { .reference = str_of(rows[i].reference) };

        if (!has_ended(&rows[i]))
            continue;
        movement_ours(&m);
        ids[k] = str_of(rows[i].id);
        said[k] = str_of(rows[i].state);
        batches[k] = m.batch_id;
        seqs[k++] = m.seq;
    }
    const struct db_arg args[] = {
        A_I64(a->account_id), A_I64(statement_id), A_TEXTS(ids, k),
        A_TEXTS(said, k), A_I64S(batches, k), A_I64S(seqs, k)
    };

    st = k == 0 ? DB_OK : db_do(db, sql_statement_marks_note, args, LEN(args));
out:
    free(ids);
    free(said);
    free(batches);
    free(seqs);
    return st < 0 ? st : DB_OK;
}

/* --- telling -------------------------------------------------------------- */

struct due {
    char id[MARKS_AT_ONCE][64];
    char want[MARKS_AT_ONCE][MARK_TEXT_BYTES];
    char answer[MARKS_AT_ONCE][200];
    bool taken[MARKS_AT_ONCE];
    int  n, told;
    char one_id[64], one_want[MARK_TEXT_BYTES];
};

static int
due_row(void *owner)
{
    struct due *d = owner;

    if (d->n == MARKS_AT_ONCE)
        return 0;
    memcpy(d->id[d->n], d->one_id, sizeof(d->one_id));
    memcpy(d->want[d->n], d->one_want, sizeof(d->one_want));
    d->n++;
    return 0;
}

/* ${after}: those up to it were tried. */
static enum db_status
read_due(struct db *db, int64_t account_id, const char *after, struct due *d)
{
    const struct db_arg args[] = {
        A_I64(account_id), A_TEXT(after), A_I64(MARKS_AT_ONCE)
    };
    const struct db_col cols[] = {
        C_TEXT("provider_id", d->one_id), C_TEXT("want", d->one_want)
    };

    memset(d, 0, sizeof(*d));
    return db_each(db, sql_statement_marks_due, args, LEN(args), cols,
                   LEN(cols), due_row, d);
}

/* 1 taken, 0 it said no, -1 nobody can be asked now. */
static int
tell_one(const struct errand *n, struct due *d, int i)
{
    const struct service_ask ask = { .id = d->id[i], .state = d->want[i] };
    struct payer payer = account_payer(n->account);
    struct request request = { 0 };
    struct exchange x = {
        .net = n->net, .account = n->account, .request = &request
    };
    struct service_answer answer = { 0 };
    struct fault_answer f = { 0 };
    enum answer a = ANSWER_REFUSED;
    struct err e = { 0 };
    int rc = 0;

    if (service_write(n->account->provider, SERVICE_MARK, &request, &payer,
                      &ask, &e) == 0) {
        exchange_run(&x);
        a = exchange_judge(&x, &f);
    }
    d->taken[i] = a == ANSWER_TAKEN
        && service_read(n->account->provider, SERVICE_MARK, &answer,
                        buf_view(&x.reply.body), &e) == 0;
    plain_copy(d->answer[i], sizeof(d->answer[i]),
               str_of(d->taken[i] ? "" : f.text[0] != '\0' ? f.text
                      : e.text[0] != '\0' ? e.text : "no useful answer"));
    rc = d->taken[i] ? 1 : a == ANSWER_REFUSED || f.not_found ? 0 : -1;
    exchange_release(&x);
    request_release(&request);
    return rc;
}

static int
note_told(const struct errand *n, const struct due *d, struct err *e)
{
    struct str ids[MARKS_AT_ONCE], wants[MARKS_AT_ONCE];
    struct str answers[MARKS_AT_ONCE];
    size_t many = (size_t)d->told;

    for (int i = 0; i < d->told; i++) {
        ids[i] = str_of(d->id[i]);
        wants[i] = str_of(d->want[i]);
        answers[i] = str_of(d->answer[i]);
    }
    const struct db_arg args[] = {
        A_I64(n->account->account_id), A_TEXTS(ids, many),
        A_TEXTS(wants, many), A_TEXTS(answers, many)
    };

    if (many > 0 && db_do(n->db, sql_statement_marks_told, args,
                          LEN(args)) < 0)
        return db_fail(n->db, e, "noting what the provider was told");
    return 0;
}

static int
count_left(const struct errand *n, struct marks_told *t, struct err *e)
{
    const struct db_arg args[] = { A_I64(n->account->account_id) };
    const struct db_col cols[] = { C_I64("n", &t->left) };

    if (db_one(n->db, sql_statement_marks_left, args, 1, cols, 1) < 0)
        return db_fail(n->db, e, "counting what the provider is to be told");
    return 0;
}

int
marks_tell(const struct errand *n, struct marks_told *t, struct err *e)
{
    static struct due d;                /* large */
    char after[64] = "";
    bool stopped = false;

    *t = (struct marks_told){ 0 };
    while (!stopped && net_stopping() == 0) {
        if (read_due(n->db, n->account->account_id, after, &d) < 0)
            return db_fail(n->db, e, "reading what the provider is to be "
                           "told");
        if (d.n == 0)
            break;
        for (d.told = 0; d.told < d.n && !stopped; d.told++) {
            int rc = tell_one(n, &d, d.told);

            stopped = rc < 0 || net_stopping() != 0;
            t->refused += rc == 0;
            if (rc > 0 && strcmp(d.want[d.told], "success") == 0)
                t->success++;
            else if (rc > 0)
                t->unreconciled++;
            else
                memcpy(t->words, d.answer[d.told], sizeof(d.answer[0]));
        }
        memcpy(after, d.id[d.told - 1], sizeof(after));
        if (note_told(n, &d, e) < 0)
            return -1;
    }
    return count_left(n, t, e);
}
