#include "cli/cmds.h"

#include "base/crypto.h"
#include "db/sql.h"

const struct opt audit_opts[] = {
    { "against", "N:HASH", "entry N must still have this hash, as it was "
      "written down elsewhere", false },
    { NULL, NULL, NULL, false }
};

/* One entry by its number; 0: the newest. */
struct entry {
    int64_t id;
    char    hash[SHA256_HEX];
};

static int
read_entry(struct app *app, int64_t id, struct entry *out, struct err *e)
{
    const struct db_arg args[] = { A_I64(id) };
    const struct db_col cols[] = {
        C_I64("audit_id", &out->id), C_TEXT("hash", out->hash)
    };

    *out = (struct entry){ 0 };
    if (db_one(app->db, sql_audit_entry, args, LEN(args), cols, LEN(cols)) < 0)
        return db_fail(app->db, e, "reading the audit");
    return 0;
}

/* Somebody who can write every table can also write a whole chain anew; only a
 * hash kept elsewhere tells. */
static int
check_against(struct app *app, const char *text, struct err *e)
{
    const char *colon = strchr(text, ':');
    struct entry there;
    int64_t id = 0;

    if (colon == NULL || strlen(colon + 1) != SHA256_HEX - 1
        || str_i64(&id, str_cut(str_of(text), (size_t)(colon - text))) < 0
        || id == 0) {
        err_set(e, ERR_USAGE, "--against is the number of an entry, a colon "
                "and its hash of %d digits", SHA256_HEX - 1);
        return err_fix(e, "payrun audit verify prints it; keep that line "
                       "outside of this machine");
    }
    if (read_entry(app, id, &there, e) < 0)
        return -1;
    if (there.id == id && str_ieq(str_of(there.hash), str_of(colon + 1)))
        return 0;
    err_set(e, ERR_GUARD, "entry %lld of the audit is not the one that was "
            "written down: %s", (long long)id, there.id == id ?
            "the chain was made anew" : "it is gone");
    return err_fix(e, "stop, keep the database as it is, and find out who "
                   "could write to it");
}

int
cmd_audit_verify(struct app *app, struct err *e)
{
    const char *against = args_value(&app->args, "against");
    struct audit_fault fault;
    struct entry newest;

    if (app_db(app, e) < 0 || audit_verify(app->db, &fault, e) < 0)
        return -1;
    if (fault.why[0] != '\0') {
        err_set(e, ERR_GUARD, "the audit does not hold at entry %lld: %s",
                (long long)fault.audit_id, fault.why);
        return err_fix(e, "stop, keep the database as it is, and find out who "
                       "could write to it");
    }
    if ((against != NULL && check_against(app, against, e) < 0)
        || read_entry(app, 0, &newest, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:b, s:I, s:s}", "holds", true,
            "entries", (json_int_t)newest.id, "hash", newest.hash), e);
    printf("the audit holds: %lld entries\nkeep this outside of this machine, "
           "to compare later:\n  payrun audit verify --against %lld:%s\n",
           (long long)newest.id, (long long)newest.id, newest.hash);
    return 0;
}
