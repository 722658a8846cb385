#include "intake/intake.h"

#include <inttypes.h>

#include "base/text.h"
#include "book/digest.h"
#include "book/people.h"
#include "book/run_account.h"
#include "db/sql.h"
#include "db/txn.h"
#include "intake/correct.h"
#include "intake/day.h"
#include "intake/duplicate.h"
#include "intake/keep.h"
#include "intake/known.h"
#include "intake/pass.h"
#include "intake/retry.h"
#include "intake/routing.h"

#define INSTRUCTION_COLUMNS 19
#define BATCH_COLUMNS       11
#define PROBLEM_COLUMNS     9
#define FILE_NAME_BYTES     256     /* as struct run */

struct upload {
    const struct intake_order *order;
    struct problems *problems;
    struct intake_result *result;
    struct pass pass;
    struct known known;
    const char *narration;
    char default_narration[32];
    struct account *fresh[ROUTING_ACCOUNTS_MAX];    /* synced in here */
    int nfresh;
    int64_t run_id, file_id, serial;
    char ref[RUN_REF_BYTES];
    unsigned char digest[SHA256_BYTES];
    struct err why;             /* what is not the database's fault */
    bool has_why;
};

static struct str
bytes(const unsigned char *p, size_t n)
{
    return (struct str){ (const char *)p, n };
}

/* --- before anything ------------------------------------------------------ */

static bool
is_digits(const char *s, size_t n)
{
    return strspn(s, "0123456789") >= n;
}

static bool
is_period(const char *s)
{
    return s != NULL && strlen(s) == 7 && is_digits(s, 4) && s[4] == '-'
        && is_digits(s + 5, 2) && strcmp(s + 5, "01") >= 0
        && strcmp(s + 5, "12") <= 0;
}

static bool
is_date(const char *s)
{
    static const int days[] = {
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };
    char month[8] = "";
    int m = 0, d = 0;

    if (strlen(s) != 10 || s[7] != '-' || !is_digits(s + 8, 2))
        return false;
    memcpy(month, s, 7);
    if (!is_period(month))
        return false;
    m = (s[5] - '0') * 10 + s[6] - '0';
    d = (s[8] - '0') * 10 + s[9] - '0';
    if (m == 2 && d == 29) {
        int y = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10
                + s[3] - '0';

        return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    }
    return d >= 1 && d <= days[m - 1];
}

static bool
is_kind(const char *s)
{
    static const char *const kinds[] = {
        "main", "advance", "bonus", "correction"
    };

    for (size_t i = 0; i < LEN(kinds); i++)
        if (s != NULL && strcmp(s, kinds[i]) == 0)
            return true;
    return false;
}

static int
check_order(struct upload *u, struct err *e)
{
    const struct intake_order *o = u->order;

    if (!is_period(o->period))
        return err_set(e, ERR_USAGE, "\"%s\" is not a period; write it like "
                       "2026-11.", o->period != NULL ? o->period : "");
    if (!is_kind(o->kind))
        return err_set(e, ERR_USAGE, "\"%s\" is not a kind of run; it is main, "
                       "advance, bonus or correction.",
                       o->kind != NULL ? o->kind : "");
    if (o->pay_date != NULL && o->pay_date[0] != '\0' && !is_date(o->pay_date))
        return err_set(e, ERR_USAGE, "\"%s\" is not a date; write it like "
                       "2026-11-27.", o->pay_date);
    snprintf(u->default_narration, sizeof(u->default_narration), "Salary %s",
             o->period);
    u->narration = o->narration != NULL && o->narration[0] != '\0'
        ? o->narration : u->default_narration;
    if (strlen(u->narration) > NAME_BYTES_MAX)
        return err_set(e, ERR_USAGE, "The narration has more than %d bytes.",
                       NAME_BYTES_MAX);
    if (o->allow_duplicates != NULL
        && (o->allow_duplicates[0] == '\0'
            || strlen(o->allow_duplicates) >= ERR_TEXT_BYTES))
        return err_set(e, ERR_USAGE, "The reason for duplicates must be 1 to "
                       "%d characters long.", ERR_TEXT_BYTES - 1);
    return 0;
}

static int
check_maker(struct db *db, const struct intake_order *o, struct err *e)
{
    struct person p;

    if (person_find(db, o->maker, &p, e) < 0)
        return -1;
    if (strcmp(p.role, "maker") == 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s; only a maker uploads a payroll.",
            p.name, p.role[0] == 'a' ? "an" : "a", p.role);
    return err_fix(e, "Let a maker do it: who checks a run must not have made "
                   "it.");
}

/* --- inside the transaction ----------------------------------------------- */

static enum db_status
stop(struct upload *u)
{
    u->has_why = true;
    return DB_HARD;
}

/* The file into instruction, in one COPY. */
static enum db_status
load_rows(struct db *db, struct upload *u)
{
    struct pass *p = &u->pass;
    struct db_copy copy;
    enum db_status st = db_copy_begin(&copy, db, sql_copy_instruction,
                                      INSTRUCTION_COLUMNS);

    if (st < 0)
        return st;
    p->cut.run_id = u->run_id;
    p->cut.copy = &copy;
    if (pass_run(p, &u->why) < 0 && !copy.failed)
        st = stop(u);
    else if (!copy.failed && pass_judge(p, &u->why) < 0)
        st = stop(u);
    p->cut.copy = NULL;
    if (st < 0) {
        db_copy_abort(&copy, "the file is not accepted");
        return st;
    }
    return db_copy_end(&copy);
}

/* The lock is a statement of its own: the next one then sees what the upload
 * before it has committed. */
static enum db_status
look_for_duplicates(struct db *db, struct upload *u)
{
    enum db_status st = db_do(db, sql_intake_lock, NULL, 0);

    u->problems->allow_stops = u->order->allow_duplicates != NULL;
    if (st < 0 || (st = duplicate_find(db, &u->pass, u->run_id)) < 0
        || (st = day_find(db, &u->pass, u->run_id)) < 0)
        return st;
    if (duplicate_judge(&u->pass, &u->why) < 0)
        return stop(u);
    u->result->overridden = duplicate_overridden(&u->pass);
    return DB_OK;
}

/* Before anything is stored: rows that were left out and written nowhere
 * would be lost. */
static enum db_status
keep_rejects(struct upload *u)
{
    struct err why = { 0 };

    if (pass_keep_rejects(&u->pass, &why) == 0)
        return DB_OK;
    err_set(&u->why, why.kind, "%s Nothing was stored.", why.text);
    err_fix(&u->why, "%s", why.fix);
    return stop(u);
}

/* Names of files may be any bytes; the book takes UTF-8 only. */
static void
file_name(const struct intake_order *o, char out[FILE_NAME_BYTES])
{
    struct str s = str_cut(str_of(pass_name(o)), FILE_NAME_BYTES - 1);
    bool utf8 = true;

    /* A cut in the middle of a character leaves at most three bytes of it. */
    for (int i = 0; i < 3 && s.len > 0
                    && text_look(s, NULL) & TEXT_NOT_UTF8; i++)
        s.len--;
    utf8 = !(text_look(s, NULL) & TEXT_NOT_UTF8);
    for (size_t i = 0; i < s.len; i++)
        out[i] = utf8 || (unsigned char)s.p[i] < 0x80 ? s.p[i] : '?';
    out[s.len] = '\0';
}

static enum db_status
store_file(struct db *db, struct upload *u)
{
    const struct intake_result *r = u->result;
    char name[FILE_NAME_BYTES] = "";

    file_name(u->order, name);
    const struct db_arg args[] = {
        A_TEXT(name), A_BYTES(bytes(r->sha256, SHA256_BYTES)), A_I64(r->bytes),
        A_TEXT(r->encoding), A_STR(buf_view(&u->pass.header)),
        A_I64(r->facts.rows), A_I64(r->facts.good_rows),
        A_BYTES(bytes(r->facts.rows_digest, sizeof(r->facts.rows_digest))),
        A_TEXT(u->order->maker)
    };
    const struct db_col cols[] = { C_I64("file_id", &u->file_id) };
    enum db_status st = db_one(db, sql_file_add, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    u->why = (struct err){ 0 };
    st = keep_file(db, u->file_id, u->order->path, r->sha256, &u->why);
    return st == DB_HARD && u->why.kind != ERR_NONE ? stop(u) : st;
}

static const char *
pay_date(const struct upload *u)
{
    return u->order->pay_date != NULL ? u->order->pay_date : "";
}

static void
digest_run(struct upload *u)
{
    const struct account *a = u->order->account;
    const struct cut *c = &u->pass.cut;
    const struct groups *g = &u->pass.groups;
    char grouped[SHORT_WORDS_BYTES] = "";
    struct sha256 h;
    const struct digest_run d = {
        .account = a->name, .provider = a->provider->name,
        .period = u->order->period, .kind = u->order->kind,
        .pay_date = pay_date(u), .ccy = a->ccy, .narration = u->narration,
        .live = a->live, .rows = u->result->facts.payments,
        .minor = u->result->facts.good_minor,
        .file_sha256 = u->result->sha256
    };

    digest_run_begin(&h, &d);
    for (size_t i = 0; i < c->n; i++) {
        const struct cut_batch *b = &c->list[i];
        bool own = strcmp(b->account->name, a->name) == 0;
        const struct digest_batch part = {
            .grouped = grouped,
            .account = own ? "" : b->account->name,
            .provider = own ? "" : b->account->provider->name,
            .rail = b->rail->name, .rows = b->rows, .minor = b->minor,
            .digest = b->digest
        };

        if (b->group >= 0)
            short_words(&g->as, g->list[b->group].no, g->list[b->group].name,
                        grouped);
        digest_run_batch(&h, &part);
    }
    sha256_end(&h, u->digest);
}

static enum db_status
store_run(struct db *db, struct upload *u)
{
    const struct intake_order *o = u->order;
    const struct db_arg period[] = { A_TEXT(o->period) };
    const struct db_col serial[] = { C_I64("serial", &u->serial) };
    enum db_status st = db_one(db, sql_run_next_serial, period, LEN(period),
                               serial, LEN(serial));

    if (st != DB_OK)
        return st;
    intake_ref(o->period, u->serial, u->ref);
    digest_run(u);
    const struct db_arg args[] = {
        A_I64(u->run_id), A_TEXT(u->ref), A_I64(o->account->account_id),
        A_TEXT(o->period), A_TEXT(o->kind), A_I64(u->serial),
        A_TEXT(pay_date(u)), A_TEXT(u->narration), A_I64(u->file_id),
        A_TEXT(o->maker), A_BYTES(bytes(u->digest, SHA256_BYTES)),
        A_I64(u->result->facts.payments), A_I64(u->result->facts.good_minor),
        A_TEXT(o->account->ccy), A_I64(u->result->facts.bad_rows),
        A_TEXT(u->result->overridden ? o->allow_duplicates : "")
    };

    return db_do(db, sql_run_add, args, LEN(args));
}

static enum db_status
store_batches(struct db *db, const struct upload *u)
{
    const struct cut *c = &u->pass.cut;
    struct db_copy copy;
    enum db_status st = db_copy_begin(&copy, db, sql_copy_batch,
                                      BATCH_COLUMNS);

    if (st < 0)
        return st;
    for (size_t i = 0; i < c->n; i++) {
        const struct cut_batch *b = &c->list[i];

        db_copy_row(&copy);
        db_copy_i64(&copy, u->run_id * RUN_BATCHES_MAX + (int64_t)i + 1);
        db_copy_i64(&copy, u->run_id);
        db_copy_i32(&copy, (int32_t)i + 1);
        db_copy_i64(&copy, b->account->account_id);
        db_copy_text(&copy, str_of(b->rail->name));
        db_copy_i32(&copy, b->rows);
        db_copy_i64(&copy, b->minor);
        db_copy_text(&copy, str_of(u->order->account->ccy));
        db_copy_bytes(&copy, bytes(b->digest, SHA256_BYTES));
        db_copy_i64(&copy, b->charge_minor);
        db_copy_i32(&copy, b->group < 0 ? 0
                    : (int32_t)u->pass.groups.list[b->group].no);
    }
    return db_copy_end(&copy);
}

/* The number of an account that pays something.  Until the transaction has
 * ended that number may be taken back; forget_fresh() then forgets it. */
static enum db_status
know_account(struct db *db, struct upload *u, struct account *a)
{
    if (a->account_id != 0)
        return DB_OK;
    if (account_sync(db, a, &u->why) < 0)
        return stop(u);
    u->fresh[u->nfresh++] = a;
    return DB_OK;
}

static void
forget_fresh(struct upload *u)
{
    while (u->nfresh > 0)
        u->fresh[--u->nfresh]->account_id = 0;
}

/* Which accounts pay, and how much of it each. */
static enum db_status
store_accounts(struct db *db, struct upload *u)
{
    const struct routing *r = u->order->routing;
    int n = r != NULL ? r->naccounts : 1;
    enum db_status st = DB_OK;

    for (int k = 0; k < n && st >= 0; k++) {
        struct account *a = r != NULL ? r->account[k] : u->order->account;
        struct cut_share share;

        cut_share(&u->pass.cut, a, -1, &share);
        if (share.rows == 0)
            continue;
        if ((st = know_account(db, u, a)) < 0)
            return st;
        const struct run_account part = {
            .account_id = a->account_id, .rows = share.rows,
            .minor = share.minor, .charge_estimate_minor = share.charge_minor
        };

        st = run_account_add(db, u->run_id, &part);
    }
    return st;
}

/* A retry is tied to what it pays again, or not stored. */
static enum db_status
tie_retry(struct db *db, struct upload *u)
{
    const struct retry *r = u->order->retry;
    enum db_status st = DB_OK;

    if (r == NULL)
        return DB_OK;
    u->why = (struct err){ 0 };
    st = retry_tie(db, r, u->run_id, &u->why);
    return st == DB_HARD && u->why.kind != ERR_NONE ? stop(u) : st;
}

static struct str
severity(enum severity s)
{
    switch (s) {
    case SEV_WARNING: return STR("warning");
    case SEV_STOP:    return STR("stop");
    case SEV_ERROR:   return STR("error");
    }
    return STR("error");
}

static struct str
or_empty(struct str s)
{
    return s.p != NULL ? s : STR("");
}

/* What was wrong and was accepted all the same: the checker must see it. */
static enum db_status
store_problems(struct db *db, const struct upload *u)
{
    struct db_copy copy;
    enum db_status st = db_copy_begin(&copy, db, sql_copy_problem,
                                      PROBLEM_COLUMNS);

    if (st < 0)
        return st;
    for (size_t i = 0; i < u->problems->n; i++) {
        const struct problem *p = &u->problems->list[i];

        db_copy_row(&copy);
        db_copy_i64(&copy, u->run_id);
        db_copy_i32(&copy, (int32_t)i + 1);
        db_copy_text(&copy, str_of(p->kind->code));
        db_copy_text(&copy, severity(p->severity));
        db_copy_i64(&copy, p->line);
        db_copy_i32(&copy, p->column);
        db_copy_i64(&copy, p->other_line);
        db_copy_text(&copy, or_empty(p->value));
        db_copy_text(&copy, or_empty(p->detail));
    }
    return db_copy_end(&copy);
}

/* History for the run's page, audit for the chain. */
static enum db_status
tell(struct db *db, const struct upload *u)
{
    const struct intake_result *r = u->result;
    const struct groups *g = &u->pass.groups;
    struct money m = { .minor = r->facts.good_minor };
    char total[MONEY_TEXT_BYTES], file[SHA256_HEX], run[SHA256_HEX];
    char why[ERR_TEXT_BYTES * 2];
    enum db_status st;

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(u->order->account->ccy));
    money_text(m, total);
    hex_of(r->sha256, SHA256_BYTES, file);
    hex_of(u->digest, SHA256_BYTES, run);
    snprintf(why, sizeof(why), "%" PRId64 " rows, %s, %" PRId64 " left out, %"
             PRId64 " warning%s; file %s; digest %s%s%s%s%s%s%s",
             r->facts.good_rows,
             total, r->facts.bad_rows, u->problems->warnings,
             u->problems->warnings == 1 ? "" : "s", file, run,
             r->overridden ? "; duplicates allowed: " : "",
             r->overridden ? u->order->allow_duplicates : "",
             g->n > 0 ? "; if money is short: " : "", g->as.policy,
             g->n > 0 ? " by " : "", g->as.group_by);
    const struct db_arg args[] = {
        A_I64(u->run_id),
        A_TEXT(machine_run.states[machine_run.first]), A_TEXT("upload"),
        A_TEXT(why), A_TEXT(u->order->maker)
    };

    if ((st = db_do(db, sql_history_add, args, LEN(args))) < 0)
        return st;
    return audit_add(db, u->order->maker, "upload", u->ref, why);
}

static enum db_status
also(struct db *db, const struct upload *u)
{
    const struct intake_with *w = u->order->with;
    enum db_status st = w != NULL ? w->also(db, w->owner, u->run_id) : DB_OK;

    return st == DB_NONE ? DB_HARD : st;
}

static enum db_status
upload_txn(struct db *db, void *owner)
{
    struct upload *u = owner;
    const struct db_col cols[] = { C_I64("run_id", &u->run_id) };
    enum db_status st = DB_HARD;

    /* From the start, since this may be the second time. */
    pass_release(&u->pass);
    pass_init(&u->pass, u->order, u->problems, u->result);
    u->pass.known = &u->known;
    u->has_why = false;
    forget_fresh(u);
    if ((st = db_do(db, sql_intake_settings, NULL, 0)) < 0
        || (st = db_one(db, sql_run_next_id, NULL, 0, cols, LEN(cols))) < 0
        || (st = known_read(&u->known, db, u->order, u->run_id)) < 0
        || (st = load_rows(db, u)) < 0
        || (st = look_for_duplicates(db, u)) < 0
        || (st = keep_rejects(u)) < 0
        || (st = store_file(db, u)) < 0
        || (st = store_run(db, u)) < 0
        || (st = store_accounts(db, u)) < 0
        || (st = groups_store(db, &u->pass.groups, u->run_id, &u->pass.cut)) < 0
        || (st = store_batches(db, u)) < 0
        || (st = tie_retry(db, u)) < 0
        || (st = correct_tie(db, &u->pass, u->run_id)) < 0
        || (st = store_problems(db, u)) < 0
        || (st = also(db, u)) < 0)
        return st;
    return tell(db, u);
}

/* --- all of it ------------------------------------------------------------ */

static void
say_next(const struct upload *u)
{
    struct intake_result *r = u->result;

    if (r->facts.bad_rows > 0 && r->rejects_written)
        snprintf(r->rejects_next, sizeof(r->rejects_next), "correct %.200s, "
                 "then payrun upload %.200s --period %s --kind correction",
                 r->rejects_path, r->rejects_path, u->order->period);
}

int
intake_upload(struct db *db, const struct intake_order *o,
              struct problems *ps, struct intake_result *result, struct err *e)
{
    struct upload u = { .order = o, .problems = ps, .result = result };
    enum db_status st = DB_HARD;
    int rc = -1;

    *result = (struct intake_result){ 0 };
    if (check_order(&u, e) < 0 || check_maker(db, o, e) < 0)
        return -1;
    if (o->account->account_id == 0 && account_sync(db, o->account, e) < 0)
        return -1;
    st = db_txn(db, upload_txn, &u);
    if (st == DB_OK) {
        result->run_id = u.run_id;
        (void)str_copy(result->ref, sizeof(result->ref), str_of(u.ref));
        say_next(&u);
        rc = 0;
    } else if (u.has_why) {
        forget_fresh(&u);
        *e = u.why;
    } else {
        forget_fresh(&u);
        (void)db_fail(db, e, "storing the payroll");
    }
    /* For a file that was refused: to be corrected.  No pass was begun when
     * not even the transaction could be. */
    if (u.pass.order != NULL)
        (void)pass_keep_rejects(&u.pass, NULL);
    pass_release(&u.pass);
    known_forget(&u.known);
    return rc;
}
