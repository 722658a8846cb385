#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/services.h"

/*
 * The answers of the services: every recorded or documented one in
 * tests/replies/PROVIDER/services beside what must be read from it, the same
 * cut at every byte, and bodies that are none.
 */
#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct provider *const both[] = { &provider_intasend,
                                               &provider_sapama };

static const char *
fate_name(enum service_fate f)
{
    switch (f) {
    case SERVICE_SAYS_NOTHING: return "";
    case SERVICE_OPEN:         return "open";
    case SERVICE_DONE:         return "done";
    case SERVICE_FAILED:       return "failed";
    case SERVICE_UNCLEAR:      return "unclear";
    }
    return "?";
}

static void
show_text(struct buf *out, const char *name, const char *text)
{
    if (text[0] != '\0')
        buf_printf(out, " %s=%s", name, text);
}

static void
show_minor(struct buf *out, const char *name, int64_t minor)
{
    if (minor != INT64_MIN)
        buf_printf(out, " %s=%lld", name, (long long)minor);
}

static void
show_row(struct buf *out, const struct service_row *r)
{
    buf_text(out, "row");
    show_text(out, "id", r->id);
    show_text(out, "at", r->at);
    show_text(out, "kind", r->kind);
    show_text(out, "state", r->state);
    show_text(out, "fate", fate_name(r->fate));
    show_text(out, "label", r->label);
    show_text(out, "account", r->account);
    show_text(out, "name", r->name);
    show_text(out, "reference", r->reference);
    show_text(out, "wallet", r->wallet);
    show_text(out, "ccy", r->ccy);
    show_minor(out, "minor", r->minor);
    show_minor(out, "charge", r->charge_minor);
    show_minor(out, "balance", r->balance_minor);
    show_minor(out, "available", r->available_minor);
    if (r->way != 0)
        buf_printf(out, " way=%d", r->way);
    show_text(out, "link", r->link);
    show_text(out, "text", r->text);
    buf_char(out, '\n');
}

/* All that is read from ${body}, as the .expect files have it. */
static void
show_answer(struct buf *out, const struct provider *p, enum service s,
            struct str body)
{
    struct service_answer a;
    struct service_row row;
    struct err e = { 0 };
    size_t at = 0;
    int more = 0;

    if (service_read(p, s, &a, body, &e) < 0) {
        buf_printf(out, "not it: %s\n", e.text);
        return;
    }
    buf_printf(out, "page %d of %d%s", a.page, a.last_page,
               a.more ? ", more" : "");
    show_text(out, "text", a.text);
    buf_char(out, '\n');
    at = a.rows_at;
    while ((more = service_row_read(p, s, &row, &a, body, &at)) > 0)
        show_row(out, &row);
    buf_text(out, more == 0 ? "end\n" : "broken\n");
}

static void
read_reply(struct buf *b, const char *folder, const char *name)
{
    char path[512];
    struct err e = { 0 };

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    buf_init(b, NET_REPLY_BYTES_MAX);
    if (buf_read_file(b, path, &e) < 0)
        fail_msg("%s", e.text);
}

/* The service a file is about: "statement-lines.json". */
static enum service
service_of(const char *file)
{
    size_t n = strcspn(file, "-");

    for (int s = 0; s < SERVICE_COUNT; s++)
        if (strlen(service_name((enum service)s)) == n
            && strncmp(file, service_name((enum service)s), n) == 0)
            return (enum service)s;
    fail_msg("%s is about no service", file);
    return SERVICE_COUNT;
}

typedef void each_fn(const struct provider *, enum service, const char *folder,
                     const char *name);

static int
each_reply(each_fn *fn)
{
    int n = 0;

    for (size_t i = 0; i < LEN(both); i++) {
        char folder[128];
        struct dirent *de = NULL;
        DIR *d = NULL;

        snprintf(folder, sizeof(folder), "tests/replies/%s/services",
                 both[i]->name);
        d = opendir(folder);
        assert_non_null(d);
        while ((de = readdir(d)) != NULL) {
            const char *dot = strrchr(de->d_name, '.');

            if (dot == NULL || strcmp(dot, ".json") != 0)
                continue;
            fn(both[i], service_of(de->d_name), folder, de->d_name);
            n++;
        }
        closedir(d);
    }
    return n;
}

static void
check_reply(const struct provider *p, enum service s, const char *folder,
            const char *name)
{
    char expect_name[300];
    struct buf body, expect, got;

    snprintf(expect_name, sizeof(expect_name), "%.*s.expect",
             (int)(strlen(name) - 5), name);
    read_reply(&body, folder, name);
    read_reply(&expect, folder, expect_name);
    buf_init(&got, NET_REPLY_BYTES_MAX);
    show_answer(&got, p, s, buf_view(&body));
    if (!str_eq(buf_view(&got), buf_view(&expect)))
        fail_msg("%s/%s reads as\n%s", folder, name, got.p);
    buf_release(&body);
    buf_release(&expect);
    buf_release(&got);
}

static void
test_replies(void **state)
{
    (void)state;
    assert_true(each_reply(check_reply) >= 45);
}

/* However much of an answer arrived, only the whole of it is one. */
static void
cut_everywhere(const struct provider *p, enum service s, const char *folder,
               const char *name)
{
    struct service_answer whole = { 0 };
    struct buf body;
    struct str all = { NULL, 0 };

    read_reply(&body, folder, name);
    all = str_trim(buf_view(&body));
    if (service_read(p, s, &whole, all, NULL) < 0)
        whole = (struct service_answer){ 0 };
    for (size_t n = 0; n < all.len; n++) {
        char *copy = malloc(n + 1);
        struct str cut = { copy, n };
        struct service_answer a;
        struct service_row row;
        size_t at = whole.rows_at;
        int more = 1;

        memcpy(copy, all.p, n);
        if (service_read(p, s, &a, cut, NULL) == 0)
            fail_msg("%s cut at %zu was read", name, n);
        /* nor may a reader leave the body with the offsets of another */
        while (more > 0)
            more = service_row_read(p, s, &row, &whole, cut, &at);
        free(copy);
    }
    buf_release(&body);
}

static void
test_cut_at_every_byte(void **state)
{
    (void)state;
    each_reply(cut_everywhere);
}

/* What comes instead of an answer, for whatever was asked. */
static void
test_no_answers(void **state)
{
    static const char *const bodies[] = {
        "", " ", "null", "true", "0", "\"ok\"", "OK", "{", "[", "{}x", "[]]",
        "<html><body><h1>500 Internal Server Error</h1></body></html>",
        "{\"type\":\"client_error\",\"errors\":[{\"code\":\"x\",\"detail\":"
        "\"Invalid api token\",\"attr\":null}]}",
        "{\"errors\":{\"amount\":[\"too small\"]}}",
        "{\"errors\":[],\"errors\":[]}",
        "{\"httpStatusCode\":500,\"systemCode\":1000,\"message\":\"Internal "
        "Server Error\"}",
        "{\"httpStatusCode\":200,\"http_status_code\":400,\"data\":[]}",
        "{\"httpStatusCode\":\"\",\"data\":{\"id\":1}}",
        "{\"results\":{\"wallet_id\":\"A\"}}{}",
        "{\"httpStatusCode\":200,\"systemCode\":900,\"data\":[]}"
    };

    (void)state;
    for (size_t p = 0; p < LEN(both); p++)
        for (int s = 0; s < SERVICE_COUNT; s++)
            for (size_t i = 0; i < LEN(bodies); i++) {
                struct service_answer a;
                struct err e = { 0 };
                /* a list may have no rows; a look-up shows what it got; and
                 * what a transfer is answered with is not documented: the
                 * HTTP status decides */
                bool words = strncmp(bodies[i], "{\"http", 6) == 0
                             && both[p] == &provider_intasend;

                if ((words && (s == SERVICE_TRANSFER || s == SERVICE_VALIDATE))
                    || !service_offered(both[p], (enum service)s))
                    continue;
                if (service_read(both[p], (enum service)s, &a,
                                 str_of(bodies[i]), &e) == 0)
                    fail_msg("%s: \"%s\" was read as %s", both[p]->name,
                             bodies[i], service_name((enum service)s));
                if (e.text[0] == '\0' || e.fix[0] == '\0'
                    || e.kind != ERR_UNAVAILABLE || a.rows_at != 0)
                    fail_msg("%s: \"%s\" has no good error", both[p]->name,
                             bodies[i]);
            }
}

/* What an error envelope says is passed on, also when it comes with a 200. */
static void
test_words_of_an_error(void **state)
{
    static const struct {
        int provider;
        const char *body, *says;
    } rows[] = {
        { 0, "{\"errors\":[{\"detail\":\"Invalid <b>api</b> token\"}]}",
          "\"Invalid api token\"" },
        { 0, "{\"detail\":\"Not found.\"}", "\"Not found.\"" },
        { 0, "{\"details\":\"Device id not found\"}", "\"Device id" },
        { 0, "{}", "not what was asked for" },
        { 1, "{\"http_status_code\":\"400\",\"system_code\":900,\"message\":"
             "\"Input validation failed.\",\"data\":[]}",
          "400 \"Input validation failed.\"" },
        { 1, "{}", "no status code" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct service_answer a;
        struct err e = { 0 };
        enum service s = rows[i].provider == 0 ? SERVICE_WALLETS
                                               : SERVICE_SMS;

        if (service_read(both[rows[i].provider], s, &a, str_of(rows[i].body),
                         &e) == 0
            || strstr(e.text, rows[i].says) == NULL)
            fail_msg("%s is told as \"%s\"", rows[i].body, e.text);
    }
}

/* Amounts: text to minor units, whatever stands there. */
static void
test_amounts(void **state)
{
    static const struct {
        const char *value;
        int64_t minor;
    } rows[] = {
        { "1000", 100000 }, { "10.5", 1050 }, { "\"10.50\"", 1050 },
        { "\"1\\u0030.50\"", 1050 }, { "-3.25", -325 }, { "\"0\"", 0 },
        { "10.505", INT64_MIN }, { "1e3", INT64_MIN },
        { "\"1,000\"", INT64_MIN }, { "\"\"", INT64_MIN },
        { "null", INT64_MIN }, { "[1]", INT64_MIN }, { "true", INT64_MIN },
        { "90071992547409.91", MONEY_MINOR_MAX },
        { "90071992547409.92", INT64_MIN }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct service_answer a;
        struct service_row row;
        char text[256];
        struct str body = { text, 0 };
        size_t at = 0;

        snprintf(text, sizeof(text), "[{\"wallet_id\":\"W\",\"currency\":"
                 "\"KES\",\"current_balance\":%s}]", rows[i].value);
        body = str_of(text);
        assert_int_equal(service_read(&provider_intasend, SERVICE_WALLETS, &a,
                                      body, NULL), 0);
        at = a.rows_at;
        assert_int_equal(service_row_read(&provider_intasend, SERVICE_WALLETS,
                                          &row, &a, body, &at), 1);
        if (row.balance_minor != rows[i].minor)
            fail_msg("%s reads as %lld", rows[i].value,
                     (long long)row.balance_minor);
    }
}

/* Days are Kenya's, and what has no day is never left out. */
static void
test_fits(void **state)
{
    static const struct {
        const char *at, *since, *until, *wallet, *ours;
        bool fits;
    } rows[] = {
        { "2026-11-01T00:00:00+03:00", "2026-11-01", NULL, "", "", true },
        { "2026-10-31T23:59:59.9+03:00", "2026-11-01", NULL, "", "", false },
        { "2026-10-31T21:00:00Z", "2026-11-01", NULL, "", "", true },
        { "2026-10-31 20:59:59", "2026-11-01", NULL, "", "", false },
        { "2026-10-31 21:00:00", "2026-11-01", NULL, "", "", true },
        { "2026-11-30T23:59:59.999999+03:00", NULL, "2026-11-30", "", "",
          true },
        { "2026-11-30 20:59:59", NULL, "2026-11-30", "", "", true },
        { "2026-11-30 21:00:00", NULL, "2026-11-30", "", "", false },
        { "2026-12-31 22:00:00", "2027-01-01", "2027-01-01", "", "", true },
        { "2028-02-28 22:00:00", "2028-02-29", "2028-02-29", "", "", true },
        { "2027-02-28 22:00:00", "2027-03-01", "2027-03-01", "", "", true },
        { "2026-11-01T05:00:00-0500", "2026-11-01", "2026-11-01", "", "",
          true },
        { "2026-11-01T20:00:00-05:00", "2026-11-01", "2026-11-01", "", "",
          false },
        { "2026-11-05", "2026-11-05", "2026-11-05", "", "", true },
        { "2026-11-04", "2026-11-05", "2026-11-05", "", "", false },
        { "", "2026-11-01", "2026-11-30", "", "", true },
        { "0000-00-00 00:00:00", "2026-11-01", "2026-11-30", "", "", true },
        { "tomorrow, perhaps", "2026-11-01", "2026-11-30", "", "", true },
        { "2026-11-05", NULL, NULL, "2", "2", true },
        { "2026-11-05", NULL, NULL, "3", "2", false },
        { "2026-11-05", NULL, NULL, "", "2", true },
        { "2026-11-05", NULL, NULL, "2", "", true },
        { "2026-11-05", NULL, NULL, "2", NULL, true }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct service_row row = { .minor = 1 };
        struct service_ask ask = { .since = rows[i].since,
                                   .until = rows[i].until };
        struct payer payer = { .wallet_id = rows[i].ours };

        str_copy(row.at, sizeof(row.at), str_of(rows[i].at));
        str_copy(row.wallet, sizeof(row.wallet), str_of(rows[i].wallet));
        if (service_row_fits(&row, &payer, &ask) != rows[i].fits)
            fail_msg("row %zu, \"%s\"", i + 1, rows[i].at);
    }
}

/* Where a list of days ends: the first three hours of a day in Kenya are UTC's
 * day before. */
static void
test_older(void **state)
{
    static const struct { const char *at, *since; bool older; } rows[] = {
        { "2026-10-31 20:59:59", "2026-11-01", true },
        { "2026-10-31 21:00:00", "2026-11-01", false },
        { "2026-10-31T21:00:00Z", "2026-11-01", false },
        { "2026-10-31T23:59:59+03:00", "2026-11-01", true },
        { "2026-11-01T00:00:00+03:00", "2026-11-01", false },
        { "2026-10-31", "2026-11-01", true },
        { "", "2026-11-01", false },
        { "0000-00-00 00:00:00", "2026-11-01", false },
        { "2026-10-31 10:00:00", NULL, false }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct service_row row = { .minor = 1 };

        str_copy(row.at, sizeof(row.at), str_of(rows[i].at));
        if (service_row_older(&row, rows[i].since) != rows[i].older)
            fail_msg("row %zu, \"%s\"", i + 1, rows[i].at);
    }
}

/* The last page comes again for every page beyond it. */
static void
test_pages(void **state)
{
    static const struct {
        int provider;
        const char *body;
        int page, last;
        bool more;
    } rows[] = {
        { 1, "{\"httpStatusCode\":200,\"data\":{\"current_page\":1,"
             "\"last_page\":3,\"data\":[]}}", 1, 3, true },
        { 1, "{\"httpStatusCode\":200,\"data\":{\"current_page\":\"3\","
             "\"last_page\":\"3\",\"data\":[]}}", 3, 3, false },
        { 1, "{\"httpStatusCode\":200,\"data\":{\"current_page\":1,"
             "\"last_page\":0,\"data\":[]}}", 1, 1, false },
        { 0, "{\"next\":\"https://h/api/v1/transactions/?page=2\","
             "\"results\":[]}", 1, 0, true },
        { 0, "{\"next\":\"https:\\/\\/h\\/?wallet_id=A&page=12\","
             "\"results\":[]}", 11, 0, true },
        { 0, "{\"next\":\"https://h/?per_page=9\",\"results\":[]}", 0, 0,
          true },
        { 0, "{\"next\":\"https://h/?page=x\",\"results\":[]}", 0, 0, true },
        { 0, "{\"next\":\"https://h/?page=99999999999999\",\"results\":[]}",
          0, 0, true },
        { 0, "{\"next\":null,\"results\":[]}", 0, 0, false },
        { 0, "{\"next\":\"\",\"results\":[]}", 0, 0, false },
        { 0, "{\"results\":[]}", 0, 0, false },
        { 0, "[]", 0, 0, false }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct service_answer a;

        if (service_read(both[rows[i].provider], SERVICE_STATEMENT, &a,
                         str_of(rows[i].body), NULL) < 0
            || a.page != rows[i].page || a.last_page != rows[i].last
            || a.more != rows[i].more)
            fail_msg("%s: page %d of %d, more %d", rows[i].body, a.page,
                     a.last_page, (int)a.more);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_no_answers),
        cmocka_unit_test(test_words_of_an_error),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_fits),
        cmocka_unit_test(test_older),
        cmocka_unit_test(test_pages)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
