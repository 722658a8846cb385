/* Each fault of the stand-in on each request of a worker.  Most of it is
 * waiting, so it is a program of its own, beside test_worker. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/shop.h"

#define ROWS 12

static void
every_fault_on_every_request(void **state)
{
    static const char *const on[] = {
        "initiate", "approve", "status", "wallets"
    };
    static const char *const what[] = {
        "\"drop_before\"", "\"drop_after\"", "\"truncate\"", "\"garbage\"",
        "\"html\",\"http\":502", "\"status\",\"http\":503",
        "\"status\",\"http\":500", "\"status\",\"http\":429,\"retry_after\":1"
    };
    char fault[160];

    (void)state;
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
        for (size_t k = 0; k < sizeof(what) / sizeof(what[0]); k++) {
            struct shop s;

            shop_plan(&s);
            shop_open(&s);
            shop_seed(&s, ROWS);
            snprintf(fault, sizeof(fault), "{\"on\":\"%s\",\"do\":%s,"
                     "\"skip\":1}", on[i], what[k]);
            if (i == 3)             /* there is only one */
                snprintf(fault, sizeof(fault), "{\"on\":\"%s\",\"do\":%s}",
                         on[i], what[k]);
            shop_fault(&s, fault);
            shop_pays_all(&s, fault, ROWS);
            shop_close(&s);
        }
}

/* What the faults above cost, exactly. */
static void
lost_answers_leave_no_second_payment(void **state)
{
    static const struct {
        const char *name, *fault, *files, *waiting, *approves;
    } t[] = {
        { "initiate taken, answer lost", "{\"on\":\"initiate\",\"do\":"
          "\"drop_after\"}", "4", "1", "3" },
        { "initiate never arrived", "{\"on\":\"initiate\",\"do\":"
          "\"drop_before\"}", "3", "0", "3" },
        { "approve taken, answer lost", "{\"on\":\"approve\",\"do\":"
          "\"drop_after\"}", "3", "0", "3" },
        { "approve never arrived", "{\"on\":\"approve\",\"do\":"
          "\"drop_before\"}", "3", "0", "4" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        shop_plan(&s);
        shop_open(&s);
        shop_seed(&s, ROWS);
        shop_fault(&s, t[i].fault);
        shop_pays_all(&s, t[i].name, ROWS);
        if (strcmp(stand_summary(&s.stand, "files"), t[i].files) != 0)
            fail_msg("%s: %s files", t[i].name,
                     stand_summary(&s.stand, "files"));
        if (strcmp(stand_summary(&s.stand, "files_waiting"), t[i].waiting)
            != 0)
            fail_msg("%s: %s wait", t[i].name,
                     stand_summary(&s.stand, "files_waiting"));
        if (strcmp(stand_summary(&s.stand, "requests.approve"),
                   t[i].approves) != 0)
            fail_msg("%s: %s approves", t[i].name,
                     stand_summary(&s.stand, "requests.approve"));
        assert_string_equal(stand_summary(&s.stand, "approvals"), "3");
        shop_close(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_answers_leave_no_second_payment),
        cmocka_unit_test(every_fault_on_every_request),
    };

    return cmocka_run_group_tests(tests, shop_group, shop_group_end);
}
