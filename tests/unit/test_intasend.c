#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/provider.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define REPLIES "tests/replies/intasend"

static const struct provider *const is = &provider_intasend;

static const char *
fate_name(enum item_fate f)
{
    switch (f) {
    case ITEM_UNTOUCHED: return "untouched";
    case ITEM_MOVING:    return "moving";
    case ITEM_PAID:      return "paid";
    case ITEM_FAILED:    return "failed";
    case ITEM_CANCELLED: return "cancelled";
    case ITEM_IN_DOUBT:  return "in_doubt";
    }
    return "?";
}

static const char *
phase_name(enum file_phase p)
{
    switch (p) {
    case FILE_READING: return "reading";
    case FILE_WAITING: return "waiting";
    case FILE_MOVING:  return "moving";
    case FILE_DONE:    return "done";
    case FILE_DEAD:    return "dead";
    case FILE_UNKNOWN: return "unknown";
    }
    return "?";
}

static void
show_item(struct buf *out, const struct item_answer *i)
{
    buf_printf(out, "item %d account=%.*s minor=%lld charge=%lld code=%s "
               "fate=%s\n", i->position, STR_ARG(i->account),
               (long long)i->minor, (long long)i->charge_minor, i->code,
               fate_name(i->fate));
    if (i->receipt[0] != '\0')
        buf_printf(out, "  receipt %s\n", i->receipt);
    if (i->reason[0] != '\0')
        buf_printf(out, "  reason %s\n", i->reason);
    if (i->reference[0] != '\0')
        buf_printf(out, "  reference %s\n", i->reference);
}

/* All that is read from ${body}, as the .expect files have it. */
static void
show_file(struct buf *out, struct str body)
{
    struct file_answer f;
    struct item_answer item;
    struct err e = { 0 };
    struct str challenge = { NULL, 0 };
    char room[64];
    size_t at = 0;
    int rc = is->read_file(&f, body, &e), n = 0, more = 0;

    if (rc < 0)
        buf_printf(out, "not a file: %s\n", e.text);
    else
        buf_printf(out, "file %s alias=%s code=%s phase=%s\ntext %s\n"
                   "updated %s\ntotal=%lld estimate=%lld charge=%lld "
                   "count=%d\nwallet=%s ccy=%s available=%lld "
                   "current=%lld\n", f.tracking_id, f.file_alias, f.code,
                   phase_name(f.phase), f.text, f.updated_at,
                   (long long)f.total_minor,
                   (long long)f.charge_estimate_minor,
                   (long long)f.charge_minor, f.count, f.wallet_id, f.ccy,
                   (long long)f.available_minor, (long long)f.current_minor);
    challenge = is->read_challenge(body, room, sizeof(room));
    if (challenge.len > 0)
        buf_printf(out, "challenge %.*s\n", STR_ARG(challenge));
    if (rc < 0)
        return;
    at = f.items_at;
    while ((more = is->read_item(&item, body, &at, ++n)) > 0)
        show_item(out, &item);
    buf_text(out, more == 0 ? "end\n" : "broken\n");
}

static void
show_error(struct buf *out, struct str body, int http)
{
    struct reply r = { .wire = WIRE_ANSWERED, .http = http };
    struct fault_answer f;
    enum answer a = ANSWER_TAKEN;

    buf_init(&r.body, NET_REPLY_BYTES_MAX);
    buf_str(&r.body, body);
    a = is->judge(&r, &f);
    buf_printf(out, "%s code=%s%s\n%s\n", answer_name(a), f.code,
               f.already ? " already" : "", f.text);
    reply_release(&r);
}

static void
show_wallet(struct buf *out, struct str body, const char *wanted)
{
    struct wallet_answer w;
    struct err e = { 0 };
    const char *id = strcmp(wanted, "default") == 0 ? NULL : wanted;

    if (is->read_wallet(&w, body, id, &e) < 0)
        buf_printf(out, "%s: %s\n", wanted, e.text);
    else
        buf_printf(out, "%s: %s %s available=%lld current=%lld\n", wanted,
                   w.wallet_id, w.ccy, (long long)w.available_minor,
                   (long long)w.current_minor);
}

/* Ask for the wallets that the first words of the expected lines name. */
static void
show_wallets(struct buf *out, struct str body, struct str expect)
{
    for (size_t i = 0; i < expect.len;) {
        const char *line = expect.p + i;
        const char *end = memchr(line, '\n', expect.len - i);
        const char *colon = strchr(line, ':');
        char wanted[64] = "";

        assert_non_null(end);
        assert_non_null(colon);
        assert_int_equal(str_copy(wanted, sizeof(wanted),
                                  (struct str){ line,
                                                (size_t)(colon - line) }), 0);
        show_wallet(out, body, wanted);
        i = (size_t)(end - expect.p) + 1;
    }
}

static void
read_reply(struct buf *b, const char *name)
{
    char path[512];
    struct err e = { 0 };

    snprintf(path, sizeof(path), REPLIES "/%s", name);
    buf_init(b, NET_REPLY_BYTES_MAX);
    if (buf_read_file(b, path, &e) < 0)
        fail_msg("%s", e.text);
}

static void
check_reply(const char *name)
{
    char expect_name[300];
    struct buf body, expect, got;
    const char *dot = strrchr(name, '.');
    int http = 0;

    snprintf(expect_name, sizeof(expect_name), "%.*s.expect",
             (int)(dot - name), name);
    read_reply(&body, name);
    read_reply(&expect, expect_name);
    buf_init(&got, NET_REPLY_BYTES_MAX);
    if (strncmp(name, "file_", 5) == 0)
        show_file(&got, buf_view(&body));
    else if (strncmp(name, "error_", 6) == 0) {
        http = (int)strtol(name + 6, NULL, 10);
        show_error(&got, buf_view(&body), http);
    } else
        show_wallets(&got, buf_view(&body), buf_view(&expect));
    if (!str_eq(buf_view(&got), buf_view(&expect)))
        fail_msg("%s reads as\n%s", name, got.p);
    buf_release(&body);
    buf_release(&expect);
    buf_release(&got);
}

static void
test_replies(void **state)
{
    DIR *d = opendir(REPLIES);
    struct dirent *de = NULL;
    int n = 0;

    (void)state;
    assert_non_null(d);
    while ((de = readdir(d)) != NULL) {
        const char *dot = strrchr(de->d_name, '.');

        if (de->d_name[0] == '.' || dot == NULL
            || strcmp(dot, ".expect") == 0)
            continue;
        check_reply(de->d_name);
        n++;
    }
    closedir(d);
    assert_true(n >= 30);
}

/* However much of an answer arrived, only the whole of it is one. */
static void
cut_everywhere(const char *name)
{
    struct buf body;
    struct file_answer whole;
    struct str s = { NULL, 0 };

    read_reply(&body, name);
    s = str_trim(buf_view(&body));
    assert_int_equal(is->read_file(&whole, s, NULL), 0);
    for (size_t n = 0; n < s.len; n++) {
        char *copy = malloc(n + 1), room[64];
        struct str cut = { copy, n };
        struct file_answer f;
        struct item_answer item;
        struct wallet_answer w;
        size_t at = whole.items_at;
        int more = 1;

        memcpy(copy, s.p, n);
        if (is->read_file(&f, cut, NULL) == 0
            || is->read_wallet(&w, cut, NULL, NULL) == 0
            || is->read_challenge(cut, room, sizeof(room)).len > 0)
            fail_msg("%s cut at %zu was read", name, n);
        /* nor may the items of a cut body come to a proper end */
        for (int i = 1; more > 0; i++)
            more = is->read_item(&item, cut, &at, i);
        if (more == 0 && at + 1 > n)
            fail_msg("%s cut at %zu: its items end", name, n);
        free(copy);
    }
    buf_release(&body);
}

static void
test_cut_at_every_byte(void **state)
{
    (void)state;
    cut_everywhere("file_initiate_2024.json");
    cut_everywhere("file_initiate_2020.json");
    cut_everywhere("file_status_2025.json");
    cut_everywhere("file_status_moving.json");
    cut_everywhere("file_callback_2021.json");
}

/* Shapes that are no file, however well they begin. */
static void
test_not_a_file(void **state)
{
    static const char *const bodies[] = {
        "", "{}", "[]", "null", "\"t\"", "{\"tracking_id\":null}",
        "{\"tracking_id\":\"\"}", "{\"tracking_id\":\"a b\"}",
        "{\"tracking_id\":\"t\"}x", "{\"tracking_id\":\"t\"}{}",
        "x{\"tracking_id\":\"t\"}", "[{\"tracking_id\":\"t\"}]",
        "{\"tracking_id\":\"t\",\"transactions\":{}}",
        "{\"tracking_id\":\"t\",\"transactions\":\"none\"}",
        "{\"tracking_id\":\"t\",\"tracking_id\":\"t\"}",
        "{\"tracking_id\":\"t\",\"total_amount\":1,\"total_amount\":1}",
        "{\"tracking_id\":\"t\",\"status_code\":\"BP103\","
        "\"st\\u0061tus_code\":\"BP104\"}",
        "{\"tracking_id\":\"t\",\"wallet\":{\"available_balance\":1,"
        "\"available_balance\":2}}",
        "{\"tracking_id\":\"0123456789012345678901234567890123456789"
        "012345678901234567890123\"}"
    };
    struct file_answer f;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(is->read_file(&f, STR("{\"tracking_id\":\"t\"}\n"), &e),
                     0);
    for (size_t i = 0; i < LEN(bodies); i++) {
        e = (struct err){ 0 };
        if (is->read_file(&f, str_of(bodies[i]), &e) == 0)
            fail_msg("%s was read", bodies[i]);
        assert_true(e.text[0] != '\0' && e.fix[0] != '\0');
    }
}

/* One item, and what of it must come out. */
static void
test_items_one_by_one(void **state)
{
    static const struct {
        const char *text;
        int rc;
        int64_t minor;
        const char *account, *reference;
    } rows[] = {
        { "[{\"amount\":1000}]", 1, 100000, "", "" },
        { "[{\"amount\":10.5}]", 1, 1050, "", "" },
        { "[{\"amount\":\"10.5\"}]", 1, 1050, "", "" },
        { "[{\"amount\":\"10.50\"}]", 1, 1050, "", "" },
        { "[{\"amount\":\"1\\u0030.50\"}]", 1, 1050, "", "" },
        { "[{\"amount\":10.500}]", 1, 1050, "", "" },
        { "[{\"amount\":10.505}]", 1, -1, "", "" },
        { "[{\"amount\":1e3}]", 1, -1, "", "" },
        { "[{\"amount\":-5}]", 1, -1, "", "" },
        { "[{\"amount\":\"1,000\"}]", 1, -1, "", "" },
        { "[{\"amount\":\" 10\"}]", 1, -1, "", "" },
        { "[{\"amount\":\"\"}]", 1, -1, "", "" },
        { "[{\"amount\":null}]", 1, -1, "", "" },
        { "[{\"amount\":[1]}]", 1, -1, "", "" },
        { "[{\"amount\":90071992547409.91}]", 1, MONEY_MINOR_MAX, "", "" },
        { "[{\"amount\":90071992547409.92}]", 1, -1, "", "" },
        { "[{\"account\":254}]", 1, -1, "254", "" },
        { "[{\"account\":\"254\",\"phone_number\":1}]", 1, -1, "254", "" },
        { "[{\"phone_number\":1,\"account\":\"254\"}]", 1, -1, "254", "" },
        { "[{\"account\":null,\"phone_number\":1}]", 1, -1, "1", "" },
        { "[{\"account\":\"\\u0032\"}]", 1, -1, "", "" },
        { "[{\"account\":true}]", 1, -1, "", "" },
        { "[{\"idempotency_key\":\"0RD8801B\"}]", 1, -1, "", "0RD8801B" },
        { "[{\"idempotency_key\":\"0rd8801b\"}]", 1, -1, "", "0RD8801B" },
        { "[{\"idempotency_key\":\"ORD8801B\"}]", 1, -1, "", "" },
        { "[{\"idempotency_key\":\"0RD8801C\"}]", 1, -1, "", "" },
        { "[{\"idempotency_key\":\"0RD8801C\",\"narrative\":"
          "\"Pay 0RD8801B \"}]", 1, -1, "", "0RD8801B" },
        { "[{\"idempotency_key\":\"0RD8CW83\",\"narrative\":"
          "\"Pay 0RD8801B\"}]", 1, -1, "", "0RD8CW83" },
        { "[{\"narrative\":\"0RD8801B\"}]", 1, -1, "", "0RD8801B" },
        { "[{\"narrative\":\"0RD8801B Pay\"}]", 1, -1, "", "" },
        { "[{\"narrative\":\"Pay0RD8801B\"}]", 1, -1, "", "" },
        { "[{\"narrative\":\"Pay ORD88OIB\"}]", 1, -1, "", "" },
        { "[{\"narrative\":\"  \"}]", 1, -1, "", "" },
        { "[{\"amount\":1,\"amount\":1}]", -1, -1, "", "" },
        { "[{\"status_code\":\"TP101\",\"status_code\":\"TS100\"}]", -1, -1,
          "", "" },
        { "[1]", -1, -1, "", "" }, { "[null]", -1, -1, "", "" },
        { "[[]]", -1, -1, "", "" }, { "[{}", -1, -1, "", "" },
        { "[{},]", -1, -1, "", "" }, { "[", -1, -1, "", "" },
        { "[]", 0, -1, "", "" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct item_answer item;
        size_t at = 1;
        int rc = is->read_item(&item, str_of(rows[i].text), &at, 7);

        if (rc != rows[i].rc)
            fail_msg("%s: %d", rows[i].text, rc);
        if (rc > 0 && (item.minor != rows[i].minor || item.position != 7
                       || !str_eq(item.account, str_of(rows[i].account))
                       || strcmp(item.reference, rows[i].reference) != 0))
            fail_msg("%s: %lld \"%.*s\" \"%s\"", rows[i].text,
                     (long long)item.minor, STR_ARG(item.account),
                     item.reference);
    }
}

static void
test_wallets_cut(void **state)
{
    static const char *const names[] = {
        "wallets_pages.json", "wallets_bare_2021.json", "wallets_one.json"
    };

    (void)state;
    for (size_t i = 0; i < LEN(names); i++) {
        struct buf body;
        struct str s = { NULL, 0 };
        struct wallet_answer w;

        read_reply(&body, names[i]);
        s = str_trim(buf_view(&body));
        assert_int_equal(is->read_wallet(&w, s, NULL, NULL), 0);
        while (s.len-- > 0)
            if (is->read_wallet(&w, s, NULL, NULL) == 0)
                fail_msg("%s cut at %zu was read", names[i], s.len);
        buf_release(&body);
    }
}

/* The table of the contract, section 3, typed again from there. */
static void
test_item_codes(void **state)
{
    static const struct { const char *code; enum item_fate fate; } rows[] = {
        { "TP101", ITEM_UNTOUCHED }, { "TP102", ITEM_MOVING },
        { "TF103", ITEM_FAILED }, { "TF104", ITEM_MOVING },
        { "TP104", ITEM_MOVING }, { "TF105", ITEM_IN_DOUBT },
        { "TS100", ITEM_PAID }, { "TF106", ITEM_FAILED },
        { "TH107", ITEM_MOVING }, { "TC108", ITEM_CANCELLED },
        { "TR109", ITEM_MOVING },
        { "TS101", ITEM_IN_DOUBT }, { "", ITEM_IN_DOUBT },
        { "ts100", ITEM_IN_DOUBT }, { "TS100 ", ITEM_IN_DOUBT },
        { " TS100", ITEM_IN_DOUBT }, { "TS1000", ITEM_IN_DOUBT },
        { "TS100TS100TS100TS100", ITEM_IN_DOUBT },
        { "<b>TS100</b>", ITEM_IN_DOUBT }, { "BC100", ITEM_IN_DOUBT },
        { "TS100\\u0020", ITEM_IN_DOUBT }, { "TS10\\u0030", ITEM_PAID }
    };
    int known = 0;

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char body[256];
        struct item_answer item;
        size_t at = 2;

        snprintf(body, sizeof(body), " [{\"status_code\":\"%s\"}]",
                 rows[i].code);
        if (is->read_item(&item, str_of(body), &at, 1) != 1
            || item.fate != rows[i].fate)
            fail_msg("%s: %s", rows[i].code, fate_name(item.fate));
        if (provider_item_code(is, rows[i].code) != NULL)
            known++;
    }
    for (const struct code_row *r = is->item_codes; r->code != NULL; r++)
        known--;
    assert_int_equal(known, 0);     /* no code but those above */
}

static void
test_file_codes(void **state)
{
    static const struct { const char *code; enum file_phase phase; } rows[] = {
        { "BP101", FILE_READING }, { "BF102", FILE_DEAD },
        { "BP103", FILE_WAITING }, { "BP104", FILE_MOVING },
        { "BF105", FILE_DEAD }, { "BP106", FILE_MOVING },
        { "BF107", FILE_DEAD }, { "BP108", FILE_MOVING },
        { "BP109", FILE_MOVING }, { "BP110", FILE_MOVING },
        { "BC100", FILE_DONE }, { "BE111", FILE_DEAD },
        { "BP200", FILE_UNKNOWN }, { "", FILE_UNKNOWN },
        { "bp103", FILE_UNKNOWN }, { "BP103 ", FILE_UNKNOWN },
        { "TP101", FILE_UNKNOWN }
    };
    int known = 0;

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char body[256];
        struct file_answer f;

        snprintf(body, sizeof(body), "{\"tracking_id\":\"x\","
                 "\"status\":\"Preview and approve\",\"status_code\":\"%s\"}",
                 rows[i].code);
        if (is->read_file(&f, str_of(body), NULL) != 0
            || f.phase != rows[i].phase)
            fail_msg("%s: %s", rows[i].code, phase_name(f.phase));
        if (provider_file_code(is, rows[i].code) != NULL)
            known++;
    }
    for (const struct code_row *r = is->file_codes; r->code != NULL; r++)
        known--;
    assert_int_equal(known, 0);
}

/* A person can act on every row. */
static void
check_words(const struct code_row *r, bool ends_well, bool ends_badly)
{
    if (strlen(r->meaning) < 4 || r->todo == NULL || r->iso == NULL)
        fail_msg("%s has no words", r->code);
    if (!ends_well && r->todo[0] == '\0')
        fail_msg("%s does not say what to do", r->code);
    if (ends_badly != (strlen(r->iso) == 4))
        fail_msg("%s: reason \"%s\"", r->code, r->iso);
}

static void
test_words_of_codes(void **state)
{
    (void)state;
    for (const struct code_row *r = is->item_codes; r->code != NULL; r++)
        check_words(r, r->fate == ITEM_PAID || r->fate == ITEM_UNTOUCHED,
                    r->fate == ITEM_FAILED || r->fate == ITEM_CANCELLED);
    for (const struct code_row *r = is->file_codes; r->code != NULL; r++)
        check_words(r, false, r->fate == FILE_DEAD);
}

static void
test_tables(void **state)
{
    (void)state;
    assert_ptr_equal(provider_named("intasend"), is);
    assert_null(provider_named("nobody"));
    assert_null(provider_named(NULL));
    assert_null(provider_item_code(is, NULL));
    assert_true(is->two_phase);
    assert_string_equal(is->rails[0], "MPESA-B2C");
    assert_string_equal(answer_name(ANSWER_IN_DOUBT), "in_doubt");
    assert_string_equal(answer_name(ANSWER_NOT_NOW), "not_now");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_not_a_file),
        cmocka_unit_test(test_items_one_by_one),
        cmocka_unit_test(test_wallets_cut),
        cmocka_unit_test(test_item_codes),
        cmocka_unit_test(test_file_codes),
        cmocka_unit_test(test_words_of_codes),
        cmocka_unit_test(test_tables)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
