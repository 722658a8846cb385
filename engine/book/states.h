#ifndef BOOK_STATES_H
#define BOOK_STATES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The three machines as tables of edges.  The same rows feed the moves, the
 * history, `payrun states` and the drawing; a test proves that every state is
 * reachable and only final ones are dead ends, and that the SQL enums have the
 * same names in the same order.
 */
enum run_state {
    RUN_DRAFT, RUN_SUBMITTED, RUN_APPROVED, RUN_PAYING, RUN_PAUSED,
    RUN_SETTLED, RUN_CLOSED, RUN_REJECTED, RUN_CANCELLED, RUN_EXPIRED
};
enum run_event {
    RUN_ON_SUBMIT, RUN_ON_APPROVE, RUN_ON_REJECT, RUN_ON_SEND, RUN_ON_PAUSE,
    RUN_ON_RESUME, RUN_ON_CANCEL, RUN_ON_EXPIRE, RUN_ON_ALL_FINAL,
    RUN_ON_TIED, RUN_ON_REOPEN
};

enum batch_state {
    BATCH_READY, BATCH_INITIATING, BATCH_INITIATED, BATCH_RELEASING,
    BATCH_SENDING, BATCH_IN_FLIGHT, BATCH_IN_DOUBT, BATCH_DONE,
    BATCH_REFUSED, BATCH_CANCELLED
};
enum batch_event {
    BATCH_ON_CLAIM_INITIATE,    /* ready -> initiating                        */
    BATCH_ON_INITIATED,         /* initiating -> initiated: answer stored and
                                   compared                                   */
    BATCH_ON_INITIATE_LOST,     /* initiating -> ready: moves no money, so a
                                   new initiate is safe                       */
    BATCH_ON_REFUSED,           /* initiating, sending -> refused             */
    BATCH_ON_CLAIM_RELEASE,     /* initiated -> releasing                     */
    BATCH_ON_NOT_RELEASED,      /* releasing -> initiated: certainly did not
                                   leave, or the provider said "not now"      */
    BATCH_ON_RELEASED,          /* releasing -> in_flight                     */
    BATCH_ON_NO_ANSWER,         /* releasing, sending -> in_doubt; initiating:
                                   the file did not wait for our approval     */
    BATCH_ON_STILL_WAITING,     /* in_doubt -> initiated: status says BP103   */
    BATCH_ON_FOUND_RELEASED,    /* in_doubt -> in_flight                      */
    BATCH_ON_CLAIM_SEND,        /* ready -> sending (one-phase)               */
    BATCH_ON_NOT_SENT,          /* sending -> ready: certainly did not leave,
                                   or definitely refused                      */
    BATCH_ON_TAKEN,             /* sending -> in_flight                       */
    BATCH_ON_ALL_FINAL,         /* in_flight -> done                          */
    BATCH_ON_CANCEL,            /* ready, initiated -> cancelled              */
    BATCH_ON_ANSWER_DIFFERS,    /* initiating -> ready: the file there is not
                                   what we sent; it is cancelled there, never
                                   approved                                   */
    BATCH_ON_FOUND_SENT,        /* ready -> in_doubt: the provider lists
                                   payments that we held for not sent         */
    BATCH_ON_DECIDED            /* in_doubt -> in_flight: two people ended the
                                   last doubt of it (one-phase)               */
};

enum outcome_state {
    OUTCOME_PAID, OUTCOME_FAILED, OUTCOME_IN_DOUBT, OUTCOME_CANCELLED,
    OUTCOME_RETURNED, OUTCOME_REVERSED
};

/* One edge; states and events as numbers of the machine's enums. */
struct state_edge {
    int         from, on, to;
    const char *why;            /* for the log, the history and people */
};

struct state_machine {
    const char *name;                   /* "run", "batch", "outcome"          */
    const char *const *states;          /* names by number; ends with NULL    */
    const char *const *events;
    const struct state_edge *edges;
    size_t nedges;
    int first;
    const bool *final;                  /* by state                           */
};

extern const struct state_machine machine_run, machine_batch, machine_outcome;

/* What two people with evidence may do to an outcome: all that a provider's
 * word alone may not.  Not one of the three; its states are outcome's. */
extern const struct state_machine machine_evidence;

/* state_edge_of(m, from, on): the edge, or NULL: not allowed. */
const struct state_edge *state_edge_of(const struct state_machine *, int, int);

const char *run_state_name(enum run_state);
const char *batch_state_name(enum batch_state);
const char *outcome_state_name(enum outcome_state);

/* run_state_of(name): the state of that name, or -1; likewise the others. */
int run_state_of(const char *);
int batch_state_of(const char *);
int outcome_state_of(const char *);

#endif
