#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "money/rules.h"
#include "providers/provider.h"
#include "tests/lib/till.h"

#define JSON "application/json"

struct till till;

static const struct rules till_rules = {
    .nrails = 1,
    .rails = { { .name = "SAPAMA-MPESA", .ccy = "KES",
                 .account = ACCOUNT_PHONE, .decimals = 0,
                 .min_minor = 1000, .max_minor = 25000000 } },
    .nprefixes = 1, .prefixes = { { "71", "Safaricom" } }
};

/* --- forms ---------------------------------------------------------------- */

static int
hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static void
decode(struct str s, char *out, size_t bytes)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len && n + 1 < bytes; i++)
        if (s.p[i] == '%' && i + 2 < s.len) {
            out[n++] = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
            i += 2;
        } else {
            out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
        }
    out[n] = '\0';
}

static void
take_field(struct till_payment *p, const char *key, const char *value)
{
    const char *last = strrchr(value, '/');

    if (strcmp(key, "phone") == 0)
        snprintf(p->phone, sizeof(p->phone), "%.15s", value);
    if (strcmp(key, "amount") == 0)
        snprintf(p->amount, sizeof(p->amount), "%.15s", value);
    if (strcmp(key, "trans_id") == 0)
        snprintf(p->reference, sizeof(p->reference), "%.31s", value);
    if (strcmp(key, "callback_url") == 0 && last != NULL)
        snprintf(p->token, sizeof(p->token), "%.63s", last + 1);
}

/* "beneficiaries[3][phone]" */
static bool
payee_key(const char *name, int *index, char key[96])
{
    static const char head[] = "beneficiaries[";
    char *end = NULL;

    if (strncmp(name, head, sizeof(head) - 1) != 0)
        return false;
    *index = (int)strtol(name + sizeof(head) - 1, &end, 10);
    assert_true(strncmp(end, "][", 2) == 0);
    snprintf(key, 96, "%.*s", (int)strcspn(end + 2, "]"), end + 2);
    return true;
}

/* The beneficiaries of a body, from ${first} on in the till's list. */
static int
take_form(struct str body, int first)
{
    char name[96], value[600], key[96];
    int index = 0, n = 0;

    while (body.len > 0) {
        struct str pair = { body.p, 0 };
        const char *eq;

        while (pair.len < body.len && body.p[pair.len] != '&')
            pair.len++;
        eq = memchr(pair.p, '=', pair.len);
        assert_non_null(eq);
        decode(str_cut(pair, (size_t)(eq - pair.p)), name, sizeof(name));
        decode((struct str){ eq + 1, pair.len - (size_t)(eq + 1 - pair.p) },
               value, sizeof(value));
        if (payee_key(name, &index, key)) {
            assert_true(first + index < TILL_MAX);
            take_field(&till.payments[first + index], key, value);
            n = index + 1 > n ? index + 1 : n;
        }
        body.p += pair.len + (pair.len < body.len);
        body.len -= pair.len + (pair.len < body.len);
    }
    return n;
}

/* --- paying --------------------------------------------------------------- */

static void
pay(int first, int n)
{
    for (int i = first; i < first + n; i++) {
        struct till_payment *p = &till.payments[i];
        bool bad = till.fail != NULL
            && (i == 0 || (till.first_bad > 0 && i + 1 >= till.first_bad));

        p->id = 305528 + i;
        p->hidden = till.hide || i < till.hide_first;
        p->bare = till.bare;
        snprintf(p->code, sizeof(p->code), "%s", bad ? till.fail : "0");
        if (!bad)
            snprintf(p->receipt, sizeof(p->receipt), "SG%07dX", i);
        assert_true(p->phone[0] != '\0' && p->token[0] != '\0');
    }
    till.n = first + n;
    for (int i = first; till.twice && i < first + n; i++) {
        struct till_payment *p = &till.payments[till.n++];

        *p = till.payments[i];
        p->id = 405528 + i;
        p->receipt[0] = 'T';
    }
}

static void
answer_taken(struct httpd_request *r, int first, int n, bool cut)
{
    struct buf b;

    buf_init(&b, NET_REPLY_BYTES_MAX);
    buf_printf(&b, "{\"httpStatusCode\":200,\"systemCode\":700,\"message\":"
               "\"%d transactions of %d (100%%) scheduled for B2C\",\"data\":"
               "[", n, n);
    for (int i = first; i < first + n; i++) {
        const struct till_payment *p = &till.payments[i];

        buf_printf(&b, "%s{\"status\":\"success\",\"message\":\"Success\","
                   "\"proxy_trans_id\":%d,\"trans_id\":\"%s\",\"phone\":"
                   "\"0%s\",\"amount\":\"%s\"}", i > first ? "," : "", p->id,
                   p->reference, p->phone + 3, p->amount);
    }
    buf_text(&b, "]}");
    if (cut)
        httpd_answer(r, 200, JSON, str_cut(buf_view(&b), b.len / 2));
    else
        httpd_answer(r, 200, JSON, buf_view(&b));
    buf_release(&b);
}

static void
refuse(struct httpd_request *r, int http, const char *field, const char *text)
{
    struct buf b;

    buf_init(&b, READ_CHUNK_BYTES);
    buf_printf(&b, "{\"httpStatusCode\":%d,\"systemCode\":900,\"message\":"
               "\"Input validation failed.\",\"data\":[{\"field\":\"%s\","
               "\"error\":\"%s\"}]}", http, field, text);
    httpd_answer(r, http, JSON, buf_view(&b));
    buf_release(&b);
}

static void
refuse_payee(struct httpd_request *r)
{
    char text[160];

    snprintf(text, sizeof(text), "phone at beneficiaries %d should be a "
             "phone.", till.at);
    refuse(r, 400, "beneficiaries", text);
}

/* Answers that wait; the requests were taken. */
static struct {
    struct httpd_request *r;
    int     first, n;
    int64_t due_ms;
} held[64];
static int nheld;

void
till_turn(void)
{
    int kept = 0;

    for (int i = 0; i < nheld; i++)
        if (clock_mono_ms() >= held[i].due_ms
            && (!till.until_listed || till.payments[0].lists > 0))
            answer_taken(held[i].r, held[i].first, held[i].n, false);
        else
            held[kept++] = held[i];
    nheld = kept;
}

static void
hold(struct httpd_request *r, int first, int n)
{
    assert_true(nheld < 64);
    held[nheld].r = r;
    held[nheld].first = first;
    held[nheld].n = n;
    held[nheld++].due_ms = clock_mono_ms() + till.hold_ms;
}

static void
on_b2c(struct httpd_request *r)
{
    enum till_fault fault = till.times != 0 ? till.fault : TILL_FINE;
    int first = till.n;
    int n = take_form(httpd_body(r), first);
    bool takes = fault != TILL_DROP && fault != TILL_400
        && fault != TILL_429 && fault != TILL_429_PAGE && fault != TILL_KEY;

    till.sends++;
    till.times -= till.times > 0;
    if (takes)
        pay(first, n);
    else
        memset(&till.payments[first], 0,
               (size_t)n * sizeof(till.payments[0]));
    switch (fault) {
    case TILL_FINE:
        if (till.hold_ms > 0 || (till.until_listed && first > 0)) {
            hold(r, first, n);
            break;
        }
        answer_taken(r, first, n, false);
        break;
    case TILL_CUT:
        answer_taken(r, first, n, true);
        break;
    case TILL_PART:
        answer_taken(r, first, n - 1, false);
        break;
    case TILL_EMPTY:
        answer_taken(r, first, 0, false);
        break;
    case TILL_LOSE:
    case TILL_DROP:
        httpd_drop(r);
        break;
    case TILL_500:
        httpd_answer(r, 500, "text/html", STR("<html>Whoops</html>"));
        break;
    case TILL_HTML:
        httpd_answer(r, 200, "text/html", STR("<html>Hello</html>"));
        break;
    case TILL_403:
        httpd_answer(r, 403, "text/html", STR("<html>Forbidden</html>"));
        break;
    case TILL_400:
    case TILL_400_TAKES:
        refuse_payee(r);
        break;
    case TILL_429:
        httpd_add_header(r, "Retry-After", "0");
        refuse(r, 429, "", "slow down");
        break;
    case TILL_429_PAGE:
    case TILL_429_TAKES:
        httpd_add_header(r, "Retry-After", "0");
        httpd_answer(r, 429, "text/html", STR("slow down"));
        break;
    case TILL_KEY:
        refuse(r, 400, "api_key", "Invalid hash");
        break;
    }
}

/* --- listing -------------------------------------------------------------- */

static void
put_row(struct buf *b, struct till_payment *p)
{
    bool done = ++p->lists > till.slow;
    char at[32];
    time_t now = time(NULL) - p->ago_s;
    struct tm tm;

    strftime(at, sizeof(at), "%Y-%m-%d %H:%M:%S", gmtime_r(&now, &tm));
    buf_printf(b, "{\"id\":\"%d\",\"trans_id\":\"%s\",\"trans_amount\":"
               "\"%s%s\",\"phone\":\"%s\",\"direction\":\"b2c\","
               "\"bill_ref_number\":\"%s\",\"callback_url\":\"%s%s\","
               "\"b2c_in_status_code\":\"%s\",\"third_party_message\":\"%s\","
               "\"created_at\":\"%s\"}", p->id,
               done && p->receipt[0] != '\0' ? p->receipt
                   : p->bare ? "" : p->reference,
               p->amount, till.other_amount ? "1.00" : ".00", p->phone,
               p->bare ? "" : p->token,
               p->bare ? "" : "http://127.0.0.1:1/callback/x/",
               p->bare ? "" : p->token, done ? p->code : "",
               done && p->code[0] != '0' ? "It was declined" : "", at);
}

static bool
matches(const struct till_payment *p, const char *id, const char *phone,
        const char *reference)
{
    return !p->hidden
        && (id == NULL || strtol(id, NULL, 10) == p->id)
        && (phone == NULL || strcmp(phone, p->phone) == 0)
        && (reference == NULL || strcmp(reference, p->reference) == 0);
}

/* One stranger's payment a page, just made, however far one reads. */
static void
answer_endless(struct httpd_request *r, int page)
{
    struct till_payment p = { .id = 400000, .phone = "254799000000",
                              .amount = "77", .receipt = "SG1111111X",
                              .code = "0", .bare = true };
    struct buf b;

    buf_init(&b, READ_CHUNK_BYTES);
    buf_printf(&b, "{\"httpStatusCode\":200,\"systemCode\":700,\"data\":{"
               "\"total\":9999999,\"per_page\":1,\"current_page\":%d,"
               "\"last_page\":9999999,\"data\":[", page);
    put_row(&b, &p);
    buf_text(&b, "]}}");
    httpd_answer(r, 200, JSON, buf_view(&b));
    buf_release(&b);
}

static void
on_list(struct httpd_request *r)
{
    const char *id = httpd_query(r, "id"), *phone = httpd_query(r, "phone"),
               *reference = httpd_query(r, "trans_id"),
               *text = httpd_query(r, "page");
    int page = text != NULL ? (int)strtol(text, NULL, 10) : 1;
    const char *each = httpd_query(r, "per_page");
    int per_page = each != NULL ? (int)strtol(each, NULL, 10) : 50;
    int total = 0, last = 1, nr = 0, n = 0;
    struct buf b;

    if (per_page > 5)
        per_page = 5;                   /* its cap, so that there are pages */
    assert_string_equal(httpd_query(r, "ipned"), "any");
    till.by_id += id != NULL;
    till.by_phone += phone != NULL;
    till.by_reference += reference != NULL;
    till.lists += id == NULL && phone == NULL && reference == NULL;
    if (till.endless && id == NULL && phone == NULL && reference == NULL) {
        answer_endless(r, page);
        return;
    }
    for (int i = 0; i < till.n; i++)
        total += matches(&till.payments[i], id, phone, reference);
    last = total > 0 ? (total + per_page - 1) / per_page : 1;
    page = page > last ? last : page;
    buf_init(&b, NET_REPLY_BYTES_MAX);
    buf_printf(&b, "{\"httpStatusCode\":200,\"systemCode\":700,\"message\":"
               "\"Transactions list\",\"data\":{\"total\":%d,\"per_page\":%d,"
               "\"current_page\":%d,\"last_page\":%d,\"data\":[", total,
               per_page, page, last);
    for (int i = till.n - 1; i >= 0; i--)
        if (matches(&till.payments[i], id, phone, reference)
            && nr++ / per_page + 1 == page) {
            if (n++ > 0)
                buf_char(&b, ',');
            put_row(&b, &till.payments[i]);
        }
    buf_text(&b, "]}}");
    httpd_answer(r, 200, JSON, buf_view(&b));
    buf_release(&b);
}

static void
on_request(void *owner, struct httpd_request *r)
{
    (void)owner;
    if (strcmp(httpd_path(r), "/api/b2c") == 0)
        on_b2c(r);
    else if (strcmp(httpd_path(r), "/api/get_transactions") == 0)
        on_list(r);
    else
        httpd_answer(r, 404, "text/html", STR("<html>"));
}

/* --- the shop ------------------------------------------------------------- */

void
till_open(struct shop *s)
{
    struct httpd_order order = { .listen = "127.0.0.1:0",
                                 .handler = on_request };

    till = (struct till){ 0 };
    nheld = 0;
    shop_plan(s);
    s->rules = &till_rules;
    s->account.provider = &provider_sapama;
    /* Six looks fit in before a worker has nothing to do soon; a busy machine
     * is no lost answer. */
    s->account.poll_first_ms = 15;
    s->account.give_up_ms = 1200;
    s->account.answer_ms = 3000;
    snprintf(s->account.wallet_id, sizeof(s->account.wallet_id), "2");
    snprintf(s->account.short_code, sizeof(s->account.short_code), "830830");
    snprintf(s->account.callback_method, sizeof(s->account.callback_method),
             "post");
    snprintf(s->account.callback_url, sizeof(s->account.callback_url),
             "http://127.0.0.1:1/callback/%s/", s->account.name);
    shop_open(s);
    assert_int_equal(secret_set(&s->account.secret, STR("SECRET")), 0);
    till.httpd = httpd_new(s->stand.net, &order, &s->e);
    assert_non_null(till.httpd);
    snprintf(s->account.base_url, sizeof(s->account.base_url),
             "http://127.0.0.1:%d/api/", httpd_port(till.httpd));
}

void
till_close(struct shop *s)
{
    httpd_free(till.httpd);
    secret_release(&s->account.secret);
    shop_close(s);
}

void
till_seed(struct shop *s, int rows)
{
    shop_seed(s, rows);
    shop_do(s, "UPDATE run SET funds_at = now() WHERE run_id = $R");
}

void
till_paid(const char *what, int n)
{
    int paid = 0;

    for (int i = 0; i < till.n; i++) {
        for (int k = 0; k < i; k++)
            if (strcmp(till.payments[i].reference,
                       till.payments[k].reference) == 0)
                fail_msg("%s: %s was paid twice", what,
                         till.payments[i].reference);
        paid += strcmp(till.payments[i].code, "0") == 0;
    }
    if (paid != n)
        fail_msg("%s: the till paid %d, not %d", what, paid, n);
}

void
till_states(struct shop *s, const char *what, int paid, int failed, int doubt)
{
    static const char sql[] = "SELECT count(*) AS n FROM outcome o JOIN batch "
        "USING (batch_id) WHERE run_id = $R AND o.state = '%s'";
    static const char *const names[] = { "paid", "failed", "in_doubt" };
    const int want[] = { paid, failed, doubt };
    char text[256];

    for (size_t i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), sql, names[i]);
        if (shop_n(s, text) != want[i])
            fail_msg("%s: %lld are %s, not %d", what,
                     (long long)shop_n(s, text), names[i], want[i]);
    }
}

void
till_closed(struct shop *s, const char *what, int n)
{
    struct run_sums sums;

    till_paid(what, n);
    till_states(s, what, n, 0, 0);
    if (run_sums(s->db, s->run.run_id, &sums, &s->e) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (!run_sums_tie(&sums))
        fail_msg("%s: the sums do not tie", what);
    if (shop_run_state(s) != RUN_CLOSED)
        fail_msg("%s: the run is %s", what,
                 run_state_name(shop_run_state(s)));
}

int
till_all_open(void **state)
{
    (void)state;
    log_setup(getenv("PAYRUN_TEST_LOG") != NULL ? LOG_INFO : LOG_BUG,
              LOG_TEXT);
    shop_once();
    return 0;
}

int
till_all_close(void **state)
{
    (void)state;
    shop_end();
    return 0;
}
