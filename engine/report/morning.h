#ifndef REPORT_MORNING_H
#define REPORT_MORNING_H

#include "base/arena.h"
#include "report/model.h"

/*
 * The morning report: what was due, what was paid, what failed and why, what is
 * in doubt and when it is asked about next, what waits for whom.  Each run is
 * read as its own report reads it, so the numbers are those of `payrun report`;
 * all of one moment.  One model, two renderings.
 */
struct morning_slot  { struct str name, state, note, runs; int64_t due_us; };
struct morning_doubt {
    struct str ref, account;
    char       ccy[4];
    int        number;
    int64_t    rows, minor, since_us, next_us;
};
struct morning_wait  { struct str who, what, todo; int64_t since_us; };
struct morning_alert { struct str title, told; int64_t at_us; };
struct morning_sum   {
    char    ccy[4];
    int64_t runs, rows, minor, paid_rows, paid_minor, failed_rows, failed_minor,
            doubt_rows, doubt_minor, open_rows, open_minor;
};

#define MORNING_CCYS 16

struct morning {
    int64_t from_us, until_us, now_us;
    char    day[16];                    /* whose morning it is                */
    struct arena arena;
    int     nruns, nslots, ndoubts, nwaits, nalerts, nsums;
    int64_t more_runs;                  /* left out                           */
    bool    live;                       /* one of the runs is                 */
    struct model *runs[MORNING_RUNS_MAX];
    struct morning_slot   slots[MORNING_ROWS_MAX];
    struct morning_doubt  doubts[MORNING_ROWS_MAX];
    struct morning_wait   waits[MORNING_ROWS_MAX];
    struct morning_alert  alerts[MORNING_ROWS_MAX];
    struct morning_sum    sums[MORNING_CCYS];
};

/**
 * morning_read(m, db, day, e):
 * ${day} "2026-11-27": the 24 hours to 6 o'clock of it, Nairobi time; "": since
 * the last report that was handed to a channel, at least 24 hours.  Large.
 * Return 0 or -1; morning_release() in both cases.
 */
int  morning_read(struct morning *, struct db *, const char *day,
                  struct err *);
void morning_release(struct morning *);

/* morning_title(m, out): one line: how the night was. */
#define MORNING_TITLE_BYTES 200
void morning_title(const struct morning *, char out[MORNING_TITLE_BYTES]);

void morning_text(const struct morning *, struct buf *);
void morning_html(const struct morning *, struct buf *);

/* morning_json(m, out): the sums, for programs. */
void morning_json(const struct morning *, struct buf *);

/* What a run had: of its sums, as the report counts them. */
int64_t morning_open_rows(const struct model *);
int64_t morning_open_minor(const struct model *);

#endif
