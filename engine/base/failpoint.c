#include "base/failpoint.h"

/*
 * What may fail where.  All of this is compiled into payrun-check only; the
 * names of what there is stand in failpoint_names.c.
 */
#ifdef PAYRUN_FAILPOINTS
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/failpoint_names.h"

#define RULES_MAX 16
#define DELAY_MS  200           /* longer than a worker's turn */

enum action { ACT_KILL, ACT_STOP, ACT_ERROR, ACT_DELAY };

struct rule {
    char        name[FAILPOINT_BYTES];
    enum action action;
    long        at;             /* which hit                                  */
    long        arg;            /* delay: ms; error: an enum fp_result        */
    long        hits;
};

static struct rule rules[RULES_MAX];
static int nrules;
static int log_fd = -1;
static char txn_name[FAILPOINT_BYTES], txn_of[FAILPOINT_BYTES / 4];

/* --- what was asked for -------------------------------------------------- */

static void
give_up(const char *what)
{
    fprintf(stderr, "payrun-check: PAYRUN_FAILPOINTS: \"%s\" is not "
            "NAME:kill|stop|error|delay[@N][=ARG]\n", what);
    _exit(64);
}

static enum action
action_of(const char *word, const char *whole)
{
    static const char *const words[] = { "kill", "stop", "error", "delay" };

    for (int i = 0; i < 4; i++)
        if (strcmp(words[i], word) == 0)
            return (enum action)i;
    give_up(whole);
    return ACT_KILL;
}

/* "name:action@3=250"; ${text} is cut up. */
static void
rule_read(struct rule *r, char *text)
{
    char whole[FAILPOINT_BYTES * 2];
    char *action = strchr(text, ':'), *arg = strchr(text, '='), *at = NULL;
    char *end = NULL;

    snprintf(whole, sizeof(whole), "%.*s", (int)sizeof(whole) - 1, text);
    if (action == NULL || action == text)
        give_up(whole);
    *action++ = '\0';
    if (arg != NULL)
        *arg++ = '\0';
    if ((at = strchr(action, '@')) != NULL)
        *at++ = '\0';
    *r = (struct rule){ .action = action_of(action, whole), .at = 1 };
    snprintf(r->name, sizeof(r->name), "%.*s", FAILPOINT_BYTES - 1, text);
    if (at != NULL && ((r->at = strtol(at, &end, 10)) < 1 || *end != '\0'))
        give_up(whole);
    r->arg = r->action == ACT_ERROR ? FP_ERROR : DELAY_MS;
    if (arg != NULL && strcmp(arg, "hard") == 0)
        r->arg = FP_HARD;
    else if (arg != NULL
             && ((r->arg = strtol(arg, &end, 10)) < 0 || *end != '\0'))
        give_up(whole);
    if (!failpoint_known(r->name)) {
        fprintf(stderr, "payrun-check: there is no failpoint \"%s\"; "
                "PAYRUN_FAILPOINTS=list shows them\n", r->name);
        _exit(64);
    }
}

/* Before main, so that no command needs to know. */
__attribute__((constructor)) static void
failpoint_begin(void)
{
    static char text[RULES_MAX * FAILPOINT_BYTES];
    const char *want = getenv("PAYRUN_FAILPOINTS");
    const char *path = getenv("PAYRUN_FAILPOINT_LOG");

    if (path != NULL && path[0] != '\0')
        log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (want == NULL)
        return;
    if (strcmp(want, "list") == 0) {
        failpoint_list();
        fflush(stdout);
        _exit(0);
    }
    snprintf(text, sizeof(text), "%.*s", (int)sizeof(text) - 1, want);
    for (char *at = text, *next = NULL; at != NULL && *at != '\0'; at = next) {
        if ((next = strchr(at, ';')) != NULL)
            *next++ = '\0';
        if (nrules == RULES_MAX)
            give_up(at);
        rule_read(&rules[nrules++], at);
    }
}

/* --- a hit --------------------------------------------------------------- */

static bool
rule_means(const struct rule *r, const char *name)
{
    size_t n = strlen(r->name);

    return n > 0 && r->name[n - 1] == '*'
        ? strncmp(r->name, name, n - 1) == 0 : strcmp(r->name, name) == 0;
}

static void
note(const char *name)
{
    char line[FAILPOINT_BYTES + 1];
    int n = snprintf(line, sizeof(line), "%s\n", name);

    if (log_fd >= 0 && write(log_fd, line, (size_t)n) != n)
        log_fd = -1;
}

static enum fp_result
act(const struct rule *r)
{
    switch (r->action) {
    case ACT_KILL:
        (void)kill(getpid(), SIGKILL);
        break;
    case ACT_STOP:
        (void)kill(getpid(), SIGSTOP);
        break;
    case ACT_ERROR:
        return (enum fp_result)r->arg;
    case ACT_DELAY:
        (void)poll(NULL, 0, (int)r->arg);
        break;
    }
    return FP_GO;
}

enum fp_result
failpoint_hit(const char *kind, const char *of)
{
    char name[FAILPOINT_BYTES];
    enum fp_result result = FP_GO, one = FP_GO;

    if (log_fd < 0 && nrules == 0)
        return FP_GO;
    snprintf(name, sizeof(name), "%s%s%s", kind, of != NULL ? "." : "",
             of != NULL ? of : "");
    note(name);
    for (int i = 0; i < nrules; i++)
        if (rule_means(&rules[i], name) && ++rules[i].hits == rules[i].at
            && (one = act(&rules[i])) != FP_GO)
            result = one;
    return result;
}

enum fp_result
failpoint_of(const char *kind, const char *of)
{
    return of != NULL ? failpoint_hit(kind, of) : FP_GO;
}

/* --- names --------------------------------------------------------------- */

/* Statements say in their first line what they are called, and write their
 * verbs in capitals; "FOR UPDATE" only locks. */
static bool
writes(const char *sql)
{
    const char *p = sql;

    if (strstr(sql, "INSERT INTO ") != NULL
        || strstr(sql, "DELETE FROM ") != NULL)
        return true;
    while ((p = strstr(p, "UPDATE ")) != NULL) {
        if (p - sql < 4 || strncmp(p - 4, "FOR ", 4) != 0)
            return true;
        p++;
    }
    return false;
}

const char *
failpoint_write(int in_txn, const char *sql)
{
    static char name[FAILPOINT_BYTES];

    if (in_txn || strncmp(sql, "-- ", 3) != 0 || !writes(sql))
        return NULL;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(sql + 3, ":\n"),
             sql + 3);
    return name;
}

void
failpoint_txn_of(const char *of)
{
    snprintf(txn_of, sizeof(txn_of), "%s", of != NULL ? of : "");
}

/* "engine/dispatch/claim.c", "claim_txn": claim. */
void
failpoint_txn(const char *file, const char *fn)
{
    const char *base = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1
                                                  : file;
    const char *end = strstr(fn, "_txn");
    int nbase = (int)strcspn(base, ".");
    int nfn = end != NULL ? (int)(end - fn) : (int)strlen(fn);
    /* a variable holds the function: FP_TXN said which */
    bool same = strcmp(fn, "fn") == 0
        || (nfn == nbase && strncmp(base, fn, (size_t)nfn) == 0);

    snprintf(txn_name, sizeof(txn_name), "%.*s%s%.*s%s%s", nbase, base,
             same ? "" : ".", same ? 0 : nfn, fn,
             txn_of[0] != '\0' ? "." : "", txn_of);
    txn_of[0] = '\0';
}

const char *
failpoint_txn_name(void)
{
    return txn_name[0] != '\0' ? txn_name : NULL;
}
#endif
