#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/pg.h"
#include "tests/lib/tray.h"

struct tray tray;

void
tray_begin(void)
{
    tray = (struct tray){ 0 };
    tray.url = book_open(&tray.db);
    book_people(tray.db);
    test_dir(tray.dir);
    snprintf(tray.path, sizeof(tray.path), "%s/nov.csv", tray.dir);
    snprintf(tray.rejects, sizeof(tray.rejects), "%s/nov.rejects.csv",
             tray.dir);
    problems_init(&tray.ps);
}

int
tray_open(void **state)
{
    (void)state;
    tray_begin();
    book_account(tray.db, &tray.a, 10);
    return 0;
}

int
tray_close(void **state)
{
    (void)state;
    db_close(tray.db);
    problems_release(&tray.ps);
    test_dir_remove(tray.dir);
    return 0;
}

void
tray_write(const char *text)
{
    FILE *f = fopen(tray.path, "wb");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

struct intake_order
tray_order(void)
{
    return book_order(tray.path, &tray.a, "2026-11");
}

int
tray_upload(const struct intake_order *o)
{
    tray.e = (struct err){ 0 };
    return intake_upload(tray.db, o, &tray.ps, &tray.r, &tray.e);
}

void
tray_good(int rc)
{
    if (rc < 0)
        fail_msg("%s %s %.*s", tray.e.text, tray.e.fix,
                 tray.ps.n > 0 ? (int)tray.ps.list[0].detail.len : 0,
                 tray.ps.n > 0 ? tray.ps.list[0].detail.p : "");
}

void
tray_refused(int rc, enum err_kind kind, const char *code)
{
    if (rc == 0 || tray.e.kind != kind)
        fail_msg("kind %d, not %d: %s", rc == 0 ? 0 : (int)tray.e.kind,
                 (int)kind, tray.e.text);
    for (size_t i = 0; code != NULL; i++) {
        if (i == tray.ps.n)
            fail_msg("no problem %s", code);
        if (strcmp(tray.ps.list[i].kind->code, code) == 0)
            break;
    }
}

void
tray_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", text, part);
}
