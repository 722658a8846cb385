/*
 * A client that does not wait for its answers: libmicrohttpd has all of its
 * requests in a buffer of its own, where no descriptor tells of them.  None
 * may have to wait until the loop turns for some other reason.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/httpd.h"
#include "net/loop.h"

#define REQUESTS   8
#define TURN_MS    20000        /* what a turn would wait, ... */
#define ENOUGH_MS  15000        /* ... and all of them together may take */

static struct httpd_request *waiting;
static int handled;

static void
on_request(void *owner, struct httpd_request *r)
{
    (void)owner;
    handled++;
    if (strcmp(httpd_path(r), "/now") == 0)
        httpd_answer(r, 200, NULL, STR("x"));
    else
        waiting = r;
}

static int
client(const struct httpd *h)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons((uint16_t)httpd_port(h));
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    return fd;
}

/* All at once, answered inside the handler or a turn later. */
static void
none_waits(const char *path)
{
    const struct httpd_order o = { .listen = "127.0.0.1:0",
                                   .handler = on_request };
    struct net *net = net_new(NULL);
    struct httpd *h = httpd_new(net, &o, NULL);
    int64_t from_ms = clock_mono_ms();
    char text[REQUESTS * 64] = "";
    size_t n = 0;
    int fd = -1;

    assert_non_null(h);
    waiting = NULL;
    handled = 0;
    for (int i = 0; i < REQUESTS; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n,
                              "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
    fd = client(h);
    assert_int_equal(write(fd, text, n), n);
    while (handled < REQUESTS || waiting != NULL) {
        assert_int_equal(net_turn(net, TURN_MS, NULL), 0);
        if (waiting != NULL)
            httpd_answer(waiting, 200, NULL, STR("x"));
        waiting = NULL;
        assert_in_range(clock_mono_ms() - from_ms, 0, ENOUGH_MS);
    }
    close(fd);
    httpd_free(h);
    net_free(net);
}

static void
test_late_answers(void **state)
{
    (void)state;
    none_waits("/later");
}

static void
test_answers_at_once(void **state)
{
    (void)state;
    none_waits("/now");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_late_answers),
        cmocka_unit_test(test_answers_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
