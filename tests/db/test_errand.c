#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/errand.h"
#include "net/loop.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"
#include "tests/lib/raw.h"

#define KEY "ISSecretKey_test_0123456789abcdef"

/* --- a provider that says what it is told to, in a process of its own ----- */

static struct till {
    volatile int port;
    volatile int act;           /* enum raw_act                     */
    volatile int posts, gets;
    char pages[3][4096];        /* the answer, to page 1, 2, 3      */
    char head[RAW_HEAD_BYTES];  /* of the last request              */
} *till;

static pid_t till_pid;

static enum raw_act
till_script(struct raw *w, const char *head)
{
    const char *page = strstr(head, "page=");
    int n = page != NULL ? page[5] - '1' : 0;

    till->posts = w->posts;
    till->gets = w->gets;
    snprintf(till->head, sizeof(till->head), "%s", head);
    w->text = till->pages[n >= 0 && n < 3 ? n : 0];
    return (enum raw_act)till->act;
}

static void
till_run(void)
{
    static struct raw w;
    struct pollfd fd = { .events = POLLIN };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (raw_open(&w, till_script) < 0)
        _exit(1);
    till->port = w.port;
    for (fd.fd = w.ep_fd; poll(&fd, 1, -1) >= 0; )
        raw_step(&w);
    _exit(0);
}

static void
answer(int page, int http, const char *body)
{
    snprintf(till->pages[page], sizeof(till->pages[page]),
             "HTTP/1.1 %d x\r\nContent-Length: %zu\r\n\r\n%s", http,
             strlen(body), body);
    till->act = RAW_TEXT;
}

/* --- people, an account, an errand ---------------------------------------- */

static struct db *db;
static const char *url;
static struct account account;
static struct net *net;
static struct lineage lineage;
static char folder[64];
static struct person maker = { BOOK_MAKER, "maker", false };

static int
open_all(void **state)
{
    struct err e = { 0 };

    (void)state;
    char mark[80];

    url = book_open(&db);
    test_dir(folder);
    snprintf(mark, sizeof(mark), "%s/mark", folder);
    lineage_init(&lineage, mark, BOOK_MAKER);
    book_people(db);
    book_account(db, &account, 10);
    snprintf(account.base_url, sizeof(account.base_url),
             "http://127.0.0.1:%d/api/v1/", till->port);
    account.connect_ms = 2000;
    account.answer_ms = 400;
    assert_int_equal(secret_set(&account.key, STR(KEY)), 0);
    net = net_new(&e);
    assert_non_null(net);
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    test_dir_remove(folder);
    net_free(net);
    secret_release(&account.key);
    db_close(db);
    return 0;
}

static struct errand
transfer(int64_t minor)
{
    return (struct errand){
        .db = db, .net = net, .lineage = &lineage, .account = &account,
        .service = SERVICE_TRANSFER,
        .ask = { .minor = minor, .ccy = "KES", .from = "AAA1111",
                 .to = "BBB2222", .narrative = "petty cash" }
    };
}

static struct errand_end
doing(const char *what, const struct errand *n, const char *again)
{
    struct errand_end end;
    struct err e = { 0 };

    if (errand_do(n, &maker, again, NULL, NULL, &end, &e) < 0)
        fail_msg("%s: %s", what, e.text);
    return end;
}

static void
refused(const char *what, const struct errand *n, enum err_kind kind)
{
    struct errand_end end;
    struct err e = { 0 };

    if (errand_do(n, &maker, NULL, NULL, NULL, &end, &e) == 0
        || e.kind != kind)
        fail_msg("%s: kind %d: %s", what, (int)e.kind, e.text);
}

#define MOVED "{\"origin\":{\"wallet_id\":\"AAA1111\",\"label\":\"a\"," \
    "\"currency\":\"KES\",\"current_balance\":\"900.00\"," \
    "\"available_balance\":\"900.00\"},\"destination\":{\"wallet_id\":" \
    "\"BBB2222\",\"label\":\"b\",\"currency\":\"KES\"," \
    "\"current_balance\":\"100.00\",\"available_balance\":\"100.00\"}}"
#define OWN(words) "{\"type\":\"client_error\",\"errors\":[{\"code\":\"x\"," \
    "\"detail\":\"" words "\",\"attr\":null}]}"

/* --- tests ---------------------------------------------------------------- */

static void
test_taken(void **state)
{
    struct errand n = transfer(10000);
    struct errand_end end;
    struct audit_fault fault;
    struct err e = { 0 };
    int posts = till->posts;

    (void)state;
    answer(0, 200, MOVED);
    end = doing("taken", &n, NULL);
    assert_int_equal(end.answer, ANSWER_TAKEN);
    assert_true(end.left && end.stored && !end.failed);
    assert_int_equal(till->posts, posts + 1);
    assert_non_null(strstr(till->head, "Bearer " KEY));
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand WHERE"
        " answer = 'taken' AND http = 200 AND left_at IS NOT NULL AND"
        " answered_at >= left_at AND asked_by = '%s' AND minor = 10000 AND"
        " ask::jsonb->>'to' = 'BBB2222' AND ask::jsonb->>'narrative' ="
        " 'petty cash' AND position('BBB2222' IN convert_from(body, 'UTF8'))"
        " > 0", BOOK_MAKER), 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM audit WHERE"
        " actor = '%s' AND action IN ('errand transfer', 'errand taken')",
        BOOK_MAKER), 2);
    assert_int_equal(audit_verify(db, &fault, &e), 0);
    assert_int_equal(fault.audit_id, 0);
    /* Done is done: asking for another one like it is a new wish. */
    end = doing("once more", &n, NULL);
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
        { "its own no", RAW_TEXT, 400, OWN("low balance"), ANSWER_REFUSED },
        { "a page that says 400", RAW_TEXT, 400, "<html>Bad</html>",
          ANSWER_IN_DOUBT },
        { "its own 403", RAW_TEXT, 403, OWN("Invalid api token"),
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
        struct errand n = transfer(20000 + (int64_t)i * 100);
        struct errand_end end;
        int posts = till->posts;

        answer(0, rows[i].http, rows[i].body);
        till->act = rows[i].act;
        end = doing(rows[i].what, &n, NULL);
        if (end.answer != rows[i].answer || !end.left || !end.stored
            || till->posts != posts + 1 || end.detail[0] == '\0')
            fail_msg("%s: %s, %d posts, %s", rows[i].what,
                     answer_name(end.answer), till->posts - posts,
                     end.detail);
        answer(0, 200, MOVED);
        if (rows[i].answer == ANSWER_IN_DOUBT) {
            refused(rows[i].what, &n, ERR_GUARD);
            assert_int_equal(till->posts, posts + 1);
        } else {
            end = doing(rows[i].what, &n, NULL);
            assert_int_equal(end.answer, ANSWER_TAKEN);
        }
    }
}

static void
test_again(void **state)
{
    struct errand n = transfer(77700), other;
    struct errand_end end;
    struct err e = { 0 };

    (void)state;
    answer(0, 200, MOVED);
    till->act = RAW_HANG_UP;
    end = doing("lost", &n, NULL);
    answer(0, 200, MOVED);
    assert_int_equal(errand_do(&n, &maker, "", NULL, NULL, &end, &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_non_null(strstr(e.text, BOOK_MAKER));
    assert_non_null(strstr(e.fix, "payrun errands"));
    assert_non_null(strstr(e.fix, "--again"));
    n.ask.narrative = "other words for the same money";
    refused("other words", &n, ERR_GUARD);
    other = n;
    other.ask.to = "CCC3333";
    assert_int_equal(doing("elsewhere", &other, NULL).answer, ANSWER_TAKEN);
    other = n;
    other.ask.minor++;
    assert_int_equal(doing("another amount", &other, NULL).answer,
                     ANSWER_TAKEN);
    assert_int_equal(doing("again", &n, "statement shows nothing").answer,
                     ANSWER_TAKEN);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand WHERE"
        " again_why = 'statement shows nothing'"), 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM audit WHERE"
        " detail LIKE '%%because: statement shows nothing'"), 1);
    book_do(db, "UPDATE errand SET made_at = made_at - interval '25 hours'"
            " WHERE answer = 'in_doubt'");
    assert_int_equal(doing("a day later", &n, NULL).answer, ANSWER_TAKEN);
}

static void
test_not_sent(void **state)
{
    struct errand n = transfer(500);
    struct errand_end end;

    (void)state;
    snprintf(account.base_url, sizeof(account.base_url),
             "http://127.0.0.1:1/api/v1/");
    for (int i = 0; i < 2; i++) {
        end = doing("nobody listens", &n, NULL);
        assert_int_equal(end.answer, ANSWER_NOT_NOW);
        assert_true(!end.left && end.stored);
    }
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand WHERE"
        " left_at IS NULL AND answer = 'not_now' AND http IS NULL"), 2);
}

static int
note_state(void *owner, const struct errand_line *line)
{
    char *states = owner;

    snprintf(states + strlen(states), 200 - strlen(states), "%s ",
             line->state);
    return 0;
}

/* What a process that died leaves behind. */
static void
test_dead(void **state)
{
    static const struct {
        const char *what, *sql, *list;
        bool same_goes;
    } rows[] = {
        { "it left, and nobody wrote an answer", "left_at = now()",
          "in_doubt ", false },
        { "it may be leaving now", "left_at = NULL", "waiting ", false },
        { "it never passed the door", "made_at = now() - interval '10 min',"
          " left_at = NULL", "not_sent ", true },
    };
    struct errand n = transfer(500);

    (void)state;
    answer(0, 200, MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        char states[200] = "";
        struct err e = { 0 };

        book_do(db, "DELETE FROM errand");
        doing(rows[i].what, &n, NULL);
        book_do(db, "UPDATE errand SET answer = NULL, answered_at = NULL, %s",
                rows[i].sql);
        assert_int_equal(errand_each(db, account.account_id, note_state,
                                     states, &e), 0);
        if (strcmp(states, rows[i].list) != 0)
            fail_msg("%s: listed as %s", rows[i].what, states);
        if (rows[i].same_goes)
            assert_int_equal(doing(rows[i].what, &n, NULL).answer,
                             ANSWER_TAKEN);
        else
            refused(rows[i].what, &n, ERR_GUARD);
    }
}

/* The door of an errand opens once, and not late. */
static void
test_door(void **state)
{
    struct errand n = transfer(500);
    struct errand_end end;
    static const char *const late = "left_at = NULL, answer = NULL,"
        " answered_at = NULL, made_at = now() - interval '10 min'";
    static const struct {
        const char *what, *sql;
        enum db_status st;
    } rows[] = {
        { "it left before", "answer = NULL, answered_at = NULL", DB_NONE },
        { "it was answered", "left_at = NULL", DB_NONE },
        { "it is new", "left_at = NULL, answer = NULL, answered_at = NULL",
          DB_OK },
        { "it is late", NULL, DB_NONE },
    };

    (void)state;
    answer(0, 200, MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        end = doing("one", &n, NULL);
        book_do(db, "UPDATE errand SET %s WHERE errand_id = %lld",
                rows[i].sql != NULL ? rows[i].sql : late,
                (long long)end.errand_id);
        if (book_errand_leave(db, end.errand_id) != rows[i].st)
            fail_msg("the door: %s", rows[i].what);
        book_do(db, "DELETE FROM errand");
    }
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
    struct errand n = transfer(500);

    (void)state;
    answer(0, 200, MOVED);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct person who = { .disabled = rows[i].disabled };
        struct errand_end end;
        struct err e = { 0 };
        int posts = till->posts, rc;

        snprintf(who.name, sizeof(who.name), "%s", rows[i].name);
        snprintf(who.role, sizeof(who.role), "%s", rows[i].role);
        rc = errand_do(&n, &who, NULL, NULL, NULL, &end, &e);
        if ((rc == 0) != rows[i].may || till->posts - posts != rows[i].may
            || (!rows[i].may && e.kind != ERR_NOPERM))
            fail_msg("%s: %d %s", rows[i].role, rc, e.text);
    }
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand"), 2);
}

/* A provider that repeats our key must not bring it into the database. */
static void
test_key_comes_back(void **state)
{
    struct errand n = transfer(500);
    struct errand_end end;

    (void)state;
    answer(0, 400, OWN("token " KEY " may not do this"));
    end = doing("echo", &n, NULL);
    assert_null(strstr(end.detail, KEY));
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand WHERE"
        " errand::text LIKE '%%" KEY "%%' OR position('" KEY "'::bytea IN"
        " body) > 0"), 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM audit WHERE"
        " detail LIKE '%%" KEY "%%'"), 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand WHERE"
        " position('may not do this'::bytea IN body) > 0"), 1);
}

/* The answer came, and the database would not have it. */
static void
test_not_stored(void **state)
{
    struct errand n = transfer(500);
    struct errand_end end;

    (void)state;
    answer(0, 200, MOVED);
    book_do(db, "ALTER TABLE errand ADD CONSTRAINT full_disk"
            " CHECK (answer IS NULL)");
    end = doing("not stored", &n, NULL);
    book_do(db, "ALTER TABLE errand DROP CONSTRAINT full_disk");
    assert_int_equal(end.answer, ANSWER_TAKEN);
    assert_true(end.left && !end.stored);
    refused("it stands there without an answer", &n, ERR_GUARD);
}

/* Without its intention in the database nothing leaves. */
static void
test_not_noted(void **state)
{
    struct errand n = transfer(500);
    int posts = till->posts;

    (void)state;
    answer(0, 200, MOVED);
    book_do(db, "ALTER TABLE errand ADD CONSTRAINT full_disk"
            " CHECK (minor = 0)");
    refused("not noted", &n, ERR_BUG);
    book_do(db, "ALTER TABLE errand DROP CONSTRAINT full_disk");
    assert_int_equal(till->posts, posts);
}

static void
ask_in_a_process(void)
{
    struct errand n = transfer(99900);
    struct errand_end end;
    struct err e = { 0 };

    n.db = test_pg_open(url);
    n.net = net_new(&e);
    _exit(errand_do(&n, &maker, NULL, NULL, NULL, &end, &e) == 0 ?
          0 : (int)e.kind);
}

/* Two people ask for the same in the same moment: both stand at the account
 * before either of them has noted anything. */
static void
test_at_once(void **state)
{
    struct db_arg args[] = { A_I64(account.account_id) };
    struct db *look = test_pg_open(url);
    pid_t pids[2];
    int posts = till->posts, sent = 0, kept = 0, status;
    time_t end = time(NULL) + 20;

    (void)state;
    till->act = RAW_SILENT;
    assert_int_equal(db_begin(db), DB_OK);
    assert_int_equal(db_do(db, sql_errand_lock, args, LEN(args)), DB_OK);
    for (int i = 0; i < 2; i++)
        if ((pids[i] = fork()) == 0)
            ask_in_a_process();
    while (test_pg_i64(look, "SELECT count(*) AS n FROM pg_stat_activity"
                       " WHERE wait_event_type = 'Lock'"
                       " AND query LIKE '%errand_lock%'") < 2)
        if (time(NULL) > end)
            fail_msg("they do not wait for the account");
    assert_int_equal(db_commit(db), DB_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        sent += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        kept += WIFEXITED(status) && WEXITSTATUS(status) == ERR_GUARD;
    }
    db_close(look);
    assert_int_equal(sent, 1);
    assert_int_equal(kept, 1);
    assert_int_equal(till->posts, posts + 1);
}

/* --- questions ------------------------------------------------------------ */

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
    struct errand n = {
        .db = db, .net = net, .lineage = &lineage, .account = &account,
        .service = SERVICE_STATEMENT,
        .ask = { .ccy = "KES", .since = "2026-11-20", .until = "2026-11-20" }
    };

    (void)state;
    answer(0, 200, PAGE("\"http://x/?page=2\"", LINE("A") "," LINE("B")));
    answer(1, 200, PAGE("\"http://x/?page=3\"", LINE("B") "," LINE("C")));
    answer(2, 200, PAGE("null", LINE("D")));
    for (size_t i = 0; i < LEN(rows); i++) {
        struct ids ids = { .enough = rows[i].enough };
        struct err e = { 0 };
        int rc = errand_ask(&n, rows[i].pages, note_id, &ids, &e);

        if (rc != rows[i].rc || strcmp(ids.text, rows[i].ids) != 0)
            fail_msg("%s: %d \"%s\" %s", rows[i].what, rc, ids.text, e.text);
    }
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM errand"), 0);
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
        { "our key", RAW_TEXT, 403, OWN("Invalid api token"), ERR_CONFIG },
        { "a no", RAW_TEXT, 404, "{\"detail\":\"Not found.\"}", ERR_DATA },
        { "slow down", RAW_TEXT, 429, "", ERR_UNAVAILABLE },
        { "an accident", RAW_TEXT, 500, "<html>", ERR_UNAVAILABLE },
        { "no JSON", RAW_TEXT, 200, "<html>", ERR_UNAVAILABLE },
        { "cut off", RAW_TEXT, 200, "{\"results\":[" LINE("A") ",{",
          ERR_UNAVAILABLE },
        { "hung up", RAW_HANG_UP, 0, "", ERR_UNAVAILABLE },
        { "silent", RAW_SILENT, 0, "", ERR_UNAVAILABLE },
    };
    struct errand n = {
        .db = db, .net = net, .lineage = &lineage, .account = &account,
        .service = SERVICE_STATEMENT, .ask = { .ccy = "KES" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct ids ids = { .enough = 0 };
        struct err e = { 0 };

        answer(0, rows[i].http, rows[i].body);
        till->act = rows[i].act;
        if (errand_ask(&n, 0, note_id, &ids, &e) != -1
            || e.kind != rows[i].kind || strstr(e.text, KEY) != NULL)
            fail_msg("%s: kind %d, %s", rows[i].what, (int)e.kind, e.text);
    }
}

static int
till_open(void **state)
{
    (void)state;
    till = mmap(NULL, sizeof(*till), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(till != MAP_FAILED);
    if ((till_pid = fork()) == 0)
        till_run();
    while (till->port == 0 && waitpid(till_pid, NULL, WNOHANG) == 0)
        ;
    return till->port != 0 ? 0 : -1;
}

static int
till_close(void **state)
{
    (void)state;
    kill(till_pid, SIGKILL);
    waitpid(till_pid, NULL, 0);
    return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_all, close_all)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_taken), TEST(test_answers), TEST(test_again),
        TEST(test_not_sent), TEST(test_dead), TEST(test_door),
        TEST(test_people), TEST(test_key_comes_back), TEST(test_not_stored),
        TEST(test_not_noted), TEST(test_at_once),
        TEST(test_pages), TEST(test_no_useful_answer)
    };

    return cmocka_run_group_tests(tests, till_open, till_close);
}
