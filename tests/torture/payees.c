#include "tests/torture/payees.h"

#define FIELDS_MAX 16

/* --- what was asked for ------------------------------------------------- */

static int
by_account(const void *a, const void *b)
{
    return strcmp(((const struct payee *)a)->account,
                  ((const struct payee *)b)->account);
}

static struct payee *
find(const struct payees *p, const char *account)
{
    struct payee key = { .run = 0 };

    snprintf(key.account, sizeof(key.account), "%s", account);
    return p->n == 0 ? NULL
        : bsearch(&key, p->list, (size_t)p->n, sizeof(key), by_account);
}

int
payees_asked(struct payees *p, const struct clerk *c, struct err *e)
{
    int n = 0;

    *p = (struct payees){ 0 };
    for (int run = 0; run < c->njobs; run++)
        n += c->jobs[run].plan.rows;
    if ((p->list = calloc((size_t)n + 1, sizeof(*p->list))) == NULL)
        return err_oom(e);
    for (int run = 0; run < c->njobs; run++)
        for (int row = 0; row < c->jobs[run].plan.rows; row++) {
            struct row_plan r = plan_row(c->key, run, row);
            struct payee *y = &p->list[p->n++];

            memcpy(y->account, r.account, sizeof(y->account));
            y->run = run;
            y->row = row;
            y->minor = r.minor;
            y->two_phase = r.two_phase;
        }
    qsort(p->list, (size_t)p->n, sizeof(*p->list), by_account);
    for (int i = 1; i < p->n; i++)
        if (by_account(&p->list[i - 1], &p->list[i]) == 0)
            return err_set(e, ERR_BUG, "the plan pays %s twice",
                           p->list[i].account);
    return 0;
}

void
payees_release(struct payees *p)
{
    free(p->list);
    *p = (struct payees){ 0 };
}

/* --- what the stand-ins paid -------------------------------------------- */

/* A line without quotes in it, as the books of these rounds have them. */
static int
cut(char *line, char *fields[FIELDS_MAX])
{
    int n = 0;

    for (char *at = line; at != NULL && n < FIELDS_MAX;) {
        char *comma = strchr(at, ',');

        if (comma != NULL)
            *comma++ = '\0';
        fields[n++] = at;
        at = comma;
    }
    return n;
}

static int
column(char *const names[], int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* "110.00" */
static int64_t
minor_of(const char *text)
{
    char *end = NULL;
    int64_t n = strtoll(text, &end, 10) * 100;

    return *end == '.' ? n + strtoll(end + 1, NULL, 10) : n;
}

static void
moved(struct payees *p, const char *account, const char *amount,
      const char *receipt, int stand)
{
    struct payee *y = find(p, account);

    if (y == NULL) {
        p->strangers++;
        snprintf(p->stranger, sizeof(p->stranger), "%.30s %.20s", account,
                 amount);
        return;
    }
    y->moved++;
    y->elsewhere += y->two_phase != (stand == 0);
    y->moved_minor = minor_of(amount);
    snprintf(y->receipt_there, sizeof(y->receipt_there), "%s", receipt);
}

int
payees_there(struct payees *p, const struct buf *csv, int stand,
             struct err *e)
{
    char *text = strndup(csv->len > 0 ? csv->p : "", csv->len), *save = NULL;
    char *fields[FIELDS_MAX];
    int account = -1, amount = -1, receipt = -1, rc = -1;

    if (text == NULL)
        return err_oom(e);
    for (char *line = strtok_r(text, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        int n = cut(line, fields);

        if (account < 0) {
            account = column(fields, n, "account");
            amount = column(fields, n, "amount");
            receipt = column(fields, n, "receipt");
            if (account < 0 || amount < 0 || receipt < 0)
                break;
        } else if (n > account && n > amount && n > receipt) {
            moved(p, fields[account], fields[amount], fields[receipt], stand);
        }
    }
    rc = account < 0 || amount < 0 || receipt < 0
        ? err_set(e, ERR_DATA, "the books of stand-in %d are no CSV", stand)
        : 0;
    free(text);
    return rc;
}

/* --- what our book says ------------------------------------------------- */

struct here {
    struct payees *p;
    struct payee   row;
    int            strangers;
};

static int
here_row(void *owner)
{
    struct here *h = owner;
    struct payee *y = find(h->p, h->row.account);

    if (y == NULL) {
        h->strangers++;
        return 0;
    }
    y->here++;
    y->here_minor = h->row.here_minor;
    y->left = h->row.left;
    y->followed = h->row.followed;
    memcpy(y->state, h->row.state, sizeof(y->state));
    memcpy(y->batch_state, h->row.batch_state, sizeof(y->batch_state));
    memcpy(y->run_state, h->row.run_state, sizeof(y->run_state));
    memcpy(y->receipt, h->row.receipt, sizeof(y->receipt));
    return 0;
}

int
payees_here(struct payees *p, struct db *db, struct err *e)
{
    static const char sql[] =
        "SELECT i.account, i.minor, coalesce(o.state::text, '') AS state, "
        "coalesce(o.receipt, '') AS receipt, b.state::text AS batch_state, "
        "r.state::text AS run_state, EXISTS (SELECT 1 FROM attempt t WHERE "
        "t.batch_id = b.batch_id AND t.step IN ('send', 'approve') AND "
        "t.left_at IS NOT NULL) AS has_left, (b.poll_at IS NOT NULL OR EXISTS "
        "(SELECT 1 FROM sought s WHERE s.batch_id = i.batch_id AND s.seq = "
        "i.seq)) AS followed FROM instruction i JOIN batch b USING (batch_id) "
        "JOIN run r USING (run_id) LEFT JOIN outcome o ON o.batch_id = "
        "i.batch_id AND o.seq = i.seq";
    struct here h = { .p = p };
    const struct db_col cols[] = {
        C_TEXT("account", h.row.account), C_I64("minor", &h.row.here_minor),
        C_TEXT("state", h.row.state), C_TEXT("receipt", h.row.receipt),
        C_TEXT("batch_state", h.row.batch_state),
        C_TEXT("run_state", h.row.run_state), C_BOOL("has_left", &h.row.left),
        C_BOOL("followed", &h.row.followed)
    };

    for (int i = 0; i < p->n; i++)
        p->list[i].here = 0;
    if (db_each(db, sql, NULL, 0, cols, LEN(cols), here_row, &h) < 0)
        return db_fail(db, e, "reading the book");
    if (h.strangers > 0)
        return err_set(e, ERR_DATA, "the book has %d payments that no file "
                       "asked for", h.strangers);
    return 0;
}
