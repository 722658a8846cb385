#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/servers.h"

static char folder[64];
static const char *const *subfolders;
static size_t nsubfolders;

static void
end_all(void)
{
    char dir[256];
    struct cluster c;

    for (size_t i = 0; i < nsubfolders; i++) {
        snprintf(dir, sizeof(dir), "%s/%s", folder, subfolders[i]);
        if (cluster_at(&c, dir, NULL) == 0)
            (void)cluster_down(&c, NULL);
    }
    test_dir_remove(folder);
}

const char *
servers_open(const char *const *names, size_t n)
{
    test_dir(folder);
    subfolders = names;
    nsubfolders = n;
    test_at_end(end_all);
    return folder;
}

void
servers_up(const struct cluster *c)
{
    struct err e = { 0 };

    if (cluster_up(c, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_equal(CLUSTER_UP, cluster_state(c));
}

void
servers_down(const struct cluster *c)
{
    struct err e = { 0 };

    if (cluster_down(c, &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    assert_int_not_equal(CLUSTER_UP, cluster_state(c));
}

int64_t
servers_ask(const struct cluster *c, const char *sql)
{
    struct db *db = test_pg_open(c->url);
    int64_t n = test_pg_i64(db, sql);

    db_close(db);
    return n;
}
