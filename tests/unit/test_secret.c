/* Credentials: who may read them, and that no message ever shows one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/secret.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CANARY "ISSecretKey_live_c4n4ry"

static char folder[64];

static int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/payrun-test-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
folder_remove(void **state)
{
    (void)state;
    return rmdir(folder);
}

static void
file_make(char path[100], const char *name, struct str text, mode_t mode)
{
    FILE *f = NULL;

    snprintf(path, 100, "%s/%s", folder, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text.p, 1, text.len, f), text.len);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* No message may hold the value, nor half of it. */
static void
see_no_canary(const struct err *e)
{
    assert_null(strstr(e->text, "c4n4ry"));
    assert_null(strstr(e->fix, "c4n4ry"));
    assert_null(strstr(e->text, "ISSecret"));
    assert_null(strstr(e->fix, "ISSecret"));
}

/* Write ${text} with ${mode}, load it, remove it. */
static int
load_file(struct secret *s, struct str text, mode_t mode, struct err *e)
{
    char path[100], source[120];
    int rc = 0;

    file_make(path, "key", text, mode);
    snprintf(source, sizeof(source), "file:%s", path);
    rc = secret_load(s, source, e);
    assert_int_equal(unlink(path), 0);
    if (rc < 0 && strstr(e->text, source) == NULL)
        fail_msg("\"%s\" does not name %s", e->text, source);
    return rc;
}

static void
file_modes(void **state)
{
    static const struct row {
        mode_t mode;
        int rc;
    } rows[] = {
        { 0600, 0 }, { 0400, 0 }, { 0700, 0 },
        { 0640, -1 }, { 0604, -1 }, { 0620, -1 }, { 0602, -1 },
        { 0610, -1 }, { 0601, -1 }, { 0644, -1 }, { 0666, -1 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct secret s = { 0 };
        struct err e = { 0 };
        int rc = load_file(&s, STR(CANARY), rows[i].mode, &e);

        if (rc != rows[i].rc)
            fail_msg("mode %04o: %d", (unsigned)rows[i].mode, rc);
        if (rc == 0) {
            assert_string_equal(s.p, CANARY);
        } else {
            char mode[8];

            snprintf(mode, sizeof(mode), "%04o", (unsigned)rows[i].mode);
            assert_int_equal(e.kind, ERR_CONFIG);
            assert_non_null(strstr(e.text, mode));
            assert_non_null(strstr(e.fix, "chmod 600"));
            assert_null(s.p);
            see_no_canary(&e);
        }
        secret_release(&s);
    }
}

static void
file_content(void **state)
{
    static const struct row {
        const char *name;
        struct str in;
        const char *out;            /* NULL: refused */
    } rows[] = {
        { "no newline", STR_INIT(CANARY), CANARY },
        { "newline", STR_INIT(CANARY "\n"), CANARY },
        { "CRLF", STR_INIT(CANARY "\r\n"), CANARY },
        { "blanks stay", STR_INIT(" " CANARY " \n"), " " CANARY " " },
        { "UTF-8", STR_INIT("p\xC3\xA4ss"), "p\xC3\xA4ss" },
        { "two newlines", STR_INIT(CANARY "\n\n"), NULL },
        { "two lines", STR_INIT(CANARY "\nX-Evil: 1\n"), NULL },
        { "NUL inside", STR_INIT(CANARY "\0more"), NULL },
        { "tab inside", STR_INIT(CANARY "\tmore"), NULL },
        { "empty", STR_INIT(""), NULL },
        { "only a newline", STR_INIT("\n"), NULL }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct secret s = { 0 };
        struct err e = { 0 };
        int rc = load_file(&s, rows[i].in, 0600, &e);

        if ((rc == 0) != (rows[i].out != NULL))
            fail_msg("%s: %d", rows[i].name, rc);
        if (rc == 0 && (strcmp(s.p, rows[i].out) != 0
                        || s.len != strlen(rows[i].out)))
            fail_msg("%s: other value", rows[i].name);
        if (rc < 0) {
            assert_int_equal(e.kind, ERR_CONFIG);
            see_no_canary(&e);
        }
        secret_release(&s);
    }
}

static void
file_size(void **state)
{
    static char text[SECRET_BYTES_MAX + 1];
    struct secret s = { 0 };
    struct err e = { 0 };

    (void)state;
    memset(text, 'k', sizeof(text));
    assert_int_equal(load_file(&s, (struct str){ text, SECRET_BYTES_MAX },
                               0600, &e), 0);
    assert_int_equal(s.len, SECRET_BYTES_MAX);
    secret_release(&s);
    assert_int_equal(load_file(&s, (struct str){ text, sizeof(text) }, 0600,
                               &e), -1);
    assert_non_null(strstr(e.text, "longer"));
    assert_null(s.p);
}

/* A failed load leaves the value that was there. */
static void
not_a_file(void **state)
{
    struct secret s = { 0 };
    struct err e = { 0 };
    char path[100], source[120];

    (void)state;
    assert_int_equal(secret_set(&s, STR(CANARY)), 0);
    snprintf(source, sizeof(source), "file:%s/none", folder);
    assert_int_equal(secret_load(&s, source, &e), -1);
    assert_non_null(strstr(e.text, "/none"));
    snprintf(source, sizeof(source), "file:%s", folder);
    assert_int_equal(secret_load(&s, source, &e), -1);
    assert_non_null(strstr(e.text, "regular file"));
    assert_int_equal(secret_load(&s, "file:", &e), -1);

    snprintf(path, sizeof(path), "%s/fifo", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(source, sizeof(source), "file:%s", path);
    assert_int_equal(secret_load(&s, source, &e), -1);  /* and does not hang */
    assert_non_null(strstr(e.text, "regular file"));
    assert_int_equal(unlink(path), 0);
    assert_string_equal(s.p, CANARY);
    secret_release(&s);
}

static void
from_environment(void **state)
{
    struct secret s = { 0 };
    struct err e = { 0 };
    const char *value = NULL;

    (void)state;
    assert_int_equal(setenv("PAYRUN_TEST_KEY", CANARY, 1), 0);
    value = getenv("PAYRUN_TEST_KEY");
    assert_int_equal(secret_load(&s, "env:PAYRUN_TEST_KEY", &e), 0);
    assert_string_equal(s.p, CANARY);
    assert_null(getenv("PAYRUN_TEST_KEY"));
    /* the bytes are gone too, not only the entry that pointed to them */
    assert_int_equal(value[0], '\0');
    secret_release(&s);

    assert_int_equal(secret_load(&s, "env:PAYRUN_TEST_KEY", &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "env:PAYRUN_TEST_KEY"));

    /* refused values leave the environment as well */
    assert_int_equal(setenv("PAYRUN_TEST_KEY", CANARY "\nX: 1", 1), 0);
    assert_int_equal(secret_load(&s, "env:PAYRUN_TEST_KEY", &e), -1);
    see_no_canary(&e);
    assert_null(getenv("PAYRUN_TEST_KEY"));
    assert_int_equal(setenv("PAYRUN_TEST_KEY", "", 1), 0);
    assert_int_equal(secret_load(&s, "env:PAYRUN_TEST_KEY", &e), -1);
    assert_int_equal(secret_load(&s, "env:", &e), -1);
    assert_int_equal(secret_load(&s, "env:A=B", &e), -1);
    assert_null(s.p);
}

static void
from_systemd(void **state)
{
    static const char *const bad[] = {
        "cred:", "cred:.", "cred:..", "cred:../key", "cred:a/key",
        "cred:/etc/passwd", "cred:none"
    };
    struct secret s = { 0 };
    struct err e = { 0 };
    char path[100];

    (void)state;
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(secret_load(&s, "cred:key", &e), -1);
    assert_non_null(strstr(e.text, "cred:key"));
    assert_non_null(strstr(e.fix, "LoadCredential=key"));
    file_make(path, "key", STR(CANARY "\n"), 0440);     /* an ACL looks so */
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder, 1), 0);
    assert_int_equal(secret_load(&s, "cred:key", &e), 0);
    assert_string_equal(s.p, CANARY);
    for (size_t i = 0; i < LEN(bad); i++) {
        if (secret_load(&s, bad[i], &e) != -1 || e.kind != ERR_CONFIG)
            fail_msg("%s was taken", bad[i]);
        see_no_canary(&e);
    }
    assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "relative", 1), 0);
    assert_int_equal(secret_load(&s, "cred:key", &e), -1);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(unlink(path), 0);
    secret_release(&s);
}

/* Whoever pastes the key where its place should stand must not see it in the
 * log. */
static void
pasted_value(void **state)
{
    static const char *const pasted[] = {
        CANARY, "", "files:" CANARY, "FILE:" CANARY, " env:" CANARY
    };

    (void)state;
    for (size_t i = 0; i < LEN(pasted); i++) {
        struct secret s = { 0 };
        struct err e = { 0 };

        assert_int_equal(secret_load(&s, pasted[i], &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
        assert_non_null(strstr(e.fix, "file:PATH"));
        see_no_canary(&e);
        assert_null(s.p);
    }
}

static void
set_view_release(void **state)
{
    struct secret s = { 0 };

    (void)state;
    secret_release(&s);
    assert_int_equal(secret_view(&s).len, 0);
    assert_int_equal(secret_set(&s, STR(CANARY)), 0);
    assert_true(str_eq(secret_view(&s), STR(CANARY)));
    assert_int_equal(secret_set(&s, str_cut(secret_view(&s), 4)), 0);
    assert_string_equal(s.p, "ISSe");
    assert_int_equal(secret_set(&s, (struct str){ NULL, 0 }), 0);
    assert_string_equal(s.p, "");
    secret_release(&s);
    assert_null(s.p);
    assert_int_equal(s.len, 0);
}

static void
blotted(void **state)
{
    static const struct row {
        const char *name, *secret, *text, *then;
    } rows[] = {
        { "in the middle", "canary-1", "a canary-1 b", "a ******** b" },
        { "twice, and at the end", "canary-1", "canary-1canary-1",
          "****************" },
        { "cut off", "canary-1", "canary-", "canary-" },
        { "not there", "canary-1", "{\"a\":1}", "{\"a\":1}" },
        { "in nothing", "canary-1", "", "" },
        { "as short as a word", "paid", "{\"state\":\"paid\"}",
          "{\"state\":\"paid\"}" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct secret s = { 0 };
        struct buf b;

        buf_init(&b, 100);
        buf_text(&b, rows[i].text);
        assert_int_equal(secret_set(&s, str_of(rows[i].secret)), 0);
        secret_blot(&b, &s);
        if (!str_eq(buf_view(&b), str_of(rows[i].then)))
            fail_msg("%s: %.*s", rows[i].name, STR_ARG(buf_view(&b)));
        secret_release(&s);
        secret_blot(&b, &s);            /* none: nothing happens */
        assert_true(str_eq(buf_view(&b), str_of(rows[i].then)));
        buf_release(&b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_modes),
        cmocka_unit_test(file_content),
        cmocka_unit_test(file_size),
        cmocka_unit_test(not_a_file),
        cmocka_unit_test(from_environment),
        cmocka_unit_test(from_systemd),
        cmocka_unit_test(pasted_value),
        cmocka_unit_test(set_view_release),
        cmocka_unit_test(blotted)
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
