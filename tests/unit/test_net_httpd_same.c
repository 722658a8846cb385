/*
 * Answers that are made once: each request gets its own status and text, late
 * or at once, and an answer with headers of its own is nobody else's.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "net/httpd.h"
#include "net/internal.h"
#include "tests/lib/asker.h"

#define TEXTS (HTTPD_KEPT_MAX + 2)      /* two find no place */
#define MANY  (5 * TEXTS)

struct served {
    struct netlab         lab;
    struct httpd         *h;
    int                   waiting;
    struct httpd_request *later[MANY];
};

static char texts[TEXTS][24];

/* "/17" is the 17th: its text is one of few, and its status tells it, too. */
static void
answer(struct httpd_request *r)
{
    int64_t n = 0;

    assert_int_equal(str_i64(&n, str_of(httpd_path(r) + 1)), 0);
    if (n % 3 == 0)
        httpd_add_header(r, "Retry-After", "1");
    httpd_answer_same(r, n % 2 == 0 ? 200 : 503, "text/plain",
                      str_of(texts[n % TEXTS]));
}

static void
on_request(void *owner, struct httpd_request *r)
{
    struct served *s = owner;

    if (strcmp(httpd_method(r), "POST") == 0)
        s->later[s->waiting++] = r;
    else
        answer(r);
}

static void
each_has_its_own(void **state)
{
    static struct asker a[MANY];
    static char path[MANY][16];
    struct served s = { 0 };
    struct httpd_order o = { .listen = "127.0.0.1:0", .handler = on_request,
                             .owner = &s };
    struct err e = { 0 };

    (void)state;
    for (int i = 0; i < TEXTS; i++)
        snprintf(texts[i], sizeof(texts[i]), "text %d", i);
    netlab_open(&s.lab, NULL);
    if ((s.h = httpd_new(s.lab.net, &o, &e)) == NULL)
        fail_msg("httpd_new: %s", e.text);
    snprintf(s.lab.base, sizeof(s.lab.base), "http://127.0.0.1:%d/",
             httpd_port(s.h));
    for (int i = 0; i < MANY; i++) {
        snprintf(path[i], sizeof(path[i]), "%d", i);
        a[i] = (struct asker){ .path = path[i],
                               .method = i % 5 == 0 ? "GET" : "POST" };
        asker_start(&s.lab, &a[i]);
    }
    while (s.waiting < MANY - MANY / 5)
        netlab_turn(&s.lab, 1000);
    while (s.waiting > 0)
        answer(s.later[--s.waiting]);
    asker_wait(&s.lab, a, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(a[i].reply.wire, WIRE_ANSWERED);
        assert_int_equal(a[i].reply.http, i % 2 == 0 ? 200 : 503);
        assert_int_equal(a[i].reply.retry_after_ms, i % 3 == 0 ? 1000 : 0);
        assert_true(str_eq(buf_view(&a[i].reply.body),
                           str_of(texts[i % TEXTS])));
        asker_release(&a[i]);
    }
    httpd_free(s.h);
    netlab_close(&s.lab);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_has_its_own) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
