/* An errand, a question: what leaves, what comes back, what is kept of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/book.h"
#include "tests/lib/errands.h"

/* --- errands ------------------------------------------------------------- */

static void
test_taken(void **state)
{
    struct errand n = errands_transfer(10000);
    struct errand_end end;
    struct audit_fault fault;
    struct err e = { 0 };
    int posts = teller->posts;

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    end = errands_do("taken", &n, NULL);
    assert_int_equal(end.answer, ANSWER_TAKEN);
    assert_true(end.left && end.stored && !end.failed);
    assert_int_equal(teller->posts, posts + 1);
    assert_non_null(strstr(teller->head, "Bearer " TELLER_KEY));
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"
        " WHERE answer = 'taken' AND http = 200 AND left_at IS NOT NULL AND"
        " answered_at >= left_at AND asked_by = '%s' AND minor = 10000 AND"
        " ask::jsonb->>'to' = 'BBB2222' AND ask::jsonb->>'narrative' ="
        " 'petty cash' AND position('BBB2222' IN convert_from(body, 'UTF8'))"
        " > 0", BOOK_MAKER), 1);
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM audit"
        " WHERE actor = '%s' AND action IN ('errand transfer', 'errand taken')",
        BOOK_MAKER), 2);
    assert_int_equal(audit_verify(errands.db, &fault, &e), 0);
    assert_int_equal(fault.audit_id, 0);
    /* Done is done: asking for another one like it is a new wish. */
    end = errands_do("once more", &n, NULL);
    assert_int_equal(end.answer, ANSWER_TAKEN);
}

static void
test_answers(void **state)
{
    static const struct {
        const char *what;
        enum raw_act act;
        int http;
        const char *body;
        enum answer answer;
    } rows[] = {
        { "its own no", RAW_TEXT, 400, TELLER_NO("low balance"),
          ANSWER_REFUSED },
        { "a page that says 400", RAW_TEXT, 400, "<html>Bad</html>",
          ANSWER_IN_DOUBT },
        { "its own 403", RAW_TEXT, 403, TELLER_NO("Invalid api token"),
          ANSWER_BARRED },
        { "a proxy's 403", RAW_TEXT, 403, "<html>error 1106</html>",
          ANSWER_IN_DOUBT },
        { "its own 429", RAW_TEXT, 429, "{\"detail\":\"slow down\"}",
          ANSWER_NOT_NOW },
        { "a proxy's 429", RAW_TEXT, 429, "<html>wait</html>",
          ANSWER_IN_DOUBT },
        { "an accident there", RAW_TEXT, 500, "<html>oops</html>",
          ANSWER_IN_DOUBT },
        { "a redirect", RAW_TEXT, 302, "", ANSWER_IN_DOUBT },
        { "a yes that is none", RAW_TEXT, 200, "<html>welcome</html>",
          ANSWER_IN_DOUBT },
        { "a yes cut off", RAW_TEXT, 200, "{\"origin\":{\"wallet_id\":\"AA",
          ANSWER_IN_DOUBT },
        { "hung up", RAW_HANG_UP, 0, "", ANSWER_IN_DOUBT },
        { "no answer", RAW_SILENT, 0, "", ANSWER_IN_DOUBT },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct errand n = errands_transfer(20000 + (int64_t)i * 100);
        struct errand_end end;
        int posts = teller->posts;

        teller_says(0, rows[i].http, rows[i].body);
        teller->act = rows[i].act;
        end = errands_do(rows[i].what, &n, NULL);
        if (end.answer != rows[i].answer || !end.left || !end.stored
            || teller->posts != posts + 1 || end.detail[0] == '\0')
            fail_msg("%s: %s, %d posts, %s", rows[i].what,
                     answer_name(end.answer), teller->posts - posts,
                     end.detail);
        teller_says(0, 200, TELLER_MOVED);
        if (rows[i].answer == ANSWER_IN_DOUBT) {
            errands_refused(rows[i].what, &n, ERR_GUARD);
            assert_int_equal(teller->posts, posts + 1);
        } else {
            end = errands_do(rows[i].what, &n, NULL);
            assert_int_equal(end.answer, ANSWER_TAKEN);
        }
    }
}

static void
test_not_sent(void **state)
{
    struct errand n = errands_transfer(500);
    struct errand_end end;

    (void)state;
    snprintf(errands.account.base_url, sizeof(errands.account.base_url),
             "http://127.0.0.1:1/api/v1/");
    for (int i = 0; i < 2; i++) {
        end = errands_do("nobody listens", &n, NULL);
        assert_int_equal(end.answer, ANSWER_NOT_NOW);
        assert_true(!end.left && end.stored);
    }
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"
        " WHERE left_at IS NULL AND answer = 'not_now' AND http IS NULL"), 2);
}

static void
test_people(void **state)
{
    static const struct {
        const char *name, *role;
        bool disabled, may;
    } rows[] = {
        { BOOK_MAKER, "maker", false, true },
        { BOOK_ADMIN, "admin", false, true },
        { BOOK_MAKER, "maker", true, false },
        { BOOK_CHECKER, "checker", false, false },
        { BOOK_AUDITOR, "auditor", false, false },
    };
    struct errand n = errands_transfer(500);

    (void)state;
    teller_says(0, 200, TELLER_MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct person who = { .disabled = rows[i].disabled };
        struct errand_end end;
        struct err e = { 0 };
        int posts = teller->posts, rc;

        snprintf(who.name, sizeof(who.name), "%s", rows[i].name);
        snprintf(who.role, sizeof(who.role), "%s", rows[i].role);
        rc = errand_do(&n, &who, NULL, NULL, NULL, &end, &e);
        if ((rc == 0) != rows[i].may
            || teller->posts - posts != rows[i].may
            || (!rows[i].may && e.kind != ERR_NOPERM))
            fail_msg("%s: %d %s", rows[i].role, rc, e.text);
    }
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"),
                     2);
}

/* A provider that repeats our key must not bring it into the database. */
static void
test_key_comes_back(void **state)
{
    struct errand n = errands_transfer(500);
    struct errand_end end;

    (void)state;
    teller_says(0, 400, TELLER_NO("token " TELLER_KEY " may not do this"));
    end = errands_do("echo", &n, NULL);
    assert_null(strstr(end.detail, TELLER_KEY));
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"
        " WHERE errand::text LIKE '%%" TELLER_KEY "%%' OR position('"
        TELLER_KEY "'::bytea IN body) > 0"), 0);
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM audit"
        " WHERE detail LIKE '%%" TELLER_KEY "%%'"), 0);
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"
        " WHERE position('may not do this'::bytea IN body) > 0"), 1);
}

/* --- questions ----------------------------------------------------------- */

struct ids { char text[256]; int enough; };

static int
note_id(void *owner, const struct service_row *row, struct err *e)
{
    struct ids *ids = owner;

    (void)e;
    snprintf(ids->text + strlen(ids->text),
             sizeof(ids->text) - strlen(ids->text), "%s ", row->id);
    return ids->enough > 0 && --ids->enough == 0 ? 1 : 0;
}

#define LINE(id) "{\"transaction_id\":\"" id "\",\"currency\":\"KES\"," \
    "\"value\":\"-10.00\",\"running_balance\":\"90.00\",\"trans_type\":" \
    "\"PAYOUT\",\"status\":\"AVAILABLE\",\"created_at\":" \
    "\"2026-11-20T10:00:00.000000+03:00\"}"
#define PAGE(next, lines) "{\"count\":5,\"next\":" next ",\"previous\":null," \
    "\"results\":[" lines "]}"

static void
test_pages(void **state)
{
    static const struct {
        const char *what;
        int pages, enough, rc;
        const char *ids;
    } rows[] = {
        { "all, what moved to the next page once", 0, 0, 0, "A B C D " },
        { "one page", 1, 0, 1, "A B " },
        { "enough", 0, 3, 1, "A B C " },
    };
    struct errand n = errands_one(SERVICE_STATEMENT);

    (void)state;
    n.ask = (struct service_ask){ .ccy = "KES", .since = "2026-11-20",
                          .until = "2026-11-20" };
    teller_says(0, 200, PAGE("\"http://x/?page=2\"", LINE("A") "," LINE("B")));
    teller_says(1, 200, PAGE("\"http://x/?page=3\"", LINE("B") "," LINE("C")));
    teller_says(2, 200, PAGE("null", LINE("D")));
    for (size_t i = 0; i < LEN(rows); i++) {
        struct ids ids = { .enough = rows[i].enough };
        struct err e = { 0 };
        int rc = errand_ask(&n, rows[i].pages, note_id, &ids, &e);

        if (rc != rows[i].rc || strcmp(ids.text, rows[i].ids) != 0)
            fail_msg("%s: %d \"%s\" %s", rows[i].what, rc, ids.text, e.text);
    }
    assert_int_equal(book_i64(errands.db, "SELECT count(*) AS n FROM errand"),
                     0);
}

static void
test_no_useful_answer(void **state)
{
    static const struct {
        const char *what;
        enum raw_act act;
        int http;
        const char *body;
        enum err_kind kind;
    } rows[] = {
        { "our key", RAW_TEXT, 403, TELLER_NO("Invalid api token"),
          ERR_CONFIG },
        { "a no", RAW_TEXT, 404, "{\"detail\":\"Not found.\"}", ERR_DATA },
        { "slow down", RAW_TEXT, 429, "", ERR_UNAVAILABLE },
        { "an accident", RAW_TEXT, 500, "<html>", ERR_UNAVAILABLE },
        { "no JSON", RAW_TEXT, 200, "<html>", ERR_UNAVAILABLE },
        { "cut off", RAW_TEXT, 200, "{\"results\":[" LINE("A") ",{",
          ERR_UNAVAILABLE },
        { "hung up", RAW_HANG_UP, 0, "", ERR_UNAVAILABLE },
        { "silent", RAW_SILENT, 0, "", ERR_UNAVAILABLE },
    };
    struct errand n = errands_one(SERVICE_STATEMENT);

    (void)state;
    n.ask.ccy = "KES";
    for (size_t i = 0; i < LEN(rows); i++) {
        struct ids ids = { .enough = 0 };
        struct err e = { 0 };

        teller_says(0, rows[i].http, rows[i].body);
        teller->act = rows[i].act;
        if (errand_ask(&n, 0, note_id, &ids, &e) != -1
            || e.kind != rows[i].kind || strstr(e.text, TELLER_KEY) != NULL)
            fail_msg("%s: kind %d, %s", rows[i].what, (int)e.kind, e.text);
    }
}

#define TEST(f) \
    cmocka_unit_test_setup_teardown(f, errands_open, errands_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_taken), TEST(test_answers), TEST(test_not_sent),
        TEST(test_people), TEST(test_key_comes_back), TEST(test_pages),
        TEST(test_no_useful_answer),
    };

    return cmocka_run_group_tests(tests, teller_open, teller_close);
}
