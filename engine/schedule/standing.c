#include "schedule/standing.h"

#include <inttypes.h>
#include <stdio.h>

#include "db/sql.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "money/money.h"

/* --- people --------------------------------------------------------------- */

struct change {
    enum { PROPOSE, AGREE, END } what;
    const struct standing_ask *ask;
    const struct person *who;
    int64_t id;
};

static void
amount(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

static enum db_status
propose(struct db *db, struct change *c, char *detail, size_t bytes)
{
    const struct standing_ask *k = c->ask;
    char until[64], file[MONEY_TEXT_BYTES], payee[MONEY_TEXT_BYTES];

    snprintf(until, sizeof(until), "%.10s 23:59:59 Africa/Nairobi", k->until);
    const struct db_arg args[] = {
        A_I64(k->folder->folder_id), A_I64(k->file_minor),
        A_I64(k->payee_minor), A_I64(k->change_percent), A_TEXT(until),
        A_TEXT(k->why), A_TEXT(c->who->name), A_TEXT(c->who->role)
    };
    const struct db_col cols[] = { C_I64("standing_id", &c->id) };

    amount(k->file_minor, k->folder->ccy, file);
    amount(k->payee_minor, k->folder->ccy, payee);
    snprintf(detail, bytes, "proposed for %.200s: at most %s a file, %s a "
             "payee, %" PRId64 " %% from the last run, until %.10s: %.200s",
             k->folder->path, file, payee, k->change_percent, k->until,
             k->why);
    return db_one(db, sql_standing_add, args, LEN(args), cols, LEN(cols));
}

static enum db_status
agree(struct db *db, struct change *c, char *detail, size_t bytes)
{
    char path[PATH_BYTES_MAX], ccy[4], file[MONEY_TEXT_BYTES];
    char payee[MONEY_TEXT_BYTES];
    int64_t file_minor = 0, payee_minor = 0, percent = 0;
    const struct db_arg args[] = { A_I64(c->id), A_TEXT(c->who->name) };
    const struct db_col cols[] = {
        C_TEXT("path", path), C_I64("file_minor", &file_minor),
        C_I64("payee_minor", &payee_minor), C_TEXT("ccy", ccy),
        C_I64("change_percent", &percent)
    };
    enum db_status st = db_one(db, sql_standing_agree, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    amount(file_minor, ccy, file);
    amount(payee_minor, ccy, payee);
    snprintf(detail, bytes, "agreed for %.200s: at most %s a file, %s a payee, "
             "%" PRId64 " %% from the last run", path, file, payee, percent);
    return st;
}

static enum db_status
change_txn(struct db *db, void *owner)
{
    struct change *c = owner;
    char subject[64], detail[2 * ERR_TEXT_BYTES] = "ended";
    const struct db_arg args[] = { A_I64(c->id), A_TEXT(c->who->name) };
    enum db_status st = DB_HARD;

    switch (c->what) {
    case PROPOSE: st = propose(db, c, detail, sizeof(detail)); break;
    case AGREE:   st = agree(db, c, detail, sizeof(detail)); break;
    case END:
        st = db_do(db, sql_standing_end, args, LEN(args));
        break;
    }
    if (st != DB_OK)
        return st;
    snprintf(subject, sizeof(subject), "standing approval %" PRId64, c->id);
    return audit_add(db, c->who->name, "standing", subject, detail);
}

static int
perform(struct db *db, struct change *c, struct err *e)
{
    enum db_status st = db_txn(db, change_txn, c);

    if (st == DB_OK)
        return 0;
    if (st == DB_NONE)
        return err_set(e, ERR_GUARD, "There is no such standing approval that "
                       "waits or holds.");
    if (strstr(db_why(db), "standing_takes_two") != NULL) {
        err_set(e, ERR_NOPERM, "%s proposed it and so cannot agree to it.",
                c->who->name);
        return err_fix(e, "Another person, a checker, agrees.");
    }
    if (strstr(db_why(db), "standing_one_idx") != NULL)
        return err_set(e, ERR_GUARD, "The folder has a standing approval "
                       "already; end that one first.");
    return db_fail(db, e, "changing the standing approval");
}

static int
not_for(const struct person *who, const char *what, const char *whom,
        struct err *e)
{
    err_set(e, ERR_NOPERM, "%s is %s %s and may not %s a standing approval.",
            who->name, who->role[0] == 'a' ? "an" : "a", who->role, what);
    return err_fix(e, "That is for %s.", whom);
}

int
standing_propose(struct db *db, const struct standing_ask *ask,
                 const struct person *who, int64_t *id, struct err *e)
{
    struct change c = { .what = PROPOSE, .ask = ask, .who = who };
    struct wall w;

    if (strcmp(who->role, "maker") != 0 && strcmp(who->role, "admin") != 0)
        return not_for(who, "propose", "a maker or an admin", e);
    if (strlen(ask->until) != 10 || wall_read(&w, str_of(ask->until)) < 0)
        return err_set(e, ERR_USAGE, "--until takes a date such as 2026-12-31");
    if (ask->why == NULL || ask->why[0] == '\0' || strlen(ask->why) > 200)
        return err_set(e, ERR_USAGE, "Say in 1 to 200 bytes why: --reason "
                       "\"...\"");
    if (perform(db, &c, e) < 0)
        return -1;
    *id = c.id;
    return 0;
}

int
standing_agree(struct db *db, int64_t id, const struct person *who,
               struct err *e)
{
    struct change c = { .what = AGREE, .who = who, .id = id };

    if (strcmp(who->role, "checker") != 0)
        return not_for(who, "agree to", "a checker", e);
    return perform(db, &c, e);
}

int
standing_end(struct db *db, int64_t id, const struct person *who,
             struct err *e)
{
    struct change c = { .what = END, .who = who, .id = id };

    if (strcmp(who->role, "auditor") == 0)
        return not_for(who, "end", "anybody who acts", e);
    return perform(db, &c, e);
}

/* --- using it ------------------------------------------------------------- */

#define STANDING_FILES_MAX 256          /* of one turn                        */

struct file {
    int64_t drop_id, run_id, standing_id;
    char state[16], maker[USER_NAME_BYTES_MAX], agreed_by[USER_NAME_BYTES_MAX];
    char refuses[ERR_TEXT_BYTES];
};

struct files {
    struct file one;
    int n;
    struct file list[STANDING_FILES_MAX];
};

static int
note_file(void *owner)
{
    struct files *f = owner;

    if (f->n < STANDING_FILES_MAX)
        f->list[f->n++] = f->one;
    return 0;
}

static int
read_files(struct db *db, bool live, struct files *f, struct err *e)
{
    const struct db_arg args[] = { A_BOOL(live) };
    const struct db_col cols[] = {
        C_I64("drop_id", &f->one.drop_id), C_I64("run_id", &f->one.run_id),
        C_TEXT("state", f->one.state), C_TEXT("maker", f->one.maker),
        C_I64("standing_id", &f->one.standing_id),
        C_TEXT("agreed_by", f->one.agreed_by),
        C_TEXT("refuses", f->one.refuses)
    };

    f->n = 0;
    if (db_each(db, sql_standing_due, args, LEN(args), cols, LEN(cols),
                note_file, f) < 0)
        return db_fail(db, e, "reading what came in");
    return 0;
}

static enum db_status
note(struct db *db, int64_t drop_id, const char *text)
{
    const struct db_arg args[] = { A_I64(drop_id), A_TEXT(text) };

    return db_do(db, sql_standing_note, args, LEN(args));
}

/* In the transaction of the approval; the table looks again. */
static enum db_status
also_use(struct db *db, void *owner)
{
    const struct file *f = owner;
    char text[64];
    const struct db_arg args[] = { A_I64(f->run_id), A_I64(f->standing_id) };
    enum db_status st = db_do(db, sql_standing_use_add, args, LEN(args));

    if (st != DB_OK)
        return st;
    snprintf(text, sizeof(text), "approved by standing approval %" PRId64,
             f->standing_id);
    return note(db, f->drop_id, text);
}

static int
approve(struct db *db, struct file *f, struct err *e)
{
    char detail[64];
    const struct run_with with = { also_use, f, detail,
                                   "the standing approval was asked already" };
    struct run run;
    int rc = -1;

    snprintf(detail, sizeof(detail), "by standing approval %" PRId64,
             f->standing_id);
    if (run_by_id(db, f->run_id, &run) != DB_OK)
        return db_fail(db, e, "reading the run");
    if (run.state == RUN_DRAFT && run_submit(db, &run, f->maker, e) < 0)
        return -1;
    if (db_become(db, DB_AS_CHECKER, e) < 0)
        return -1;
    rc = run_approve_with(db, &run, f->agreed_by, &with, e);
    if (db_become(db, DB_AS_MAKER, rc < 0 ? NULL : e) < 0)
        rc = -1;
    return rc;
}

int
standing_turn(struct db *db, bool live, int *approved, struct err *e)
{
    static struct files all;            /* large */

    *approved = 0;
    if (read_files(db, live, &all, e) < 0)
        return -1;
    for (int i = 0; i < all.n; i++) {
        struct file *f = &all.list[i];
        char text[ERR_TEXT_BYTES];
        struct err mine = { 0 };

        if (f->refuses[0] == '\0' && approve(db, f, &mine) == 0) {
            (*approved)++;
            continue;
        }
        if (mine.kind == ERR_UNAVAILABLE || mine.kind == ERR_TEMP) {
            *e = mine;
            return -1;
        }
        snprintf(text, sizeof(text), "waits for a person, standing approval %"
                 PRId64 ": %.400s", f->standing_id,
                 f->refuses[0] != '\0' ? f->refuses : mine.text);
        if (note(db, f->drop_id, text) < 0)
            return db_fail(db, e, "noting what came in");
    }
    return 0;
}
