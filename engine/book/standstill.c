#include "book/standstill.h"

#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

static enum db_status
look(struct db *db, struct standstill *out)
{
    const struct db_col cols[] = {
        C_BOOL("paused", &out->paused), C_TEXT("why", out->why),
        C_TEXT("by", out->by), C_I64("at_us", &out->at_us),
        C_BOOL("held", &out->held)
    };

    return db_one(db, sql_standstill_read, NULL, 0, cols, LEN(cols));
}

int
standstill_read(struct db *db, struct standstill *out, struct err *e)
{
    if (look(db, out) == DB_OK)
        return 0;
    return db_fail(db, e, "reading whether everything is paused");
}

struct change {
    bool paused;
    const char *why, *who;
};

static enum db_status
change_txn(struct db *db, void *owner)
{
    const struct change *c = owner;
    const struct db_arg args[] = {
        A_BOOL(c->paused), A_TEXT(c->why), A_TEXT(c->who)
    };
    enum db_status st = db_do(db, sql_standstill_set, args, LEN(args));

    return st != DB_OK ? st
        : audit_add(db, c->who, c->paused ? "pause all" : "resume all",
                    "everything", c->why);
}

static int
check(struct db *db, const struct change *c, struct err *e)
{
    struct person p;
    size_t n = c->why != NULL ? strlen(c->why) : 0;

    if (n == 0 || n >= ERR_TEXT_BYTES) {
        err_set(e, ERR_USAGE, "Say in 1 to %d bytes why everything is %s.",
                ERR_TEXT_BYTES - 1, c->paused ? "paused" : "resumed");
        return err_fix(e, "payrun %s --all --reason \"...\"",
                       c->paused ? "pause" : "resume");
    }
    if (person_find(db, c->who, &p, e) < 0)
        return -1;
    if (strcmp(p.role, "auditor") != 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is an auditor and may not %s.", p.name,
            c->paused ? "pause anything" : "resume anything");
    return err_fix(e, "That is for a maker, checker or admin.");
}

int
standstill_set(struct db *db, bool paused, const char *why, const char *who,
               struct err *e)
{
    struct change c = { paused, why, who };
    struct standstill now = { .paused = false };
    enum db_status st;

    if (check(db, &c, e) < 0)
        return -1;
    st = db_txn(db, change_txn, &c);
    if (st == DB_OK)
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, paused ? "pausing everything"
                                     : "resuming everything");
    if (standstill_read(db, &now, e) < 0)
        return -1;
    if (now.held) {
        err_set(e, ERR_GUARD, "Everything stands still because history went "
                "backwards: %.300s", now.why);
        return err_fix(e, "payrun lineage says what to do; it takes two "
                       "people");
    }
    if (!paused)
        return err_set(e, ERR_GUARD, "Nothing is paused as a whole.");
    err_set(e, ERR_GUARD, "Everything is paused already, by %s: %.200s",
            now.by, now.why);
    return err_fix(e, "payrun resume --all --reason \"...\" when that is "
                   "mended");
}
