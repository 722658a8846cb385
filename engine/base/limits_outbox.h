#ifndef BASE_LIMITS_OUTBOX_H
#define BASE_LIMITS_OUTBOX_H

/* Included by limits.h: telling people and other programs (engine/outbox). */
#define OUTBOX_CHANNELS_MAX  16     /* a pager, a few mailboxes, a few systems  */
#define OUTBOX_WORDS_MAX     16     /* of a command; mailboxes; kinds of events */
#define OUTBOX_TEXT_BYTES_MAX (4 * 1024 * 1024) /* a morning report of a busy
                                       night is far below a megabyte          */
#define OUTBOX_DOUBT_S       900    /* in doubt for 15 minutes: a person is told */
#define OUTBOX_GONE_S        300    /* workers give a sign of life every 2 s    */
#define OUTBOX_HOLD_S        120    /* who died while telling: another tells    */
#define OUTBOX_HAND_MS       20000  /* a receiver that takes longer is dead     */
#define OUTBOX_CONNECT_MS    5000
#define OUTBOX_BACK_MS       10000  /* first wait; doubles, half of it by chance */
#define OUTBOX_BACK_CAP_MS   3600000
#define OUTBOX_TRIES_MAX     80     /* about three days; then a person resends  */
#define OUTBOX_LOOK_MS       10000  /* how late "15 minutes in doubt" is seen   */
#define OUTBOX_TURN_MS       1000   /* how late an event is seen                */
#define OUTBOX_LIST_MAX      10000  /* of `payrun events list`                  */
#define MORNING_ROWS_MAX     500    /* of one list; what is left out is counted */
#define MORNING_RUNS_MAX     256    /* of one night                             */
#define BACKUP_AGE_H         26     /* one every night, and two hours late      */
#define METRICS_PERIOD_MS    5000   /* asked more often, it is the last answer  */

#endif
