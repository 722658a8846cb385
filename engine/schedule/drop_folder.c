#include "schedule/drop.h"

#include <inttypes.h>
#include <stdio.h>

#include "db/sql.h"
#include "db/txn.h"

/* --- changing ------------------------------------------------------------- */

struct change {
    const struct drop_ask *ask;         /* NULL: it ends */
    int64_t folder_id;
    const char *path, *who;
};

static enum db_status
change_txn(struct db *db, void *owner)
{
    struct change *c = owner;
    const struct drop_ask *k = c->ask;
    char detail[2 * ERR_TEXT_BYTES];
    enum db_status st;

    if (k != NULL) {
        const struct db_arg args[] = {
            A_TEXT(k->path), A_I64(k->account_id), A_TEXT(k->maker),
            A_TEXT(k->run_kind), A_BOOL(k->done_marker), A_TEXT(c->who)
        };

        st = db_do(db, sql_drop_folder_add, args, LEN(args));
        snprintf(detail, sizeof(detail), "watch %.400s: account %" PRId64
                 ", maker %s, kind %s", k->path, k->account_id, k->maker,
                 k->run_kind);
    } else {
        const struct db_arg args[] = { A_I64(c->folder_id), A_TEXT(c->who) };

        st = db_do(db, sql_drop_folder_end, args, LEN(args));
        snprintf(detail, sizeof(detail), "watch %.400s no more", c->path);
    }
    if (st != DB_OK)
        return st;
    return audit_add(db, c->who, "inbox", "folder", detail);
}

static int
may(const struct person *who, struct err *e)
{
    if (strcmp(who->role, "maker") == 0 || strcmp(who->role, "admin") == 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not change which folders are "
            "watched.", who->name, who->role[0] == 'a' ? "an" : "a",
            who->role);
    return err_fix(e, "That is for a maker or an admin.");
}

int
drop_folder_add(struct db *db, const struct drop_ask *ask,
                const struct person *who, struct err *e)
{
    struct change c = { .ask = ask, .who = who->name };
    struct person maker;
    enum db_status st;

    if (may(who, e) < 0 || person_find(db, ask->maker, &maker, e) < 0)
        return -1;
    if (strcmp(maker.role, "maker") != 0)
        return err_set(e, ERR_USAGE, "%s is no maker; files are uploaded in a "
                       "maker's name", maker.name);
    st = db_txn(db, change_txn, &c);
    if (st == DB_NONE)
        return err_set(e, ERR_GUARD, "%s is watched already.", ask->path);
    return st < 0 ? db_fail(db, e, "storing the folder") : 0;
}

int
drop_folder_end(struct db *db, const struct drop_folder *f,
                const struct person *who, struct err *e)
{
    struct change c = { .folder_id = f->folder_id, .path = f->path,
                        .who = who->name };
    enum db_status st;

    if (strcmp(who->role, "checker") != 0 && may(who, e) < 0)
        return -1;
    st = db_txn(db, change_txn, &c);
    if (st == DB_NONE)
        return err_set(e, ERR_GUARD, "%s is not watched any more.", f->path);
    return st < 0 ? db_fail(db, e, "ending the folder") : 0;
}

/* --- looking -------------------------------------------------------------- */

struct each {
    struct drop_folder f;
    int (*row)(void *, const struct drop_folder *);
    void *owner;
};

static int
each_row(void *owner)
{
    struct each *x = owner;

    return x->row(x->owner, &x->f);
}

int
drop_folder_each(struct db *db, const char *path,
                 int (*row)(void *, const struct drop_folder *), void *owner,
                 struct err *e)
{
    struct each x = { .row = row, .owner = owner };
    struct drop_folder *f = &x.f;
    const struct db_arg args[] = { A_TEXT(path) };
    const struct db_col cols[] = {
        C_I64("folder_id", &f->folder_id), C_TEXT("path", f->path),
        C_TEXT("account", f->account), C_BOOL("live", &f->live),
        C_TEXT("ccy", f->ccy), C_TEXT("maker", f->maker),
        C_TEXT("run_kind", f->run_kind), C_BOOL("done_marker", &f->done_marker),
        C_I64("standing_id", &f->standing_id), C_TEXT("standing", f->standing)
    };

    if (db_each(db, sql_drop_folder_list, args, LEN(args), cols, LEN(cols),
                each_row, &x) < 0)
        return db_fail(db, e, "reading the watched folders");
    return 0;
}

static int
keep(void *owner, const struct drop_folder *f)
{
    *(struct drop_folder *)owner = *f;
    return 0;
}

int
drop_folder_find(struct db *db, const char *path, struct drop_folder *out,
                 struct err *e)
{
    *out = (struct drop_folder){ 0 };
    if (path[0] != '\0' && drop_folder_each(db, path, keep, out, e) < 0)
        return -1;
    if (out->folder_id != 0)
        return 0;
    err_set(e, ERR_USAGE, "No folder %s is watched.", path);
    return err_fix(e, "payrun inbox list names them, from the root on");
}
