#include "report/report.h"

#include "db/txn.h"
#include "report/render.h"

/* Not in schema/queries: it is no statement that can be prepared ahead, and
 * must be the first of its transaction. */
static const char sql_one_moment[] =
"-- one_moment: every statement of this transaction sees the same data\n"
"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

int
report_format_of(const char *name)
{
    static const char *const names[] = {
        [REPORT_TEXT] = "text", [REPORT_CSV] = "csv", [REPORT_JSON] = "json",
        [REPORT_HTML] = "html"
    };

    for (int i = 0; name != NULL && i < (int)LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static int
render(struct model *m, enum report_format format, struct out *o, bool color,
       struct err *e)
{
    switch (format) {
    case REPORT_TEXT:
        return text_render(m, o, color, e);
    case REPORT_CSV:
        return csv_render(m, o, e);
    case REPORT_JSON:
        return json_render(m, o, e);
    case REPORT_HTML:
        return html_render(m, o, e);
    }
    return err_set(e, ERR_BUG, "there is no report format %d", (int)format);
}

int
report_write(struct db *db, const struct run *run, enum report_format format,
             FILE *file, bool color, struct err *e)
{
    struct model m = { .db = NULL };
    struct out o;
    int rc = -1;

    if (db_begin(db) < 0)
        return db_fail(db, e, "starting the report");
    out_init(&o, file);
    if (db_do(db, sql_one_moment, NULL, 0) < 0)
        db_fail(db, e, "starting the report");
    else if (model_read(&m, db, run, e) == 0)
        rc = render(&m, format, &o, color, e);
    db_rollback(db);                /* it only read */
    model_release(&m);
    /* when writing failed, that is the reason, whatever reading said then */
    if (o.failed || o.b.failed || rc == 0)
        return out_end(&o, e);
    (void)out_end(&o, NULL);
    return -1;
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
