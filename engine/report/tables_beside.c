/*
 * The run beside the one before it, several people on one account, and all
 * tries of a payment on one line.
 */
#include "db/sql.h"
#include "report/table_feed.h"

static const struct table_col tries_cols[] = {
    { "name", "Payee", CELL_TEXT, 30, 20 },
    { "account", "Account", CELL_CODE, 18, 15 },
    { "amount", "Amount", CELL_MONEY, 16, 13 },
    { "tries", "Tries", CELL_COUNT, 8, 7 },
    { "state", "State now", CELL_TEXT, 12, 11 },
    { "way", "All tries", CELL_TEXT, 80, 40 }
};

static const struct table_col compare_cols[] = {
    { "who", "Who", CELL_CODE, 16, 16 },
    { "name", "Name", CELL_TEXT, 30, 24 },
    { "line", "Line", CELL_COUNT, 8, 7 },
    { "amount_before", "Before", CELL_MONEY, 16, 16 },
    { "amount", "Now", CELL_MONEY, 16, 16 },
    { "account_before", "Account before", CELL_CODE, 22, 18 },
    { "account", "Account now", CELL_CODE, 22, 18 }
};

static const struct table_col parts_cols[] = {
    { "part", "Department or branch", CELL_TEXT, 30, 30 },
    { "count_before", "Before", CELL_COUNT, 12, 12 },
    { "amount_before", "Amount before", CELL_MONEY, 18, 18 },
    { "count", "Now", CELL_COUNT, 12, 12 },
    { "amount", "Amount now", CELL_MONEY, 18, 18 },
    { "change", "Change", CELL_MONEY, 18, 18 }
};

static const struct table_col shared_cols[] = {
    { "account", "Account", CELL_CODE, 28, 24 },
    { "people", "People", CELL_COUNT, 10, 10 },
    { "names", "Names", CELL_TEXT, 60, 42 },
    { "count", "Payments", CELL_COUNT, 12, 11 },
    { "amount", "Amount", CELL_MONEY, 18, 17 }
};

#define COLS(a) (a), (int)LEN(a)

const struct table tables_of_beside[] = {
    { "tries", "Tried more than once",
      "All tries of one payment on one line, whichever run made them.",
      COLS(tries_cols), true, 0 },
    { "compare", "Beside the run before",
      "Of each kind the largest; a person is an employee number, or name and "
      "account where the file has none.", COLS(compare_cols), false, 0 },
    { "compare_parts", "Departments and branches beside the run before", NULL,
      COLS(parts_cols), false, 0 },
    { "shared", "Several people on one account",
      "Often a family or a union; sometimes somebody who is paid twice.",
      COLS(shared_cols), true, 0 }
};

/* --- tries ---------------------------------------------------------------- */

struct tries_row {
    struct feed *f;
    struct str name, account, state, batch_state, way;
    int64_t minor, tries;
};

static int
tries_row(void *owner)
{
    struct tries_row *r = owner;

    feed_text(r->f, 0, r->name);
    feed_text(r->f, 1, r->account);
    feed_n(r->f, 2, r->minor);
    feed_n(r->f, 3, r->tries);
    feed_words(r->f, 4, pay_state_name(pay_state_of(r->state,
                                                    r->batch_state)));
    feed_text(r->f, 5, r->way);
    return feed_row(r->f, ROW_PLAIN);
}

int
tables_tries(struct feed *f, struct err *e)
{
    struct tries_row r = { .f = f };
    const struct db_arg args[] = { A_I64S(f->m->run_ids, f->m->nruns),
                                   A_I64(f->rows_max) };
    const struct db_col cols[] = {
        C_STR("name", &r.name), C_STR("account", &r.account),
        C_I64("minor", &r.minor), C_I64("tries", &r.tries),
        C_STR("state", &r.state), C_STR("batch_state", &r.batch_state),
        C_STR("way", &r.way)
    };

    if (db_stream(f->m->db, sql_report_tries, args, LEN(args), cols, LEN(cols),
                  tries_row, &r) < 0)
        return db_fail(f->m->db, e, "reading what was tried again");
    return 0;
}

/* --- beside the run before ------------------------------------------------ */

/* Read once; NULL and no error: a period has no run before it. */
static int
beside_read(struct model *m, struct err *e)
{
    if (m->compare != NULL || m->runs != NULL)
        return 0;
    m->compare = arena_alloc(&m->arena, sizeof(*m->compare));
    if (m->compare == NULL)
        return err_oom(e);
    return compare_runs(m->db, &m->run, m->compare, e);
}

static int
person(struct feed *f, const struct compare_person *p)
{
    feed_words(f, 0, p->who);
    feed_words(f, 1, p->name);
    feed_n(f, 2, p->line);
    feed_n(f, 3, p->minor_before);
    feed_n(f, 4, p->minor);
    feed_words(f, 5, p->account_before);
    feed_words(f, 6, p->account);
    return feed_row(f, ROW_PLAIN);
}

static int
people_total(struct feed *f, const struct compare *c)
{
    char words[128];

    snprintf(words, sizeof(words), "%lld people, in %s %lld",
             (long long)c->people, c->before.ref,
             (long long)c->people_before);
    feed_words(f, 0, words);
    feed_n(f, 3, c->minor_before);
    feed_n(f, 4, c->minor);
    return feed_row(f, ROW_SUM);
}

int
tables_compare(struct feed *f, struct err *e)
{
    static const char *const titles[] = {
        [COMPARE_NEW] = "New", [COMPARE_LEFT] = "No longer there",
        [COMPARE_MOVED] = "Other account or phone",
        [COMPARE_RISEN] = "Gets more", [COMPARE_FALLEN] = "Gets less"
    };
    const struct compare *c = NULL;
    char title[64];

    if (beside_read(f->m, e) < 0)
        return -1;
    c = f->m->compare;
    for (int s = 0; c != NULL && c->found && s < COMPARE_SORTS; s++) {
        if (c->count[s] == 0)
            continue;
        snprintf(title, sizeof(title), "%s: %lld", titles[s],
                 (long long)c->count[s]);
        if (feed_head(f, title) < 0)
            return -1;
        for (int i = 0; i < c->named[s]; i++)
            if (person(f, &c->list[s][i]) < 0)
                return -1;
    }
    return c != NULL && c->found ? people_total(f, c) : 0;
}

struct parts_row {
    struct feed *f;
    struct str what, name;
    int64_t rows, minor, rows_before, minor_before;
};

static int
parts_row(void *owner)
{
    struct parts_row *r = owner;
    char name[160];

    snprintf(name, sizeof(name), "%.*s (%.*s)",
             STR_ARG(str_cut(r->name, 120)), STR_ARG(r->what));
    feed_words(r->f, 0, name);
    feed_n(r->f, 1, r->rows_before);
    feed_n(r->f, 2, r->minor_before);
    feed_n(r->f, 3, r->rows);
    feed_n(r->f, 4, r->minor);
    feed_n(r->f, 5, r->minor - r->minor_before);
    return feed_row(r->f, ROW_PLAIN);
}

int
tables_compare_parts(struct feed *f, struct err *e)
{
    struct parts_row r = { .f = f };
    const struct db_col cols[] = {
        C_STR("what", &r.what), C_STR("name", &r.name),
        C_I64("rows", &r.rows), C_I64("minor", &r.minor),
        C_I64("rows_before", &r.rows_before),
        C_I64("minor_before", &r.minor_before)
    };
    const struct compare *c = NULL;

    if (beside_read(f->m, e) < 0)
        return -1;
    if ((c = f->m->compare) == NULL || !c->found)
        return 0;
    const struct db_arg args[] = { A_I64(f->m->run.run_id),
                                   A_I64(c->before.run_id),
                                   A_I64(REPORT_GROUPS_MAX) };
    if (db_each(f->m->db, sql_report_compare_parts, args, LEN(args), cols,
                LEN(cols), parts_row, &r) < 0)
        return db_fail(f->m->db, e, "comparing departments and branches");
    return 0;
}

/* --- several people on one account ---------------------------------------- */

struct shared_row {
    struct feed *f;
    struct str account, names;
    int64_t people, rows, minor;
};

static int
shared_row(void *owner)
{
    struct shared_row *r = owner;

    feed_text(r->f, 0, r->account);
    feed_n(r->f, 1, r->people);
    feed_text(r->f, 2, r->names);
    feed_n(r->f, 3, r->rows);
    feed_n(r->f, 4, r->minor);
    return feed_row(r->f, ROW_PLAIN);
}

int
tables_shared(struct feed *f, struct err *e)
{
    struct shared_row r = { .f = f };
    const struct db_arg args[] = { A_I64S(f->m->run_ids, f->m->nruns),
                                   A_I64(REPORT_GROUPS_MAX) };
    const struct db_col cols[] = {
        C_STR("account", &r.account), C_I64("people", &r.people),
        C_STR("names", &r.names), C_I64("rows", &r.rows),
        C_I64("minor", &r.minor)
    };

    if (db_each(f->m->db, sql_report_shared, args, LEN(args), cols, LEN(cols),
                shared_row, &r) < 0)
        return db_fail(f->m->db, e, "looking for shared accounts");
    return 0;
}
