#ifndef BASE_LIMITS_DESK_H
#define BASE_LIMITS_DESK_H

/*
 * The second half of limits.h, which includes it: what people ask for, and what
 * comes from outside.
 */

/* doctor, plan, inbox */
#define DOCTOR_DISK_WARN_MB 2048    /* a million payments take about 2 GB      */
#define DOCTOR_DISK_FAIL_MB 200     /* PostgreSQL stops when it cannot write   */
#define DOCTOR_FILES_SPARE  64      /* databases, logs, files beside requests  */
#define DOCTOR_CLOCK_WARN_MS 1000   /* the database's clock: pay dates, leases */
#define DOCTOR_CLOCK_FAIL_MS 30000
#define DOCTOR_FAR_CLOCK_WARN_MS 60000      /* the provider's: whole seconds,   */
#define DOCTOR_FAR_CLOCK_FAIL_MS 300000     /* and a list is read back by time  */
#define DOCTOR_WORKER_S     30      /* signs of life come every WORK_CHORES_MS */
#define DOCTOR_REFUSED_WARN 100   /* a provider's slips are few; a scanner sends more */
#define DOCTOR_ANSWER_MS    15000   /* a person waits                          */
#define PLAN_FILE_MS        3000    /* a small file at IntaSend, and 15 minutes ... */
#define PLAN_ROW_MS         180     /* ... for 5000 (its page on sending)       */
#define PLAN_SEND_MS        5000    /* a guess: Sapama does not say             */
#define INBOX_GROUP_MAX        256     /* callbacks in one commit ...            */
#define INBOX_GROUP_BYTES_MAX  (32 * 1024 * 1024)   /* ... DB_BYTES_MAX holds them
                                          three times                            */
#define INBOX_LANES            2       /* commits of callbacks at a time, each on its
                                          connection: one waits for the disk while
                                          the other's rows are stored            */
#define INBOX_WAIT_MAX      10000   /* unproven and waiting: a busy hour      */
#define INBOX_WAIT_BYTES_MAX (INT64_C(512) << 20)   /* ... of any size        */
#define INBOX_LOOK_MS       100     /* they are counted this seldom: what comes in
                                       that time is a quarter of them          */
#define INBOX_REFUSED_KEEP  1000    /* of a provider; the rest is counted      */
#define INBOX_REFUSED_BYTES_MAX 4096    /* a longer one is only counted        */

/* payees that other runs of the period pay */
#define KNOWN_RUNS_MAX      64      /* of a period; a firm has a handful           */
#define KNOWN_ROWS_MAX      2000000 /* of them: 33 MB, beside 70 for a million rows */

/* evidence packs */
#define KEEP_PART_BYTES     (1024 * 1024)   /* of a payroll file, a row of source_bytes */
#define PACK_MANIFEST_BYTES_MAX (64 * 1024 * 1024) /* 400,000 members, a line each */
#define PACK_LINE_BYTES_MAX (1024 * 1024)   /* one line of a list: the widest row, escaped */
#define PACK_FINDINGS_MAX   1000    /* told one by one; the rest is counted   */

/* the in-doubt desk */
#define EVIDENCE_TEXT_BYTES    200     /* a receipt, a reason                  */
#define EVIDENCE_FILE_BYTES_MAX (8 * 1024 * 1024)   /* a scan, a mail with it  */
#define EVIDENCE_LIST_MAX      10000   /* shown and exported: two full batches */
#define RETRY_ROWS_MAX         1000000 /* 150 MB of CSV; more is another payroll */

/* errands: what a person asks a provider for besides paying a run */
#define ERRAND_DOOR_MS         180000  /* made this long ago and still here: it does
                                          not leave; longer than a connect may take */
#define ERRAND_BACK_MS         86400000 /* the same again within a day is asked about */
#define ERRAND_PAGES_MAX       2000    /* of 50 to 100 rows: a year of a busy wallet */
#define ERRAND_LIST_MAX        200     /* shown by `payrun errands`                */
#define ERRAND_POST_BYTES_MAX  (1024 * 1024)    /* transactions told in one request */
#define ERRAND_WAIT_MS         300000  /* a phone's prompt ends after a minute or two */

/* a history that went backwards */
#define MARK_BYTES_MAX         2048    /* a dozen short lines                   */
#define LEFT_FILES_MAX         4       /* months of the journal beside it: PR-DUP-007
                                          looks at a period until the month after
                                          it; older backups are put back by nobody */
#define LEFT_LINE_BYTES_MAX    (128 * 1024)     /* 16 digits for each of 5000   */
#define LINEAGE_SLACK_US       INT64_C(900000000)   /* as LIST_SLACK_MS: the
                                          provider's clock may differ            */
#define LINEAGE_BACK_US        INT64_C(3888000000000)   /* 45 days: a month's payday
                                          and the one before                     */
#define LINEAGE_RUNS_SKIPPED   1000    /* more than anybody uploads in such a time */
#define LINEAGE_LINES_MAX      1000000 /* listed of one account: a large payroll  */

#endif
