#include "book/ceiling.h"

#include "book/edges.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"
#include "money/money.h"

static const char *const what_names[] = {
    [CEILING_PAYMENT] = "payment", [CEILING_RUN] = "run", [CEILING_DAY] = "day"
};

const char *
ceiling_what_name(enum ceiling_what what)
{
    return what_names[what];
}

static void
amount(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

/* --- what stands ---------------------------------------------------------- */

struct each {
    struct ceiling c;
    int (*row)(void *, const struct ceiling *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *x = owner;

    return x->row(x->owner, &x->c);
}

int
ceiling_each(struct db *db, int (*row)(void *, const struct ceiling *),
             void *owner, struct err *e)
{
    struct each x = { .row = row, .owner = owner };
    const struct db_col cols[] = {
        C_I64("ceiling_id", &x.c.id), C_TEXT("account", x.c.account),
        C_BOOL("live", &x.c.live), C_TEXT("ccy", x.c.ccy),
        C_TEXT("what", x.c.what), C_TEXT("state", x.c.state),
        C_I64("minor", &x.c.minor), C_I64("before_minor", &x.c.before_minor),
        C_I64("spent", &x.c.spent), C_TEXT("proposed_by", x.c.proposed_by),
        C_TEXT("agreed_by", x.c.agreed_by), C_STR("why", &x.c.why)
    };

    if (db_each(db, sql_ceiling_list, NULL, 0, cols, LEN(cols), each_row, &x)
        < 0)
        return db_fail(db, e, "reading the limits");
    return 0;
}

int
ceiling_account(struct db *db, const char *name, bool *live, char ccy[4],
                struct err *e)
{
    const struct db_arg args[] = { A_TEXT(name) };
    const struct db_col cols[] = {
        C_BOOL("live", live), { DB_C_TEXT, "ccy", ccy, 4, false }
    };
    enum db_status st = db_one(db, sql_account_by_name, args, LEN(args), cols,
                               LEN(cols));

    if (st < 0)
        return db_fail(db, e, "reading the account");
    if (st == DB_OK)
        return 0;
    err_set(e, ERR_USAGE, "The book knows no account \"%s\" yet.", name);
    return err_fix(e, "payrun balance --account %s makes it known", name);
}

/* --- changing it ---------------------------------------------------------- */

struct change {
    const struct ceiling_ask *ask;
    const char *who;
    int64_t id;
    bool agrees;
    char fate[16];
};

static int
check_person(struct db *db, const char *who, bool checker, struct err *e)
{
    struct person p;

    if (person_find(db, who, &p, e) < 0)
        return -1;
    if (strcmp(p.role, "admin") == 0
        || (checker && strcmp(p.role, "checker") == 0))
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not %s a limit.", p.name,
            p.role[0] == 'a' ? "an" : "a", p.role,
            checker ? "agree to" : "change");
    return err_fix(e, "That is for %s: `payrun user list` names them.",
                   checker ? "another admin, or a checker" : "an admin");
}

static enum db_status
propose_txn(struct db *db, void *owner)
{
    struct change *c = owner;
    const struct ceiling_ask *a = c->ask;
    char text[MONEY_TEXT_BYTES] = "none", subject[128], detail[ERR_TEXT_BYTES];
    const struct db_arg args[] = {
        A_TEXT(a->account), A_BOOL(a->live), A_TEXT(a->ccy),
        A_TEXT(what_names[a->what]), A_I64(a->minor), A_TEXT(a->why),
        A_TEXT(c->who)
    };
    const struct db_col cols[] = {
        C_I64("ceiling_id", &c->id), C_TEXT("state", c->fate)
    };
    enum db_status st = db_one(db, sql_ceiling_propose, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK || strcmp(c->fate, "same") == 0)
        return st;
    if (a->minor != 0)
        amount(a->minor, a->ccy, text);
    snprintf(subject, sizeof(subject), "limit %lld", (long long)c->id);
    snprintf(detail, sizeof(detail), "%s of %s%s %s: %s, %s: %s",
             what_names[a->what],
             a->account[0] != '\0' ? "account " : "all accounts of ",
             a->account[0] != '\0' ? a->account : a->ccy,
             a->live ? "live" : "sandbox", text, c->fate, a->why);
    return audit_add(db, c->who, "limit", subject, detail);
}

int
ceiling_propose(struct db *db, const struct ceiling_ask *a, const char *who,
                int64_t *id, enum ceiling_fate *fate, struct err *e)
{
    struct change c = { .ask = a, .who = who };
    enum db_status st;

    if (a->why == NULL || a->why[0] == '\0' || strlen(a->why) > 200) {
        err_set(e, ERR_USAGE, "Say in 1 to 200 bytes why the limit is "
                "changed.");
        return err_fix(e, "--reason \"...\"");
    }
    if (check_person(db, who, false, e) < 0)
        return -1;
    st = db_txn(db, propose_txn, &c);
    if (st < 0)
        return db_fail(db, e, "changing a limit");
    if (st == DB_NONE)
        return err_set(e, ERR_USAGE, "There is no account \"%s\" in the book "
                       "yet.", a->account);
    *id = c.id;
    *fate = strcmp(c.fate, "in_force") == 0 ? CEILING_IN_FORCE
          : strcmp(c.fate, "same") == 0 ? CEILING_SAME : CEILING_PROPOSED;
    return 0;
}

static enum db_status
answer_txn(struct db *db, void *owner)
{
    struct change *c = owner;
    char subject[128];
    const struct db_arg args[] = {
        A_I64(c->id), A_BOOL(c->agrees), A_TEXT(c->who)
    };
    const struct db_col cols[] = { C_TEXT("fate", c->fate) };
    enum db_status st = db_one(db, sql_ceiling_answer, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK || strcmp(c->fate, "done") != 0)
        return st;
    snprintf(subject, sizeof(subject), "limit %lld", (long long)c->id);
    return audit_add(db, c->who, c->agrees ? "limit agree" : "limit refuse",
                     subject, "");
}

int
ceiling_answer(struct db *db, int64_t id, bool agrees, const char *who,
               struct err *e)
{
    struct change c = { .id = id, .agrees = agrees, .who = who };
    enum db_status st;

    if (check_person(db, who, true, e) < 0)
        return -1;
    st = db_txn(db, answer_txn, &c);
    if (st < 0 && strstr(db_why(db), "agreed_by_another") != NULL) {
        err_set(e, ERR_NOPERM, "%s proposed limit %lld and so cannot answer "
                "it.", who, (long long)id);
        return err_fix(e, "Another person does, an admin or a checker.");
    }
    if (st < 0)
        return db_fail(db, e, "changing a limit");
    if (strcmp(c.fate, "done") == 0)
        return 0;
    if (strcmp(c.fate, "none") == 0)
        err_set(e, ERR_USAGE, "There is no proposed limit %lld.",
                (long long)id);
    else if (strcmp(c.fate, "ended") == 0)
        err_set(e, ERR_GUARD, "Limit %lld was answered already.",
                (long long)id);
    else
        err_set(e, ERR_GUARD, "The limit that %lld was to change has been "
                "changed since.", (long long)id);
    return err_fix(e, "payrun limits shows what stands");
}

/* --- what would be passed ------------------------------------------------- */

enum db_status
ceiling_of_run(struct db *db, int64_t run_id, struct ceiling_hit *out)
{
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("ceiling_id", &out->id), C_TEXT("account", out->account),
        C_BOOL("live", &out->live), C_TEXT("ccy", out->ccy),
        C_TEXT("what", out->what), C_I64("minor", &out->minor),
        C_I64("reaches", &out->reaches)
    };

    *out = (struct ceiling_hit){ .run_id = run_id };
    return db_one(db, sql_ceiling_of_run, args, LEN(args), cols, LEN(cols));
}

enum db_status
ceiling_of_due(struct db *db, int64_t account_id, enum batch_event on,
               struct ceiling_hit *out)
{
    const struct db_col any[] = { C_I64("ceiling_id", &out->id) };
    enum db_status st = DB_OK;
    struct edges g;

    *out = (struct ceiling_hit){ 0 };
    if ((st = db_one(db, sql_ceiling_any, NULL, 0, any, LEN(any))) != DB_OK)
        return st;
    edges_on(&g, &machine_batch, (int)on);
    const struct db_arg args[] = { A_I64(account_id), A_STR(g.from[0]) };
    const struct db_col cols[] = {
        C_I64("run_id", &out->run_id), C_TEXT("run_ref", out->run_ref),
        C_INT("number", &out->number), C_I64("ceiling_id", &out->id),
        C_TEXT("account", out->account), C_BOOL("live", &out->live),
        C_TEXT("ccy", out->ccy), C_TEXT("what", out->what),
        C_I64("minor", &out->minor), C_I64("reaches", &out->reaches)
    };

    return db_one(db, sql_ceiling_of_due, args, LEN(args), cols, LEN(cols));
}

int
ceiling_words(const struct ceiling_hit *h, struct err *e)
{
    char most[MONEY_TEXT_BYTES], sum[MONEY_TEXT_BYTES], more[MONEY_TEXT_BYTES];
    char of[USER_NAME_BYTES_MAX + 32];

    amount(h->minor, h->ccy, most);
    amount(h->reaches, h->ccy, sum);
    amount(h->reaches - h->minor, h->ccy, more);
    if (h->account[0] != '\0')
        snprintf(of, sizeof(of), "the account \"%s\"", h->account);
    else
        snprintf(of, sizeof(of), "all %s accounts together", h->ccy);
    if (strcmp(h->what, "payment") == 0)
        err_set(e, ERR_GUARD, "One payment from %s may be at most %s (limit "
                "%lld); the largest one here is %s, %s too much.", of, most,
                (long long)h->id, sum, more);
    else if (strcmp(h->what, "run") == 0)
        err_set(e, ERR_GUARD, "One run may pay at most %s from %s (limit "
                "%lld); this one pays %s, %s too much.", most, of,
                (long long)h->id, sum, more);
    else
        err_set(e, ERR_GUARD, "On one day at most %s may be paid from %s "
                "(limit %lld); with this it would be %s, %s too much.", most,
                of, (long long)h->id, sum, more);
    err_fix(e, "An admin may propose another: payrun limits set --%s AMOUNT; "
            "a higher one takes a second person.", h->what);
    return -1;
}
