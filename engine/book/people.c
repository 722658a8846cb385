#include "book/people.h"

#include "base/str.h"
#include "base/text.h"
#include "db/sql.h"
#include "db/txn.h"

static const char *const roles[] = { "maker", "checker", "auditor", "admin" };

enum db_status
audit_add(struct db *db, const char *actor, const char *action,
          const char *subject, const char *detail)
{
    const struct db_arg args[] = {
        A_TEXT(actor), A_TEXT(action), A_TEXT(subject), A_TEXT(detail)
    };

    return db_do(db, sql_audit_add, args, LEN(args));
}

int
audit_verify(struct db *db, struct audit_fault *out, struct err *e)
{
    const struct db_col cols[] = {
        C_I64("audit_id", &out->audit_id), C_TEXT("why", out->why)
    };
    enum db_status st;

    *out = (struct audit_fault){ 0 };
    st = db_one(db, sql_audit_verify, NULL, 0, cols, LEN(cols));
    if (st < 0)
        return db_fail(db, e, "checking the audit chain");
    return 0;
}

struct adding {
    const char *name, *role, *actor;
    bool exists;
};

static enum db_status
add_in_txn(struct db *db, void *owner)
{
    struct adding *a = owner;
    const struct db_arg args[] = { A_TEXT(a->name), A_TEXT(a->role) };
    enum db_status st = db_do(db, sql_person_add, args, LEN(args));

    a->exists = st == DB_NONE;
    if (st != DB_OK)
        return st;
    return audit_add(db, a->actor, "user add", a->name, a->role);
}

/* It is typed after --as, printed in lists and compared by people: nothing in
 * it may look like something else. */
static int
check_name(const char *name, struct err *e)
{
    if (name[0] == '\0' || strlen(name) >= USER_NAME_BYTES_MAX)
        err_set(e, ERR_USAGE, "A user name has 1 to %d characters.",
                USER_NAME_BYTES_MAX - 1);
    else if ((text_look(str_of(name), NULL) & ~(unsigned)TEXT_NOT_NFC) != 0)
        err_set(e, ERR_USAGE, "The user name has control or hidden characters "
                "in it, or is not UTF-8.");
    else if (strpbrk(name, " \t") != NULL || strstr(name, "\u00a0") != NULL)
        err_set(e, ERR_USAGE, "The user name \"%s\" has a blank in it.",
                name);
    else
        return 0;
    return err_fix(e, "Use a short name like a login, such as amina or "
                   "amina.k");
}

int
person_add(struct db *db, const char *name, const char *role,
           const char *actor, struct err *e)
{
    struct adding a = { name, role, actor, false };
    enum db_status st;
    bool known = false;

    for (size_t i = 0; i < LEN(roles); i++)
        known = known || strcmp(role, roles[i]) == 0;
    if (!known) {
        err_set(e, ERR_USAGE, "\"%s\" is not a role.", role);
        return err_fix(e, "Use maker, checker, auditor or admin.");
    }
    if (check_name(name, e) < 0)
        return -1;
    st = db_txn(db, add_in_txn, &a);
    if (st == DB_OK)
        return 0;
    if (st < 0)
        return db_fail(db, e, "adding a user");
    err_set(e, ERR_GUARD, "There is a user \"%s\" already.", name);
    return err_fix(e, "One person has one role for good; see who there is: "
                   "payrun user list");
}

int
person_find(struct db *db, const char *name, struct person *out,
            struct err *e)
{
    const struct db_arg args[] = { A_TEXT(name) };
    const struct db_col cols[] = {
        C_TEXT("user_name", out->name), C_TEXT("role", out->role),
        C_BOOL("disabled", &out->disabled)
    };
    enum db_status st;

    *out = (struct person){ 0 };
    st = db_one(db, sql_person_by_name, args, LEN(args), cols, LEN(cols));
    if (st < 0)
        return db_fail(db, e, "looking up a user");
    if (st == DB_NONE) {
        err_set(e, ERR_NOPERM, "payrun does not know a user \"%s\".", name);
        return err_fix(e, "Somebody who may set up payrun adds them: "
                       "payrun user add %s --role maker|checker|auditor|admin",
                       name);
    }
    if (out->disabled)
        return err_set(e, ERR_NOPERM, "The user \"%s\" may no longer act.",
                       name);
    return 0;
}

struct listing {
    struct person p;
    int (*row)(void *, const struct person *);
    void *owner;
};

static int
list_row(void *owner)
{
    struct listing *l = owner;

    return l->row(l->owner, &l->p);
}

int
person_each(struct db *db, int (*row)(void *, const struct person *),
            void *owner, struct err *e)
{
    struct listing l = { .row = row, .owner = owner };
    const struct db_col cols[] = {
        C_TEXT("user_name", l.p.name), C_TEXT("role", l.p.role),
        C_BOOL("disabled", &l.p.disabled)
    };

    if (db_each(db, sql_person_list, NULL, 0, cols, LEN(cols), list_row,
                &l) < 0)
        return db_fail(db, e, "listing users");
    return 0;
}
