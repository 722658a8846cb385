/* The network is cut at each place of each request and its answer, by reset, by
 * close, by silence, or 100 MB come instead of an answer.  Nobody is paid twice,
 * nobody is lost; what could have left is never said not to have; with two
 * phases everything heals.
 *
 * The cases run in slices side by side, because most of a case is waiting:
 * this program starts itself again for each.  CUTS=all runs all of them; without
 * it what moves money is cut everywhere, the rest in every third case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "net/http.h"
#include "tests/lib/netproxy.h"
#include "tests/lib/slices.h"
#include "tests/lib/till.h"

#define SLICES 6
#define ROWS   2                /* one batch */
#define DOUBT_MS 1500           /* asked about later than that: it is over   */
#define LOOKS_HELD 3            /* turns for which connecting is refused */

struct step {
    const char *name;           /* of its attempts; "": it is a question     */
    const char *word;           /* in the first line of its requests         */
    bool        one_phase;
    bool        moves;          /* it can move money                         */
    bool        get;            /* without a body                            */
};

static const struct step steps[] = {
    { "initiate", "send-money/initiate", false, true, false },
    { "approve", "send-money/approve", false, true, false },
    { "cancel", "send-money/cancel", false, false, false },
    { "", "send-money/status", false, false, false },
    { "", "/wallets/", false, false, true },
    { "send", "/api/b2c", true, true, false },
    { "", "get_transactions", true, false, true },
};

static const struct {
    const char *name, *at;      /* NULL: connecting is refused               */
} places[] = {
    { "before it connects", NULL },
    { "when it has connected", "accept" },
    { "before its first byte", "request.head+0" },
    { "in its headers", "request.head+40" },
    { "between its headers and its body", "request.body+0" },
    { "in its body", "request.body+7" },
    { "before its last byte", "request.last" },
    { "behind it", "request.end" },
    { "before its answer", "answer.head+0" },
    { "in the answer's status line", "answer.head+7" },
    { "in the answer's headers", "answer.head+40" },
    { "between the answer's headers and body", "answer.body+0" },
    { "in the answer's body", "answer.body+30" },
    { "before the answer's last byte", "answer.last" },
    { "behind the answer", "answer.end" },
};

static const char *const hows[] = { "rst", "fin", "stall", "flood" };

#define CASES (LEN(steps) * LEN(places) * LEN(hows))

/* --- one case --------------------------------------------------------------- */

static struct cut {
    struct netproxy    proxy;
    const struct step *step;
    bool               refuse, silent;
    int                since;   /* turn at which it was refused; 0: not yet  */
    bool               over;
} cut;

static void
tell(struct netproxy_counts *to, const char *line)
{
    if (netproxy_tell(&cut.proxy, to, "%s", line) < 0)
        fail_msg("the proxy did not understand: %s", line);
}

/* Is its request about to connect?  This runs between the commit of its attempt
 * and the turn that connects. */
static bool
about_to(struct shop *s)
{
    char sql[256];

    if (cut.step->name[0] == '\0')
        return shop_batches(s, cut.step->one_phase ? "in_flight"
                            : strstr(cut.step->word, "wallets") != NULL
                            ? "initiated" : "in_flight") > 0;
    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM attempt JOIN batch "
             "USING (batch_id) WHERE run_id = $R AND step = '%s' AND left_at "
             "IS NULL AND answered_at IS NULL", cut.step->name);
    return shop_n(s, sql) > 0;
}

static void
refuse_once(struct shop *s)
{
    if (!cut.refuse || cut.over)
        return;
    if (cut.since == 0 && about_to(s)) {
        tell(NULL, "refuse");
        cut.since = s->turns;
    } else if (cut.since > 0 && s->turns - cut.since > LOOKS_HELD) {
        tell(NULL, "listen");
        cut.over = true;
    }
}

static int64_t
attempts(struct shop *s, const char *that)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM attempt JOIN batch "
             "USING (batch_id) WHERE run_id = $R AND step = '%s' AND %s",
             cut.step->name, that);
    return shop_n(s, sql);
}

/* Every request of which a byte was seen is known to have left, and none of
 * them came twice or over a connection that had another before. */
static void
check_left(struct shop *s, const char *what, const char *at)
{
    struct netproxy_counts n;

    tell(&n, "counts");
    if (at != NULL && n.fired != 1)
        fail_msg("%s: it was cut %lld times", what, (long long)n.fired);
    if (at == NULL && !cut.over && cut.step->name[0] != '\0')
        fail_msg("%s: nothing was refused", what);
    if (cut.step->name[0] == '\0')
        return;
    if (attempts(s, "left_at IS NOT NULL") < n.matched)
        fail_msg("%s: %lld requests were seen, %lld are said to have left",
                 what, (long long)n.matched,
                 (long long)attempts(s, "left_at IS NOT NULL"));
    /* A reset can overtake the connection itself. */
    if (at != NULL && strcmp(at, "accept") != 0 && !cut.silent
        && attempts(s, "left_at IS NULL") != 0)
        fail_msg("%s: one is said not to have left", what);
    if (n.kept != 0)
        fail_msg("%s: it went over a kept connection", what);
}

static void
through_proxy(struct shop *s, const char *at, const char *how)
{
    char *port = strrchr(s->account.base_url, ':') + 1, path[64], line[160];
    int to = (int)strtol(port, NULL, 10);

    snprintf(path, sizeof(path), "%s", strchr(port, '/'));
    cut.since = 0;
    cut.over = false;
    cut.refuse = at == NULL;
    cut.silent = strcmp(how, "stall") == 0;
    assert_int_equal(netproxy_start(&cut.proxy, to), 0);
    snprintf(s->account.base_url, sizeof(s->account.base_url),
             "http://127.0.0.1:%d%s", cut.proxy.port, path);
    if (at == NULL)
        snprintf(line, sizeof(line), "fault on=%s at=accept how=fin "
                 "skip=1000000", cut.step->word);
    else
        snprintf(line, sizeof(line), "fault on=%s at=%s how=%s",
                 cut.step->word, at, how);
    tell(NULL, line);
    /* Only silence is waited for; a busy machine is no lost answer. */
    s->account.connect_ms = 20000;
    s->account.answer_ms = strcmp(how, "stall") == 0 ? 1500 : 20000;
    s->account.lease_ms = 60000;
    s->account.give_up_ms = 60000;
    s->also = refuse_once;
}

/* "Could not be reached" for DOUBT_MS says to run the same command again. */
static void
work(struct shop *s, const char *what)
{
    int rc = -1;

    for (int i = 0; rc < 0 && i < 40; i++)
        if ((rc = shop_work(s)) < 0 && s->e.kind != ERR_UNAVAILABLE)
            break;
    if (rc < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static void
two_phases(const char *what, const char *at, const char *how)
{
    struct shop s;

    shop_plan(&s);
    s.account.batch_rows_max = ROWS;
    shop_open(&s);
    if (strcmp(cut.step->name, "cancel") == 0)
        shop_fault(&s, "{\"on\":\"initiate\",\"do\":\"missing\"}");
    shop_seed(&s, ROWS);
    through_proxy(&s, at, how);
    work(&s, what);
    check_left(&s, what, at);
    shop_closed(&s, what, ROWS);
    netproxy_stop(&cut.proxy);
    shop_close(&s);
}

/* What left and did not arrive stays in doubt, as it must; it is not sent
 * again, and nobody says that it failed. */
static void
one_phase(const char *what, const char *at, const char *how)
{
    struct netproxy_counts n;
    struct shop s;

    till_open(&s);
    s.account.batch_rows_max = ROWS;
    till_seed(&s, ROWS);
    through_proxy(&s, at, how);
    s.account.give_up_ms = DOUBT_MS;
    work(&s, what);
    check_left(&s, what, at);
    tell(&n, "counts");
    if (cut.step->moves && n.whole != till.sends)
        fail_msg("%s: %lld whole requests, %d came", what,
                 (long long)n.whole, till.sends);
    till_paid(what, till.n);
    if (till.n == ROWS)
        till_closed(&s, what, ROWS);
    else
        till_states(&s, what, 0, 0, ROWS);
    shop_do(&s, "DELETE FROM sought");
    netproxy_stop(&cut.proxy);
    till_close(&s);
}

/* Is case ${i} one of this slice, and of those that run today? */
static bool
meant(size_t i, int slice)
{
    const char *all = getenv("CUTS");
    const struct step *step = &steps[i % LEN(steps)];
    size_t place = i / LEN(steps) % LEN(places);

    if ((int)(i % SLICES) != slice)
        return false;
    /* 100 MB come instead of an answer. */
    if (strcmp(hows[i / LEN(steps) / LEN(places)], "flood") == 0)
        return strcmp(places[place].name, "before its answer") == 0;
    /* Refusing has no kinds; a GET has no body that could be cut. */
    if (places[place].at == NULL && i / LEN(steps) / LEN(places) > 0)
        return false;
    if (step->get && places[place].at != NULL
        && (strcmp(places[place].at, "request.body+7") == 0
            || strcmp(places[place].at, "request.last") == 0))
        return false;
    return (all != NULL && strcmp(all, "all") == 0) || step->moves
        || i % 3 == 0;
}

static void
one_case(size_t i)
{
    const char *how = hows[i / LEN(steps) / LEN(places)];
    size_t place = i / LEN(steps) % LEN(places);
    char what[160];

    cut.step = &steps[i % LEN(steps)];
    snprintf(what, sizeof(what), "%s cut %s by %s", cut.step->word,
             places[place].name, how);
    if (getenv("PAYRUN_TEST_LOG") != NULL)
        fprintf(stderr, "# %zu %s\n", i, what);
    if (cut.step->one_phase)
        one_phase(what, places[place].at, how);
    else
        two_phases(what, places[place].at, how);
}

static void
one_slice(void **state)
{
    const char *one = getenv("CUT_CASE");

    (void)state;
    for (size_t i = 0; i < CASES; i++)
        if (one != NULL ? i == strtoul(one, NULL, 10) : meant(i, slices_this()))
            one_case(i);
}

/* --- all of them ------------------------------------------------------------ */

static void
every_cut(void **state)
{
    int cases = 0;

    (void)state;
    for (size_t i = 0; i < CASES; i++)
        cases += meant(i, (int)(i % SLICES));
    print_message("# %d of %zu cases\n", cases, CASES);
    assert_int_equal(slices_run(SLICES), 0);
}

int
main(void)
{
    const struct CMUnitTest parent[] = { cmocka_unit_test(every_cut) };
    const struct CMUnitTest child[] = { cmocka_unit_test(one_slice) };

    if (slices_this() >= 0)
        return cmocka_run_group_tests(child, till_all_open, till_all_close);
    return cmocka_run_group_tests(parent, NULL, NULL);
}
