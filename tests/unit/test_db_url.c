/* Addresses of a database, as they may be shown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "db/db.h"

static const struct row {
    const char *name, *url, *shown;     /* NULL: it cannot be read */
    bool        had;
} rows[] = {
    { "a URI", "postgresql://me:canary@host:5433/payrun",
      "user='me' host='host' port='5433' dbname='payrun'", true },
    { "a URI without", "postgresql://me@host/payrun?sslmode=require",
      "postgresql://me@host/payrun?sslmode=require", false },
    { "words", "host=h password=canary dbname=p", NULL, true },
    { "words without", "host=h dbname=p", "host=h dbname=p", false },
    { "a blank in it", "host=h password='can ary' user=u", NULL, true },
    { "of the client's certificate", "host=h sslpassword=canary", NULL, true },
    { "only a name", "payrun", "payrun", false },
    { "nothing", "", "", false },
    { "half a word", "host=h password=x canary", NULL, false },
    { "no port", "postgresql://me:canary@h:port/p", NULL, true },
    { "a quote", "host='h\\'o' password=canary", NULL, true },
};

/* The order of libpq's options is its own, so only what must be there is
 * looked for. */
static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct row *w = &rows[i];
        char out[256] = "canary";
        bool had = !w->had;
        int rc = db_public_url(w->url, out, sizeof(out), &had);

        if (strstr(out, "canary") != NULL || strstr(out, "can ary") != NULL)
            fail_msg("%s: it is shown: %s", w->name, out);
        if (had != w->had)
            fail_msg("%s: a password? %d", w->name, had);
        if (rc < 0 && (out[0] != '\0' || w->had))
            fail_msg("%s: cannot be read, and \"%s\"", w->name, out);
        if (!w->had && w->shown != NULL && strcmp(out, w->shown) != 0)
            fail_msg("%s: changed to %s", w->name, out);
    }
}

static void
test_again(void **state)
{
    char out[256], again[256];
    bool had = false;

    (void)state;
    assert_int_equal(db_public_url("host='h\\'o' password=x dbname=p", out,
                                   sizeof(out), &had), 0);
    assert_non_null(strstr(out, "host='h\\'o'"));
    assert_non_null(strstr(out, "dbname='p'"));
    assert_true(had);
    assert_int_equal(db_public_url(out, again, sizeof(again), &had), 0);
    assert_false(had);
    assert_string_equal(out, again);
    assert_int_equal(db_public_url("host=h password=x", out, 4, &had), -1);
    assert_string_equal(out, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
