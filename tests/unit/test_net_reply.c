/*
 * What counts as an answer: which bytes of a server that misbehaves are a reply
 * to the client, and what it reads in them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/asker.h"

static void
test_no_answer(void **state)
{
    static const struct {
        const char *name;
        raw_script  script;
        const char *text;
    } rows[] = {
        { "hangs up without a byte", raw_hangs_up, NULL },
        { "never answers", raw_says_nothing, NULL },
        { "half of the headers", raw_says_text, "HTTP/1.1 200 OK\r\nConte" },
        { "the status line alone", raw_says_text, "HTTP/1.1 200 OK\r\n" },
        { "headers without the blank line", raw_says_text,
          "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" },
        { "an interim answer, and half of the headers", raw_says_text,
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-L" },
        { "another protocol", raw_says_text,
          "HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n" },
        { "half of the body", raw_says_text,
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345" },
        { "half of a chunk", raw_says_text,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n12345" },
        { "no last chunk", raw_says_text,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "5\r\n12345\r\n" },
        { "not HTTP", raw_says_text, "hello, sailor\r\n" },
        { "only an interim answer", raw_says_text,
          "HTTP/1.1 100 Continue\r\n\r\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct netlab lab;
        struct asker a = { .method = "POST", .body = STR("pay=1"),
                           .changes = true, .answer_ms = 300 };

        netlab_open(&lab, rows[i].script);
        lab.raw.text = rows[i].text;
        asker_one(&lab, &a);
        if (a.reply.wire != WIRE_NO_ANSWER || a.reply.http != 0
            || a.reply.body.len != 0 || a.reply.why[0] == '\0'
            || a.doors != 1 || lab.raw.posts != 1)
            fail_msg("%s: wire %d http %d body %zu doors %d posts %d why %s",
                     rows[i].name, a.reply.wire, a.reply.http,
                     a.reply.body.len, a.doors, lab.raw.posts, a.reply.why);
        asker_release(&a);
        netlab_close(&lab);
    }
}

/* Whatever its status, a whole answer is an answer, and asked for once. */
static void
test_whole_answers(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        int         http;
        const char *body;
    } rows[] = {
        { "chunked",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "5\r\n12345\r\n0\r\n\r\n", 200, "12345" },
        { "until it closes", "HTTP/1.1 201 Made\r\n\r\nall", 201, "all" },
        { "interim first",
          "HTTP/1.1 100 Continue\r\n\r\n"
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok" },
        { "a redirect is not followed",
          "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
          "Content-Length: 0\r\n\r\n", 302, "" },
        { "a 307 is not followed",
          "HTTP/1.1 307 Again\r\nLocation: /elsewhere\r\n"
          "Content-Length: 0\r\n\r\n", 307, "" },
        { "a challenge is not answered",
          "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
          "Content-Length: 0\r\n\r\n", 401, "" },
        { "a 417 is not tried again",
          "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n", 417, "" },
        { "a 503", "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", 503,
          "busy" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct netlab lab;
        struct asker a = { .method = "POST", .body = STR("pay=1"),
                           .changes = true, .answer_ms = 5000 };

        netlab_open(&lab, raw_says_text);
        lab.raw.text = rows[i].text;
        asker_one(&lab, &a);
        if (a.reply.wire != WIRE_ANSWERED || a.reply.http != rows[i].http
            || !str_eq(buf_view(&a.reply.body), str_of(rows[i].body))
            || a.doors != 1 || lab.raw.posts != 1 || lab.raw.gets != 0
            || a.reply.why[0] != '\0')
            fail_msg("%s: wire %d http %d body %.*s posts %d why %s",
                     rows[i].name, a.reply.wire, a.reply.http,
                     STR_ARG(buf_view(&a.reply.body)), lab.raw.posts,
                     a.reply.why);
        asker_release(&a);
        netlab_close(&lab);
    }
}

static void
test_retry_after(void **state)
{
    static const struct {
        const char *name;
        const char *value;
        int64_t     least_ms, most_ms;
    } rows[] = {
        { "seconds", "7", 7000, 7000 },
        { "none", "0", 0, 0 },
        { "words", "soon", 0, 0 },
        { "a date long ago", "Wed, 21 Oct 2015 07:28:00 GMT", 0, 0 },
        { "a date in 2037", "Wed, 21 Oct 2037 07:28:00 GMT",
          INT64_C(1000) * 3600 * 24 * 365, INT64_MAX },
        { "more than there is", "9223372036854775807", INT64_MAX, INT64_MAX },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct netlab lab;
        struct asker a = { 0 };
        char text[256];

        netlab_open(&lab, raw_says_text);
        snprintf(text, sizeof(text), "HTTP/1.1 429 Slow\r\nRetry-After: %s\r\n"
                                     "Content-Length: 0\r\n\r\n",
                 rows[i].value);
        lab.raw.text = text;
        asker_one(&lab, &a);
        if (a.reply.http != 429 || a.reply.retry_after_ms < rows[i].least_ms
            || a.reply.retry_after_ms > rows[i].most_ms)
            fail_msg("%s: http %d retry_after_ms %lld", rows[i].name,
                     a.reply.http, (long long)a.reply.retry_after_ms);
        asker_release(&a);
        netlab_close(&lab);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_whole_answers),
        cmocka_unit_test(test_retry_after),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
