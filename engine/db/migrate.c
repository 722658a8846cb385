#include "db/migrate.h"

#include <errno.h>              /* program_invocation_short_name */

#include "base/crypto.h"
#include "db/inside.h"
#include "db/txn.h"

#define STEPS_MAX 1000          /* four digits in the name, and one to spare */

/* "payrun" in ASCII: any two migrators of one database meet on it. */
static const char sql_lock[] =
"-- migrate_lock: wait for the other migrator, however long it takes\n"
"SELECT set_config('lock_timeout', '0', true),"
"       pg_advisory_xact_lock(123563951682926)::text AS locked";

/* A step that needs a table others are using gives up, and is tried again:
 * while it waits, everybody behind it waits too. */
static const char sql_patience[] =
"-- migrate_patience: back to waiting at most so long for a table\n"
"SELECT set_config('lock_timeout', '" TEXT_OF(DB_LOCK_TIMEOUT_MS) "', true)";

static const char sql_present[] =
"-- migrate_present: which of the two is there already?\n"
"SELECT to_regnamespace('payrun') IS NOT NULL AS schema,"
"       to_regclass('payrun.schema_step') IS NOT NULL AS steps";

static const char script_schema[] =
"CREATE SCHEMA payrun;"
"COMMENT ON SCHEMA payrun IS 'everything payrun stores; see schema/README.md'";

static const char script_table[] =
"CREATE TABLE payrun.schema_step ("
"    step        integer PRIMARY KEY CHECK (step > 0),"
"    name        text NOT NULL,"
"    sha256      bytea NOT NULL CHECK (length(sha256) = 32),"
"    applied_at  timestamptz NOT NULL DEFAULT now(),"
"    program     text NOT NULL);"
"COMMENT ON TABLE payrun.schema_step IS"
"    'the schema/NNNN_name.sql files this database has been through';"
"COMMENT ON COLUMN payrun.schema_step.step IS 'NNNN, from 1';"
"COMMENT ON COLUMN payrun.schema_step.name IS 'its name, for people';"
"COMMENT ON COLUMN payrun.schema_step.sha256 IS"
"    'of the file as it was applied: an edited file is refused';"
"COMMENT ON COLUMN payrun.schema_step.applied_at IS 'when';"
"COMMENT ON COLUMN payrun.schema_step.program IS 'the program that did it'";

static const char sql_applied[] =
"-- migrate_applied: the steps this database has been through\n"
"SELECT step, name, sha256 FROM payrun.schema_step ORDER BY step";

static const char sql_register[] =
"-- migrate_register: step $1 was applied\n"
"INSERT INTO payrun.schema_step (step, name, sha256, program)"
" VALUES ($1, $2, $3, $4)";

/* --- what is there ------------------------------------------------------- */

struct look {
    bool     applied[STEPS_MAX];            /* by place in schema_steps */
    void   (*each)(void *, const struct schema_step *, enum step_fate);
    void    *owner;

    int      number;                        /* the row being read */
    char     name[NAME_BYTES_MAX];
    struct str sha256;
};

static const struct schema_step *
step_numbered(int number)
{
    for (const struct schema_step *s = schema_steps; s->number != 0; s++)
        if (s->number == number)
            return s;
    return NULL;
}

static void
step_sha256(const struct schema_step *s, unsigned char out[SHA256_BYTES])
{
    sha256_of(str_of(s->text), out);
}

static int
look_row(void *owner)
{
    struct look *l = owner;
    const struct schema_step *s = step_numbered(l->number);
    const struct schema_step stranger = { l->number, l->name, "" };
    unsigned char sha256[SHA256_BYTES];

    if (s == NULL) {
        l->each(l->owner, &stranger, STEP_UNKNOWN);
        return 0;
    }
    l->applied[s - schema_steps] = true;
    step_sha256(s, sha256);
    l->each(l->owner, s,
            str_eq(l->sha256, (struct str){ (char *)sha256, sizeof(sha256) })
            ? STEP_APPLIED : STEP_EDITED);
    return 0;
}

/* Tell ${each} the fate of every step: those applied, then those pending. */
static enum db_status
look(struct db *db, struct look *l)
{
    bool schema = false, steps = false;
    const struct db_col there[] = {
        C_BOOL("schema", &schema), C_BOOL("steps", &steps),
    };
    const struct db_col cols[] = {
        C_INT("step", &l->number),
        C_TEXT("name", l->name),
        C_BYTES("sha256", &l->sha256),
    };
    enum db_status st = db_one(db, sql_present, NULL, 0, there, LEN(there));

    if (st > 0 && steps)
        st = db_each(db, sql_applied, NULL, 0, cols, LEN(cols), look_row, l);
    if (st < 0)
        return st;
    for (int i = 0; i < STEPS_MAX && schema_steps[i].number != 0; i++)
        if (!l->applied[i])
            l->each(l->owner, &schema_steps[i], STEP_PENDING);
    return DB_OK;
}

int
migrate_look(struct db *db, void (*each)(void *, const struct schema_step *,
             enum step_fate), void *owner, struct err *e)
{
    struct look l = { .each = each, .owner = owner };

    if (look(db, &l) < 0)
        return db_fail(db, e, "reading which schema steps were applied");
    return 0;
}

/* --- judging it ---------------------------------------------------------- */

struct verdict {
    const struct schema_step *next;         /* the first pending one */
    int      pending;
    int      bad;                           /* number of the first bad one */
    char     bad_name[NAME_BYTES_MAX];
    enum step_fate why;
};

static void
judge(void *owner, const struct schema_step *s, enum step_fate fate)
{
    struct verdict *v = owner;

    switch (fate) {
    case STEP_APPLIED:
        break;
    case STEP_PENDING:
        if (v->pending++ == 0)
            v->next = s;
        break;
    case STEP_EDITED:
    case STEP_UNKNOWN:
        if (v->bad != 0)
            break;
        v->bad = s->number;
        v->why = fate;
        (void)str_copy(v->bad_name, sizeof(v->bad_name), str_of(s->name));
        break;
    }
}

static int
refuse(const struct verdict *v, struct err *e)
{
    if (v->why == STEP_UNKNOWN) {
        err_set(e, ERR_CONFIG, "the database has been through schema step %d "
                "(%s), which this program does not know: a newer payrun was "
                "here", v->bad, v->bad_name);
        return err_fix(e, "Use that newer payrun.");
    }
    err_set(e, ERR_CONFIG, "schema step %d (%s) was applied to this database "
            "with another text than this program has", v->bad, v->bad_name);
    return err_fix(e, "An applied step is never edited: restore its file in "
                   "schema/, and put the change into a new step.");
}

int
migrate_check(struct db *db, struct err *e)
{
    struct verdict v = { 0 };

    if (migrate_look(db, judge, &v, e) < 0)
        return -1;
    if (v.bad != 0)
        return refuse(&v, e);
    if (v.pending == 0)
        return 0;
    err_set(e, ERR_CONFIG, "the database lacks %d schema step%s, the first is "
            "%d (%s)", v.pending, v.pending == 1 ? "" : "s", v.next->number,
            v.next->name);
    return err_fix(e, "Run: payrun db migrate");
}

/* --- changing it --------------------------------------------------------- */

struct one_step {
    struct verdict verdict;
    const struct schema_step *running;
};

static enum db_status
make_room(struct db *db)
{
    bool schema = false, steps = false;
    const struct db_col there[] = {
        C_BOOL("schema", &schema), C_BOOL("steps", &steps),
    };
    enum db_status st = db_one(db, sql_present, NULL, 0, there, LEN(there));

    if (st > 0 && !schema)
        st = query_script(db, "-- schema payrun:", script_schema);
    if (st > 0 && !steps)
        st = query_script(db, "-- table schema_step:", script_table);
    return st;
}

static enum db_status
run_step(struct db *db, const struct schema_step *s)
{
    unsigned char sha256[SHA256_BYTES];
    char name[NAME_BYTES_MAX];
    const struct db_arg args[] = {
        A_I64(s->number), A_TEXT(s->name),
        A_BYTES(((struct str){ (char *)sha256, sizeof(sha256) })),
        A_TEXT(program_invocation_short_name),
    };
    enum db_status st = DB_OK;

    step_sha256(s, sha256);
    snprintf(name, sizeof(name), "-- step %d (%s):", s->number, s->name);
    if ((st = query_script(db, name, s->text)) < 0)
        return st;
    /* half a step must never stay: it is one transaction, and ours */
    if (PQtransactionStatus(db->pg) != PQTRANS_INTRANS)
        return fault_say(db, DB_HARD, name, "ends the transaction it runs in");
    return db_do(db, sql_register, args, LEN(args));
}

/* One transaction: look again under the lock, then do the first one that is
 * pending.  DB_NONE: nothing is, or something is wrong. */
static enum db_status
step_txn(struct db *db, void *owner)
{
    struct one_step *o = owner;
    struct look l = { .each = judge, .owner = &o->verdict };
    enum db_status st = DB_OK;

    *o = (struct one_step){ 0 };
    if ((st = db_do(db, sql_lock, NULL, 0)) < 0
        || (st = db_do(db, sql_patience, NULL, 0)) < 0
        || (st = look(db, &l)) < 0)
        return st;
    if (o->verdict.bad != 0 || o->verdict.next == NULL)
        return DB_NONE;
    o->running = o->verdict.next;
    if ((st = make_room(db)) < 0)
        return st;
    return run_step(db, o->running);
}

int
migrate_run(struct db *db, int *applied, struct err *e)
{
    struct one_step o = { 0 };
    enum db_status st = DB_OK;
    char doing[NAME_BYTES_MAX];

    *applied = 0;
    while ((st = db_txn(db, step_txn, &o)) == DB_OK)
        ++*applied;
    if (o.verdict.bad != 0)
        return refuse(&o.verdict, e);
    if (st == DB_NONE)
        return 0;
    snprintf(doing, sizeof(doing), "bringing the schema up to date");
    if (o.running != NULL)
        snprintf(doing, sizeof(doing), "applying schema step %d (%s)",
                 o.running->number, o.running->name);
    return db_fail(db, e, doing);
}
