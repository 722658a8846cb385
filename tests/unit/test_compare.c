#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dispatch/compare.h"

/* Three payments as they were sent; what came back, line by line. */
#define A "{\"account\":\"254711\",\"amount\":100.00,\"status_code\":\"TP101\"}"
#define B "{\"account\":\"254712\",\"amount\":\"20.5\",\"status_code\":\"TP101\"}"
#define C "{\"account\":254713,\"amount\":3,\"status_code\":\"TF103\"," \
          "\"status\":\"Initiation failed\"}"

static const struct row {
    const char *name;
    const char *head;           /* further members of the file */
    const char *items;
    const char *wallet;
    const char *why;            /* NULL: the same */
} rows[] = {
    { "the same, one of them refused already",
      "\"total_amount\":123.50,\"transactions_count\":3,"
      "\"wallet\":{\"wallet_id\":\"W1\",\"currency\":\"KES\"}",
      A "," B "," C, "W1", NULL },
    { "the same, nothing but items", "\"status\":\"x\"", A "," B "," C, "",
      NULL },
    { "count says otherwise", "\"transactions_count\":4", A "," B "," C, "",
      "payments: 4 there, 3 was sent" },
    { "total says otherwise", "\"total_amount\":\"123.51\"", A "," B "," C,
      "", "total" },
    { "another currency", "\"wallet\":{\"wallet_id\":\"W1\","
      "\"currency\":\"USD\"}", A "," B "," C, "", "currency USD" },
    { "another wallet", "\"wallet\":{\"wallet_id\":\"W2\","
      "\"currency\":\"KES\"}", A "," B "," C, "W1", "wallet \"W2\"" },
    { "no wallet where one was named", "\"status\":\"x\"", A "," B "," C,
      "W1", "wallet \"\"" },
    { "one less", "\"status\":\"x\"", A "," B, "",
      "payments: 2 there, 3 was sent" },
    { "one more", "\"status\":\"x\"", A "," B "," C "," A, "",
      "payments: 4 there, 3 was sent" },
    { "none", "\"status\":\"x\"", "", "", "payments: 0 there, 3 was sent" },
    { "swapped", "\"status\":\"x\"", B "," A "," C, "",
      "payment 1 (R1): another account" },
    { "another account", "\"status\":\"x\"", A ",{\"account\":\"254799\","
      "\"amount\":20.5}," C, "", "payment 2 (R2): another account" },
    { "another amount", "\"status\":\"x\"", A "," B ",{\"account\":\"254713\","
      "\"amount\":3.01}", "", "payment 3 (R3): another amount" },
    { "no amount", "\"status\":\"x\"", A "," B ",{\"account\":\"254713\"}",
      "", "payment 3 (R3): another amount" },
    { "another reference", "\"status\":\"x\"", A "," B ",{\"account\":"
      "\"254713\",\"amount\":3,\"idempotency_key\":\"5AWR801J\"}", "",
      "payment 3 (R3): another reference" },
    { "charges that can be", "\"charge_estimate\":3123.50", A "," B "," C, "",
      NULL },
    { "charges that cannot be", "\"charge_estimate\":3123.51", A "," B "," C,
      "", "charges that cannot be" },
    { "charges beyond all sums", "\"charge_estimate\":90071992540000.00",
      A "," B "," C, "", "charges that cannot be" },
    { "not an item", "\"status\":\"x\"", A ",7," C, "",
      "payment 2 there cannot be read" },
};

static void
files_are_compared_to_the_letter(void **state)
{
    static const struct pay_line lines[] = {
        { .seq = 1, .minor = 10000, .reference = "R1",
          .account = STR_INIT("254711") },
        { .seq = 2, .minor = 2050, .reference = "R2",
          .account = STR_INIT("254712") },
        { .seq = 3, .minor = 300, .reference = "R3",
          .account = STR_INIT("254713") },
    };
    char body[1024], why[ERR_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *r = &rows[i];
        struct file_answer file;
        struct err e = { 0 };
        struct compare c = {
            .provider = &provider_intasend, .lines = lines, .nlines = 3,
            .minor = 12350, .ccy = "KES", .wallet_id = r->wallet,
            .file = &file
        };
        bool same = false;

        snprintf(body, sizeof(body), "{\"tracking_id\":\"t\",%s,"
                 "\"transactions\":[%s]}", r->head, r->items);
        c.body = str_of(body);
        if (provider_intasend.read_file(&file, c.body, &e) < 0)
            fail_msg("%s: %s", r->name, e.text);
        snprintf(why, sizeof(why), "the same");
        same = compare_file(&c, why);
        if (same != (r->why == NULL)
            || (r->why != NULL && strstr(why, r->why) == NULL))
            fail_msg("%s: %s", r->name, why);
        /* reasons go to logs and screens: no payee in them */
        if (strstr(why, "2547") != NULL)
            fail_msg("%s: tells an account: %s", r->name, why);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_compared_to_the_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
