#include "intake/retry.h"

#include <errno.h>
#include <unistd.h>

#include "db/sql.h"
#include "loaders/columns.h"
#include "providers/jscan.h"

#define CSV_BYTES_MAX ((size_t)512 * 1024 * 1024)

/* --- rows of a file ------------------------------------------------------- */

static const char header[] =
    "Employee No,Name,Phone,Amount,Bank Code,Account,Paybill,Till,"
    "Account Reference,Rail,Pay From,Reference,Narration,ID Number,KRA PIN,"
    "Department,Branch";

#define OWN_COLUMNS 18          /* in that header, and COLUMNS_ROW */

struct line {
    struct retry *out;
    const struct rules *rules;
    bool shown;
    int64_t batch_id, minor, total, line_no;
    int seq;
    struct str payer, rail, account, bank_code, account_reference, name,
               narration, employee_no, reference, id_number, kra_pin,
               department, branch, extra;
    struct arena arena;
    struct str  keys[CSV_FIELDS_MAX - OWN_COLUMNS];     /* of extra           */
    int         nkeys;
    struct str  key;
    char room[CSV_LINE_BYTES_MAX];      /* for one cell                       */
};

/* --- columns payrun does not know ------------------------------------------- */

static int
key_row(void *owner)
{
    struct line *l = owner;
    char *p = NULL;

    /* what an earlier file corrected is no business of this one */
    if (l->nkeys == (int)LEN(l->keys) || columns_row(l->key))
        return 0;
    if ((p = arena_alloc(&l->arena, l->key.len + 1)) == NULL
        || str_copy(p, l->key.len + 1, l->key) < 0)
        return -1;
    l->keys[l->nkeys++] = str_of(p);
    return 0;
}

static enum db_status
read_keys(struct db *db, struct line *l)
{
    const struct db_arg args[] = { A_I64(l->out->run.run_id) };
    const struct db_col cols[] = { C_STR("name", &l->key) };

    return db_each(db, sql_report_columns, args, LEN(args), cols, LEN(cols),
                   key_row, l);
}


/* For payrun's own eyes the text must come back as it was: quoted, nothing
 * put before it. */
static void
cell(struct line *l, struct str s)
{
    struct buf *b = &l->out->csv;

    if (l->shown) {
        buf_csv(b, s, ',');
    } else {
        buf_char(b, '"');
        for (size_t i = 0; i < s.len; i++) {
            if (s.p[i] == '"')
                buf_char(b, '"');
            buf_char(b, s.p[i]);
        }
        buf_char(b, '"');
    }
    buf_char(b, ',');
}

/* A column we know that was not used, as the bank's name beside its code, must
 * not be read as more than that now. */
static void
write_header(struct line *l)
{
    struct buf *b = &l->out->csv;

    buf_text(b, header);
    if (l->shown)
        buf_text(b, "," COLUMNS_ROW);
    for (int i = 0; i < l->nkeys; i++) {
        struct buf name;

        buf_init(&name, CSV_LINE_BYTES_MAX);
        if (columns_field(l->keys[i]) != PF_UNKNOWN)
            buf_text(&name, "Original ");
        buf_str(&name, l->keys[i]);
        buf_char(b, ',');
        cell(l, buf_view(&name));
        b->len--;                       /* its comma */
        buf_release(&name);
    }
    buf_text(b, "\r\n");
}

/* One payment is one line, because lines are how it is tied. */
static void
write_extra(struct line *l)
{
    struct jscan_value values[LEN(l->keys)] = { { .kind = JSCAN_NONE } };
    char *room = l->room;
    struct jscan js;

    jscan_start(&js, l->extra, 0);
    if (l->extra.len == 0
        || jscan_object(&js, l->keys, l->nkeys, values) < 0)
        memset(values, 0, sizeof(values));
    for (int i = 0; i < l->nkeys; i++) {
        struct str s = jscan_text_start(&values[i], room, sizeof(l->room));

        if (s.p != NULL && s.p != room)
            s = str_copy(room, sizeof(l->room), s) == 0 ? str_of(room)
                                                     : (struct str){ 0 };
        for (size_t k = 0; k < s.len; k++)
            if (room[k] == '\n' || room[k] == '\r')
                room[k] = ' ';
        cell(l, s);
    }
}

/* Which column the account stands in.  A rail that pays paybills and tills has
 * a rule for each; a till has no account reference. */
static enum account_kind
kind_of(const struct line *l)
{
    const struct rail_rule *r = rules_rail(l->rules, l->rail);

    if (r == NULL)
        return ACCOUNT_PHONE;
    if (r->account == ACCOUNT_PHONE || r->account == ACCOUNT_BANK)
        return r->account;
    return l->account_reference.len > 0 ? ACCOUNT_PAYBILL : ACCOUNT_TILL;
}

static void
write_line(struct line *l)
{
    static const struct str none = { NULL, 0 };
    enum account_kind kind = kind_of(l);
    struct buf *b = &l->out->csv;

    cell(l, l->employee_no);
    cell(l, l->name);
    cell(l, kind == ACCOUNT_PHONE ? l->account : none);
    buf_minor(b, l->minor, ccy_decimals(l->out->run.ccy));
    buf_char(b, ',');
    cell(l, kind == ACCOUNT_BANK ? l->bank_code : none);
    cell(l, kind == ACCOUNT_BANK ? l->account : none);
    cell(l, kind == ACCOUNT_PAYBILL ? l->account : none);
    cell(l, kind == ACCOUNT_TILL ? l->account : none);
    cell(l, l->account_reference);
    cell(l, l->rail);
    cell(l, l->payer);
    cell(l, l->reference);
    cell(l, l->narration);
    cell(l, l->id_number);
    cell(l, l->kra_pin);
    cell(l, l->department);
    cell(l, l->branch);
    if (l->shown)
        buf_printf(b, "%s/%lld,", l->out->run.ref, (long long)l->line_no);
    write_extra(l);
    b->len--;                           /* the last comma */
    buf_text(b, "\r\n");
}

static int
line_row(void *owner)
{
    struct line *l = owner;
    struct retry *out = l->out;

    if (out->n == 0) {
        size_t room = l->total > 0 ? (size_t)l->total : 1;

        out->batch_ids = calloc(room, sizeof(*out->batch_ids));
        out->seqs = calloc(room, sizeof(*out->seqs));
    }
    if (out->batch_ids == NULL || out->seqs == NULL
        || minor_add(&out->minor, l->minor) < 0)
        return -1;
    out->batch_ids[out->n] = l->batch_id;
    out->seqs[out->n++] = l->seq;
    write_line(l);
    return out->csv.failed ? -1 : 0;
}

static enum db_status
read_rows(struct db *db, struct line *l)
{
    const struct db_arg args[] = {
        A_I64(l->out->run.run_id), A_I64(RETRY_ROWS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &l->batch_id), C_INT("seq", &l->seq),
        C_I64("minor", &l->minor), C_I64("line_no", &l->line_no),
        C_STR("payer", &l->payer),
        C_STR("rail", &l->rail), C_STR("account", &l->account),
        C_STR_NULL("bank_code", &l->bank_code),
        C_STR_NULL("account_reference", &l->account_reference),
        C_STR("name", &l->name), C_STR_NULL("narration", &l->narration),
        C_STR_NULL("employee_no", &l->employee_no),
        C_STR_NULL("reference", &l->reference),
        C_STR_NULL("id_number", &l->id_number),
        C_STR_NULL("kra_pin", &l->kra_pin),
        C_STR_NULL("department", &l->department),
        C_STR_NULL("branch", &l->branch), C_STR_NULL("extra", &l->extra),
        C_I64("total", &l->total)
    };

    return db_stream(db, sql_retry_rows, args, LEN(args), cols, LEN(cols),
                     line_row, l);
}

/* --- what may be paid again ----------------------------------------------- */

struct kin {
    struct retry *out;
    int64_t run_id;
};

static int
kin_row(void *owner)
{
    struct kin *k = owner;

    if (k->out->nkin == RETRY_KIN_MAX)
        return -1;
    k->out->kin[k->out->nkin++] = k->run_id;
    return 0;
}

bool
retry_is_kin(const struct retry *r, int64_t run_id)
{
    for (size_t i = 0; r != NULL && i < r->nkin; i++)
        if (r->kin[i] == run_id)
            return true;
    return false;
}

static enum db_status
read_about(struct db *db, struct retry *out)
{
    struct kin k = { out, 0 };
    const struct db_arg args[] = { A_I64(out->run.run_id) };
    const struct db_col kin[] = { C_I64("run_id", &k.run_id) };
    const struct db_col counts[] = {
        C_I64("failed", &out->failed), C_I64("doubt", &out->doubt),
        C_I64("retried", &out->retried), C_TEXT("refs", out->refs)
    };
    enum db_status st = db_each(db, sql_retry_kin, args, LEN(args), kin,
                                LEN(kin), kin_row, &k);

    return st != DB_OK ? st : db_one(db, sql_retry_counts, args, LEN(args),
                                     counts, LEN(counts));
}

static int
nothing(const struct retry *r, struct err *e)
{
    const char *ref = r->run.ref;

    if (r->failed == 0) {
        err_set(e, ERR_GUARD, "No payment of %s certainly failed%s.", ref,
                r->doubt > 0 ? "; what is in doubt is never paid again" : "");
        return r->doubt > 0 ? err_fix(e, "payrun resolve %s", ref) : -1;
    }
    if (r->retried > 0) {
        err_set(e, ERR_GUARD, "What failed of %s is paid again by %s already.",
                ref, r->refs);
        return err_fix(e, "What fails of that is retried from there: payrun "
                       "retry %.40s", r->refs);
    }
    err_set(e, ERR_GUARD, "Nothing of %s may be paid again: every payee of it "
            "that failed is in doubt or contradicted.", ref);
    return err_fix(e, "payrun resolve %s", ref);
}

int
retry_read(struct db *db, const struct run *run, const struct rules *rules,
           bool shown, struct retry *out, struct err *e)
{
    struct line l = { .out = out, .rules = rules, .shown = shown };
    const struct db_arg args[] = { A_I64(run->run_id) };
    int rc = 0;

    *out = (struct retry){ .run = *run };
    buf_init(&out->csv, CSV_BYTES_MAX);
    arena_init(&l.arena, 4 * CSV_LINE_BYTES_MAX);
    /* only who makes the retry lets go of what earlier ones held */
    if ((!shown && db_do(db, sql_retry_let_go, args, LEN(args)) < DB_NONE)
        || read_about(db, out) < DB_NONE || read_keys(db, &l) < DB_NONE)
        rc = db_fail(db, e, "looking for what can be retried");
    write_header(&l);
    if (rc == 0 && read_rows(db, &l) < DB_NONE)
        rc = db_fail(db, e, "looking for what can be retried");
    arena_release(&l.arena);
    if (rc < 0)
        return -1;
    if (out->csv.failed)
        return err_oom(e);
    return out->n == 0 ? nothing(out, e) : 0;
}

void
retry_release(struct retry *r)
{
    free(r->batch_ids);
    free(r->seqs);
    if (r->csv.p != NULL)
        explicit_bzero(r->csv.p, r->csv.cap);   /* names and pay */
    buf_release(&r->csv);
    *r = (struct retry){ .n = 0 };
}

/* --- a run of it ---------------------------------------------------------- */

/* A file nobody else can read, without a name in any folder after this. */
static int
write_temp(const struct buf *csv, char path[64], struct err *e)
{
    size_t done = 0;
    int fd;

    snprintf(path, 64, "/tmp/payrun-retry.XXXXXX");
    fd = mkstemp(path);
    while (fd >= 0 && done < csv->len) {
        ssize_t n = write(fd, csv->p + done, csv->len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    if (fd >= 0 && close(fd) == 0 && done == csv->len)
        return 0;
    err_set(e, ERR_CANTCREATE, "A file in /tmp cannot be written: %s.",
            strerror(errno));
    if (fd >= 0)
        unlink(path);
    return -1;
}

int
retry_upload(struct db *db, const struct retry *r, struct intake_order *o,
             struct problems *ps, struct intake_result *result, struct err *e)
{
    char path[64], name[RUN_REF_BYTES + 16];
    int rc = -1;

    if (write_temp(&r->csv, path, e) < 0)
        return -1;
    snprintf(name, sizeof(name), "retry of %s", r->run.ref);
    o->retry = r;
    o->path = path;
    o->display_name = name;
    o->period = r->run.period;
    o->kind = "correction";
    o->narration = r->run.narration;
    o->rejects_path = NULL;
    o->expect_count = (int64_t)r->n;
    o->expect_minor = r->minor;
    o->accept_good_rows = o->split = false;
    rc = intake_upload(db, o, ps, result, e);
    unlink(path);
    o->path = o->display_name = NULL;       /* they were ours */
    o->retry = NULL;
    return rc;
}

enum db_status
retry_stopped(struct db *db, int64_t run_id, bool *stopped)
{
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = { C_BOOL("stopped", stopped) };

    return db_one(db, sql_retry_stopped, args, LEN(args), cols, LEN(cols));
}

static enum db_status
changed(const struct retry *r, struct err *e)
{
    err_set(e, ERR_GUARD, "Some of these payments of %s may not be paid again "
            "any more: somebody retried them just now, or the provider has "
            "said that they were paid. Nothing was stored.", r->run.ref);
    (void)err_fix(e, "payrun retry %s looks again", r->run.ref);
    return DB_HARD;
}

enum db_status
retry_tie(struct db *db, const struct retry *r, int64_t run_id, struct err *e)
{
    int64_t n = 0, minor = 0;
    bool stopped = true;
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(r->run.run_id), A_I64S(r->batch_ids, r->n),
        A_I32S(r->seqs, r->n)
    };
    const struct db_col cols[] = { C_I64("n", &n), C_I64("minor", &minor) };
    enum db_status st = db_one(db, sql_retry_link, args, LEN(args), cols,
                               LEN(cols));

    if (st == DB_HARD && strcmp(db_state(db), "23505") == 0)
        return changed(r, e);
    if (st != DB_OK)
        return st;
    if (n != (int64_t)r->n || minor != r->minor) {
        err_set(e, ERR_BUG, "%lld of %zu payments could be tied to those they "
                "pay again. Nothing was stored.", (long long)n, r->n);
        return DB_HARD;
    }
    if ((st = retry_stopped(db, run_id, &stopped)) != DB_OK)
        return st;
    return stopped ? changed(r, e) : DB_OK;
}
