/*
 * Client and server of engine/net against each other, in one loop: the normal
 * things, and the server's limits.  What the client makes of servers that
 * misbehave is in test_net_wire.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/httpd.h"
#include "net/internal.h"
#include "tests/lib/asker.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MANY 200

/* A server that does what the path says. */
struct served {
    struct netlab         lab;
    struct httpd         *h;
    int                   handled;
    bool                  expect;           /* last had an Expect header    */
    bool                  typed;            /* last had a Content-Type      */
    char                  peer[64];
    int                   waiting;
    struct httpd_request *later[NET_INFLIGHT_MAX];
};

/* What came back as text: method, path, query, type, length, last byte. */
static void
answer_echo(struct httpd_request *r)
{
    const char *type = httpd_header(r, "content-type");
    const char *id = httpd_query(r, "id"), *all = httpd_query(r, "all");
    struct str body = httpd_body(r);
    struct buf out;

    buf_init(&out, 4096);
    buf_printf(&out, "%s %s id=%s all=%s none=%s type=%s len=%zu last=%c",
               httpd_method(r), httpd_path(r), id != NULL ? id : "-",
               all != NULL ? "yes" : "-",
               httpd_query(r, "none") != NULL ? "yes" : "-",
               type != NULL ? type : "-", body.len,
               body.len > 0 ? body.p[body.len - 1] : '-');
    httpd_add_header(r, "Retry-After", "3");
    httpd_add_header(r, "X-Other", "1");
    httpd_answer(r, 201, "text/plain", buf_view(&out));
    buf_release(&out);
}

static void
answer_size(struct httpd_request *r)
{
    int64_t bytes = 0;
    char *big;

    assert_int_equal(str_i64(&bytes, str_of(httpd_query(r, "bytes"))), 0);
    assert_non_null(big = malloc((size_t)bytes + 1));
    memset(big, 'x', (size_t)bytes);
    httpd_answer(r, 200, NULL, (struct str){ big, (size_t)bytes });
    free(big);
}

static void
on_request(void *owner, struct httpd_request *r)
{
    struct served *s = owner;
    const char *path = httpd_path(r);

    s->handled++;
    s->expect = httpd_header(r, "Expect") != NULL;
    s->typed = httpd_header(r, "Content-Type") != NULL;
    snprintf(s->peer, sizeof(s->peer), "%s", httpd_peer(r));
    if (strcmp(path, "/later") == 0) {
        httpd_set_note(r, &s->later[s->waiting]);
        s->later[s->waiting++] = r;
    } else if (strcmp(path, "/drop") == 0) {
        httpd_drop(r);
    } else if (strcmp(path, "/part") == 0) {
        httpd_answer_part(r, 200, "text/plain", STR("0123456789"), 4);
    } else if (strcmp(path, "/part0") == 0) {
        httpd_answer_part(r, 200, "text/plain", STR("0123456789"), 0);
    } else if (strcmp(path, "/part-all") == 0) {
        httpd_answer_part(r, 200, "text/plain", STR("0123456789"), 99);
    } else if (strcmp(path, "/size") == 0) {
        answer_size(r);
    } else {
        answer_echo(r);
    }
}

static void
served_open(struct served *s, const char *listen, int64_t body_bytes_max)
{
    struct httpd_order o = { .listen = listen, .handler = on_request,
                             .owner = s, .body_bytes_max = body_bytes_max };
    struct err e = { 0 };

    *s = (struct served){ 0 };
    netlab_open(&s->lab, NULL);
    if ((s->h = httpd_new(s->lab.net, &o, &e)) == NULL)
        fail_msg("httpd_new: %s", e.text);
    assert_in_range(httpd_port(s->h), 1, 65535);
    snprintf(s->lab.base, sizeof(s->lab.base), "http://%s:%d/",
             listen[0] == '[' ? "[::1]" : "127.0.0.1", httpd_port(s->h));
}

static void
served_close(struct served *s)
{
    httpd_free(s->h);
    netlab_close(&s->lab);
}

static void
test_echo(void **state)
{
    static char big[1024 * 1024 + 1];   /* from here on libcurl
                                           would say "Expect" */
    const struct {
        const char *name;
        struct asker ask;
        const char *expect;
    } rows[] = {
        { "get", { .path = "a/b?id=7&all" },
          "GET /a/b id=7 all=yes none=- type=- len=0 last=-" },
        { "unescaped", { .path = "a%20b?id=%41%2b" },
          "GET /a b id=A+ all=- none=- type=- len=0 last=-" },
        { "post", { .path = "p", .method = "POST", .body = STR("{}"),
                    .type = "application/json" },
          "POST /p id=- all=- none=- type=application/json len=2 last=}" },
        { "post that changes", { .path = "/p", .method = "POST",
                                 .body = STR("{}"), .changes = true },
          "POST /p id=- all=- none=- type=- len=2 last=}" },
        { "post without a body", { .path = "p", .method = "POST" },
          "POST /p id=- all=- none=- type=- len=0 last=-" },
        { "one megabyte", { .path = "p", .method = "POST",
                            .body = { big, sizeof(big) }, .changes = true },
          "POST /p id=- all=- none=- type=- len=1048577 last=z" },
    };
    struct served s;

    (void)state;
    memset(big, 'y', sizeof(big));
    big[sizeof(big) - 1] = 'z';
    served_open(&s, "127.0.0.1:0", 0);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct asker a = rows[i].ask;

        asker_one(&s.lab, &a);
        if (a.reply.wire != WIRE_ANSWERED || a.reply.http != 201
            || !str_eq(buf_view(&a.reply.body), str_of(rows[i].expect))
            || a.reply.retry_after_ms != 3000 || s.expect
            || s.typed != (rows[i].ask.type != NULL)
            || strcmp(s.peer, "127.0.0.1") != 0 || a.doors != 1)
            fail_msg("%s: wire %d http %d \"%.*s\" peer %s why %s",
                     rows[i].name, a.reply.wire, a.reply.http,
                     STR_ARG(buf_view(&a.reply.body)), s.peer, a.reply.why);
        asker_release(&a);
    }
    assert_int_equal(s.handled, LEN(rows));
    served_close(&s);
}

/* Dropped and truncated answers, and that nothing else goes with them. */
static void
test_faults(void **state)
{
    static const struct {
        const char *path;
        enum wire   wire;
        const char *why;
        size_t      len;
    } rows[] = {
        { "/drop", WIRE_NO_ANSWER, "Empty reply", 0 },
        { "/part", WIRE_NO_ANSWER, "6 bytes remaining", 0 },
        { "/part0", WIRE_NO_ANSWER, "10 bytes remaining", 0 },
        { "/part-all", WIRE_ANSWERED, "", 10 },
    };
    struct served s;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct asker a = { .path = rows[i].path, .changes = true,
                           .method = "POST", .body = STR("x") };

        asker_one(&s.lab, &a);
        if (a.reply.wire != rows[i].wire || a.reply.body.len != rows[i].len
            || strstr(a.reply.why, rows[i].why) == NULL)
            fail_msg("%s: wire %d len %zu why %s", rows[i].path, a.reply.wire,
                     a.reply.body.len, a.reply.why);
        asker_release(&a);
    }
    assert_int_equal(s.handled, LEN(rows));
    served_close(&s);
}

static void
test_reply_limit(void **state)
{
    struct asker fits = { 0 }, over = { .changes = true, .method = "POST" };
    struct served s;
    char path[64];

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    snprintf(path, sizeof(path), "size?bytes=%d", NET_REPLY_BYTES_MAX);
    fits.path = path;
    asker_one(&s.lab, &fits);
    assert_int_equal(fits.reply.wire, WIRE_ANSWERED);
    assert_int_equal(fits.reply.body.len, NET_REPLY_BYTES_MAX);
    snprintf(path, sizeof(path), "size?bytes=%d", NET_REPLY_BYTES_MAX + 1);
    over.path = path;
    asker_one(&s.lab, &over);
    assert_int_equal(over.reply.wire, WIRE_NO_ANSWER);
    assert_non_null(strstr(over.reply.why, "answer too large"));
    asker_release(&fits);
    asker_release(&over);
    served_close(&s);
}

static void
test_body_limit(void **state)
{
    static char big[1001];
    struct asker fits = { .method = "POST", .body = { big, 1000 } };
    struct asker over = { .method = "POST", .body = { big, 1001 } };
    struct served s;

    (void)state;
    served_open(&s, "127.0.0.1:0", 1000);
    asker_one(&s.lab, &fits);
    assert_int_equal(fits.reply.http, 201);
    asker_one(&s.lab, &over);
    assert_int_equal(over.reply.wire, WIRE_ANSWERED);
    assert_int_equal(over.reply.http, 413);
    assert_int_equal(s.handled, 1);         /* the handler never saw it */
    asker_release(&fits);
    asker_release(&over);
    served_close(&s);
}

/* Sockets of our own, for what libcurl would not do. */
static int
client_open(const struct served *s)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons((uint16_t)httpd_port(s->h));
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void
client_say(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* Turn until ${fd} brought ${text} (true) or was closed (false). */
static bool
client_hears(struct served *s, int fd, const char *text, size_t *bytes)
{
    int64_t end_ms = clock_mono_ms() + 20000;
    char in[4096] = "";
    ssize_t n;

    *bytes = 0;
    while (clock_mono_ms() < end_ms) {
        netlab_turn(&s->lab, 1);
        n = recv(fd, in + *bytes, sizeof(in) - 1 - *bytes, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return false;
        if (n > 0)
            *bytes += (size_t)n;
        in[*bytes] = '\0';
        if (text != NULL && strstr(in, text) != NULL)
            return true;
    }
    fail_msg("neither an answer nor an end: \"%s\"", in);
    return false;
}

static void
test_body_limit_early(void **state)
{
    static const struct {
        const char *name;
        const char *head;
    } rows[] = {
        { "declared far too large", "Content-Length: 1000000000\r\n" },
        { "larger than a number", "Content-Length: 9999999999999999999\r\n" },
        { "waits to be asked", "Content-Length: 1001\r\n"
                               "Expect: 100-continue\r\n" },
    };
    struct served s;
    size_t bytes;

    (void)state;
    served_open(&s, "127.0.0.1:0", 1000);
    for (size_t i = 0; i < LEN(rows); i++) {
        int fd = client_open(&s);

        client_say(fd, "POST / HTTP/1.1\r\nHost: x\r\n");
        client_say(fd, rows[i].head);
        client_say(fd, "\r\n");
        /* Not one byte of the body was sent. */
        if (!client_hears(&s, fd, "HTTP/1.1 413 ", &bytes))
            fail_msg("%s: no 413", rows[i].name);
        close(fd);
    }
    assert_int_equal(s.handled, 0);
    served_close(&s);
}

/* No length given, and no end: not stored, not read for ever. */
static void
test_body_limit_endless(void **state)
{
    struct served s;
    size_t bytes;
    int fd;

    (void)state;
    served_open(&s, "127.0.0.1:0", 1000);
    fd = client_open(&s);
    client_say(fd, "POST / HTTP/1.1\r\nHost: x\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 100; i++)
        client_say(fd, "20\r\naaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb\r\n");
    assert_false(client_hears(&s, fd, "HTTP", &bytes));
    assert_int_equal(bytes, 0);
    assert_int_equal(s.handled, 0);
    close(fd);
    served_close(&s);
}

static void
test_drop_sends_nothing(void **state)
{
    struct served s;
    size_t bytes = 1;
    int fd;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    fd = client_open(&s);
    client_say(fd, "GET /drop HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_false(client_hears(&s, fd, NULL, &bytes));
    assert_int_equal(bytes, 0);
    close(fd);

    /* and the same when it is decided later */
    fd = client_open(&s);
    client_say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s.waiting == 0)
        netlab_turn(&s.lab, 1000);
    httpd_drop(s.later[0]);
    assert_false(client_hears(&s, fd, NULL, &bytes));
    assert_int_equal(bytes, 0);
    close(fd);
    served_close(&s);
}

static void
test_keep_alive_and_pause(void **state)
{
    static const char ask[] = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n";
    struct asker a = { 0 };
    struct served s;
    size_t bytes;
    int fd;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    fd = client_open(&s);
    client_say(fd, ask);
    assert_true(client_hears(&s, fd, "last=-", &bytes));
    client_say(fd, ask);
    assert_true(client_hears(&s, fd, "last=-", &bytes));

    /* Paused: the open connection goes on, a new one is not taken. */
    httpd_pause(s.h);
    httpd_pause(s.h);
    client_say(fd, ask);
    assert_true(client_hears(&s, fd, "last=-", &bytes));
    asker_one(&s.lab, &a);
    assert_int_equal(a.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(s.handled, 3);
    asker_release(&a);
    close(fd);
    served_close(&s);
}

/* A late answer leaves with the next turn, which does not wait first. */
static void
test_late_answer_wakes_the_loop(void **state)
{
    char in[256] = "";
    struct served s;
    int64_t from_ms;
    int fd;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    fd = client_open(&s);
    client_say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s.waiting == 0)
        netlab_turn(&s.lab, 1000);
    httpd_answer(s.later[0], 200, NULL, STR("x"));
    from_ms = clock_mono_ms();
    netlab_turn(&s.lab, 20000);
    assert_in_range(clock_mono_ms() - from_ms, 0, 10000);
    assert_true(recv(fd, in, sizeof(in) - 1, MSG_DONTWAIT) > 0);
    assert_memory_equal(in, "HTTP/1.1 200", 12);

    /* An answer for somebody who has left meanwhile hurts nobody. */
    client_say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    while (s.waiting == 1)
        netlab_turn(&s.lab, 1000);
    close(fd);
    httpd_answer(s.later[1], 200, NULL, STR("x"));
    netlab_turn(&s.lab, 20000);
    served_close(&s);
}

/* All at once in flight, answered late and in another order. */
static void
test_many_late_answers(void **state)
{
    static struct asker a[MANY];
    struct served s;
    char text[16];

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    for (int i = 0; i < MANY; i++) {
        a[i] = (struct asker){ .path = "later", .method = "POST",
                               .body = STR("x"), .changes = i % 2 == 0 };
        asker_start(&s.lab, &a[i]);
    }
    assert_int_equal(net_inflight(s.lab.net), MANY);
    while (s.waiting < MANY)
        netlab_turn(&s.lab, 1000);
    for (int i = MANY - 1; i >= 0; i--) {
        assert_ptr_equal(httpd_note(s.later[i]), &s.later[i]);
        snprintf(text, sizeof(text), "%d", i);
        httpd_answer(s.later[i], 200, "text/plain", str_of(text));
    }
    asker_wait(&s.lab, a, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(a[i].reply.wire, WIRE_ANSWERED);
        assert_in_range(a[i].reply.body.len, 1, 3);
        asker_release(&a[i]);
    }
    assert_int_equal(net_inflight(s.lab.net), 0);
    served_close(&s);
}

static void
test_inflight_limit(void **state)
{
    static struct asker a[NET_INFLIGHT_MAX], more;
    struct err e = { 0 };
    struct served s;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    for (int i = 0; i < NET_INFLIGHT_MAX; i++) {
        a[i] = (struct asker){ .path = "x" };
        asker_start(&s.lab, &a[i]);
    }
    more = (struct asker){ .path = "x" };
    assert_int_equal(asker_try(&s.lab, &more, &e), -1);
    assert_int_equal(e.kind, ERR_TEMP);
    asker_wait(&s.lab, a, NET_INFLIGHT_MAX);
    assert_int_equal(more.done, 0);
    asker_release(&more);
    asker_one(&s.lab, &more);
    assert_int_equal(more.reply.http, 201);
    for (int i = 0; i < NET_INFLIGHT_MAX; i++)
        asker_release(&a[i]);
    asker_release(&more);
    served_close(&s);
}

/* Stopping a server drops what it has not answered; either may go first. */
static void
test_free_with_open_requests(void **state)
{
    struct asker a = { .path = "later", .method = "POST", .changes = true };
    struct asker b = { .path = "later", .method = "POST", .changes = true };
    struct served s;

    (void)state;
    served_open(&s, "127.0.0.1:0", 0);
    asker_start(&s.lab, &a);
    asker_start(&s.lab, &b);
    while (s.waiting < 2)
        netlab_turn(&s.lab, 1000);
    httpd_answer(s.later[0], 200, NULL, STR("x"));  /* no turn after it */
    httpd_free(s.h);
    s.h = NULL;
    asker_wait(&s.lab, &b, 1);
    assert_int_equal(b.reply.wire, WIRE_NO_ANSWER);
    asker_wait(&s.lab, &a, 1);
    assert_int_equal(a.reply.wire, WIRE_NO_ANSWER);
    served_close(&s);

    served_open(&s, "127.0.0.1:0", 0);
    netlab_close(&s.lab);
    httpd_free(s.h);
    asker_release(&a);
    asker_release(&b);
}

static void
test_listen(void **state)
{
    static const struct {
        const char   *text;
        enum err_kind kind;
    } rows[] = {
        { "", ERR_CONFIG }, { "8080", ERR_CONFIG }, { ":8080", ERR_CONFIG },
        { "::1:8080", ERR_CONFIG }, { "127.0.0.1", ERR_CONFIG },
        { "127.0.0.1:", ERR_CONFIG }, { "127.0.0.1:65536", ERR_CONFIG },
        { "127.0.0.1:-1", ERR_CONFIG }, { "127.0.0.1:80x", ERR_CONFIG },
        { "example.com:80", ERR_CONFIG }, { "[127.0.0.1:80", ERR_CONFIG },
        { "192.0.2.1:0", ERR_UNAVAILABLE },
    };
    struct asker a = { 0 };
    struct err e = { 0 };
    struct served s;
    char text[64];
    int port = 0, fd;

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (listen_open(rows[i].text, &port, &e) != -1
            || e.kind != rows[i].kind)
            fail_msg("\"%s\": kind %d", rows[i].text, (int)e.kind);

    served_open(&s, "localhost:0", 0);
    snprintf(text, sizeof(text), "127.0.0.1:%d", httpd_port(s.h));
    assert_int_equal(listen_open(text, &port, &e), -1);     /* taken */
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_true(e.fix[0] != '\0');
    served_close(&s);

    if ((fd = listen_open("[::1]:0", &port, &e)) < 0)
        return;                                 /* a machine without IPv6 */
    close(fd);
    served_open(&s, "[::1]:0", 0);
    asker_one(&s.lab, &a);
    assert_int_equal(a.reply.http, 201);
    assert_string_equal(s.peer, "::1");
    asker_release(&a);
    served_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_reply_limit),
        cmocka_unit_test(test_body_limit),
        cmocka_unit_test(test_body_limit_early),
        cmocka_unit_test(test_body_limit_endless),
        cmocka_unit_test(test_drop_sends_nothing),
        cmocka_unit_test(test_keep_alive_and_pause),
        cmocka_unit_test(test_late_answer_wakes_the_loop),
        cmocka_unit_test(test_many_late_answers),
        cmocka_unit_test(test_inflight_limit),
        cmocka_unit_test(test_free_with_open_requests),
        cmocka_unit_test(test_listen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
