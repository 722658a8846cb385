/* What a run's exit code says: never "done" while anything is open. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/outcome.h"

static const struct {
    const char *name;
    enum run_state run;
    int64_t failed, doubt, flight, waiting;
    int     batch;                  /* one batch in this state; -1: none */
    int     code;
} rows[] = {
    { "all paid", RUN_CLOSED, 0, 0, 0, 0, BATCH_DONE, EXIT_DONE },
    { "one failed", RUN_CLOSED, 1, 0, 0, 0, BATCH_DONE, EXIT_SOME_FAILED },
    { "one in doubt", RUN_PAYING, 0, 1, 0, 0, BATCH_IN_FLIGHT,
      EXIT_IN_DOUBT },
    { "doubt before failure", RUN_PAYING, 1, 1, 0, 0, BATCH_DONE,
      EXIT_IN_DOUBT },
    { "payments in flight", RUN_PAYING, 0, 0, 3, 0, -1, EXIT_IN_DOUBT },
    { "a batch in flight", RUN_PAYING, 0, 0, 0, 0, BATCH_IN_FLIGHT,
      EXIT_IN_DOUBT },
    { "a batch in doubt", RUN_PAUSED, 0, 0, 0, 0, BATCH_IN_DOUBT,
      EXIT_IN_DOUBT },
    { "a batch in doubt, the rest cancelled", RUN_CANCELLED, 0, 0, 0, 0,
      BATCH_IN_DOUBT, EXIT_IN_DOUBT },
    { "releasing", RUN_PAYING, 0, 0, 0, 0, BATCH_RELEASING, EXIT_IN_DOUBT },
    { "sending", RUN_PAYING, 0, 0, 0, 0, BATCH_SENDING, EXIT_IN_DOUBT },
    { "waiting", RUN_PAYING, 0, 0, 0, 5, BATCH_READY, EXIT_IN_DOUBT },
    { "paused", RUN_PAUSED, 1, 0, 0, 5, BATCH_INITIATED, EXIT_IN_DOUBT },
    { "settled and not closed", RUN_SETTLED, 0, 0, 0, 0, BATCH_DONE,
      EXIT_IN_DOUBT },
    { "cancelled", RUN_CANCELLED, 0, 0, 0, 0, BATCH_CANCELLED, EXIT_DONE },
};

static void
exit_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct run run = { .state = rows[i].run };
        struct run_progress now = {
            .rows = 10, .failed_rows = rows[i].failed,
            .doubt_rows = rows[i].doubt, .flight_rows = rows[i].flight,
            .waiting_rows = rows[i].waiting
        };

        if (rows[i].batch >= 0)
            now.batches_by_state[rows[i].batch] = 1;
        if (outcome_exit(&run, &now) != rows[i].code)
            fail_msg("%s: %d", rows[i].name, outcome_exit(&run, &now));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(exit_codes) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
