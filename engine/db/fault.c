#include "db/inside.h"

#include <stdarg.h>

#define LINK_LAST_WORDS 8       /* messages that may lie before a link's end */

void
fault_clear(struct db *db)
{
    db->last = DB_OK;
    db->why[0] = '\0';
    db->state[0] = '\0';
}

const char *
fault_name(const char *sql, int *n)
{
    static const char nameless[] = "statement";
    const char *p = sql;

    *n = (int)sizeof(nameless) - 1;
    if (strncmp(p, "--", 2) != 0)
        return nameless;
    p += 2 + strspn(p + 2, " ");
    if (p[strcspn(p, ":\n")] != ':')
        return nameless;
    *n = (int)strcspn(p, ":");
    return p;
}

static void
fault_note(struct db *db, enum db_status st, const char *sql, const char *what)
{
    int n = 0;
    const char *name = fault_name(sql, &n);

    db->last = st;
    /* libpq adds advice on further lines; the first says what happened */
    snprintf(db->why, sizeof(db->why), "%.*s: %.*s", n, name,
             (int)strcspn(what, "\n"), what);
}

enum db_status
fault_say(struct db *db, enum db_status st, const char *sql,
          const char *fmt, ...)
{
    char what[ERR_TEXT_BYTES];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    db->state[0] = '\0';
    fault_note(db, st, sql, what);
    return st;
}

enum db_status
fault_memory(struct db *db, const char *sql)
{
    (void)fault_say(db, DB_SOFT, sql, "there is not enough memory");
    (void)str_copy(db->state, sizeof(db->state), STR(NO_MEMORY));
    return DB_SOFT;
}

/*
 * Will the same transaction work when it runs again?  Class 40 is
 * "transaction rollback", 08 is "connection exception"; the others are a
 * server that stops, starts or is full, and a lock that did not come in time.
 */
static bool
passes_by_itself(const char *state)
{
    static const char *const soft[] = {
        "40", "08", "57P01", "57P02", "57P03", "53200", "53300", "55P03"
    };

    if (strcmp(state, "08P01") == 0)    /* the server did not understand us */
        return false;
    for (size_t i = 0; i < LEN(soft); i++)
        if (strncmp(state, soft[i], strlen(soft[i])) == 0)
            return true;
    return false;
}

/*
 * The message, never the DETAIL: that one quotes the row, with the name and
 * phone number of a payee in it.  The constraint says enough.
 */
static void
fault_text(char *out, size_t bytes, const PGresult *res, const char *state)
{
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *rule = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);

    snprintf(out, bytes, "%s (SQLSTATE %s%s%s)", text != NULL ? text : "failed",
             state, rule != NULL ? ", " : "", rule != NULL ? rule : "");
}

/*
 * When a server ends because another of its processes crashed, it says so, and
 * libpq tells of the write that failed before it has read that: the link counts
 * as up.  Reading to the end shows that it is gone.
 */
static bool
link_ended(struct db *db)
{
    for (int i = 0; i < LINK_LAST_WORDS && link_up(db); i++)
        if (PQconsumeInput(db->pg) == 0)
            break;
    return !link_up(db);
}

enum db_status
fault_of(struct db *db, const char *sql, const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    char what[ERR_TEXT_BYTES];
    bool soft = !link_up(db);

    db->state[0] = '\0';
    if (state != NULL) {
        soft = soft || passes_by_itself(state);
        (void)str_copy(db->state, sizeof(db->state), str_of(state));
        fault_text(what, sizeof(what), res, state);
    } else {
        /* libpq's own words: the link went down, or memory is out */
        snprintf(what, sizeof(what), "%s", PQerrorMessage(db->pg));
        soft = soft || link_ended(db);
        if (!soft && ((res == NULL && what[0] == '\0')
                      || strstr(what, "memory") != NULL))
            return fault_memory(db, sql);
    }
    fault_note(db, soft ? DB_SOFT : DB_HARD, sql,
               what[0] != '\0' ? what : "the connection was lost");
    return db->last;
}

const char *
db_why(const struct db *db)
{
    return db->why;
}

const char *
db_state(const struct db *db)
{
    return db->state;
}

/* How to mend it, where the SQLSTATE alone tells. */
static const char *
fault_fix(const char *state)
{
    static const struct { const char *state, *fix; } fixes[] = {
        { FATE_UNKNOWN, "It may be stored or not: look at the run before "
          "doing it again." },
        { "42P01", "Bring the schema up to date: payrun db migrate" },
        { "42703", "Bring the schema up to date: payrun db migrate" },
        { "42501", "Connect as a database role that was granted this." },
        { "PR001", "Then run again: payrun db migrate" },
        { "53100", "Free room on the database server's disk." },
        { NO_MEMORY, "Close other programs or use a larger machine, then run "
          "the same command again." },
        { "53300", "Raise max_connections, or run fewer workers." },
    };

    for (size_t i = 0; i < LEN(fixes); i++)
        if (strcmp(state, fixes[i].state) == 0)
            return fixes[i].fix;
    return "";
}

int
db_fail(const struct db *db, struct err *e, const char *doing)
{
    enum err_kind kind = ERR_BUG;

    /* No statement failed: it was the program that could not go on. */
    if (link_up(db) && db->why[0] == '\0') {
        err_set(e, ERR_TEMP, "%s: there is not enough memory, or what is "
                "stored is not what it should be", doing);
        return err_fix(e, "Run the same command again; if it says so again: "
                       "payrun doctor");
    }
    if (!link_up(db) || strcmp(db->state, FATE_UNKNOWN) == 0)
        kind = ERR_UNAVAILABLE;
    else if (db->last == DB_SOFT)
        kind = ERR_TEMP;
    err_set(e, kind, "%s: %s", doing, db->why);
    if (kind == ERR_UNAVAILABLE)
        err_fix(e, "Check that the database server is running, then run the "
                "same command again.");
    else if (kind == ERR_TEMP)
        err_fix(e, "Run the same command again.");
    if (fault_fix(db->state)[0] != '\0')
        err_fix(e, "%s", fault_fix(db->state));
    return -1;
}
