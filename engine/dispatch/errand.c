#include "dispatch/errand.h"

#include "base/clock.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/exchange.h"
#include "dispatch/errand_parts.h"
#include "net/loop.h"

/* One that is being done. */
struct doing {
    const struct errand *n;
    const struct person *who;
    const char          *again_why;
    struct buf           ask;           /* as JSON                            */
    unsigned char        same[SHA256_BYTES];
    struct exchange      x;
    struct errand_end   *end;

    int64_t earlier;                    /* filled: the same, not cleared up   */
    int64_t earlier_us;
    char    earlier_by[USER_NAME_BYTES_MAX];
};

/* --- the intention -------------------------------------------------------- */

static enum db_status
find_same(struct db *db, struct doing *d)
{
    const struct db_arg args[] = {
        A_I64(d->n->account->account_id), A_TEXT(service_name(d->n->service)),
        A_BYTES(((struct str){ (const char *)d->same, sizeof(d->same) })),
        A_I64(ERRAND_BACK_MS), A_I64(ERRAND_DOOR_MS)
    };
    const struct db_col cols[] = {
        C_I64("errand_id", &d->earlier), C_I64("made_us", &d->earlier_us),
        C_TEXT("asked_by", d->earlier_by)
    };

    d->earlier = 0;
    return db_one(db, sql_errand_same, args, LEN(args), cols, LEN(cols));
}

static enum db_status
note_intention(struct db *db, struct doing *d)
{
    const struct account *a = d->n->account;
    const char *again = d->again_why;
    const struct db_arg args[] = {
        A_I64(a->account_id), A_TEXT(service_name(d->n->service)),
        A_TEXT(d->who->name), A_STR(buf_view(&d->ask)),
        A_BYTES(((struct str){ (const char *)d->same, sizeof(d->same) })),
        A_I64(d->n->ask.minor), A_TEXT(a->ccy), A_TEXT(again)
    };
    const struct db_col cols[] = { C_I64("errand_id", &d->end->errand_id) };
    char action[48], detail[ERR_TEXT_BYTES];
    enum db_status st = db_one(db, sql_errand_make, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    snprintf(action, sizeof(action), "errand %s", service_name(d->n->service));
    errand_words(d->n, d->end->errand_id, again, detail);
    return audit_add(db, d->who->name, action, a->name, detail);
}

/* The account is held first: of two who ask for the same at once, the second
 * sees what the first noted. */
static enum db_status
intend_txn(struct db *db, void *cls)
{
    struct doing *d = cls;
    const struct db_arg args[] = { A_I64(d->n->account->account_id) };
    enum db_status st = db_do(db, sql_errand_lock, args, LEN(args));

    /* Setting a mark twice does no harm. */
    if (st == DB_OK && d->n->service != SERVICE_MARK
        && (st = find_same(db, d)) == DB_OK && d->again_why[0] == '\0')
        return DB_NONE;
    return st < DB_NONE ? st : note_intention(db, d);
}

static int
refuse_same(const struct doing *d, struct err *e)
{
    char at[CLOCK_ISO_BYTES];

    clock_iso(d->earlier_us, at);
    err_set(e, ERR_GUARD, "%s asked for the same at %s (errand %lld), and "
            "nobody can say yet whether it was done.", d->earlier_by, at,
            (long long)d->earlier);
    return err_fix(e, "Look first: payrun errands, and the provider's own "
                   "account page or payrun statement; if it was certainly not "
                   "done: --again REASON");
}

static int
intend(struct doing *d, struct err *e)
{
    enum db_status st = db_txn(d->n->db, intend_txn, d);

    if (st == DB_OK)
        return 0;
    if (st == DB_NONE && d->earlier != 0)
        return refuse_same(d, e);
    if (st == DB_NONE)
        return err_set(e, ERR_BUG, "the funding account %s is not in the "
                       "database", d->n->account->name);
    return db_fail(d->n->db, e, "noting what was asked for");
}

/* --- one try -------------------------------------------------------------- */

static bool
errand_door(void *cls)
{
    struct doing *d = cls;
    struct lineage *l = d->n->lineage;
    const struct mark *m = &l->known;
    struct lineage_step step;
    const struct db_col cols[] = {
        C_I64("beat", &step.beat), C_I64("at_us", &step.at_us)
    };

    if (!lineage_ready(l, d->n->db))
        return false;
    lineage_step(&step);
    const struct db_arg args[] = {
        A_I64(d->end->errand_id), A_I64(ERRAND_DOOR_MS),
        A_TEXT(m->installation), A_I64(m->epoch), A_I64(m->beat),
        A_TEXT(m->nonce), A_TEXT(m->place), A_TEXT(step.nonce)
    };

    /* The stop is asked about again behind the statement, which may have taken
     * a while. */
    return db_one(d->n->db, sql_errand_leave, args, LEN(args), cols,
                  LEN(cols)) == DB_OK
        && lineage_passed(l, d->n->db, &step, NULL) && net_stopping() == 0;
}

static void
say(struct errand_end *end, const char *what, const char *words)
{
    snprintf(end->detail, sizeof(end->detail), "%s%s%.300s", what,
             words[0] != '\0' ? ": " : "", words);
}

/* A yes must be readable as one, and none of its rows may be unclear. */
static enum answer
read_yes(struct doing *d, errand_row row, void *owner)
{
    struct errand_read r = { .row = row, .owner = owner };
    struct err e = { 0 };

    if (errand_read(d->n, buf_view(&d->x.reply.body), &r, &e) < 0
        && !r.sink_failed) {
        say(d->end, "its answer could not be understood", e.text);
        return ANSWER_IN_DOUBT;
    }
    str_copy(d->end->provider_id, sizeof(d->end->provider_id),
             str_of(r.first_id));
    d->end->failed = r.failed;
    say(d->end, r.unclear ? "taken, but part of it may not have been done" :
        r.failed ? "taken, and it failed, all or part of it" :
        r.other_amount ? "taken, but the answer names ANOTHER AMOUNT: look at "
        "it there" : "taken", r.words);
    return r.unclear ? ANSWER_IN_DOUBT : ANSWER_TAKEN;
}

static void
judge(struct doing *d, errand_row row, void *owner)
{
    struct errand_end *end = d->end;
    struct fault_answer f = { 0 };

    end->left = d->x.left;
    end->http = d->x.reply.http;
    end->answer = exchange_judge(&d->x, &f);
    switch (end->answer) {
    case ANSWER_TAKEN:
        end->answer = read_yes(d, row, owner);
        break;
    case ANSWER_REFUSED:
        say(end, "refused", f.text);
        break;
    case ANSWER_NOT_NOW:
        say(end, end->left ? "not taken now" : "it was not sent", f.text);
        break;
    case ANSWER_BARRED:
        say(end, "our key was refused", f.text);
        break;
    case ANSWER_IN_DOUBT:
        say(end, d->x.reply.wire == WIRE_ANSWERED ?
            "an answer that says neither yes nor no" :
            "no answer came back", f.text);
        break;
    }
}

static enum db_status
store_txn(struct db *db, void *cls)
{
    struct doing *d = cls;
    const struct errand_end *end = d->end;
    struct str body = buf_view(&d->x.reply.body);
    const struct db_arg args[] = {
        A_I64(end->errand_id), A_TEXT(answer_name(end->answer)),
        A_I64(end->http), A_TEXT(end->detail), A_TEXT(end->provider_id),
        A_BYTES(body)
    };
    char action[48], detail[ERR_TEXT_BYTES];
    enum db_status st = db_do(db, sql_errand_answer, args, LEN(args));

    if (st != DB_OK)
        return st;
    snprintf(action, sizeof(action), "errand %s",
             answer_name(end->answer));
    snprintf(detail, sizeof(detail), "errand %lld, %s: %.400s",
             (long long)end->errand_id, service_name(d->n->service),
             end->detail);
    return audit_add(db, d->who->name, action, d->n->account->name, detail);
}

/* --- all of it ------------------------------------------------------------ */

static int
may(const struct person *p, const struct errand *n, struct err *e)
{
    if (!p->disabled && (strcmp(p->role, "maker") == 0
                         || strcmp(p->role, "admin") == 0))
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not do this (%s).", p->name,
            p->role[0] == 'a' ? "an" : "a", p->role,
            service_name(n->service));
    return err_fix(e, "That is for a maker or an admin.");
}

int
errand_check(const struct errand *n, const struct person *who, struct err *e)
{
    struct payer payer = account_payer(n->account);
    struct request request = { 0 };
    int rc = may(who, n, e);

    if (rc == 0)
        rc = service_write(n->account->provider, n->service, &request, &payer,
                           &n->ask, e);
    request_release(&request);
    return rc;
}

/* Before anything is noted: nothing leaves on a history that went back. */
static int
sound(const struct errand *n, struct err *e)
{
    if (lineage_check(n->lineage, n->db) < DB_NONE)
        return db_fail(n->db, e, "looking at the database's history");
    return n->lineage->state == LINEAGE_SOUND ? 0
        : err_set(e, ERR_GUARD, "%s", n->lineage->why);
}

int
errand_do(const struct errand *n, const struct person *who,
          const char *again_why, errand_row row, void *owner,
          struct errand_end *end, struct err *e)
{
    struct doing d = {
        .n = n, .who = who, .end = end,
        .again_why = again_why != NULL ? again_why : "",
    };
    struct payer payer = account_payer(n->account);
    struct request request = { 0 };
    int rc = -1;

    *end = (struct errand_end){ .answer = ANSWER_IN_DOUBT };
    buf_init(&d.ask, 2 * ERRAND_POST_BYTES_MAX + 8192);
    d.x = (struct exchange){
        .net = n->net, .account = n->account, .request = &request,
        .door = errand_door, .door_owner = &d
    };
    if (may(who, n, e) < 0 || sound(n, e) < 0
        || service_write(n->account->provider, n->service, &request, &payer,
                         &n->ask, e) < 0)
        goto out;
    errand_json(&d.ask, &n->ask);
    errand_same(n, d.same);
    if (d.ask.failed) {
        err_oom(e);
        goto out;
    }
    if (intend(&d, e) < 0)
        goto out;
    rc = 0;
    exchange_run(&d.x);
    judge(&d, row, owner);
    end->stored = db_txn(n->db, store_txn, &d) == DB_OK;
out:
    exchange_release(&d.x);
    request_release(&request);
    buf_release(&d.ask);
    return rc;
}
