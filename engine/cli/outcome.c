#include "cli/outcome.h"

#include <inttypes.h>

#include "money/money.h"

/* Something has no end yet, or an end that cannot be right. */
static bool
is_open(const struct run *run, const struct run_progress *now)
{
    static const enum batch_state open[] = {
        BATCH_RELEASING, BATCH_SENDING, BATCH_IN_FLIGHT, BATCH_IN_DOUBT
    };

    for (size_t i = 0; i < LEN(open); i++)
        if (now->batches_by_state[open[i]] > 0)
            return true;
    switch (run->state) {
    case RUN_PAYING: case RUN_PAUSED:
        return now->waiting_rows > 0;
    case RUN_SETTLED:
        /* Without doubt it would be closed, but for sums that do not tie or
         * an answer that was contradicted. */
        return true;
    case RUN_DRAFT: case RUN_SUBMITTED: case RUN_APPROVED: case RUN_CLOSED:
    case RUN_REJECTED: case RUN_CANCELLED: case RUN_EXPIRED:
        return false;
    }
    return false;
}

int
outcome_exit(const struct run *run, const struct run_progress *now)
{
    if (now->doubt_rows > 0 || now->flight_rows > 0 || is_open(run, now))
        return EXIT_IN_DOUBT;
    return now->failed_rows > 0 ? EXIT_SOME_FAILED : EXIT_DONE;
}

int
outcome_read(struct app *app, struct run *run, struct run_progress *now,
             struct err *e)
{
    char ref[RUN_REF_BYTES];

    memcpy(ref, run->ref, sizeof(ref));
    if (run_find(app->db, ref, run, e) < 0)
        return -1;
    return run_progress(app->db, run->run_id, now, e);
}

bool
outcome_final(const struct run *run)
{
    switch (run->state) {
    case RUN_SETTLED: case RUN_CLOSED: case RUN_REJECTED:
    case RUN_CANCELLED: case RUN_EXPIRED:
        return true;
    case RUN_DRAFT: case RUN_SUBMITTED: case RUN_APPROVED: case RUN_PAYING:
    case RUN_PAUSED:
        return false;
    }
    return false;
}

static void
line(const char *what, int64_t rows, int64_t minor, const char *ccy)
{
    struct money m = { minor, { 0 } };
    char text[MONEY_TEXT_BYTES], count[MONEY_TEXT_BYTES];

    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, text);
    money_count(rows, count);
    printf("  %-10s %10s  %24s\n", what, count, text);
}

/* What people can do about those that did not arrive. */
static void
next_desk(const struct run *r, const struct run_progress *now)
{
    if (now->doubt_rows > 0)
        printf("in doubt: payrun resolve %s\n", r->ref);
    if (now->failed_rows > 0 && outcome_final(r))
        printf("what failed can be paid again: payrun retry %s\n", r->ref);
}

static void
next_paying(const struct run *r, const struct run_progress *now)
{
    if (now->canary[0] != '\0')
        printf("tried out first: %s; the rest waits for its answers\n",
               now->canary);
    printf("a worker carries it on: payrun work, or payrun send %s --wait\n",
           r->ref);
}

/* The command that comes next, so that nobody has to look it up. */
static void
next_step(const struct run *r, const struct run_progress *now)
{
    switch (r->state) {
    case RUN_DRAFT:
        printf("next: payrun submit %s\n", r->ref);
        break;
    case RUN_SUBMITTED:
        printf("next: another person: payrun approve %s\n", r->ref);
        break;
    case RUN_APPROVED:
        printf("next: payrun send %s --wait\n", r->ref);
        break;
    case RUN_PAYING:
        if (now->halted[0] != '\0')
            printf("EVERYTHING IS PAUSED by %s\nnext: %s\n",
                   now->halted, strstr(now->halted, "payrun lineage") != NULL
                   ? "payrun lineage"
                   : "when that is mended, payrun resume --all");
        else if (now->lane_closed)
            printf("STOPPED: %s\nnext: mend it, then payrun resume %s\n",
                   now->lane_why, r->ref);
        else
            next_paying(r, now);
        break;
    case RUN_PAUSED:
        printf("PAUSED: %s\nnext: mend it, then payrun resume %s\n",
               r->state_why, r->ref);
        break;
    case RUN_SETTLED:
        if (now->doubt_rows == 0)
            printf("LOOK: %s\n", r->state_why);
        printf("next: payrun report %s\n", r->ref);
        break;
    case RUN_CLOSED:
        printf("next: payrun report %s\n", r->ref);
        break;
    case RUN_REJECTED: case RUN_CANCELLED: case RUN_EXPIRED:
        if (r->state_why[0] != '\0')
            printf("why: %s\n", r->state_why);
        break;
    }
}

void
outcome_print(const struct run *r, const struct run_progress *now)
{
    int64_t sum = now->paid_minor + now->failed_minor + now->doubt_minor +
                  now->cancelled_minor;

    printf("%s  %s%s  %s %s  account%s %s\n", r->ref,
           run_state_name(r->state), r->live ? "  LIVE" : "  sandbox",
           r->period, r->kind, strstr(now->accounts, ", ") != NULL ? "s" : "",
           now->accounts[0] != '\0' ? now->accounts : r->account);
    line("asked", r->rows, r->minor, r->ccy);
    line("paid", now->paid_rows, now->paid_minor, r->ccy);
    line("failed", now->failed_rows, now->failed_minor, r->ccy);
    line("in doubt", now->doubt_rows, now->doubt_minor, r->ccy);
    if (now->cancelled_rows > 0)
        line("cancelled", now->cancelled_rows, now->cancelled_minor, r->ccy);
    line("open", now->rows - now->paid_rows - now->failed_rows -
         now->doubt_rows - now->cancelled_rows, r->minor - sum, r->ccy);
    if (now->batches_by_state[BATCH_IN_DOUBT] > 0)
        printf("  NO ANSWER CAME to %lld of the requests: payrun asks whether "
               "it was done. Do not\n  pay these people in another way.\n",
               (long long)now->batches_by_state[BATCH_IN_DOUBT]);
    next_step(r, now);
    next_desk(r, now);
}

static json_t *
part(int64_t rows, int64_t minor, const char *ccy)
{
    return json_pack("{s:I, s:o}", "count", (json_int_t)rows,
                     "amount", json_money(minor, ccy));
}

json_t *
outcome_json(const struct run *r, const struct run_progress *now)
{
    json_t *batches = json_object();

    for (int s = BATCH_READY; s <= BATCH_CANCELLED; s++)
        if (now->batches_by_state[s] > 0)
            json_object_set_new(batches, batch_state_name((enum batch_state)s),
                                json_integer(now->batches_by_state[s]));
    return json_pack(
        "{s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:b,"
        " s:s, s:s, s:s, s:s, s:s}",
        "run", r->ref, "state", run_state_name(r->state), "live", r->live,
        "currency", r->ccy, "asked", part(r->rows, r->minor, r->ccy),
        "paid", part(now->paid_rows, now->paid_minor, r->ccy),
        "failed", part(now->failed_rows, now->failed_minor, r->ccy),
        "in_doubt", part(now->doubt_rows, now->doubt_minor, r->ccy),
        "cancelled", part(now->cancelled_rows, now->cancelled_minor, r->ccy),
        "in_flight", (json_int_t)now->flight_rows,
        "waiting", (json_int_t)now->waiting_rows, "batches", batches,
        "lane_closed", now->lane_closed, "lane_why", now->lane_why,
        "why", r->state_why, "accounts", now->accounts,
        "halted", now->halted, "canary", now->canary);
}
