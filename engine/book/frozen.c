#include "book/frozen.h"

#include <inttypes.h>

#include "book/edges.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

#define FROZEN_COLS 7

static void
frozen_cols(struct frozen *f, struct db_col cols[FROZEN_COLS])
{
    const struct db_col all[] = {
        C_I64("run_id", &f->run_id), C_TEXT("run_ref", f->run_ref),
        C_I64("line_no", &f->line), C_TEXT("name", f->name),
        C_TEXT("other_ref", f->other_ref),
        C_I64("other_line", &f->other_line), C_I64("total", &f->total)
    };

    _Static_assert(LEN(all) == FROZEN_COLS, "columns");
    *f = (struct frozen){ 0 };
    memcpy(cols, all, sizeof(all));
}

enum db_status
frozen_of_run(struct db *db, int64_t run_id, struct frozen *out)
{
    const struct db_arg args[] = { A_I64(run_id) };
    struct db_col cols[FROZEN_COLS];

    frozen_cols(out, cols);
    return db_one(db, sql_frozen_of_run, args, LEN(args), cols, FROZEN_COLS);
}

enum db_status
frozen_of_due(struct db *db, int64_t account_id, enum batch_event on,
              struct frozen *out)
{
    struct db_col cols[FROZEN_COLS];
    struct edges g;

    edges_on(&g, &machine_batch, (int)on);
    const struct db_arg args[] = { A_I64(account_id), A_STR(g.from[0]) };

    frozen_cols(out, cols);
    return db_one(db, sql_frozen_of_due, args, LEN(args), cols, FROZEN_COLS);
}

int
frozen_words(const struct frozen *f, struct err *e)
{
    char more[80] = "";

    if (f->total > 1)
        snprintf(more, sizeof(more), " So are %" PRId64 " more of this run.",
                 f->total - 1);
    err_set(e, ERR_GUARD, "%.60s (line %" PRId64 " of the file of %s) is in "
            "doubt in run %s, line %" PRId64 ": nobody knows yet whether that "
            "was paid.%s Nothing more of %s is sent.", f->name, f->line,
            f->run_ref, f->other_ref, f->other_line, more, f->run_ref);
    return err_fix(e, "Find out first: payrun resolve %s. If this payment is "
                   "right all the same, a checker says why: payrun approve or "
                   "resume %s --allow-duplicates \"REASON\"", f->other_ref,
                   f->run_ref);
}

/* --- letting it go on ----------------------------------------------------- */

struct allowing {
    const struct run *run;
    const char *who, *why;
};

static enum db_status
allow_txn(struct db *db, void *owner)
{
    const struct allowing *a = owner;
    const struct db_arg args[] = {
        A_I64(a->run->run_id), A_TEXT(a->who), A_TEXT(a->why)
    };
    enum db_status st = db_do(db, sql_frozen_allow, args, LEN(args));

    return st == DB_OK ? audit_add(db, a->who, "allow_doubt", a->run->ref,
                                   a->why) : st;
}

int
frozen_allow(struct db *db, const struct run *run, const char *who,
             const char *why, struct err *e)
{
    struct allowing a = { run, who, why };
    struct person p;
    enum db_status st = DB_OK;

    if (why[0] == '\0' || strlen(why) >= ERR_TEXT_BYTES) {
        err_set(e, ERR_USAGE, "Say why %s goes on although payees of it are "
                "in doubt, in at most %d bytes.", run->ref,
                ERR_TEXT_BYTES - 1);
        return err_fix(e, "--allow-duplicates \"REASON\"");
    }
    if (person_find(db, who, &p, e) < 0)
        return -1;
    if (strcmp(p.role, "checker") != 0 || strcmp(run->made_by, who) == 0) {
        err_set(e, ERR_NOPERM, "%s may not let %s go on although payees of it "
                "are in doubt.", who, run->ref);
        return err_fix(e, "That is for a checker who did not make the run.");
    }
    st = db_txn(db, allow_txn, &a);
    return st == DB_OK ? 0 : db_fail(db, e, "letting a run go on");
}
