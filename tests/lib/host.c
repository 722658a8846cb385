#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/host.h"

#include "tests/lib/pg.h"

struct host host;

int
host_open(void **state)
{
    (void)state;
    host = (struct host){ 0 };
    (void)book_open(&host.db);
    book_people(host.db);
    book_account(host.db, &host.account, 10);
    test_dir(host.folder);
    snprintf(host.path, sizeof(host.path), "%s/mark", host.folder);
    lineage_init(&host.lineage, host.path, "tester");
    return 0;
}

int
host_close(void **state)
{
    (void)state;
    test_dir_remove(host.folder);
    db_close(host.db);
    return 0;
}

enum lineage_state
host_look(void)
{
    if (lineage_check(&host.lineage, host.db) < DB_NONE)
        fail_msg("%s", db_why(host.db));
    return host.lineage.state;
}
