#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "book/lineage.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/shop.h"

static struct db *db;
static char url[PATH_BYTES_MAX], mark[PATH_BYTES_MAX], folder[64];
static int shops;

void
shop_once(void)
{
    struct lineage l;
    const char *at = NULL;

    assert_int_equal(crypto_setup(), 0);
    db = test_pg_migrated(&at);
    snprintf(url, sizeof(url), "%s", at);
    book_people(db);
    test_dir(folder);
    snprintf(mark, sizeof(mark), "%s/mark", folder);
    /* before anything is sent, as a worker that was there from the start */
    lineage_init(&l, mark, "shop");
    assert_int_equal(lineage_check(&l, db), DB_OK);
}

void
shop_end(void)
{
    db_close(db);
    test_dir_remove(folder);
}

int
shop_group(void **state)
{
    (void)state;
    shop_once();
    log_setup(getenv("PAYRUN_TEST_LOG") != NULL ? LOG_INFO : LOG_BUG,
              LOG_TEXT);
    return 0;
}

int
shop_group_end(void **state)
{
    (void)state;
    shop_end();
    return 0;
}

void
shop_plan(struct shop *s)
{
    *s = (struct shop){ .db = db, .url = url, .number = ++shops };
    stand_plan(&s->stand);
    s->account = (struct account){
        .provider = &provider_intasend, .ccy = "KES",
        .batch_rows_max = 4, .inflight_max = 4, .poll_first_ms = 30,
        .poll_cap_ms = 100, .lease_ms = 10000, .give_up_ms = 3000,
        .connect_ms = 1000, .answer_ms = 1500
    };
    snprintf(s->account.name, sizeof(s->account.name), "shop-%d",
             s->number);
    s->order = (struct worker_order){
        .mark = mark,
        .until_idle = true, .until = WORKER_UNTIL_FINAL
    };
}

void
shop_open(struct shop *s)
{
    stand_open(&s->stand);
    snprintf(s->account.base_url, sizeof(s->account.base_url), "%sapi/v1/",
             s->stand.base);
    assert_int_equal(secret_set(&s->account.key, STR(STAND_KEY)), 0);
    assert_int_equal(secret_set(&s->account.challenge, STR(STAND_CHALLENGE)),
                     0);
    if (account_sync(s->db, &s->account, &s->e) < 0)
        fail_msg("%s", s->e.text);
}

void
shop_close(struct shop *s)
{
    secret_release(&s->account.key);
    secret_release(&s->account.challenge);
    stand_close(&s->stand);
}

static void
must(int rc, const struct err *e)
{
    if (rc < 0)
        fail_msg("%s %s", e->text, e->fix);
}

static void
shop_file(struct shop *s, const char *path, int rows)
{
    const char *special = s->special != NULL ? s->special : "";
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fputs("employee_no,name,phone,amount\n", f);
    for (int i = 0; i < rows; i++) {
        size_t n = strcspn(special, " ");

        fprintf(f, "E%d,Payee %d,", i + 1, i + 1);
        if (n > 0)
            fprintf(f, "%.*s", (int)n, special);
        else
            fprintf(f, "25471%03d%04d", s->number, i + 1);
        fprintf(f, ",%d\n", 100 + i);
        special += n + (special[n] == ' ');
    }
    assert_int_equal(fclose(f), 0);
}

void
shop_seed(struct shop *s, int rows)
{
    char path[64], period[32];
    struct intake_order o;
    struct intake_result r;
    struct problems ps;

    snprintf(path, sizeof(path), "/tmp/payrun-shop-%d.csv", (int)getpid());
    /* the same payees may stand in the runs of many shops */
    snprintf(period, sizeof(period), "20%02d-%02d", 20 + s->number / 12,
             s->number % 12 + 1);
    o = book_order(path, &s->account, period);
    if (s->rules != NULL)
        o.rules = s->rules;
    problems_init(&ps);
    shop_file(s, path, rows);
    must(intake_upload(s->db, &o, &ps, &r, &s->e), &s->e);
    unlink(path);
    problems_release(&ps);
    must(run_find(s->db, r.ref, &s->run, &s->e), &s->e);
    must(run_submit(s->db, &s->run, BOOK_MAKER, &s->e), &s->e);
    must(run_approve(s->db, &s->run, BOOK_CHECKER, s->run.minor, &s->e),
         &s->e);
    must(run_send(s->db, &s->run, BOOK_CHECKER, &s->e), &s->e);
}

void
shop_resume(struct shop *s)
{
    must(run_resume(s->db, &s->run, BOOK_CHECKER, &s->e), &s->e);
}

static int64_t
shop_also(void *cls)
{
    struct shop *s = cls;
    int64_t wait_ms = s->stand.box != NULL ? sandbox_turn(s->stand.box) : 50;

    s->turns++;
    if (s->also != NULL)
        s->also(s);
    return wait_ms;
}

int
shop_work(struct shop *s)
{
    s->order.db_url = s->url;
    s->order.net = s->stand.net;
    s->order.accounts = &s->account;
    s->order.naccounts = 1;
    s->order.only_run_id = s->run.run_id;
    s->order.also = shop_also;
    s->order.owner = s;
    s->e = (struct err){ 0 };
    return worker_run(&s->order, &s->e);
}

void
shop_fault(struct shop *s, const char *json)
{
    struct said said;

    stand_post(&s->stand, &said, "_faults", json);
    if (said.http != 200 && said.http != 201)
        fail_msg("fault %s: HTTP %d %.*s", json, said.http,
                 STR_ARG(buf_view(&said.text)));
    said_release(&said);
}

/*
 * ${sql} with the run's number for $R.  Statements are known by their address,
 * so every text stays where it is until the program ends.
 */
static const char *
kept(struct shop *s, const char *sql)
{
    static char *texts[512];
    const char *at = strstr(sql, "$R");
    char text[1024];
    int i = 0;

    if (at == NULL)
        snprintf(text, sizeof(text), "%s", sql);
    else
        snprintf(text, sizeof(text), "%.*s%lld%s", (int)(at - sql), sql,
                 (long long)s->run.run_id, at + 2);
    while (texts[i] != NULL && strcmp(texts[i], text) != 0)
        assert_true(++i < 511);
    if (texts[i] == NULL)
        assert_non_null(texts[i] = strdup(text));
    return texts[i];
}

int64_t
shop_n(struct shop *s, const char *sql)
{
    return test_pg_i64(s->db, kept(s, sql));
}

void
shop_do(struct shop *s, const char *sql)
{
    test_pg_do(s->db, kept(s, sql));
}

enum run_state
shop_run_state(struct shop *s)
{
    struct run run;

    assert_int_equal(run_by_id(s->db, s->run.run_id, &run), DB_OK);
    return run.state;
}

int
shop_batches(struct shop *s, const char *state)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM batch WHERE run_id "
             "= $R AND state = '%s'", state);
    return (int)shop_n(s, sql);
}

void
shop_paid(struct shop *s, const char *what, int n)
{
    char paid[32];

    snprintf(paid, sizeof(paid), "%s",
             stand_summary(&s->stand, "payments"));
    if (strcmp(stand_summary(&s->stand, "doubles"), "0") != 0
        || strcmp(stand_summary(&s->stand, "accounts_paid_again"), "0") != 0)
        fail_msg("%s: somebody was paid twice", what);
    if (strtol(paid, NULL, 10) != n)
        fail_msg("%s: the provider paid %s of %d", what, paid, n);
}

void
shop_closed(struct shop *s, const char *what, int n)
{
    struct run_sums sums;

    shop_paid(s, what, n);
    if (run_sums(s->db, s->run.run_id, &sums, &s->e) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (sums.paid_rows != n || sums.book_rows != n || !run_sums_tie(&sums))
        fail_msg("%s: our books say %lld of %lld paid", what,
                 (long long)sums.paid_rows, (long long)sums.book_rows);
    if (shop_run_state(s) != RUN_CLOSED)
        fail_msg("%s: the run is %s", what,
                 run_state_name(shop_run_state(s)));
}

void
shop_pays_all(struct shop *s, const char *what, int n)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
    shop_closed(s, what, n);
}
