#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "tests/lib/stand.h"

/* Every switch and every new fault changes what it says, and nothing else. */

#define INITIATE "api/v1/send-money/initiate/"
#define APPROVE  "api/v1/send-money/approve/"
#define STATUS   "api/v1/send-money/status/"

static void
tell(struct stand *s, const char *path, const char *json)
{
    struct said said;

    stand_post(s, &said, path, json);
    if (said.http != 200)
        fail_msg("%s %s: %s", path, json, said.text.p);
    said_release(&said);
}

static void
same(const char *name, const struct said *said, const char *member,
     const char *want)
{
    if (strcmp(said_text(said, member), want) != 0)
        fail_msg("%s: %s is %s, not %s", name, member,
                 said_text(said, member), want);
}

static char *
three(struct stand *s, struct said *said)
{
    stand_post(s, said, INITIATE, "{\"currency\":\"KES\",\"provider\":"
               "\"MPESA-B2C\",\"batch_reference\":\"MINE\",\"transactions\":["
               "{\"account\":\"254711000001\",\"amount\":\"10\"},"
               "{\"account\":\"254711000002\",\"amount\":\"20\"},"
               "{\"account\":\"254711000003\",\"amount\":\"30.5\"}]}");
    if (said->http / 100 != 2)
        fail_msg("initiate: %s", said->text.p);
    return strdup(said_text(said, "tracking_id"));
}

static void
status(struct stand *s, struct said *said, const char *tracking)
{
    char body[128];

    snprintf(body, sizeof(body), "{\"tracking_id\":\"%s\"}", tracking);
    stand_post(s, said, STATUS, body);
}

/* The shape of a file under a switch: one member of each answer. */
static const struct {
    const char *name, *rule;
    int http;
    const char *first, *first_is;       /* of the answer to initiate */
    const char *later, *later_is;       /* of that to status         */
    bool text_first, text_later;        /* is that member a string?  */
} shapes[] = {
    { "as recorded", "{}", 201, "total_amount", "60.5", "total_amount",
      "60.50", false, true },
    { "texts", "{\"numbers\":\"text\"}", 201, "total_amount", "60.50",
      "failed_amount", "0.00", true, true },
    { "bare", "{\"numbers\":\"bare\"}", 201, "total_amount", "60.5",
      "total_amount", "60.5", false, false },
    { "count as text", "{\"numbers\":\"text\"}", 201, "transactions_count",
      "3", "transactions_count", "3", true, true },
    { "200", "{\"initiate_http\":200}", 200, "status_code", "BP103",
      "status_code", "BP103", true, true },
};

static json_type
type_of(const struct said *said, const char *member)
{
    return json_typeof(json_object_get(said->json, member));
}

static void
test_shapes(void **state)
{
    struct stand s;
    struct said said;

    (void)state;
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        char *id;

        stand_plan(&s);
        stand_open(&s);
        tell(&s, "_rules", shapes[i].rule);
        id = three(&s, &said);
        assert_int_equal(said.http, shapes[i].http);
        same(shapes[i].name, &said, shapes[i].first, shapes[i].first_is);
        if ((type_of(&said, shapes[i].first) == JSON_STRING)
            != shapes[i].text_first)
            fail_msg("%s: the type of %s", shapes[i].name, shapes[i].first);
        said_release(&said);
        status(&s, &said, id);
        same(shapes[i].name, &said, shapes[i].later, shapes[i].later_is);
        if ((type_of(&said, shapes[i].later) == JSON_STRING)
            != shapes[i].text_later)
            fail_msg("%s: the type of %s", shapes[i].name, shapes[i].later);
        said_release(&said);
        free(id);
        stand_close(&s);
    }
}

static void
test_walks(void **state)
{
    static const char *const ways[] = { "BP101", "BP103", "BP104", "BP106",
                                        "BP108", "BP109", "BP110", "BC100" };
    struct stand s;
    struct said first, said;
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.webhook_url = "";
    s.order.speed_percent = 100;            /* or BP101 is over too soon */
    stand_open(&s);
    tell(&s, "_rules", "{\"bp101\":true,\"long_way\":true}");
    id = three(&s, &first);
    same("bp101", &first, "status_code", "BP101");
    /* It waits for no approval yet. */
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_until(&s, &said, id, "BP103");
    said_release(&said);
    stand_approve(&s, &said, &first);
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_until_hooks(&s, 8);
    for (int i = 0; i < 8; i++)
        assert_string_equal(s.hooks[i].code, ways[i]);
    said_release(&first);
    free(id);
    stand_close(&s);
}

static void
test_old_wallets(void **state)
{
    struct stand s;
    struct said said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    tell(&s, "_rules", "{\"bare_wallets\":true}");
    stand_ask(&s, &said, "GET", "api/v1/wallets/", STAND_KEY, NULL);
    looks_like(said.text.p, "[{\"id\":101,\"wallet_id\":\"@A\",\"label\":"
        "\"default\",\"can_disburse\":false,\"currency\":\"KES\","
        "\"wallet_type\":\"SETTLEMENT\",\"current_balance\":1000000,"
        "\"available_balance\":1000000,\"updated_at\":\"@T\"}]");
    said_release(&said);
    stand_close(&s);
}

/* A refusal in every shape (1.4). */
static const struct { const char *shape, *text; } errors[] = {
    { "envelope", "{\"type\":\"validation_error\",\"errors\":[{\"code\":"
      "\"invalid\",\"detail\":\"This list may not be empty.\",\"attr\":"
      "\"transactions\"}]}" },
    { "detail", "{\"detail\":\"This list may not be empty.\"}" },
    { "details", "{\"details\":\"This list may not be empty.\"}" },
    { "fields", "{\"transactions\":[\"This list may not be empty.\"]}" },
    { "text", "This list may not be empty." },
};

static void
test_errors(void **state)
{
    struct stand s;
    struct said said;
    char rule[64];

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        snprintf(rule, sizeof(rule), "{\"errors\":\"%s\"}", errors[i].shape);
        tell(&s, "_rules", rule);
        stand_post(&s, &said, INITIATE, "{\"currency\":\"KES\",\"provider\":"
                   "\"AIRTIME\",\"transactions\":[]}");
        assert_int_equal(said.http, 400);
        if (strcmp(said.text.p, errors[i].text) != 0)
            fail_msg("%s: %s", errors[i].shape, said.text.p);
        said_release(&said);
    }
    stand_close(&s);
}

static void
test_expired_key(void **state)
{
    static const int https[] = { 401, 403, 0 };
    struct stand s;
    struct said said;
    char rule[64];

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (int i = 0; i < 3; i++) {
        snprintf(rule, sizeof(rule), "{\"expired_key\":%d}", https[i]);
        tell(&s, "_rules", rule);
        stand_ask(&s, &said, "GET", "api/v1/wallets/", STAND_KEY, NULL);
        assert_int_equal(said.http, https[i] != 0 ? https[i] : 200);
        said_release(&said);
    }
    stand_post(&s, &said, "_rules", "{\"expired_key\":402}");
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_close(&s);
}

/* What a rail takes and costs, by bands. */
static const struct { const char *amount, *charge, *last; } bands[] = {
    { "49.99", "5.00", "TF106" },       /* below the minimum */
    { "50", "5.00", "TS100" },
    { "100", "5.00", "TS100" },
    { "100.01", "10.00", "TS100" },
    { "1000", "10.00", "TS100" },
    { "1000.01", "25.00", "TS100" },
    { "2000", "25.00", "TS100" },
    { "2000.01", "25.00", "TF106" },    /* above the maximum */
};

static void
test_tariff(void **state)
{
    struct stand s;
    struct said first, said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    tell(&s, "_rules", "{\"rails\":{\"MPESA-B2C\":{\"min\":\"50\",\"max\":"
         "\"2000\",\"charges\":[{\"to\":\"100\",\"charge\":\"5\"},{\"to\":"
         "\"1000\",\"charge\":\"10\"},{\"charge\":\"25\"}]}}}");
    for (size_t i = 0; i < sizeof(bands) / sizeof(bands[0]); i++) {
        char *id = stand_initiate(&s, &first, "254700123456", bands[i].amount,
                                  "");

        stand_approve(&s, &said, &first);
        said_release(&said);
        stand_until(&s, &said, id, "BC100");
        same(bands[i].amount, &said, "transactions.0.charge",
             bands[i].charge);
        same(bands[i].amount, &said, "transactions.0.status_code",
             bands[i].last);
        said_release(&said);
        said_release(&first);
        free(id);
    }
    assert_string_equal(stand_summary(&s, "charges_total"), "80.00");
    /* Bands must rise, and a refused rule changes nothing. */
    stand_post(&s, &said, "_rules", "{\"rails\":{\"MPESA-B2C\":{\"max\":\"1\","
               "\"charges\":[{\"to\":\"9\",\"charge\":\"1\"},{\"to\":\"8\","
               "\"charge\":\"1\"},{\"charge\":\"1\"}]}}}");
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_ask(&s, &said, "GET", "_rules", NULL, NULL);
    same("a refused rule", &said, "rails.MPESA-B2C.max", "2000.00");
    said_release(&said);
    stand_close(&s);
}

/* Faults of the answer's content: what initiate says then. */
static const struct {
    const char *name, *fault;
    const char *items, *last_account, *reference;
    bool own;                           /* under its own names */
} told[] = {
    { "none", "{\"on\":\"cancel\",\"do\":\"html\"}", "3", "254711000003",
      "MINE", true },
    { "foreign", "{\"on\":\"initiate\",\"do\":\"foreign\"}", "3",
      "254711000003", "MINE", false },
    { "wrong_ref", "{\"on\":\"initiate\",\"do\":\"wrong_ref\"}", "3",
      "254711000003", "SOMEBODY-ELSES-FILE", true },
    { "reorder", "{\"on\":\"initiate\",\"do\":\"reorder\"}", "3",
      "254711000001", "MINE", true },
    { "missing", "{\"on\":\"initiate\",\"do\":\"missing\"}", "2",
      "254711000002", "MINE", true },
};

static void
test_contents(void **state)
{
    struct stand s;
    struct said said, after;

    (void)state;
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        char member[48];
        const json_t *items;
        char *id;

        stand_plan(&s);
        stand_open(&s);
        tell(&s, "_faults", told[i].fault);
        id = three(&s, &said);
        items = json_object_get(said.json, "transactions");
        snprintf(member, sizeof(member), "transactions.%zu.account",
                 json_array_size(items) - 1);
        same(told[i].name, &said, member, told[i].last_account);
        same(told[i].name, &said, "batch_reference", told[i].reference);
        same(told[i].name, &said, "transactions_count", "3");
        assert_int_equal(json_array_size(items),
                         strtol(told[i].items, NULL, 10));
        status(&s, &after, id);
        if ((after.http == 200) != told[i].own)
            fail_msg("%s: its tracking_id gives %d", told[i].name,
                     after.http);
        said_release(&after);
        said_release(&said);
        free(id);
        stand_close(&s);
    }
}

/* With another file in the books, it is that one which is told. */
static void
test_foreign(void **state)
{
    struct stand s;
    struct said one, two;
    char *a, *b;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    a = stand_initiate(&s, &one, "254700123456", "10", "");
    tell(&s, "_faults", "{\"on\":\"initiate\",\"do\":\"foreign\"}");
    b = three(&s, &two);
    assert_string_equal(a, b);
    assert_string_equal(stand_summary(&s, "files"), "2");
    said_release(&one);
    said_release(&two);
    free(a);
    free(b);
    stand_close(&s);
}

/* A slow answer is whole in the end, and holds up nobody else. */
static void
test_drip(void **state)
{
    struct stand s;
    struct said said;
    int64_t from_ms;
    char *id;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    tell(&s, "_faults", "{\"on\":\"initiate\",\"do\":\"drip\",\"bytes\":200,"
         "\"delay_ms\":10}");
    from_ms = clock_mono_ms();
    id = three(&s, &said);
    /* Six or more pieces of 200 bytes, ten milliseconds apart. */
    assert_true(said.text.len > 1200);
    assert_true(clock_mono_ms() - from_ms >= 60);
    same("drip", &said, "status_code", "BP103");
    said_release(&said);
    free(id);
    stand_close(&s);
}

/* By chance: the same seed hits the same ones, whatever else is asked. */
static void
chance(struct stand *s, const char *fault, int hits[20])
{
    struct said said;

    tell(s, "_faults", "{\"clear\":true}");
    tell(s, "_faults", fault);
    for (int i = 0; i < 20; i++) {
        stand_ask(s, &said, "GET", "api/v1/wallets/", STAND_KEY, NULL);
        hits[i] = said.http;
        said_release(&said);
    }
}

#define CHANCE(seed) "{\"on\":\"wallets\",\"do\":\"status\"," \
    "\"per_mille\":500,\"times\":0,\"seed\":" #seed "}"

static void
test_chance(void **state)
{
    int a[20], b[20], c[20], failed = 0;
    struct stand s;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    chance(&s, CHANCE(1), a);
    chance(&s, CHANCE(1), b);
    chance(&s, CHANCE(2), c);
    assert_memory_equal(a, b, sizeof(a));
    assert_memory_not_equal(a, c, sizeof(a));
    for (int i = 0; i < 20; i++)
        failed += a[i] == 503;
    assert_in_range(failed, 4, 16);
    stand_close(&s);
}

/* What becomes of the three payments of a file under a fault. */
static const struct { const char *name, *fault, *file, *codes; } ends[] = {
    { "tf103", "{\"on\":\"item\",\"do\":\"tf103\",\"times\":2}", "BC100",
      "TF103 TF103 TS100" },
    { "no_funds", "{\"on\":\"item\",\"do\":\"no_funds\",\"skip\":1,"
      "\"times\":0}", "BC100", "TS100 TF106 TF106" },
    { "one payee", "{\"on\":\"item\",\"do\":\"fail\",\"account\":"
      "\"254711000002\"}", "BC100", "TS100 TF106 TS100" },
    { "tf105", "{\"on\":\"item\",\"do\":\"tf105_paid\"}", "BC100",
      "TF105 TS100 TS100" },
    { "unlisted", "{\"on\":\"item\",\"do\":\"unlisted\"}", "BC100",
      "TX999 TS100 TS100" },
    { "bf102", "{\"on\":\"file\",\"do\":\"bf102\"}", "BF102",
      "TP101 TP101 TP101" },
    { "bf105", "{\"on\":\"file\",\"do\":\"bf105\"}", "BF105",
      "TP101 TP101 TP101" },
    { "bf107", "{\"on\":\"file\",\"do\":\"bf107\"}", "BF107",
      "TP101 TP101 TP101" },
};

static void
test_ends(void **state)
{
    struct stand s;
    struct said first, said;

    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char codes[64] = "", member[48];
        struct err e = { 0 };
        char *id;

        stand_plan(&s);
        stand_open(&s);
        tell(&s, "_faults", ends[i].fault);
        id = three(&s, &first);
        stand_approve(&s, &said, &first);
        said_release(&said);
        /* Faults are forgotten by a restart; what they decided is not. */
        if (strncmp(ends[i].file, "BF", 2) != 0) {
            stand_shut(&s);
            assert_int_equal(stand_again(&s, &e), 0);
        }
        stand_until(&s, &said, id, ends[i].file);
        for (int k = 0; k < 3; k++) {
            snprintf(member, sizeof(member), "transactions.%d.status_code",
                     k);
            snprintf(codes + strlen(codes), sizeof(codes) - strlen(codes),
                     "%s%s", k > 0 ? " " : "", said_text(&said, member));
        }
        if (strcmp(codes, ends[i].codes) != 0)
            fail_msg("%s: %s", ends[i].name, codes);
        assert_string_equal(stand_summary(&s, "ties"), "true");
        said_release(&said);
        said_release(&first);
        free(id);
        stand_close(&s);
    }
}

/* Paid, the file done, and then taken back: money returns, the charge does
 * not, and it is told once more. */
static void
test_reversal(void **state)
{
    int64_t end_ms = clock_mono_ms() + 30000;
    struct stand s;
    struct said first, said;
    struct err e = { 0 };
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.latency_ms = 100;
    s.order.webhook_url = "";
    stand_open(&s);
    id = stand_initiate(&s, &first, "254700000900", "10", "");
    stand_approve(&s, &said, &first);
    said_release(&said);
    stand_until(&s, &said, id, "BC100");
    same("first", &said, "transactions.0.status_code", "TS100");
    assert_string_equal(stand_summary(&s, "returned"), "0");
    said_release(&said);
    stand_shut(&s);
    assert_int_equal(stand_again(&s, &e), 0);
    while (strcmp(stand_summary(&s, "returned"), "1") != 0) {
        assert_true(clock_mono_ms() < end_ms);
        stand_turn(&s);
    }
    status(&s, &said, id);
    same("then", &said, "transactions.0.status_code", "TF106");
    assert_string_equal(stand_summary(&s, "payments"), "1");
    assert_string_equal(stand_summary(&s, "current_balance"), "999985.00");
    assert_string_equal(stand_summary(&s, "ties"), "true");
    while (s.nhooks == 0
           || strcmp(s.hooks[s.nhooks - 1].code, "BC100") != 0) {
        assert_true(clock_mono_ms() < end_ms);
        stand_turn(&s);
    }
    said_release(&said);
    said_release(&first);
    free(id);
    stand_close(&s);
}

/* A callback that says the opposite, after a while. */
static void
test_contradiction(void **state)
{
    struct stand s;
    struct said first, said, hook;
    char *id;

    (void)state;
    stand_plan(&s);
    s.order.webhook_url = "";
    stand_open(&s);
    tell(&s, "_faults", "{\"on\":\"webhook\",\"do\":\"contradict\","
         "\"times\":0}");
    tell(&s, "_faults", "{\"on\":\"webhook\",\"do\":\"late\",\"delay_ms\":40,"
         "\"times\":0}");
    id = stand_initiate(&s, &first, "254700123456", "10", "");
    stand_approve(&s, &said, &first);
    said_release(&said);
    stand_until(&s, &said, id, "BC100");
    same("asked", &said, "transactions.0.status_code", "TS100");
    stand_until_hooks(&s, 5);
    hook = (struct said){ .json = s.hooks[4].body };
    same("told", &hook, "status_code", "BC100");
    same("told", &hook, "transactions.0.status_code", "TF106");
    said_release(&said);
    said_release(&first);
    free(id);
    stand_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_old_wallets),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_expired_key),
        cmocka_unit_test(test_tariff),
        cmocka_unit_test(test_contents),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_drip),
        cmocka_unit_test(test_chance),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_reversal),
        cmocka_unit_test(test_contradiction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
