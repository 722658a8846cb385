#ifndef TESTS_TRIO_H
#define TESTS_TRIO_H

#include "intake/routing.h"
#include "tests/lib/tray.h"

/*
 * A run that is paid by three accounts, on the tray; a fourth could, and is not
 * used.  The run's own are SALARIES; TILL is Sapama's, in one phase.
 */
enum { SALARIES, WAGES, TILL, SPARE, ACCOUNTS };

struct trio {
    struct account a[ACCOUNTS];
    struct routing routing;
    struct run     run;
};

extern struct trio trio;

/* "MPESA-B2C", "SAPAMA-MPESA", "AIRTIME", the last for who names it. */
extern const struct rules trio_rules;

/* Six rows by the run's own account, three by each of the others. */
extern const char trio_rows[];

/* For each test; its end is tray_close(). */
int trio_open(void **);

/* trio_upload(text): that payroll, with all the accounts. */
int trio_upload(const char *text);

/* trio_made(upto): a run of trio_rows, in that state: draft, submitted,
 * approved or paying; no account's funds are seen. */
void trio_made(enum run_state);

/* trio_shut(account, why): a worker closes that one's lane. */
void trio_shut(int, const char *why);

#endif
