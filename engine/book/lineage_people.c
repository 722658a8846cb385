#include "book/lineage_lift.h"

#include "base/crypto.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

struct saying {
    int64_t hold_id;
    const char *who, *role, *reason, *found;
    int64_t missing;            /* accounts that are not listed               */
    char    silent[PATH_BYTES_MAX];     /* a host without its journal; "": none */
    struct str digest;
    unsigned char sum[SHA256_BYTES];
};

/* Judged anew, and what that comes down to. */
static enum db_status
stand(struct db *db, struct saying *s)
{
    const struct db_arg args[] = { A_I64(s->hold_id) };
    const struct db_col cols[] = {
        C_I64("missing", &s->missing), C_TEXT_NULL("silent", s->silent),
        C_BYTES("digest", &s->digest)
    };
    enum db_status st = db_do(db, sql_lineage_judge, args, LEN(args));

    if (st >= DB_NONE)
        st = db_one(db, sql_lineage_stand, args, LEN(args), cols, LEN(cols));
    if (st != DB_OK || s->digest.len != sizeof(s->sum))
        return st < DB_NONE ? st : DB_HARD;
    memcpy(s->sum, s->digest.p, sizeof(s->sum));
    return DB_OK;
}

static enum db_status
propose_txn(struct db *db, void *owner)
{
    struct saying *s = owner;
    char detail[ERR_TEXT_BYTES];
    enum db_status st = stand(db, s);

    if (st != DB_OK || s->missing > 0 || s->silent[0] != '\0')
        return st < DB_NONE ? st : DB_NONE;
    const struct db_arg args[] = {
        A_I64(s->hold_id), A_TEXT(s->who), A_TEXT(s->role), A_TEXT(s->reason),
        A_TEXT(s->found),
        A_BYTES(((struct str){ (const char *)s->sum, sizeof(s->sum) }))
    };

    if ((st = db_do(db, sql_lineage_propose, args, LEN(args))) != DB_OK)
        return st;
    snprintf(detail, sizeof(detail), "hold %lld: to be lifted: %.200s. Found: "
             "%.200s", (long long)s->hold_id, s->reason, s->found);
    return audit_add(db, s->who, "lineage propose", "everything", detail);
}

static int
may(struct db *db, struct saying *s, const char *role, const char *other,
    struct person *p, struct err *e)
{
    if (person_find(db, s->who, p, e) < 0)
        return -1;
    s->role = p->role;
    if (strcmp(p->role, role) == 0 || strcmp(p->role, other) == 0)
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not do this.", p->name,
            p->role[0] == 'a' ? "an" : "a", p->role);
    return err_fix(e, "Lifting a hold is proposed by a maker or an admin and "
                   "agreed to by a checker.");
}

int
lineage_propose(struct db *db, int64_t hold_id, const char *who,
                const char *reason, const char *found, struct err *e)
{
    struct saying s = {
        .hold_id = hold_id, .who = who, .reason = reason, .found = found
    };
    struct person p;
    enum db_status st;

    if (may(db, &s, "maker", "admin", &p, e) < 0)
        return -1;
    st = db_txn(db, propose_txn, &s);
    if (st == DB_OK)
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, "proposing to lift the hold");
    if (s.missing == 0) {
        err_set(e, ERR_GUARD, "The journal of what left from %.200s was not "
                "read, or not all of it.", s.silent);
        return err_fix(e, "payrun work or payrun lineage --ask on that host; if "
                       "it is lost: --no-journal HOST, and only the providers' "
                       "lists tell what left from there");
    }
    err_set(e, ERR_GUARD, "%lld account%s not listed to the end since the hold "
            "began.", (long long)s.missing, s.missing == 1 ? " was" : "s were");
    return err_fix(e, "payrun lineage --ask, with --live for live accounts; if "
                   "one cannot be listed at all: --cannot ACCOUNT, and what "
                   "is open of it goes in front of people");
}

static enum db_status
agree_txn(struct db *db, void *owner)
{
    struct saying *s = owner;
    char detail[ERR_TEXT_BYTES];
    enum db_status st = stand(db, s);
    const struct db_arg args[] = {
        A_I64(s->hold_id), A_TEXT(s->who),
        A_BYTES(((struct str){ (const char *)s->sum, sizeof(s->sum) }))
    };

    if (st != DB_OK
        || (st = db_do(db, sql_lineage_agree, args, LEN(args))) != DB_OK)
        return st;
    snprintf(detail, sizeof(detail), "hold %lld may be lifted",
             (long long)s->hold_id);
    return audit_add(db, s->who, "lineage agree", "everything", detail);
}

int
lineage_agree(struct db *db, int64_t hold_id, const char *who, struct err *e)
{
    struct saying s = { .hold_id = hold_id, .who = who };
    struct person p;
    enum db_status st;

    if (may(db, &s, "checker", "checker", &p, e) < 0)
        return -1;
    st = db_txn(db, agree_txn, &s);
    if (st == DB_OK)
        return 0;
    if (st == DB_HARD && strstr(db_why(db), "proposer_does_not_lift") != NULL)
        return err_set(e, ERR_NOPERM, "%s proposed it and so cannot agree to "
                       "it.", who);
    if (st < DB_NONE)
        return db_fail(db, e, "agreeing to lift the hold");
    err_set(e, ERR_GUARD, "Nothing is proposed, or what was found has changed "
            "since.");
    return err_fix(e, "payrun lineage shows it; a maker proposes: payrun "
                   "lineage --propose --reason \"...\"");
}

int
lineage_cannot(struct db *db, int64_t hold_id, const char *account,
               struct err *e)
{
    const struct db_arg args[] = { A_I64(hold_id), A_TEXT(account) };
    enum db_status st = db_do(db, sql_lineage_cannot, args, LEN(args));

    if (st == DB_OK)
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, "noting that an account cannot be listed");
    err_set(e, ERR_USAGE, "%s is no account that is still to be listed.",
            account);
    return err_fix(e, "payrun lineage names them");
}

int
lineage_trust(struct db *db, int64_t hold_id, const char *account,
              struct err *e)
{
    const struct db_arg args[] = { A_I64(hold_id), A_TEXT(account) };
    enum db_status st = db_do(db, sql_lineage_trust, args, LEN(args));

    if (st == DB_OK || (st == DB_NONE && account[0] == '\0'))
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, "noting that a list hides nothing");
    err_set(e, ERR_USAGE, "%s is no account that pays in one phase and was "
            "listed.", account);
    return err_fix(e, "payrun lineage --ask lists them");
}
