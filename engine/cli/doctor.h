#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/app.h"

/*
 * `payrun doctor`: is everything set up so that a payday works?  It changes
 * nothing and moves nothing.  One finding a line: what was looked at, how it
 * is, and what to do when it is wrong.
 */
enum doctor_mark { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL };

struct doctor {
    struct app *app;
    const char *only;           /* one account, or NULL for all               */
    json_t     *list;           /* every finding                              */
    int         counts[3];      /* by mark                                    */
    bool        wrong;          /* something to be mended (78) ...            */
    bool        away;           /* something not reachable (69)               */
    bool        guard;          /* money or an approval is missing (4)        */
    struct db  *db;             /* NULL: not reachable, or not ours           */
    bool        schema_ok;
    bool        has_key[CONFIG_ACCOUNTS_MAX];   /* its secrets are loaded     */
};

/* doctor_ok(d, check, of, fmt, ...): ${check} "key", ${of} an account or "". */
void doctor_ok(struct doctor *, const char *check, const char *of,
               const char *, ...) __attribute__((format(printf, 4, 5)));

/* doctor_warn(d, check, of, fix, fmt, ...): it works, but should not stay. */
void doctor_warn(struct doctor *, const char *check, const char *of,
                 const char *fix, const char *, ...)
    __attribute__((format(printf, 5, 6)));

/* doctor_fail: the same for what does not work; ${kind}: ERR_UNAVAILABLE when
 * something is not reachable, else ERR_CONFIG.  doctor_err: as ${e} says. */
void doctor_fail(struct doctor *, enum err_kind, const char *check,
                 const char *of, const char *fix, const char *, ...)
    __attribute__((format(printf, 6, 7)));
void doctor_err(struct doctor *, const char *check, const char *of,
                const struct err *);

/* doctor_wants(d, i): account number ${i} of the configuration is meant. */
bool doctor_wants(const struct doctor *, int);

/* The checks, in this order; each says what it finds. */
bool doctor_config(struct doctor *);    /* false: no use in the others       */
void doctor_host(struct doctor *);
void doctor_secrets(struct doctor *);
void doctor_database(struct doctor *);
void doctor_book(struct doctor *);
void doctor_lineage(struct doctor *);
void doctor_told(struct doctor *);      /* alerts, messages, backup          */
void doctor_providers(struct doctor *);

#endif
