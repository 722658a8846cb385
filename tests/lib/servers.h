#ifndef TESTS_SERVERS_H
#define TESTS_SERVERS_H

#include "tests/lib/pg.h"

/*
 * Private servers in one new folder, made by the test itself.  A test that was
 * shot leaves none of them running.
 */

/* servers_open(names, n): the folder; the servers that may come to be in its
 * subfolders ${names} (which stay the caller's) end with the program. */
const char *servers_open(const char *const *names, size_t n);

/* servers_up(c), servers_down(c): must work. */
void servers_up(const struct cluster *);
void servers_down(const struct cluster *);

/* servers_ask(c, sql): test_pg_i64() on a connection of its own. */
int64_t servers_ask(const struct cluster *, const char *sql);

#endif
