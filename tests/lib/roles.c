#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/roles.h"

#include "base/str.h"
#include "db/txn.h"

void
roles_become(struct db *as, const char *role)
{
    struct err e = { 0 };

    if (db_become(as, role, &e) < 0)
        fail_msg("%s", e.text);
}

char *
roles_keep(char *sql)
{
    static char *all[8192];
    static size_t n;

    assert_true(sql != NULL && n < sizeof(all) / sizeof(all[0]));
    return all[n++] = sql;
}

/* A statement is known by its address: each gets its own. */
const char *
roles_said(struct db *as, const char *fmt, ...)
{
    static char state[6];
    char *sql = NULL;
    va_list args;

    va_start(args, fmt);
    if (vasprintf(&sql, fmt, args) < 0)
        fail_msg("out of memory");
    va_end(args);
    (void)roles_keep(sql);
    assert_int_equal(db_begin(as), DB_OK);
    state[0] = '\0';
    if (db_do(as, sql, NULL, 0) < 0)
        (void)str_copy(state, sizeof(state), str_of(db_state(as)));
    db_rollback(as);
    return state;
}
