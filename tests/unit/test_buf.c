/* Growing bytes: the maximum, escaping, and whole files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
append(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    assert_int_equal(buf_view(&b).len, 0);
    buf_text(&b, "a");
    buf_str(&b, STR("bc"));
    buf_char(&b, 'd');
    buf_add(&b, NULL, 0);
    buf_text(&b, NULL);
    buf_i64(&b, 0);
    buf_i64(&b, -1);
    buf_i64(&b, INT64_MAX);
    buf_i64(&b, INT64_MIN);
    buf_printf(&b, "[%d %s]", 7, "x");
    assert_string_equal(b.p, "abcd0-19223372036854775807"
                             "-9223372036854775808[7 x]");
    assert_int_equal(b.len, strlen(b.p));
    assert_false(b.failed);
    buf_clear(&b);
    assert_string_equal(b.p, "");
    assert_int_equal(b.len, 0);
    buf_release(&b);
    assert_null(b.p);
    buf_release(&b);
}

static void
grows_over_many_appends(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    for (int i = 0; i < 50000; i++)
        buf_text(&b, "xy");
    assert_int_equal(b.len, 100000);
    assert_false(b.failed);
    for (size_t i = 0; i < b.len; i += 2)
        assert_memory_equal(b.p + i, "xy", 2);
    assert_int_equal(b.p[b.len], '\0');
    buf_release(&b);
}

/* Up to the maximum everything fits; one byte over sticks as failed. */
static void
maximum(void **state)
{
    struct buf b, none = { 0 };

    (void)state;
    buf_init(&b, 4);
    buf_text(&b, "abcd");
    assert_false(b.failed);
    buf_char(&b, 'e');
    assert_true(b.failed);
    assert_string_equal(b.p, "abcd");
    buf_add(&b, NULL, 0);
    assert_true(b.failed);
    buf_clear(&b);
    assert_false(b.failed);
    buf_text(&b, "ab");
    buf_printf(&b, "%s", "cde");
    assert_true(b.failed);
    assert_string_equal(b.p, "ab");
    buf_text(&b, "c");                  /* would fit, but it is too late */
    assert_string_equal(b.p, "ab");
    assert_null(buf_room(&b, 1));
    buf_release(&b);

    buf_text(&none, "a");
    assert_true(none.failed);
    buf_release(&none);

    buf_init(&b, SIZE_MAX);
    buf_text(&b, "a");
    assert_null(buf_room(&b, SIZE_MAX - 1));
    assert_true(b.failed);
    buf_release(&b);
}

static void
room(void **state)
{
    struct buf b;
    char *p = NULL;

    (void)state;
    buf_init(&b, 1000);
    buf_text(&b, "ab");
    p = buf_room(&b, 500);
    assert_non_null(p);
    memcpy(p, "cd", 2);
    b.len += 2;
    assert_string_equal(b.p, "abcd");   /* the NUL is there by itself */
    buf_text(&b, "e");
    assert_string_equal(b.p, "abcde");
    buf_release(&b);
}

static void
json(void **state)
{
    static const struct row {
        const char *name;
        struct str in;
        const char *out;
    } rows[] = {
        { "plain", { "Jane", 4 }, "\"Jane\"" },
        { "empty", { NULL, 0 }, "\"\"" },
        { "quote and backslash", { "a\"b\\c", 5 }, "\"a\\\"b\\\\c\"" },
        { "line ends and tab", { "\r\n\t", 3 }, "\"\\r\\n\\t\"" },
        { "NUL", { "a\0b", 3 }, "\"a\\u0000b\"" },
        { "escape, DEL", { "\x1B\x7F", 2 }, "\"\\u001b\\u007f\"" },
        { "C1 control", { "\xC2\x9B", 2 }, "\"\\u009b\"" },
        { "letters stay", { "W\xC3\xA9 \xF0\x9F\x98\x80", 8 },
          "\"W\xC3\xA9 \xF0\x9F\x98\x80\"" },
        { "not UTF-8", { "a\xFF" "b", 3 }, "\"a\\ufffdb\"" },
        { "cut in half", { "a\xC3", 2 }, "\"a\\ufffd\"" },
        { "surrogate", { "\xED\xA0\x80", 3 }, "\"\\ufffd\\ufffd\\ufffd\"" },
        { "overlong", { "\xC0\xAF", 2 }, "\"\\ufffd\\ufffd\"" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct buf b;

        buf_init(&b, 1000);
        buf_json(&b, rows[i].in);
        if (strcmp(b.p, rows[i].out) != 0)
            fail_msg("%s: %s, expected %s", rows[i].name, b.p, rows[i].out);
        buf_release(&b);
    }
}

static void
csv(void **state)
{
    static const struct row {
        const char *name, *in;
        char delim;
        const char *out;
    } rows[] = {
        { "plain", "Jane Wanjiru", ',', "Jane Wanjiru" },
        { "empty", "", ',', "" },
        { "delimiter", "a,b", ',', "\"a,b\"" },
        { "other delimiter", "a,b", ';', "a,b" },
        { "semicolon file", "a;b", ';', "\"a;b\"" },
        { "tab file", "a\tb", '\t', "\"a\tb\"" },
        { "quote", "a\"b", ',', "\"a\"\"b\"" },
        { "newline", "a\nb", ',', "\"a\nb\"" },
        { "carriage return", "a\rb", ',', "\"a\rb\"" },
        { "leading blank", " a", ',', "\" a\"" },
        { "trailing blank", "a ", ',', "\"a \"" },
        { "equals", "=1+1", ',', "'=1+1" },
        { "plus", "+254712345678", ',', "'+254712345678" },
        { "minus", "-5", ',', "'-5" },
        { "at", "@SUM(A1)", ',', "'@SUM(A1)" },
        { "leading tab", "\t=1", ',', "\"'\t=1\"" },
        { "leading CR", "\r=1", ',', "\"'\r=1\"" },
        { "formula to be quoted", "=A1,B1", ',', "\"'=A1,B1\"" },
        { "formula inside is harmless", "a=1", ',', "a=1" },
        { "own apostrophe", "'quoted'", ',', "'quoted'" },
        { "looks guarded already", "'=1", ',', "''=1" },
        { "twice", "''=1", ',', "'''=1" },
        { "only an apostrophe", "'", ',', "'" },
        { "not UTF-8 passes", "a\xFF", ',', "a\xFF" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct buf b;

        buf_init(&b, 1000);
        buf_text(&b, "");
        buf_csv(&b, str_of(rows[i].in), rows[i].delim);
        if (strcmp(b.p, rows[i].out) != 0)
            fail_msg("%s: %s, expected %s", rows[i].name, b.p, rows[i].out);
        buf_release(&b);
    }
}

static void
html(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1000);
    buf_html(&b, STR("<a href=\"x\">Tom & O'Neil</a>"));
    buf_html(&b, (struct str){ NULL, 0 });
    buf_html(&b, STR("plain"));
    assert_string_equal(b.p, "&lt;a href=&quot;x&quot;&gt;Tom &amp; "
                             "O&#39;Neil&lt;/a&gt;plain");
    buf_release(&b);
}

/* --- whole files: each test in a folder of its own -------------------- */

static char folder[64];

static int
folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/payrun-test-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

/* How many entries, and remove them. */
static int
folder_empty(void)
{
    DIR *d = opendir(folder);
    const struct dirent *entry = NULL;
    int n = 0;

    assert_non_null(d);
    while ((entry = readdir(d)) != NULL) {
        char path[400];

        if (entry->d_name[0] == '.' && strlen(entry->d_name) < 3)
            continue;
        n++;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (unlink(path) < 0)
            rmdir(path);
    }
    closedir(d);
    return n;
}

static int
folder_remove(void **state)
{
    (void)state;
    folder_empty();
    return rmdir(folder);
}

static void
path_of(char path[100], const char *name)
{
    snprintf(path, 100, "%s/%s", folder, name);
}

static void
file_round_trip(void **state)
{
    struct buf out, in;
    struct err e = { 0 };
    struct stat st;
    char path[100];

    (void)state;
    path_of(path, "a.csv");
    buf_init(&out, 300000);
    for (int i = 0; i < 100000; i++)
        buf_add(&out, "a\0\n", 3);
    buf_init(&in, 300002);
    buf_text(&in, "><");
    assert_int_equal(buf_write_file(&out, path, 0640, &e), 0);
    assert_int_equal(buf_read_file(&in, path, &e), 0);
    assert_int_equal(in.len, 300002);
    assert_memory_equal(in.p, "><", 2);
    assert_memory_equal(in.p + 2, out.p, 300000);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);

    /* written again, shorter: nothing of the old one is left */
    buf_clear(&out);
    buf_text(&out, "new");
    assert_int_equal(buf_write_file(&out, path, 0600, &e), 0);
    buf_clear(&in);
    assert_int_equal(buf_read_file(&in, path, &e), 0);
    assert_string_equal(in.p, "new");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(folder_empty(), 1);
    buf_release(&in);
    buf_release(&out);
}

/* An empty buffer that never had memory writes an empty file. */
static void
file_empty(void **state)
{
    struct buf b;
    struct err e = { 0 };
    char path[100];

    (void)state;
    path_of(path, "empty");
    buf_init(&b, 10);
    assert_int_equal(buf_write_file(&b, path, 0600, &e), 0);
    assert_int_equal(buf_read_file(&b, path, &e), 0);
    assert_int_equal(b.len, 0);
    assert_int_equal(folder_empty(), 1);
    buf_release(&b);
}

static void
file_relative_path(void **state)
{
    struct buf b;
    struct err e = { 0 };
    char here[400];

    (void)state;
    assert_non_null(getcwd(here, sizeof(here)));
    assert_int_equal(chdir(folder), 0);
    buf_init(&b, 10);
    buf_text(&b, "x");
    assert_int_equal(buf_write_file(&b, "plain", 0600, &e), 0);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(folder_empty(), 1);
    buf_release(&b);
}

static void
file_write_fails_clean(void **state)
{
    struct buf b;
    struct err e = { 0 };
    char path[100], inner[120];
    char *deep = NULL;

    (void)state;
    buf_init(&b, 10);
    buf_text(&b, "x");
    path_of(path, "taken");                 /* the target is a folder */
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(inner, sizeof(inner), "%s/file", path);
    assert_int_equal(buf_write_file(&b, inner, 0600, &e), 0);
    assert_int_equal(buf_write_file(&b, path, 0600, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);
    assert_non_null(strstr(e.text, path));
    assert_true(e.fix[0] != '\0');
    assert_int_equal(unlink(inner), 0);
    assert_int_equal(folder_empty(), 1);    /* only "taken" itself */

    path_of(path, "none/file");
    assert_int_equal(buf_write_file(&b, path, 0600, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);

    deep = calloc(1, PATH_BYTES_MAX + 10);
    assert_non_null(deep);
    memset(deep, 'x', PATH_BYTES_MAX + 5);
    assert_int_equal(buf_write_file(&b, deep, 0600, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);
    free(deep);

    buf_text(&b, "more than ten bytes");    /* failed: not half a file */
    path_of(path, "half");
    assert_int_equal(buf_write_file(&b, path, 0600, &e), -1);
    assert_int_equal(folder_empty(), 0);
    buf_release(&b);
}

/* A name the temporary file's suffix makes too long for the file system. */
static void
file_name_too_long(void **state)
{
    struct buf b;
    struct err e = { 0 };
    char path[400], name[256];

    (void)state;
    memset(name, 'n', 255);
    name[255] = '\0';
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    buf_init(&b, 10);
    assert_int_equal(buf_write_file(&b, path, 0600, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);
    assert_int_equal(folder_empty(), 0);
    buf_release(&b);
}

/* The disk is full half way: the old file stays, the new one is gone. */
static void
file_no_space(void **state)
{
    struct rlimit before, little = { 10, 10 };
    struct buf b;
    struct err e = { 0 };
    char path[100];

    (void)state;
    path_of(path, "full");
    buf_init(&b, 1000);
    buf_text(&b, "old");
    assert_int_equal(buf_write_file(&b, path, 0600, &e), 0);
    for (int i = 0; i < 100; i++)
        buf_text(&b, "new");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    little.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    assert_int_equal(buf_write_file(&b, path, 0600, &e), -1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(e.kind, ERR_CANTCREATE);
    buf_clear(&b);
    assert_int_equal(buf_read_file(&b, path, &e), 0);
    assert_string_equal(b.p, "old");
    assert_int_equal(folder_empty(), 1);
    buf_release(&b);
}

static void
file_read_fails(void **state)
{
    struct buf b, small;
    struct err e = { 0 };
    char path[100];

    (void)state;
    buf_init(&b, 100);
    buf_text(&b, "before");
    path_of(path, "none");
    assert_int_equal(buf_read_file(&b, path, &e), -1);
    assert_int_equal(e.kind, ERR_NOINPUT);
    assert_non_null(strstr(e.text, path));
    assert_int_equal(buf_read_file(&b, folder, &e), -1);
    assert_int_equal(e.kind, ERR_NOINPUT);

    path_of(path, "eleven");
    buf_clear(&b);
    buf_text(&b, "eleven byte");
    assert_int_equal(buf_write_file(&b, path, 0600, &e), 0);
    buf_init(&small, 14);
    buf_text(&small, "old");
    assert_int_equal(buf_read_file(&small, path, &e), 0);
    buf_release(&small);
    buf_init(&small, 13);
    buf_text(&small, "old");
    assert_int_equal(buf_read_file(&small, path, &e), -1);
    assert_int_equal(e.kind, ERR_NOINPUT);
    assert_non_null(strstr(e.text, "13"));
    assert_string_equal(small.p, "old");
    buf_release(&small);

    /* several reads, and only the last is too much */
    buf_release(&b);
    buf_init(&b, 4 * READ_CHUNK_BYTES);
    memset(buf_room(&b, 3 * READ_CHUNK_BYTES), 'x', 3 * READ_CHUNK_BYTES);
    b.len = 3 * READ_CHUNK_BYTES;
    assert_int_equal(buf_write_file(&b, path, 0600, &e), 0);
    buf_init(&small, 2 * READ_CHUNK_BYTES + 3);
    buf_text(&small, "old");
    assert_int_equal(buf_read_file(&small, path, &e), -1);
    assert_string_equal(small.p, "old");
    assert_int_equal(small.len, 3);
    assert_int_equal(folder_empty(), 1);
    buf_release(&small);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append),
        cmocka_unit_test(grows_over_many_appends),
        cmocka_unit_test(maximum),
        cmocka_unit_test(room),
        cmocka_unit_test(json),
        cmocka_unit_test(csv),
        cmocka_unit_test(html),
        cmocka_unit_test(file_round_trip),
        cmocka_unit_test(file_empty),
        cmocka_unit_test(file_relative_path),
        cmocka_unit_test(file_write_fails_clean),
        cmocka_unit_test(file_name_too_long),
        cmocka_unit_test(file_no_space),
        cmocka_unit_test(file_read_fails)
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
