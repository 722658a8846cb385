/* One event, one line, and nothing in it that should not be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static int pipe_fd[2];
static int real_stderr;
static char line[4 * LOG_LINE_BYTES_MAX];

static void
catch_start(void)
{
    assert_int_equal(pipe(pipe_fd), 0);
    real_stderr = dup(STDERR_FILENO);
    assert_true(real_stderr >= 0);
    assert_true(dup2(pipe_fd[1], STDERR_FILENO) >= 0);
}

/* What was written meanwhile, without the time it starts with. */
static const char *
catch_end(void)
{
    ssize_t n = 0;
    size_t have = 0;

    assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
    close(real_stderr);
    close(pipe_fd[1]);
    while ((n = read(pipe_fd[0], line + have, sizeof(line) - 1 - have)) > 0)
        have += (size_t)n;
    close(pipe_fd[0]);
    line[have] = '\0';
    return have > 25 ? line + 25 : "";
}

static void
text_lines(void **state)
{
    static const struct str odd = STR_INIT("a\nb \x1B[0m");
    const char *got = NULL;

    (void)state;
    log_setup(LOG_DEBUG, LOG_TEXT);
    catch_start();
    log_event(LOG_INFO, "reply", L_I64("batch", 100001),
              L_STR("step", "approve"), L_I64("http", 200), L_I64("ms", -1));
    got = catch_end();
    assert_string_equal(got, "reply batch=100001 step=approve http=200 "
                             "ms=-1\n");
    assert_int_equal(line[4], '-');
    assert_int_equal(line[10], 'T');
    assert_int_equal(line[23], 'Z');
    assert_int_equal(line[24], ' ');

    catch_start();
    log_event(LOG_WARN, "x", L_S("odd", odd), L_STR("none", NULL),
              L_STR("two", "a b"), L_STR("eq", "a=b"), L_STR("q", "a\"b"));
    assert_string_equal(catch_end(),
                        "x level=warn odd=\"a\\nb \\u001b[0m\" none=\"\" "
                        "two=\"a b\" eq=\"a=b\" q=\"a\\\"b\"\n");
    catch_start();
    log_event(LOG_BUG, "y", L_MASKED("to", STR("254712345118")),
              L_MASKED("name", STR("Jane Wanjiru")));
    assert_string_equal(catch_end(), "y level=bug to=\"+254 7** *** 118\" "
                                     "name=***iru\n");
}

static void
json_lines(void **state)
{
    const char *got = NULL;

    (void)state;
    log_setup(LOG_INFO, LOG_JSON);
    catch_start();
    log_event(LOG_INFO, "reply", L_I64("batch", 7), L_STR("why", "a\"\n\xFF"),
              L_MASKED("to", STR("0712345118")));
    got = catch_end();
    assert_memory_equal(line, "{\"time\":\"", 9);
    got = strstr(got, "\"level\"");
    assert_non_null(got);
    assert_string_equal(got, "\"level\":\"info\",\"event\":\"reply\","
                             "\"batch\":7,\"why\":\"a\\\"\\n\\ufffd\","
                             "\"to\":\"***118\"}\n");
}

static void
levels(void **state)
{
    static const enum log_level all[] = { LOG_DEBUG, LOG_INFO, LOG_WARN,
                                          LOG_BUG };

    (void)state;
    for (size_t least = 0; least < LEN(all); least++)
        for (size_t i = 0; i < LEN(all); i++) {
            log_setup(all[least], LOG_TEXT);
            catch_start();
            log_event(all[i], "x", L_I64("n", 1));
            if ((catch_end()[0] != '\0') != (i >= least))
                fail_msg("level %zu with least %zu", i, least);
        }
}

/* Too much for a line: a whole line all the same, less the fields too many. */
static void
long_lines(void **state)
{
    static char big[2 * LOG_LINE_BYTES_MAX], control[LOG_LINE_BYTES_MAX];
    struct str b = { big, sizeof(big) }, c = { control, sizeof(control) };
    enum log_form forms[] = { LOG_TEXT, LOG_JSON };

    (void)state;
    memset(big, 'b', sizeof(big));
    memset(control, 1, sizeof(control));
    for (size_t i = 0; i < LEN(forms); i++) {
        size_t n = 0;

        log_setup(LOG_DEBUG, forms[i]);
        catch_start();
        log_event(LOG_INFO, "x", L_S("a", b), L_S("b", c), L_S("c", c),
                  L_S("d", c), L_I64("n", 42));
        catch_end();
        n = strlen(line);
        assert_true(n <= LOG_LINE_BYTES_MAX);
        assert_ptr_equal(strchr(line, '\n'), line + n - 1);
        assert_non_null(strstr(line, forms[i] == LOG_JSON ? "\"n\":42}\n"
                                                          : " n=42\n"));
        assert_null(strstr(line, forms[i] == LOG_JSON ? "\"d\"" : " d="));
    }
}

static void
errno_survives(void **state)
{
    (void)state;
    log_setup(LOG_DEBUG, LOG_TEXT);
    catch_start();
    close(STDERR_FILENO);
    errno = ENOENT;
    log_event(LOG_INFO, "x", L_I64("n", 1));
    assert_int_equal(errno, ENOENT);
    catch_end();
}

static void
masks(void **state)
{
    static const struct row {
        const char *in, *out;
    } rows[] = {
        { "254712345118", "+254 7** *** 118" },
        { "+254112345118", "+254 1** *** 118" },
        { "0712345118", "***118" },
        { "25471234511", "***511" },
        { "254712345118x", "***18x" },
        { "Jane Wanjiru", "***iru" },
        { "Jos\xC3\xA9 N\xC4\xA9na\xC3\xA9", "***na\xC3\xA9" },
        { "", "***" },
        { "A", "***" },
        { "Al", "***l" },
        { "Ann", "***n" },
        { "Jane", "***ne" },
        { "Jane W", "***e W" },
        { "abcde\nf", "***" },
        { "\x80\x80\x80\x80\x80\x80\x80\x80", "***" },
        { "ab\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", "***" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char out[LOG_MASK_BYTES];

        log_mask(str_of(rows[i].in), out);
        if (strcmp(out, rows[i].out) != 0)
            fail_msg("\"%s\": \"%s\", expected \"%s\"", rows[i].in, out,
                     rows[i].out);
    }
    {
        char out[LOG_MASK_BYTES];

        log_mask((struct str){ NULL, 0 }, out);
        assert_string_equal(out, "***");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_lines),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(levels),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(errno_survives),
        cmocka_unit_test(masks)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
