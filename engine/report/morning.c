#include "report/morning.h"

#include "db/sql.h"
#include "db/txn.h"
#include "report/render.h"
#include "report/report.h"

/* --- reading -------------------------------------------------------------- */

struct reading {
    struct morning *m;
    struct str a, b, c, d;
    char    ccy[4];
    int     number;
    int64_t i, j, k, l;
    int64_t ids[MORNING_RUNS_MAX];
};

static struct str
kept(struct reading *r, struct str s)
{
    return arena_str(&r->m->arena, s);
}

/* The database would take "yesterday", too, and mean another one tomorrow. */
static bool
is_day(const char *s)
{
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? s[i] != '-' : s[i] < '0' || s[i] > '9')
            return false;
    return s[10] == '\0';
}

static int
span_read(struct morning *m, struct db *db, const char *day, struct err *e)
{
    const struct db_arg args[] = { A_TEXT(day) };
    const struct db_col cols[] = {
        C_I64("from_us", &m->from_us), C_I64("until_us", &m->until_us),
        C_I64("now_us", &m->now_us), C_TEXT("day", m->day)
    };

    if (day[0] == '\0' || is_day(day)) {
        if (db_one(db, sql_morning_span, args, LEN(args), cols, LEN(cols))
            == DB_OK)
            return 0;
        if (strncmp(db_state(db), "22", 2) != 0)    /* 2026-02-31 */
            return db_fail(db, e, "finding out which night it was");
    }
    err_set(e, ERR_USAGE, "\"%s\" is no day", day);
    return err_fix(e, "write it as 2026-11-27");
}

static int
run_row(void *cls)
{
    struct reading *r = cls;

    r->ids[r->m->nruns++] = r->i;
    r->m->more_runs = r->j - r->m->nruns;
    return 0;
}

static struct morning_sum *
sum_of(struct morning *m, const char *ccy)
{
    for (int i = 0; i < m->nsums; i++)
        if (strcmp(m->sums[i].ccy, ccy) == 0)
            return &m->sums[i];
    if (m->nsums == MORNING_CCYS)
        return NULL;
    memcpy(m->sums[m->nsums].ccy, ccy, sizeof(m->sums[0].ccy));
    return &m->sums[m->nsums++];
}

int64_t
morning_open_rows(const struct model *r)
{
    return r->sums.flight_rows + r->sums.waiting_rows;
}

int64_t
morning_open_minor(const struct model *r)
{
    return r->sums.flight_minor + r->sums.waiting_minor;
}

static int
add_up(struct morning *m, const struct model *r, struct err *e)
{
    struct morning_sum *s = sum_of(m, r->run.ccy);

    if (s == NULL)
        return err_set(e, ERR_BUG, "more than %d currencies in a night",
                       MORNING_CCYS);
    m->live = m->live || r->run.live;
    s->runs++;
    s->rows += r->run.rows;
    s->minor += r->run.minor;
    s->paid_rows += r->sums.paid_rows;
    s->paid_minor += r->sums.paid_minor;
    s->failed_rows += r->sums.failed_rows;
    s->failed_minor += r->sums.failed_minor;
    s->doubt_rows += r->sums.doubt_rows;
    s->doubt_minor += r->sums.doubt_minor;
    s->open_rows += morning_open_rows(r);
    s->open_minor += morning_open_minor(r);
    return 0;
}

static int
one_run(struct morning *m, struct db *db, int i, int64_t id, struct err *e)
{
    struct run run = { .run_id = 0 };
    enum db_status st = run_by_id(db, id, &run);

    if (st != DB_OK)
        return db_fail(db, e, "reading a run");
    if ((m->runs[i] = calloc(1, sizeof(struct model))) == NULL)
        return err_oom(e);
    return model_read(m->runs[i], db, &run, e) < 0 ? -1
        : add_up(m, m->runs[i], e);
}

static int
runs_read(struct reading *r, struct db *db, struct err *e)
{
    struct morning *m = r->m;
    const struct db_arg args[] = {
        A_I64(m->from_us), A_I64(m->until_us), A_I64(MORNING_RUNS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("run_id", &r->i), C_I64("total", &r->j)
    };

    if (db_each(db, sql_morning_runs, args, LEN(args), cols, LEN(cols),
                run_row, r) < DB_NONE)
        return db_fail(db, e, "finding the runs of the night");
    for (int i = 0; i < m->nruns; i++)
        if (one_run(m, db, i, r->ids[i], e) < 0)
            return -1;
    return 0;
}

static int
slot_row(void *cls)
{
    struct reading *r = cls;

    r->m->slots[r->m->nslots++] = (struct morning_slot){
        kept(r, r->a), kept(r, r->b), kept(r, r->c), kept(r, r->d), r->i
    };
    return 0;
}

static int
doubt_row(void *cls)
{
    struct reading *r = cls;
    struct morning_doubt *d = &r->m->doubts[r->m->ndoubts++];

    *d = (struct morning_doubt){
        .ref = kept(r, r->a), .account = kept(r, r->b), .number = r->number,
        .rows = r->i, .minor = r->j, .since_us = r->k, .next_us = r->l
    };
    memcpy(d->ccy, r->ccy, sizeof(d->ccy));
    return 0;
}

static int
wait_row(void *cls)
{
    struct reading *r = cls;

    r->m->waits[r->m->nwaits++] = (struct morning_wait){
        kept(r, r->a), kept(r, r->b), kept(r, r->c), r->i
    };
    return 0;
}

static int
alert_row(void *cls)
{
    struct reading *r = cls;

    r->m->alerts[r->m->nalerts++] = (struct morning_alert){
        kept(r, r->a), kept(r, r->b), r->i
    };
    return 0;
}

static int
lists_read(struct reading *r, struct db *db, struct err *e)
{
    const struct db_arg span[] = {
        A_I64(r->m->from_us), A_I64(r->m->until_us), A_I64(MORNING_ROWS_MAX)
    };
    const struct db_arg most[] = { A_I64(MORNING_ROWS_MAX) };
    const struct db_col slots[] = {
        C_STR("name", &r->a), C_STR("state", &r->b), C_STR("note", &r->c),
        C_STR("runs", &r->d), C_I64("due_us", &r->i)
    };
    const struct db_col doubts[] = {
        C_STR("ref", &r->a), C_STR("account", &r->b),
        C_INT("number", &r->number), C_TEXT("ccy", r->ccy),
        C_I64("rows", &r->i), C_I64("minor", &r->j),
        C_I64("since_us", &r->k), C_I64("next_us", &r->l)
    };
    const struct db_col waits[] = {
        C_STR("who", &r->a), C_STR("what", &r->b), C_STR("todo", &r->c),
        C_I64("since_us", &r->i)
    };
    const struct db_col alerts[] = {
        C_STR("title", &r->a), C_STR("told", &r->b), C_I64("at_us", &r->i)
    };

    if (db_each(db, sql_morning_slots, span, LEN(span), slots, LEN(slots),
                slot_row, r) < DB_NONE
        || db_each(db, sql_morning_doubt, most, LEN(most), doubts,
                   LEN(doubts), doubt_row, r) < DB_NONE
        || db_each(db, sql_morning_waits, most, LEN(most), waits, LEN(waits),
                   wait_row, r) < DB_NONE
        || db_each(db, sql_morning_alerts, span, LEN(span), alerts,
                   LEN(alerts), alert_row, r) < DB_NONE)
        return db_fail(db, e, "reading what waits");
    return 0;
}

int
morning_read(struct morning *m, struct db *db, const char *day, struct err *e)
{
    struct reading r = { .m = m };
    int rc = -1;

    memset(m, 0, sizeof(*m));
    arena_init(&m->arena, REPORT_MODEL_BYTES_MAX);
    if (report_moment(db, e) < 0)
        return -1;
    if (span_read(m, db, day, e) == 0 && runs_read(&r, db, e) == 0
        && lists_read(&r, db, e) == 0)
        rc = 0;
    db_rollback(db);
    return rc;
}

void
morning_release(struct morning *m)
{
    for (int i = 0; i < m->nruns; i++)
        if (m->runs[i] != NULL) {
            model_release(m->runs[i]);
            free(m->runs[i]);
        }
    m->nruns = 0;
    arena_release(&m->arena);
}

/* --- in one line, and for programs ---------------------------------------- */

void
morning_title(const struct morning *m, char out[MORNING_TITLE_BYTES])
{
    int64_t doubts = 0, failed = 0, paid = 0, open = 0;
    char count[RENDER_COUNT_BYTES];

    for (int i = 0; i < m->nsums; i++) {
        doubts += m->sums[i].doubt_rows;
        failed += m->sums[i].failed_rows;
        paid += m->sums[i].paid_rows;
        open += m->sums[i].open_rows;
    }
    render_count(paid, "payment", "payments", count);
    if (m->nruns == 0)
        snprintf(out, MORNING_TITLE_BYTES, "Morning report %s: nothing was "
                 "due%s", m->day, m->nwaits > 0 ? "; something waits" : "");
    else
        snprintf(out, MORNING_TITLE_BYTES, "Morning report %s: %s paid, %lld "
                 "failed, %lld in doubt, %lld open%s", m->day, count,
                 (long long)failed, (long long)doubts, (long long)open,
                 m->nwaits > 0 ? "; something waits" : "");
}

void
morning_json(const struct morning *m, struct buf *b)
{
    buf_printf(b, "{\"day\":\"%s\",\"live\":%s,\"runs\":[", m->day,
               m->live ? "true" : "false");
    for (int i = 0; i < m->nruns; i++) {
        const struct model *r = m->runs[i];
        const struct run_sums *s = &r->sums;

        buf_printf(b, "%s{\"run\":\"%s\",\"state\":\"%s\",\"currency\":\"%s\","
                   "\"rows\":%lld,\"minor\":%lld,\"paid\":%lld,"
                   "\"paid_minor\":%lld,\"failed\":%lld,\"failed_minor\":%lld,"
                   "\"in_doubt\":%lld,\"in_doubt_minor\":%lld,\"open\":%lld,"
                   "\"open_minor\":%lld,\"ties\":%s}", i > 0 ? "," : "",
                   r->run.ref, run_state_name(r->run.state), r->run.ccy,
                   (long long)r->run.rows, (long long)r->run.minor,
                   (long long)s->paid_rows, (long long)s->paid_minor,
                   (long long)s->failed_rows, (long long)s->failed_minor,
                   (long long)s->doubt_rows, (long long)s->doubt_minor,
                   (long long)morning_open_rows(r),
                   (long long)morning_open_minor(r),
                   r->proof.ties ? "true" : "false");
    }
    buf_printf(b, "],\"waiting\":%d,\"alerts\":%d,\"planned\":%d}", m->nwaits,
               m->nalerts, m->nslots);
}
