#ifndef TRACKER_ALARM_H
#define TRACKER_ALARM_H

#include "book/batch.h"
#include "dispatch/desk.h"

/*
 * What a person must hear of.  Each is told once, in the history of its batch
 * and in the audit; and the log warns.
 */
#define ALARM_CANCEL_BY_HAND "cancel_by_hand"
#define ALARM_NO_END         "no_end"

/* alarm_once(desk, batch, event, why): unless it was told before. */
void alarm_once(struct desk *, const struct batch *, const char *event,
                const char *why);

/**
 * alarm_contradiction(db, desk, batch, n):
 * Inside a transaction: ${n} answers contradict final ones.  Into the audit;
 * and the run will not be closed by itself: see alarm_runs().
 */
enum db_status alarm_contradiction(struct db *, const struct desk *,
                                   const struct batch *, int n);

/* alarm_grave(desk, batch, event, why): as alarm_once(); and the run is paused,
 * and not closed by itself any more. */
void alarm_grave(struct desk *, const struct batch *, const char *event,
                 const char *why);

/* alarm_runs(desk): contradicted runs that had ended are settled again, and
 * all that are settled say why they stay so. */
void alarm_runs(struct desk *);

/* alarm_slow(desk): a released file without its end for a day. */
void alarm_slow(struct desk *);

/* alarm_wake(desk): released files nobody would ask about are asked about. */
void alarm_wake(struct desk *);

#endif
