#include "db/inside.h"

#define SERVER_VERSION_MIN 150000

static int
url_refuse(struct err *e, const char *why)
{
    err_set(e, ERR_CONFIG, "the database URL %s", why);
    return err_fix(e, "Write it as postgresql://USER:PASSWORD@HOST:PORT/NAME, "
                   "with / @ : ? # %% and blanks in a password as %%2F %%40 "
                   "%%3A %%3F %%23 %%25 %%20; or leave the password to "
                   "~/.pgpass.");
}

/*
 * A password with an unescaped '/' or '@' makes libpq take its rest for a
 * port, host or database name, and those it does quote in its messages.  Its
 * parse errors quote the whole URL.  So neither gets that far.
 */
static int
url_check(const char *url, struct err *e)
{
    PQconninfoOption *all = PQconninfoParse(url, NULL);
    int rc = 0;

    if (url[0] == '\0')
        goto out;               /* the PG* variables say it all */
    if (all == NULL) {
        rc = url_refuse(e, "cannot be understood");
        goto out;
    }
    for (PQconninfoOption *o = all; o->keyword != NULL && rc == 0; o++) {
        const char *v = o->val != NULL ? o->val : "";

        if (strcmp(o->keyword, "port") == 0
            && v[strspn(v, "0123456789,")] != '\0')
            rc = url_refuse(e, "has a port that is not a number");
        else if ((strcmp(o->keyword, "host") == 0
                  || strcmp(o->keyword, "dbname") == 0)
                 && strchr(v, '@') != NULL)
            rc = url_refuse(e, "has an @ where a host or database name is "
                            "expected");
    }
out:
    PQconninfoFree(all);
    return rc;
}

static int
open_check(struct db *db, struct err *e)
{
    int version = 0;

    if (link_open(db) != DB_OK) {
        err_set(e, ERR_UNAVAILABLE, "%s", db->why);
        return err_fix(e, "Check that the database server is running and that "
                       "the database URL is right.");
    }
    version = PQserverVersion(db->pg);
    if (version >= SERVER_VERSION_MIN)
        return 0;
    err_set(e, ERR_CONFIG, "the database server is PostgreSQL %d.%d; payrun "
            "needs %d or newer", version / 10000, version % 10000,
            SERVER_VERSION_MIN / 10000);
    return err_fix(e, "Use a newer server, or payrun's own: payrun db up");
}

struct db *
db_open(const char *url, struct err *e)
{
    struct db *db = NULL;

    if (url_check(url, e) < 0)
        return NULL;
    if ((db = calloc(1, sizeof(*db))) == NULL
        || (db->url = strdup(url)) == NULL) {
        err_oom(e);
        goto out;
    }
    arena_init(&db->bytes, DB_BYTES_MAX);
    buf_init(&db->args, DB_BYTES_MAX);
    if (open_check(db, e) == 0)
        return db;
out:
    db_close(db);
    return NULL;
}

void
db_close(struct db *db)
{
    if (db == NULL)
        return;
    link_drop(db);
    arena_release(&db->bytes);
    buf_release(&db->args);
    free(db->prepared);
    free(db->url);
    free(db);
}

struct db *
db_twin(const struct db *db, struct err *e)
{
    struct db *twin = db_open(db->url, e);

    if (twin != NULL && db_become(twin, db->role, e) < 0) {
        db_close(twin);
        twin = NULL;
    }
    return twin;
}

int
db_fd(const struct db *db)
{
    return PQsocket(db->pg);
}

/* --- whom it acts as ------------------------------------------------------ */

static const char sql_member[] =
"-- member: may the login act as role $1?\n"
"SELECT session_user::text AS login,"
"       coalesce(pg_has_role(session_user, to_regrole($1::text), 'MEMBER'),"
"                false) AS member";

static bool
is_member(struct db *db, const char *role, char login[USER_NAME_BYTES_MAX])
{
    bool member = false;
    const struct db_arg args[] = { A_TEXT(role) };
    const struct db_col cols[] = {
        { DB_C_TEXT, "login", login, USER_NAME_BYTES_MAX, false },
        C_BOOL("member", &member)
    };

    return db_one(db, sql_member, args, LEN(args), cols, LEN(cols)) == DB_OK
        && member;
}

bool
db_may_become(struct db *db, const char *role)
{
    char login[USER_NAME_BYTES_MAX] = "";

    return is_member(db, role, login);
}

int
db_become(struct db *db, const char *role, struct err *e)
{
    char login[USER_NAME_BYTES_MAX] = "";

    if (role != NULL && !is_member(db, role, login)) {
        if (login[0] == '\0')
            return db_fail(db, e, "asking which role the database login has");
        err_set(e, ERR_NOPERM, "the database login \"%s\" may not act as %s",
                login, role);
        return err_fix(e, "the database's administrator runs: GRANT %s TO "
                       "\"%s\"; or use the login made for this", role, login);
    }
    if (link_become(db, role) != DB_OK)
        return db_fail(db, e, "taking on a database role");
    db->role = role;
    return 0;
}

unsigned
db_life(const struct db *db)
{
    return db->life;
}
