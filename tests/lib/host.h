#ifndef TESTS_HOST_H
#define TESTS_HOST_H

#include "book/lineage_lift.h"
#include "tests/lib/book.h"

/* A host that keeps a mark of the database's history, and the database. */
struct host {
    struct db     *db;
    struct account account;
    struct lineage lineage;             /* by "tester"                        */
    char           folder[64];
    char           path[96];            /* folder/mark                        */
};

extern struct host host;

/* For each test, as cmocka wants them. */
int host_open(void **);
int host_close(void **);

/* host_look(): hold mark and database against each other; what it comes to. */
enum lineage_state host_look(void);

#endif
