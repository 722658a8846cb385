/*
 * The loop itself, and what a client refuses to start.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/internal.h"
#include "tests/lib/asker.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
test_urls(void **state)
{
    static const struct {
        const char *base, *path, *url;      /* url NULL: refused */
        bool        plain;
    } rows[] = {
        { "https://h/api/v1/", "send-money/", "https://h/api/v1/send-money/",
          false },
        { "https://h/api/v1", "/send-money/", "https://h/api/v1/send-money/",
          false },
        { "https://h", ".evil.example/", "https://h/.evil.example/", false },
        { "HTTPS://h/", "", "HTTPS://h/", false },
        { "http://127.0.0.1:8081/", "x", "http://127.0.0.1:8081/x", true },
        { "http://127.8.9.1/", "x", "http://127.8.9.1/x", true },
        { "http://localhost:1/", "x", "http://localhost:1/x", true },
        { "http://LocalHost/", "x", "http://LocalHost/x", true },
        { "http://[::1]:1/", "x", "http://[::1]:1/x", true },
        { "http://example.com/", "x", NULL, false },
        { "http://10.0.0.1/", "x", NULL, false },
        { "http://128.0.0.1/", "x", NULL, false },
        { "http://127.0.0.1.example.com/", "x", NULL, false },
        { "http://localhost.example.com/", "x", NULL, false },
        { "http://[::2]/", "x", NULL, false },
        { "http://[::ffff:10.0.0.1]/", "x", NULL, false },
        { "http://0.0.0.0/", "x", NULL, false },
        { "https://user@h/", "x", NULL, false },
        { "https://user:pass@h/", "x", NULL, false },
        { "http://127.0.0.1@example.com/", "x", NULL, false },
        { "https://h/?a=1", "x", NULL, false },
        { "https://h/#a", "x", NULL, false },
        { "ftp://127.0.0.1/", "x", NULL, false },
        { "file:///etc/passwd", "x", NULL, false },
        { "h/api", "x", NULL, false },
        { "", "x", NULL, false },
        { "https://h/", "a b", NULL, false },
        { "https://h/", "a\r\nX: 1", NULL, false },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e = { 0 };
        bool plain = false;
        char *url = NULL;
        int rc = url_make(&url, &plain, rows[i].base, rows[i].path, &e);

        if (rows[i].url == NULL
            ? rc != -1 || url != NULL || e.text[0] == '\0'
              || strstr(e.text, "pass@") != NULL
            : rc != 0 || strcmp(url, rows[i].url) != 0
              || plain != rows[i].plain)
            fail_msg("%s + %s: %s, \"%s\"", rows[i].base, rows[i].path,
                     url != NULL ? url : "refused", e.text);
        free(url);
    }
}

static void
test_start_refuses(void **state)
{
    struct asker far = { .base = "http://192.0.2.1/", .changes = true };
    struct asker put = { .base = "http://127.0.0.1:1/", .method = "PUT" };
    struct asker get = { .base = "http://127.0.0.1:1/", .body = STR("x") };
    struct netlab lab;
    struct err e = { 0 };

    (void)state;
    netlab_open(&lab, NULL);
    assert_int_equal(asker_try(&lab, &far, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_int_equal(asker_try(&lab, &put, &e), -1);
    assert_int_equal(asker_try(&lab, &get, &e), -1);
    assert_int_equal(net_inflight(lab.net), 0);
    netlab_turn(&lab, 0);
    assert_int_equal(far.done + put.done + get.done, 0);
    asker_release(&far);
    asker_release(&put);
    asker_release(&get);
    netlab_close(&lab);
}

static void
test_watch(void **state)
{
    int fd[2], more[NET_WATCH_MAX];
    struct netlab lab;
    int64_t from_ms;

    (void)state;
    netlab_open(&lab, NULL);
    assert_int_equal(pipe(fd), 0);
    assert_int_equal(net_watch(lab.net, -1), -1);
    assert_int_equal(net_watch(lab.net, fd[0]), 0);
    assert_int_equal(net_watch(lab.net, fd[0]), 0);     /* once is enough */

    from_ms = clock_mono_ms();
    netlab_turn(&lab, 60);                              /* nothing there */
    assert_in_range(clock_mono_ms() - from_ms, 50, 5000);
    assert_int_equal(write(fd[1], "x", 1), 1);
    from_ms = clock_mono_ms();
    netlab_turn(&lab, 20000);
    assert_in_range(clock_mono_ms() - from_ms, 0, 10000);
    net_unwatch(lab.net, fd[0]);
    from_ms = clock_mono_ms();
    netlab_turn(&lab, 60);                              /* not ours now */
    assert_in_range(clock_mono_ms() - from_ms, 50, 5000);

    for (int i = 0; i < NET_WATCH_MAX; i++) {
        assert_true((more[i] = dup(fd[0])) >= 0);
        assert_int_equal(net_watch(lab.net, more[i]), 0);
    }
    assert_int_equal(net_watch(lab.net, fd[0]), -1);
    for (int i = 0; i < NET_WATCH_MAX; i++)
        close(more[i]);
    close(fd[0]);
    close(fd[1]);
    netlab_close(&lab);
}

/* The signal comes before the wait: a flag alone would be seen too late. */
static void
test_signals(void **state)
{
    struct netlab lab;
    int64_t from_ms;

    (void)state;
    netlab_open(&lab, NULL);
    net_stop_on_signals();
    net_stop_on_signals();
    assert_int_equal(net_stopping(), 0);
    assert_int_equal(raise(SIGPIPE), 0);
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(net_stopping(), SIGTERM);
    from_ms = clock_mono_ms();
    netlab_turn(&lab, 20000);
    assert_in_range(clock_mono_ms() - from_ms, 0, 10000);
    /* One signal, one wake: a clean stop must not spin. */
    from_ms = clock_mono_ms();
    netlab_turn(&lab, 60);
    assert_in_range(clock_mono_ms() - from_ms, 50, 5000);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(net_stopping(), SIGINT);
    netlab_close(&lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_start_refuses),
        cmocka_unit_test(test_watch),
        cmocka_unit_test(test_signals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
