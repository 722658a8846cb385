/*
 * What the client makes of servers that misbehave: how far did it get?  The
 * server here is bare sockets, see tests/lib/raw.h; what counts as an answer is
 * in test_net_reply.c.
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

#include "tests/lib/asker.h"

/* The trap: takes the POST, hangs up, answers it on the next connection. */
static enum raw_act
script_trap(struct raw *w, const char *head)
{
    return strncmp(head, "POST", 4) == 0 && w->posts == 1 ? RAW_HANG_UP
                                                          : RAW_OK;
}

/* Two questions share a connection: the trap below is a real one. */
static void
test_questions_reuse_the_connection(void **state)
{
    struct netlab lab;
    struct asker a = { .path = "a" }, b = { .path = "b" };

    (void)state;
    netlab_open(&lab, raw_says_ok);
    asker_one(&lab, &a);
    asker_one(&lab, &b);
    assert_int_equal(a.reply.wire, WIRE_ANSWERED);
    assert_int_equal(b.reply.wire, WIRE_ANSWERED);
    assert_int_equal(lab.raw.gets, 2);
    assert_int_equal(lab.raw.connections, 1);
    asker_release(&a);
    asker_release(&b);
    netlab_close(&lab);
}

/*
 * libcurl sends a POST twice by itself on a kept connection.  It may for a
 * question; were this ever to stop, the next test would prove nothing.
 */
static void
test_a_question_is_repeated_by_libcurl(void **state)
{
    struct netlab lab;
    struct asker a = { 0 };
    struct asker b = { .method = "POST", .body = STR("ask=1") };

    (void)state;
    netlab_open(&lab, script_trap);
    asker_one(&lab, &a);
    asker_one(&lab, &b);
    assert_int_equal(b.reply.wire, WIRE_ANSWERED);
    assert_int_equal(lab.raw.posts, 2);
    assert_int_equal(b.doors, 1);
    asker_release(&a);
    asker_release(&b);
    netlab_close(&lab);
}

/* RESENDS=1000 tries more often. */
static int
resends(void)
{
    const char *n = getenv("RESENDS");

    return n != NULL ? (int)strtol(n, NULL, 10) : 20;
}

/* The most important test of this folder: one payment, and we know nothing. */
static void
test_what_changes_is_sent_once(void **state)
{
    (void)state;
    for (int i = 0; i < resends(); i++) {
        struct netlab lab;
        struct asker a = { 0 };
        struct asker b = { .method = "POST", .body = STR("pay=1"),
                           .changes = true };
        struct asker c = { 0 };

        netlab_open(&lab, script_trap);
        asker_one(&lab, &a);
        asker_one(&lab, &b);
        assert_int_equal(lab.raw.posts, 1);
        assert_int_equal(b.reply.wire, WIRE_NO_ANSWER);
        assert_int_equal(b.reply.http, 0);
        assert_true(b.reply.why[0] != '\0');
        assert_int_equal(b.doors, 1);
        assert_int_equal(lab.raw.connections, 2);
        /* And nobody sends it later: the loop goes on, the count stays. */
        asker_one(&lab, &c);
        assert_int_equal(c.reply.wire, WIRE_ANSWERED);
        assert_int_equal(lab.raw.posts, 1);
        asker_release(&a);
        asker_release(&b);
        asker_release(&c);
        netlab_close(&lab);
    }
}

/* Each on a connection of its own, which nobody had before or gets later. */
static void
test_what_changes_never_shares(void **state)
{
    struct netlab lab;
    struct asker a = { 0 }, d = { 0 };
    struct asker b = { .method = "POST", .changes = true };
    struct asker c = { .method = "POST", .changes = true };

    (void)state;
    netlab_open(&lab, raw_says_ok);
    asker_one(&lab, &b);
    asker_one(&lab, &a);
    assert_int_equal(lab.raw.connections, 2);
    asker_one(&lab, &c);
    assert_int_equal(lab.raw.connections, 3);
    asker_one(&lab, &d);
    assert_int_equal(lab.raw.connections, 3);   /* that of a, kept */
    assert_int_equal(lab.raw.posts, 2);
    assert_int_equal(lab.raw.gets, 2);
    asker_release(&a);
    asker_release(&b);
    asker_release(&c);
    asker_release(&d);
    netlab_close(&lab);
}

static void
test_a_shut_door(void **state)
{
    struct netlab lab;
    struct asker a = { .method = "POST", .body = STR("pay=1"),
                       .changes = true, .door_shut = true };

    (void)state;
    netlab_open(&lab, raw_says_ok);
    asker_one(&lab, &a);
    assert_int_equal(a.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(a.doors, 1);
    assert_non_null(strstr(a.reply.why, "door"));
    /* The connection stood, and not one byte came over it. */
    netlab_turn(&lab, 0);
    assert_int_equal(lab.raw.connections, 1);
    assert_int_equal(lab.raw.bytes, 0);
    asker_release(&a);
    netlab_close(&lab);
}

static void
test_what_never_left(void **state)
{
    struct netlab lab;
    struct asker refused = { .changes = true, .method = "POST" };
    struct asker tls = { .changes = true, .method = "POST" };
    char base[64];

    (void)state;
    netlab_open(&lab, raw_says_text);
    lab.raw.text = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    /* https to a port that speaks plain text */
    snprintf(base, sizeof(base), "https://127.0.0.1:%d/", lab.raw.port);
    tls.base = base;
    tls.connect_ms = 300;
    asker_one(&lab, &tls);
    assert_int_equal(tls.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(tls.doors, 0);
    assert_int_equal(lab.raw.posts, 0);

    /* nobody listens there any more */
    net_unwatch(lab.net, lab.raw.ep_fd);
    raw_close(&lab.raw);
    asker_one(&lab, &refused);
    assert_int_equal(refused.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(refused.doors, 0);
    assert_true(refused.reply.why[0] != '\0');
    asker_release(&tls);
    asker_release(&refused);
    netlab_close(&lab);
}

static int
listen_full(int *port, int client[2])
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    *port = ntohs(a.sin_port);
    for (int i = 0; i < 2; i++) {
        client[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(client[i], (struct sockaddr *)&a, len);
    }
    return fd;
}

/* A server whose queue is full lets nobody in. */
static void
test_connect_timeout(void **state)
{
    struct netlab lab;
    struct asker a = { .changes = true, .method = "POST", .connect_ms = 200 };
    int port = 0, client[2], fd = listen_full(&port, client);

    (void)state;
    netlab_open(&lab, NULL);
    snprintf(lab.base, sizeof(lab.base), "http://127.0.0.1:%d/", port);
    asker_one(&lab, &a);
    assert_int_equal(a.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(a.doors, 0);
    assert_in_range(a.reply.took_ms, 150, 5000);
    asker_release(&a);
    netlab_close(&lab);
    close(client[0]);
    close(client[1]);
    close(fd);
}

/*
 * What changes something and is given up must not stay behind in our kernel
 * and arrive later: a second approve may be on its way by then.
 */
static void
test_what_is_given_up_never_arrives(void **state)
{
    enum { BODY = 4 << 20 };
    struct netlab lab;
    struct asker a = { .changes = true, .method = "POST", .answer_ms = 300 };
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t len = sizeof(at);
    int small = 4096, fd = socket(AF_INET, SOCK_STREAM, 0), conn;
    static char body[BODY], in[65536];
    size_t got = 0;
    ssize_t n;

    (void)state;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small,
                                sizeof(small)), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    memset(body, 'x', sizeof(body));
    a.body = (struct str){ body, sizeof(body) };
    netlab_open(&lab, NULL);
    snprintf(lab.base, sizeof(lab.base), "http://127.0.0.1:%d/",
             ntohs(at.sin_port));
    asker_one(&lab, &a);
    assert_int_equal(a.reply.wire, WIRE_NO_ANSWER);

    /* Only now the server reads: it finds a reset, not the whole request. */
    conn = accept(fd, NULL, NULL);
    while (conn >= 0 && (n = read(conn, in, sizeof(in))) > 0)
        got += (size_t)n;
    if (conn >= 0) {
        assert_int_equal(errno, ECONNRESET);
        close(conn);
    }
    assert_true(got < BODY);
    asker_release(&a);
    netlab_close(&lab);
    close(fd);
}

static void
test_the_secret(void **state)
{
    struct asker with = { .bearer = "s3cret" }, without = { 0 };
    struct asker broken = { .bearer = "two\r\nX-Lines: 1" };
    struct asker none = { .bearer = "" };
    struct netlab lab;
    struct err e = { 0 };

    (void)state;
    netlab_open(&lab, raw_says_ok);
    asker_one(&lab, &with);
    assert_non_null(strstr(lab.raw.head, "\r\nAuthorization: Bearer s3cret\r"));
    asker_one(&lab, &without);          /* the same connection, no secret */
    assert_null(strstr(lab.raw.head, "Authorization"));
    assert_int_equal(asker_try(&lab, &broken, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(strstr(e.text, "two"));
    assert_null(strstr(e.fix, "two"));
    assert_int_equal(asker_try(&lab, &none, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_int_equal(net_inflight(lab.net), 0);
    assert_int_equal(lab.raw.gets, 2);
    asker_release(&with);
    asker_release(&without);
    asker_release(&broken);
    asker_release(&none);
    netlab_close(&lab);
}

/* A chain: each done callback starts the next request in the freed slot. */
struct chain {
    struct net       *net;
    struct http_order order;
    int               left, answered, at_the_door;
};

static void
on_link(void *owner, const struct reply *reply)
{
    struct chain *c = owner;

    c->answered += reply->wire == WIRE_ANSWERED;
    if (--c->left > 0)
        assert_int_equal(net_start(c->net, &c->order, NULL, NULL), 0);
}

/* From a door nothing can start: libcurl is in the middle of something. */
static bool
on_chain_door(void *owner)
{
    struct chain *c = owner;

    c->at_the_door += net_start(c->net, &c->order, NULL, NULL) == -1;
    return true;
}

static void
test_done_starts_the_next(void **state)
{
    struct request q = { .method = "GET", .path = "x" };
    struct chain c = { .left = 50 };
    struct netlab lab;

    (void)state;
    netlab_open(&lab, raw_says_ok);
    c.net = lab.net;
    c.order = (struct http_order){ .base_url = lab.base, .request = &q,
                                   .door = on_chain_door, .done = on_link,
                                   .owner = &c };
    assert_int_equal(net_start(c.net, &c.order, NULL, NULL), 0);
    for (int i = 0; i < 10000 && c.left > 0; i++)
        netlab_turn(&lab, 1000);
    assert_int_equal(c.answered, 50);
    assert_int_equal(c.at_the_door, 50);
    assert_int_equal(lab.raw.gets, 50);
    assert_int_equal(net_inflight(lab.net), 0);
    netlab_close(&lab);
}

static void
test_cancel(void **state)
{
    struct netlab lab;
    struct asker before = { .method = "POST", .changes = true };
    struct asker after = { .method = "POST", .changes = true };

    (void)state;
    netlab_open(&lab, raw_says_nothing);
    asker_start(&lab, &before);
    net_cancel(lab.net, before.call);
    assert_int_equal(before.done, 0);       /* told by the next turn */
    assert_int_equal(net_inflight(lab.net), 1);
    asker_wait(&lab, &before, 1);
    assert_int_equal(before.reply.wire, WIRE_NOT_SENT);
    assert_int_equal(lab.raw.posts, 0);
    assert_int_equal(net_inflight(lab.net), 0);

    asker_start(&lab, &after);
    while (lab.raw.posts == 0)
        netlab_turn(&lab, 1000);
    net_cancel(lab.net, after.call);
    asker_wait(&lab, &after, 1);
    assert_int_equal(after.reply.wire, WIRE_NO_ANSWER);
    assert_non_null(strstr(after.reply.why, "cancelled"));
    asker_release(&before);
    asker_release(&after);
    netlab_close(&lab);
}

/* Whoever waits is told when the loop ends, and can start nothing any more. */
static void
test_free_tells_everybody(void **state)
{
    struct netlab lab;
    struct asker a = { .method = "POST", .changes = true };
    struct asker b = { .method = "POST", .changes = true };

    (void)state;
    netlab_open(&lab, raw_says_nothing);
    asker_start(&lab, &a);
    while (lab.raw.posts == 0)
        netlab_turn(&lab, 1000);
    asker_start(&lab, &b);
    netlab_close(&lab);
    assert_int_equal(a.done, 1);
    assert_int_equal(a.reply.wire, WIRE_NO_ANSWER);
    assert_int_equal(b.done, 1);
    assert_int_equal(b.reply.wire, WIRE_NOT_SENT);
    asker_release(&a);
    asker_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_questions_reuse_the_connection),
        cmocka_unit_test(test_a_question_is_repeated_by_libcurl),
        cmocka_unit_test(test_what_changes_is_sent_once),
        cmocka_unit_test(test_what_changes_never_shares),
        cmocka_unit_test(test_a_shut_door),
        cmocka_unit_test(test_what_never_left),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_what_is_given_up_never_arrives),
        cmocka_unit_test(test_the_secret),
        cmocka_unit_test(test_done_starts_the_next),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_free_tells_everybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
