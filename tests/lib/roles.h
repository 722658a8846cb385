#ifndef TESTS_ROLES_H
#define TESTS_ROLES_H

#include "db/db.h"

/* What the database says to its roles. */

/* roles_become(as, role): from now on; NULL: the owner.  What fails fails the
 * test. */
void roles_become(struct db *, const char *role);

/**
 * roles_said(as, fmt, ...):
 * What the database says to a statement: its SQLSTATE, "" when it works; then
 * it is undone.  Static, for one use.
 */
const char *roles_said(struct db *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* roles_keep(sql): , until the program ends: a statement is known by its
 * address. */
char *roles_keep(char *);

#endif
