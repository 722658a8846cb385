#include "book/states.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- run ----------------------------------------------------------------- */

static const char *const run_states[] = {
    [RUN_DRAFT] = "draft", [RUN_SUBMITTED] = "submitted",
    [RUN_APPROVED] = "approved", [RUN_PAYING] = "paying",
    [RUN_PAUSED] = "paused", [RUN_SETTLED] = "settled",
    [RUN_CLOSED] = "closed", [RUN_REJECTED] = "rejected",
    [RUN_CANCELLED] = "cancelled", [RUN_EXPIRED] = "expired", NULL
};

static const char *const run_events[] = {
    [RUN_ON_SUBMIT] = "submit", [RUN_ON_APPROVE] = "approve",
    [RUN_ON_REJECT] = "reject", [RUN_ON_SEND] = "send",
    [RUN_ON_PAUSE] = "pause", [RUN_ON_RESUME] = "resume",
    [RUN_ON_CANCEL] = "cancel", [RUN_ON_EXPIRE] = "expire",
    [RUN_ON_ALL_FINAL] = "all_final", [RUN_ON_TIED] = "tied",
    [RUN_ON_REOPEN] = "reopen", NULL
};

static const bool run_final[] = {
    [RUN_CLOSED] = true, [RUN_REJECTED] = true, [RUN_CANCELLED] = true,
    [RUN_EXPIRED] = true
};

/*
 * A paused run can settle: what was under way when it was paused goes on.
 * Cancelling is only an edge while nothing was released; see run_cancel().
 */
static const struct state_edge run_edges[] = {
    { RUN_DRAFT, RUN_ON_SUBMIT, RUN_SUBMITTED,
      "the maker asks for approval" },
    { RUN_DRAFT, RUN_ON_CANCEL, RUN_CANCELLED,
      "withdrawn before anybody approved it" },
    { RUN_SUBMITTED, RUN_ON_APPROVE, RUN_APPROVED,
      "the checker approved exactly this content" },
    { RUN_SUBMITTED, RUN_ON_REJECT, RUN_REJECTED,
      "the checker sent it back" },
    { RUN_SUBMITTED, RUN_ON_CANCEL, RUN_CANCELLED,
      "withdrawn before anybody approved it" },
    { RUN_SUBMITTED, RUN_ON_EXPIRE, RUN_EXPIRED,
      "nobody approved it in time" },
    { RUN_APPROVED, RUN_ON_SEND, RUN_PAYING,
      "payments may be sent" },
    { RUN_APPROVED, RUN_ON_CANCEL, RUN_CANCELLED,
      "withdrawn before anything was sent" },
    { RUN_APPROVED, RUN_ON_EXPIRE, RUN_EXPIRED,
      "nobody sent it in time" },
    { RUN_PAYING, RUN_ON_PAUSE, RUN_PAUSED,
      "nothing more is sent; what is under way goes on" },
    { RUN_PAYING, RUN_ON_CANCEL, RUN_CANCELLED,
      "cancelled before anything was released" },
    { RUN_PAYING, RUN_ON_ALL_FINAL, RUN_SETTLED,
      "every payment has reached its end" },
    { RUN_PAUSED, RUN_ON_RESUME, RUN_PAYING,
      "payments may be sent again" },
    { RUN_PAUSED, RUN_ON_CANCEL, RUN_CANCELLED,
      "cancelled before anything was released" },
    { RUN_PAUSED, RUN_ON_ALL_FINAL, RUN_SETTLED,
      "every payment has reached its end" },
    { RUN_SETTLED, RUN_ON_TIED, RUN_CLOSED,
      "nothing is in doubt and all sums tie" },
    { RUN_CLOSED, RUN_ON_REOPEN, RUN_SETTLED,
      "what the provider says now contradicts what the run ended with" },
    { RUN_CANCELLED, RUN_ON_REOPEN, RUN_SETTLED,
      "the provider says that it paid what was cancelled here" },
};

const struct state_machine machine_run = {
    "run", run_states, run_events, run_edges, COUNT(run_edges), RUN_DRAFT,
    run_final
};

/* --- batch --------------------------------------------------------------- */

static const char *const batch_states[] = {
    [BATCH_READY] = "ready", [BATCH_INITIATING] = "initiating",
    [BATCH_INITIATED] = "initiated", [BATCH_RELEASING] = "releasing",
    [BATCH_SENDING] = "sending", [BATCH_IN_FLIGHT] = "in_flight",
    [BATCH_IN_DOUBT] = "in_doubt", [BATCH_DONE] = "done",
    [BATCH_REFUSED] = "refused", [BATCH_CANCELLED] = "cancelled", NULL
};

static const char *const batch_events[] = {
    [BATCH_ON_CLAIM_INITIATE] = "claim_initiate",
    [BATCH_ON_INITIATED] = "initiated",
    [BATCH_ON_INITIATE_LOST] = "initiate_lost",
    [BATCH_ON_REFUSED] = "refused",
    [BATCH_ON_CLAIM_RELEASE] = "claim_release",
    [BATCH_ON_NOT_RELEASED] = "not_released",
    [BATCH_ON_RELEASED] = "released",
    [BATCH_ON_NO_ANSWER] = "no_answer",
    [BATCH_ON_STILL_WAITING] = "still_waiting",
    [BATCH_ON_FOUND_RELEASED] = "found_released",
    [BATCH_ON_CLAIM_SEND] = "claim_send",
    [BATCH_ON_NOT_SENT] = "not_sent",
    [BATCH_ON_TAKEN] = "taken",
    [BATCH_ON_ALL_FINAL] = "all_final",
    [BATCH_ON_CANCEL] = "cancel",
    [BATCH_ON_ANSWER_DIFFERS] = "answer_differs",
    [BATCH_ON_FOUND_SENT] = "found_sent",
    [BATCH_ON_DECIDED] = "decided", NULL
};

static const bool batch_final[] = {
    [BATCH_DONE] = true, [BATCH_REFUSED] = true, [BATCH_CANCELLED] = true
};

/*
 * Initiating can be cancelled: it moves no money, and whatever the answer is,
 * a file that nobody approves pays nobody.
 */
static const struct state_edge batch_edges[] = {
    { BATCH_READY, BATCH_ON_CLAIM_INITIATE, BATCH_INITIATING,
      "a worker gives the file to the provider" },
    { BATCH_READY, BATCH_ON_CLAIM_SEND, BATCH_SENDING,
      "a worker sends the payments" },
    { BATCH_READY, BATCH_ON_CANCEL, BATCH_CANCELLED,
      "cancelled before it was sent" },
    { BATCH_READY, BATCH_ON_FOUND_SENT, BATCH_IN_DOUBT,
      "the provider lists payments of a request that it had refused" },
    { BATCH_INITIATING, BATCH_ON_INITIATED, BATCH_INITIATED,
      "the provider holds the file and it is what we sent" },
    { BATCH_INITIATING, BATCH_ON_INITIATE_LOST, BATCH_READY,
      "no answer; it moved no money, so a new try is safe" },
    { BATCH_INITIATING, BATCH_ON_REFUSED, BATCH_REFUSED,
      "the provider refused the file" },
    { BATCH_INITIATING, BATCH_ON_ANSWER_DIFFERS, BATCH_READY,
      "the file there is not what we sent; it is never approved" },
    { BATCH_INITIATING, BATCH_ON_NO_ANSWER, BATCH_IN_DOUBT,
      "the provider did not wait for our approval; must ask" },
    { BATCH_INITIATING, BATCH_ON_CANCEL, BATCH_CANCELLED,
      "cancelled before it was released" },
    { BATCH_INITIATED, BATCH_ON_CLAIM_RELEASE, BATCH_RELEASING,
      "a worker releases the file" },
    { BATCH_INITIATED, BATCH_ON_CANCEL, BATCH_CANCELLED,
      "cancelled before it was released" },
    { BATCH_INITIATED, BATCH_ON_FOUND_SENT, BATCH_IN_DOUBT,
      "the provider may have paid it already: history went back" },
    { BATCH_RELEASING, BATCH_ON_NOT_RELEASED, BATCH_INITIATED,
      "certainly not released; it will be tried again" },
    { BATCH_RELEASING, BATCH_ON_RELEASED, BATCH_IN_FLIGHT,
      "the provider is paying" },
    { BATCH_RELEASING, BATCH_ON_NO_ANSWER, BATCH_IN_DOUBT,
      "cannot tell whether it was released; must ask" },
    { BATCH_SENDING, BATCH_ON_NOT_SENT, BATCH_READY,
      "certainly not taken; it will be tried again" },
    { BATCH_SENDING, BATCH_ON_TAKEN, BATCH_IN_FLIGHT,
      "the provider is paying" },
    { BATCH_SENDING, BATCH_ON_REFUSED, BATCH_REFUSED,
      "the provider refused the file" },
    { BATCH_SENDING, BATCH_ON_NO_ANSWER, BATCH_IN_DOUBT,
      "cannot tell whether it was taken; must ask" },
    { BATCH_IN_DOUBT, BATCH_ON_STILL_WAITING, BATCH_INITIATED,
      "the provider says it still waits for approval" },
    { BATCH_IN_DOUBT, BATCH_ON_FOUND_RELEASED, BATCH_IN_FLIGHT,
      "the provider says it was released, or lists it" },
    { BATCH_IN_DOUBT, BATCH_ON_DECIDED, BATCH_IN_FLIGHT,
      "two people found out what became of every payment of it" },
    { BATCH_IN_FLIGHT, BATCH_ON_ALL_FINAL, BATCH_DONE,
      "every payment of it has an answer" },
};

const struct state_machine machine_batch = {
    "batch", batch_states, batch_events, batch_edges, COUNT(batch_edges),
    BATCH_READY, batch_final
};

/* --- outcome ------------------------------------------------------------- */

/* What happens to an outcome is that an answer says one of these. */
static const char *const outcome_states[] = {
    [OUTCOME_PAID] = "paid", [OUTCOME_FAILED] = "failed",
    [OUTCOME_IN_DOUBT] = "in_doubt", [OUTCOME_CANCELLED] = "cancelled",
    [OUTCOME_RETURNED] = "returned", [OUTCOME_REVERSED] = "reversed", NULL
};

static const bool outcome_final[] = {
    [OUTCOME_PAID] = true, [OUTCOME_FAILED] = true,
    [OUTCOME_CANCELLED] = true, [OUTCOME_RETURNED] = true,
    [OUTCOME_REVERSED] = true
};

/* An instruction that has no answer yet counts as in doubt. */
static const struct state_edge outcome_edges[] = {
    { OUTCOME_IN_DOUBT, OUTCOME_PAID, OUTCOME_PAID,
      "the provider says it was paid" },
    { OUTCOME_IN_DOUBT, OUTCOME_FAILED, OUTCOME_FAILED,
      "the provider says it certainly was not paid" },
    { OUTCOME_IN_DOUBT, OUTCOME_CANCELLED, OUTCOME_CANCELLED,
      "it was cancelled before it was paid" },
    { OUTCOME_PAID, OUTCOME_RETURNED, OUTCOME_RETURNED,
      "the payee's side sent the money back" },
    { OUTCOME_PAID, OUTCOME_REVERSED, OUTCOME_REVERSED,
      "the provider took the money back" },
};

const struct state_machine machine_outcome = {
    "outcome", outcome_states, outcome_states, outcome_edges,
    COUNT(outcome_edges), OUTCOME_IN_DOUBT, outcome_final
};

/* Only from a doubt, or where a final answer was contradicted. */
static const struct state_edge evidence_edges[] = {
    { OUTCOME_IN_DOUBT, OUTCOME_PAID, OUTCOME_PAID,
      "two people found that it was paid" },
    { OUTCOME_IN_DOUBT, OUTCOME_FAILED, OUTCOME_FAILED,
      "two people found that it certainly was not paid" },
    { OUTCOME_FAILED, OUTCOME_PAID, OUTCOME_PAID,
      "contradicted, and two people found that it was paid" },
    { OUTCOME_CANCELLED, OUTCOME_PAID, OUTCOME_PAID,
      "contradicted, and two people found that it was paid" },
    { OUTCOME_PAID, OUTCOME_FAILED, OUTCOME_FAILED,
      "contradicted, and two people found that it was not paid" },
};

const struct state_machine machine_evidence = {
    "evidence", outcome_states, outcome_states, evidence_edges,
    COUNT(evidence_edges), OUTCOME_IN_DOUBT, outcome_final
};

/* --- looking things up --------------------------------------------------- */

const struct state_edge *
state_edge_of(const struct state_machine *m, int from, int on)
{
    for (size_t i = 0; i < m->nedges; i++)
        if (m->edges[i].from == from && m->edges[i].on == on)
            return &m->edges[i];
    return NULL;
}

static int
number_of(const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *
run_state_name(enum run_state s)
{
    return run_states[s];
}

const char *
batch_state_name(enum batch_state s)
{
    return batch_states[s];
}

const char *
outcome_state_name(enum outcome_state s)
{
    return outcome_states[s];
}

int
run_state_of(const char *name)
{
    return number_of(run_states, name);
}

int
batch_state_of(const char *name)
{
    return number_of(batch_states, name);
}

int
outcome_state_of(const char *name)
{
    return number_of(outcome_states, name);
}
