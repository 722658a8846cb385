/*
 * The kept bytes of the file go through the reader that read them before; the
 * lines that are wanted come out as they were.
 */
#include "report/back.h"

#include "db/sql.h"
#include "loaders/csv.h"
#include "loaders/pain001.h"
#include "loaders/rejects.h"
#include "loaders/xlsx.h"
#include "report/model.h"
#include "report/out.h"

#define SAME_AS 32              /* words of so many lines before are shared   */

/* A line that is wanted, in the order of the file. */
struct wanted {
    int64_t    line;
    struct str problem, fix;
};

struct back {
    struct model m;             /* whose arena keeps the words                */
    const struct back_order *order;
    struct back_result *result;
    struct out out;
    struct rejects rejects;
    struct wanted *list;
    size_t n, room, at;
    bool header;                /* it was seen                                */
    struct csv *csv;
    struct pain001 *order_file;
    struct buf bytes;           /* of a workbook, which is read as a whole    */
    struct err *e;
};

/* --- which lines ---------------------------------------------------------- */

struct line_row {
    struct back *b;
    char code[64];
    struct str problem, state, reason;
    int64_t line;
    bool partly;
};

/* The same words again and again are kept once. */
static struct str
keep(struct back *b, struct str s, bool fix)
{
    for (size_t i = b->n; i > 0 && b->n - i < SAME_AS; i--) {
        struct str had = fix ? b->list[i - 1].fix : b->list[i - 1].problem;

        if (str_eq(had, s))
            return had;
    }
    return arena_str(&b->m.arena, s);
}

static int
want(struct back *b, int64_t line, struct str problem, struct str fix)
{
    if (b->n == b->room) {
        size_t room = b->room > 0 ? 2 * b->room : 256;
        struct wanted *more = realloc(b->list, room * sizeof(*more));

        if (more == NULL)
            return -1;
        b->list = more;
        b->room = room;
    }
    b->list[b->n].line = line;
    problem = keep(b, problem, false);
    fix = keep(b, fix, true);
    b->list[b->n].problem = problem;
    b->list[b->n].fix = fix;
    b->n++;
    return problem.p != NULL ? 0 : -1;
}

static int
line_row(void *owner)
{
    struct line_row *r = owner;
    struct back *b = r->b;
    char words[ERR_TEXT_BYTES];
    enum pay_state state = pay_state_of(r->state, STR(""));
    const struct provider *p = model_code_of(&b->m, r->code);
    struct str why = words_reason(p, r->code, r->reason);

    if (r->partly) {
        b->result->partly++;
        return 0;
    }
    if (r->problem.len > 0)
        return want(b, r->line, r->problem,
                    STR("Correct the row, then load this file."));
    snprintf(words, sizeof(words), "%s %s: %.*s", pay_state_name(state),
             r->code, STR_ARG(str_cut(why, 200)));
    return want(b, r->line, str_of(words),
                str_of(words_todo(p, state, r->code)));
}

static int
lines_read(struct back *b, struct err *e)
{
    struct line_row r = { .b = b };
    const struct db_arg args[] = { A_I64(b->m.run.run_id),
                                   A_BOOL(b->order->held),
                                   A_BOOL(b->order->failed) };
    const struct db_col cols[] = {
        C_I64("line_no", &r.line), C_STR("problem", &r.problem),
        C_STR_NULL("state", &r.state), C_TEXT_NULL("code", r.code),
        C_STR_NULL("reason", &r.reason), C_BOOL("partly", &r.partly)
    };

    if (db_stream(b->m.db, sql_report_back, args, LEN(args), cols, LEN(cols),
                  line_row, &r) < 0)
        return db_fail(b->m.db, e, "reading which rows come back");
    return 0;
}

/* --- the rows of the file ------------------------------------------------- */

/* Lines that no record begins with are passed: they could not be read. */
static bool
record(void *owner, const struct csv_record *rec)
{
    struct back *b = owner;
    char row[RUN_REF_BYTES + 24];

    if (!b->header) {
        b->header = true;
        rejects_begin(&b->rejects, &b->out.b,
                      b->csv != NULL ? csv_delimiter(b->csv) : ',', true,
                      rec);
        return true;
    }
    while (b->at < b->n && b->list[b->at].line < rec->line) {
        b->result->unread++;
        b->at++;
    }
    if (b->at == b->n || b->list[b->at].line != rec->line)
        return true;
    snprintf(row, sizeof(row), "%s/%lld", b->m.run.ref, (long long)rec->line);
    rejects_said(&b->rejects, rec, b->list[b->at].problem,
                 b->list[b->at].fix, str_of(row));
    b->at++;
    b->result->rows++;
    return out_turn(&b->out) == 0;
}

static void
csv_record_of(void *owner, const struct csv_record *rec)
{
    (void)record(owner, rec);
}

/* It was said when the file was uploaded. */
static void
csv_flaw_of(void *owner, enum csv_flaw flaw, int64_t line, int column)
{
    (void)owner;
    (void)flaw;
    (void)line;
    (void)column;
}

static void
note_of(void *owner, const char *code, int64_t line, int column,
        struct str value, const char *detail)
{
    (void)owner;
    (void)code;
    (void)line;
    (void)column;
    (void)value;
    (void)detail;
}

struct bytes_row {
    struct back *b;
    struct str body;
    int64_t parts;
};

static int
bytes_row(void *owner)
{
    struct bytes_row *r = owner;
    struct back *b = r->b;

    r->parts++;
    if (b->csv != NULL)
        return csv_feed(b->csv, r->body.p, r->body.len, b->e);
    if (b->order_file != NULL)
        return pain001_feed(b->order_file, r->body.p, r->body.len, b->e);
    buf_str(&b->bytes, r->body);
    return b->bytes.failed ? err_oom(b->e) : 0;
}

static int
reader_open(struct back *b, struct err *e)
{
    const struct csv_sink csv = { csv_record_of, csv_flaw_of, b };
    const struct table_sink table = { record, note_of, b };
    const char *is = b->m.encoding;

    buf_init(&b->bytes, XLSX_FILE_BYTES_MAX + 1);
    if (strncmp(is, "Excel, ", 7) == 0)
        return 0;
    if (strncmp(is, "payment order", 13) == 0)
        return (b->order_file = pain001_new(&table, e)) != NULL ? 0 : -1;
    return (b->csv = csv_new(&csv, e)) != NULL ? 0 : -1;
}

/* Excel, sheet "November". */
static int
workbook_read(struct back *b, struct err *e)
{
    const struct table_sink table = { record, note_of, b };
    char sheet[XLSX_NAME_BYTES] = "", name[XLSX_NAME_BYTES];
    const char *from = strchr(b->m.encoding, '"');
    size_t n = from != NULL ? strlen(from + 1) : 0;

    if (n > 1)
        (void)str_copy(sheet, sizeof(sheet), (struct str){ from + 1, n - 1 });
    return xlsx_read(buf_view(&b->bytes), sheet[0] != '\0' ? sheet : NULL,
                     &table, name, e);
}

static int
rows_read(struct back *b, struct err *e)
{
    struct bytes_row r = { .b = b };
    const struct db_arg args[] = { A_I64(b->m.run.run_id) };
    const struct db_col cols[] = { C_BYTES("body", &r.body) };
    int rc = 0;

    if (reader_open(b, e) < 0)
        return -1;
    if (db_stream(b->m.db, sql_pack_file, args, LEN(args), cols, LEN(cols),
                  bytes_row, &r) < 0)
        return e->kind != ERR_NONE ? -1
            : db_fail(b->m.db, e, "reading the file again");
    if (r.parts == 0) {
        err_set(e, ERR_NOINPUT, "the file of %s was uploaded before payrun "
                "kept files", b->m.run.ref);
        return err_fix(e, "payrun report %s --format csv has its rows, in "
                       "columns of its own", b->m.run.ref);
    }
    if (b->csv != NULL)
        rc = csv_end(b->csv, e);
    else if (b->order_file != NULL)
        rc = pain001_end(b->order_file, e);
    else
        rc = workbook_read(b, e);
    b->result->unread += (int64_t)(b->n - b->at);
    return rc;
}

int
back_write(struct db *db, const struct run *run, const struct back_order *o,
           FILE *file, struct back_result *result, struct err *e)
{
    struct back *b = calloc(1, sizeof(*b));
    int rc = -1;

    *result = (struct back_result){ 0 };
    if (b == NULL)
        return err_oom(e);
    b->order = o;
    b->result = result;
    b->e = e;
    out_init(&b->out, file);
    if (model_read(&b->m, db, run, e) == 0 && lines_read(b, e) == 0)
        rc = rows_read(b, e);
    csv_close(b->csv);
    pain001_free(b->order_file);
    buf_release(&b->bytes);
    free(b->list);
    model_release(&b->m);
    if (rc == 0)
        rc = out_end(&b->out, e);
    else
        (void)out_end(&b->out, NULL);
    free(b);
    return rc;
}
