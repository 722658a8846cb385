/*
 * Payments by rail, provider, hour, department and branch with the rate of
 * success, and the age of what is open.
 */
#include "db/sql.h"
#include "report/table_feed.h"

#define GROUP_COLS(key, title, width, paper) {                          \
    { (key), (title), CELL_TEXT, (width), (paper) },                    \
    { "count", "Payments", CELL_COUNT, 12, 11 },                        \
    { "amount", "Amount", CELL_MONEY, 18, 18 },                         \
    { "paid_count", "Paid", CELL_COUNT, 10, 9 },                        \
    { "paid", "Paid amount", CELL_MONEY, 18, 18 },                      \
    { "failed_count", "Failed", CELL_COUNT, 10, 9 },                    \
    { "failed", "Failed amount", CELL_MONEY, 16, 0 },                   \
    { "in_doubt_count", "In doubt", CELL_COUNT, 10, 9 },                \
    { "in_doubt", "In doubt amount", CELL_MONEY, 16, 0 },               \
    { "open_count", "Open", CELL_COUNT, 10, 8 },                        \
    { "open", "Open amount", CELL_MONEY, 16, 0 },                       \
    { "cancelled_count", "Cancelled", CELL_COUNT, 11, 0 },              \
    { "cancelled", "Cancelled amount", CELL_MONEY, 16, 0 },             \
    { "success", "Success", CELL_SHARE, 10, 10 },                       \
    { "charges", "Charges", CELL_MONEY, 14, 0 } }

static const struct table_col rail_cols[] = GROUP_COLS("rail", "Rail", 18, 18);
static const struct table_col provider_cols[] =
    GROUP_COLS("provider", "Provider", 18, 18);
static const struct table_col hour_cols[] =
    GROUP_COLS("hour", "Hour of the answer", 20, 18);
static const struct table_col department_cols[] =
    GROUP_COLS("department", "Department", 28, 22);
static const struct table_col branch_cols[] =
    GROUP_COLS("branch", "Branch", 28, 22);

static const struct table_col ageing_cols[] = {
    { "age", "Open for", CELL_TEXT, 20, 22 },
    { "in_doubt_count", "In doubt", CELL_COUNT, 12, 11 },
    { "in_doubt", "In doubt amount", CELL_MONEY, 18, 17 },
    { "sent_count", "Sent, no answer", CELL_COUNT, 16, 13 },
    { "sent", "Sent amount", CELL_MONEY, 18, 17 },
    { "waiting_count", "Waiting", CELL_COUNT, 12, 11 },
    { "waiting", "Waiting amount", CELL_MONEY, 18, 17 }
};

#define COLS(a) (a), (int)LEN(a)
#define SUCCESS_COL 13
#define SUCCESS_NOTE "Success: paid, of what was paid or failed; what is " \
    "open or in doubt does not count yet."

const struct table tables_of_groups[] = {
    { "rail", "By rail", SUCCESS_NOTE, COLS(rail_cols), false, SUCCESS_COL },
    { "provider", "By provider", NULL, COLS(provider_cols), false,
      SUCCESS_COL },
    { "hour", "By hour of the answer", "Hours of Nairobi.", COLS(hour_cols),
      false, SUCCESS_COL },
    { "department", "By department", NULL, COLS(department_cols), false,
      SUCCESS_COL },
    { "branch", "By branch", NULL, COLS(branch_cols), false, SUCCESS_COL },
    { "ageing", "Age of what is open",
      "In doubt: since the doubt began. Otherwise: since its batch last moved.",
      COLS(ageing_cols), false, 0 }
};

/* --- groups --------------------------------------------------------------- */

struct group_row {
    struct model *m;
    struct model_group g;
    struct str what, name;
};

/* All kinds come from one pass over the payments, so they are kept. */
static int
group_keep(void *owner)
{
    struct group_row *r = owner;
    struct model *m = r->m;

    if (m->ngroups == MODEL_GROUPS)
        return -1;
    r->g.what = arena_str(&m->arena, r->what).p;
    r->g.name = arena_str(&m->arena, r->name).p;
    if (r->g.what == NULL || r->g.name == NULL)
        return -1;
    m->groups[m->ngroups++] = r->g;
    return 0;
}

static int
groups_read(struct model *m, struct err *e)
{
    struct group_row r = { .m = m };
    struct model_group *g = &r.g;
    const struct db_arg args[] = { A_I64S(m->run_ids, m->nruns),
                                   A_I64(REPORT_GROUPS_MAX) };
    const struct db_col cols[] = {
        C_STR("what", &r.what), C_STR("name", &r.name),
        C_BOOL("rest", &g->rest), C_I64("rows", &g->rows),
        C_I64("minor", &g->minor), C_I64("paid_rows", &g->paid_rows),
        C_I64("paid_minor", &g->paid_minor),
        C_I64("failed_rows", &g->failed_rows),
        C_I64("failed_minor", &g->failed_minor),
        C_I64("doubt_rows", &g->doubt_rows),
        C_I64("doubt_minor", &g->doubt_minor),
        C_I64("open_rows", &g->open_rows), C_I64("open_minor", &g->open_minor),
        C_I64("cancelled_rows", &g->cancelled_rows),
        C_I64("cancelled_minor", &g->cancelled_minor),
        C_I64("charge_minor", &g->charge_minor)
    };

    m->groups = arena_alloc(&m->arena, MODEL_GROUPS * sizeof(*m->groups));
    if (m->groups == NULL)
        return err_oom(e);
    if (db_each(m->db, sql_report_groups, args, LEN(args), cols, LEN(cols),
                group_keep, &r) < 0)
        return db_fail(m->db, e, "adding up by rail, hour and department");
    return 0;
}

static int
group_line(struct feed *f, const struct model_group *g, const char *name)
{
    feed_words(f, 0, name);
    feed_n(f, 1, g->rows);
    feed_n(f, 2, g->minor);
    feed_n(f, 3, g->paid_rows);
    feed_n(f, 4, g->paid_minor);
    feed_n(f, 5, g->failed_rows);
    feed_n(f, 6, g->failed_minor);
    feed_n(f, 7, g->doubt_rows);
    feed_n(f, 8, g->doubt_minor);
    feed_n(f, 9, g->open_rows);
    feed_n(f, 10, g->open_minor);
    feed_n(f, 11, g->cancelled_rows);
    feed_n(f, 12, g->cancelled_minor);
    feed_share(f, SUCCESS_COL, g->paid_rows, g->paid_rows + g->failed_rows);
    feed_n(f, 14, g->charge_minor);
    return feed_row(f, ROW_PLAIN);
}

/* A file without departments has one group without a name: no table. */
static bool
has_names(const struct model *m, const char *what)
{
    for (int i = 0; i < m->ngroups; i++)
        if (strcmp(m->groups[i].what, what) == 0
            && m->groups[i].name[0] != '\0')
            return true;
    return false;
}

int
tables_groups(struct feed *f, struct err *e)
{
    struct model *m = f->m;
    const char *what = f->t->key;

    if (m->groups == NULL && groups_read(m, e) < 0)
        return -1;
    for (int i = 0; i < m->ngroups && has_names(m, what); i++) {
        const struct model_group *g = &m->groups[i];
        const char *name = g->name;

        if (strcmp(g->what, what) != 0)
            continue;
        if (g->rest)
            name = "all others";
        else if (name[0] == '\0')
            name = "(none)";
        else if (strcmp(what, "provider") == 0)
            name = words_provider(name);
        if (group_line(f, g, name) < 0)
            return -1;
    }
    return 0;
}

/* --- ageing --------------------------------------------------------------- */

struct ageing_row {
    struct feed *f;
    int64_t n[6];
    int age;
};

static int
ageing_row(void *owner)
{
    static const char *const ages[] = {
        "under an hour", "an hour to a day", "1 to 3 days", "3 to 7 days",
        "more than 7 days"
    };
    struct ageing_row *r = owner;

    if (r->age < 0 || r->age >= (int)LEN(ages))
        return -1;
    feed_words(r->f, 0, ages[r->age]);
    for (int i = 0; i < 6; i++)
        feed_n(r->f, 1 + i, r->n[i]);
    return feed_row(r->f, ROW_PLAIN);
}

int
tables_ageing(struct feed *f, struct err *e)
{
    struct ageing_row r = { .f = f };
    const struct db_arg args[] = { A_I64S(f->m->run_ids, f->m->nruns) };
    const struct db_col cols[] = {
        C_INT("age", &r.age), C_I64("doubt_rows", &r.n[0]),
        C_I64("doubt_minor", &r.n[1]), C_I64("sent_rows", &r.n[2]),
        C_I64("sent_minor", &r.n[3]), C_I64("waiting_rows", &r.n[4]),
        C_I64("waiting_minor", &r.n[5])
    };

    if (db_each(f->m->db, sql_report_ageing, args, LEN(args), cols, LEN(cols),
                ageing_row, &r) < 0)
        return db_fail(f->m->db, e, "reading the age of what is open");
    return 0;
}
