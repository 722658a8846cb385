#include "report/report.h"

#include "db/txn.h"
#include "report/render.h"

/* Not in schema/queries: it is no statement that can be prepared ahead, and
 * must be the first of its transaction. */
static const char sql_one_moment[] =
"-- one_moment: every statement of this transaction sees the same data\n"
"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/* Name, the ending of a file, and whether several runs can be shown so. */
static const struct {
    const char *name, *ending;
    bool several;
} formats[REPORT_FORMATS] = {
    [REPORT_TEXT] = { "text", "txt", true },
    [REPORT_CSV] = { "csv", "csv", true },
    [REPORT_JSON] = { "json", "json", true },
    [REPORT_HTML] = { "html", "html", true },
    [REPORT_XLSX] = { "xlsx", "xlsx", true },
    [REPORT_PDF] = { "pdf", "pdf", true },
    [REPORT_PAIN002] = { "pain.002", "pain.002.xml", false },
    [REPORT_CAMT054] = { "camt.054", "camt.054.xml", true }
};

int
report_format_of(const char *name)
{
    for (int i = 0; name != NULL && i < REPORT_FORMATS; i++)
        if (strcmp(name, formats[i].name) == 0)
            return i;
    return -1;
}

const char *
report_ending(enum report_format f)
{
    return formats[f].ending;
}

static int
render(struct model *m, enum report_format format, struct out *o, bool color,
       struct err *e)
{
    switch (format) {
    case REPORT_TEXT:
        return text_render(m, o, color, e);
    case REPORT_CSV:
        return m->runs != NULL ? csv_table(m, o, TABLE_RUNS, e)
                               : csv_render(m, o, e);
    case REPORT_JSON:
        return json_render(m, o, e);
    case REPORT_HTML:
        return html_render(m, o, e);
    case REPORT_XLSX:
        return sheets_render(m, o, e);
    case REPORT_PDF:
        return pdf_render(m, o, e);
    case REPORT_PAIN002:
        return pain002_render(m, o, e);
    case REPORT_CAMT054:
        return camt054_render(m, o, e);
    }
    return err_set(e, ERR_BUG, "there is no report format %d", (int)format);
}

static int
read_model(struct model *m, struct db *db, const struct report_what *what,
           struct err *e)
{
    if (what->run != NULL)
        return model_read(m, db, what->run, e);
    return scope_read(m, db, &what->scope, e);
}

int
report_moment(struct db *db, struct err *e)
{
    if (db_begin(db) < 0)
        return db_fail(db, e, "starting the report");
    if (db_do(db, sql_one_moment, NULL, 0) >= 0)
        return 0;
    db_fail(db, e, "starting the report");
    db_rollback(db);
    return -1;
}

int
report_in(struct db *db, const struct report_what *what,
          enum report_format format, int64_t as_of_us, FILE *file, bool color,
          struct err *e)
{
    struct model m = { .db = NULL };
    struct out o;
    int rc = -1;

    if (what->run == NULL && !formats[format].several) {
        err_set(e, ERR_USAGE, "%s is about one run", formats[format].name);
        return err_fix(e, "payrun report RUN --format %s",
                       formats[format].name);
    }
    out_init(&o, file);
    if (read_model(&m, db, what, e) == 0) {
        m.now_us = as_of_us > 0 ? as_of_us : m.now_us;
        rc = render(&m, format, &o, color, e);
    }
    model_release(&m);
    /* when writing failed, that is the reason, whatever reading said then */
    if (o.failed || o.b.failed || rc == 0)
        return out_end(&o, e);
    (void)out_end(&o, NULL);
    return -1;
}

int
report_write(struct db *db, const struct run *run, enum report_format format,
             FILE *file, bool color, struct err *e)
{
    const struct report_what what = { .run = run };
    int rc;

    if (report_moment(db, e) < 0)
        return -1;
    rc = report_in(db, &what, format, 0, file, color, e);
    db_rollback(db);                /* it only read */
    return rc;
}

void
report_proof(FILE *file, const struct run_sums *sums, const char *ccy,
             bool color)
{
    struct proof p;
    struct out o;

    out_init(&o, file);
    proof_make(&p, sums);
    text_proof(&o, &p, ccy, color);
    (void)out_end(&o, NULL);
}
