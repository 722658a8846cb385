#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every cap, its unit, and why.  Nothing else may invent one.
 */

/* text */
#define ERR_TEXT_BYTES         512     /* a sentence or two                      */
#define NAME_BYTES_MAX         240     /* IntaSend: name, narrative max 240      */
#define USER_NAME_BYTES_MAX    64      /* a login                                */
#define PATH_BYTES_MAX         4096    /* PATH_MAX on Linux                      */
#define SECRET_BYTES_MAX       4096    /* a key is under 200, a token under 2 KB */
#define SECRET_BLOT_BYTES_MIN 8     /* shorter could be a word                 */
#define LOG_LINE_BYTES_MAX     4096    /* PIPE_BUF: a pipe keeps one write whole */

/* loaders */
#define CSV_FIELD_BYTES_MAX    (16 * 1024)  /* a real field is under 200 bytes   */
#define CSV_LINE_BYTES_MAX     (64 * 1024)  /* a real line is under 2 KB         */
#define CSV_FIELDS_MAX         128     /* a wide HR export has about 40          */
#define CSV_FILE_BYTES_MAX     (INT64_C(2) << 30)   /* 25 million rows           */
#define PROBLEMS_MAX           20000   /* kept in detail; the rest are counted   */
#define READ_CHUNK_BYTES       (64 * 1024)
#define STATEMENT_MAPS_MAX     16      /* a map a bank; nobody banks with more     */
#define YAML_BYTES_MAX         (1024 * 1024) /* settings; rules.yaml has 9 KB     */

/* money: 90,071,992,547,409.91, so sums of a run can never overflow */
#define MONEY_MINOR_MAX        INT64_C(9007199254740991)
#define MONEY_TEXT_BYTES       40      /* "-90,071,992,547,409.91 KES"           */

/* book */
#define BATCH_ROWS_MAX         5000    /* IntaSend tested this many per file     */
#define SETTLE_COPY_ROWS       10      /* fewer are judged for less by one statement */
#define CANARY_ROWS            5       /* few enough to mend by hand, and more than
                                          one payee's own trouble               */
#define RUN_GROUPS_MAX         200     /* of one run; departments of a large firm */
#define GROUP_NAME_BYTES       81      /* 80 bytes and NUL: a line of a page     */
#define PRIORITY_MAX           999     /* of a row; 1 goes first                 */
#define RUN_BATCHES_MAX        100000  /* batch_id = run_id * this + number      */
#define RUN_ROWS_MAX           10000000 /* ten times the largest payroll known   */
#define REFERENCE_BYTES        16      /* batch, seq, check character, NUL       */
#define TOKEN_BYTES            56      /* reference, '-', 32 hex digits, NUL     */
#define PAYMENT_ID_BYTES       40      /* a UUID; Sapama's are up to 19 digits   */

/* database */
#define DB_TXN_TRIES_MAX       8       /* then it was not transient              */
#define DB_COPY_FLUSH_BYTES    (64 * 1024)  /* larger serialises with the backend
                                          (measured: 1.8 times slower at 1 MiB)  */
#define DB_ARGS_MAX            32
#define DB_CONNECT_S           10
#define DB_COLS_MAX            64      /* the widest statement has about 30      */
#define DB_BYTES_MAX           (128 * 1024 * 1024)  /* arguments, or bytea columns,
                                          of one statement: 8 of the largest replies */
#define DB_LOCK_TIMEOUT_MS     10000   /* nobody holds a row lock this long      */
#define DB_IDLE_TXN_MS         60000   /* no transaction waits for anything      */
#define DB_TCP_TIMEOUT_MS      60000   /* unacknowledged: the server is gone     */
#define DB_RETRY_MS            20      /* a conflict: the other is done in ms    */
#define DB_RETRY_CAP_MS        2000
#define DB_RELINK_MS           250     /* a restart or failover takes seconds:   */
#define DB_RELINK_CAP_MS       10000   /* ... 8 tries span about half a minute   */
#define CLUSTER_START_S        60      /* crash recovery of max_wal_size 4 GB    */
#define CLUSTER_START_TRIES    6       /* orphans of a killed server end first   */
#define CLUSTER_TWIN_MS        2000    /* a twin gives its new folder away       */
#define CLUSTER_TWIN_LOOK_MS   20
#define CLUSTER_PING_MS        200     /* between two looks at a starting server */
#define CLUSTER_ROOM_BYTES     (64 << 20)  /* a new one takes 40 MB            */

/* network */
#define NET_INFLIGHT_MAX       256     /* sockets; `ulimit -n` is 1024           */
#define NET_INFLIGHT_DEFAULT   8       /* per lane, until a provider says more   */
#define NET_CONNECT_MS         10000
#define NET_ANSWER_MS          60000   /* 5000 items were seen to take seconds   */
#define NET_REPLY_BYTES_MAX    (16 * 1024 * 1024) /* 5000 items are 1.7 MB       */
#define NET_WHY_BYTES          256
#define HTTPD_BODY_BYTES_MAX   (8 * 1024 * 1024) /* a callback of 5000 items: 2 MB */
#define HTTPD_CONNECTIONS_MAX  1000
#define HTTPD_IDLE_S           30
#define HTTPD_KEPT_MAX         8       /* answers made once; others each time anew  */
#define HTTPD_HEAD_BYTES_MAX   (8 * 1024)  /* of memory for a connection: its head and
                                          a piece of its body; wiped each time   */

/* report */
#define REPORT_FLUSH_BYTES     (64 * 1024)  /* written in pieces of this         */
#define SHEET_PART_BYTES_MAX   (1024 * 1024) /* a cell: 32,767 characters, escaped */
#define REPORT_BUF_BYTES_MAX   (4 * 1024 * 1024) /* a widest payment, escaped   */
#define REPORT_MODEL_BYTES_MAX (4 * 1024 * 1024) /* what is no list of payments    */
#define REPORT_REASONS_MAX     40      /* told apart; the rest is added up       */
#define REPORT_TEXT_ROWS       20      /* of one list; a terminal is short       */
#define REPORT_HTML_ROWS       5000    /* a browser stays quick: about 3 MB      */
#define REPORT_NOTES_MAX       1000    /* rows held back, history                */
#define REPORT_GROUPS_MAX      50      /* departments, shared accounts: a page   */
#define REPORT_PAPER_ROWS      400     /* of one list in a PDF: about ten pages  */
#define REPORT_RUNS_MAX        500     /* of a period or account: years of them  */

/* dispatch and tracker */
#define ONE_PHASE_ROWS_DEFAULT 50      /* PHP drops form fields past 1000, and one
                                          lost answer puts a whole batch in doubt */
#define ONE_PHASE_INFLIGHT_DEFAULT 32  /* small batches, so many at a time       */
#define LEASE_MS               120000  /* longer than NET_CONNECT + NET_ANSWER   */
#define BACKOFF_BASE_MS        500
#define BACKOFF_CAP_MS         60000
#define POLL_FIRST_MS          5000    /* contract intasend.md 10.1: 5 s to 60 s */
#define POLL_CAP_MS            60000
#define POLL_HOLD_MS           5000    /* one worker asks; if it dies, another; not
                                          longer than the account's poll_cap_ms   */
#define POLL_DOUBT_CAP_MS      3600000 /* something in doubt is asked hourly     */
#define GIVE_UP_MS             600000  /* provider unreachable this long: tell  */
#define STOP_GRACE_MS          80000   /* after SIGTERM; systemd kills at 90 s   */
#define LOST_ITEM_POLLS_MAX    20      /* file final, item is not: then in doubt */
#define INITIATE_TRIES_MAX     8       /* about a minute of useless answers to one
                                          batch: then a person must look         */
#define CHARGE_ROW_MINOR_MAX   INT64_C(100000) /* KES 1,000 a payment; the dearest
                                          rail known costs under KES 200         */
#define DIFFERS_MAX            3       /* answers that are not what was sent: then
                                          a person must look                     */
#define CANCELS_REFUSED_MAX 5          /* then a person cancels the file by hand */
#define APPROVE_TRIES_MAX   5          /* moves without a yes, two an approve: then
                                          a person must look                     */
#define SLOW_FILE_MS           86400000 /* 5000 payments take 15 minutes; a file
                                          without its end for a day: tell        */
#define TOKEN_KEY_BYTES     16      /* random, one an attempt: not to be guessed */
#define LIST_ROWS           100     /* of a page; Sapama's framework gives no more */
#define LIST_ROWS_MAX       1000    /* ... and what is read of a page that has more */
#define LIST_SLACK_MS       900000  /* the provider's clock was seen 2 minutes off;
                                       its contract asks for 10              */
#define SCAN_PAGES_MAX      2000    /* 200,000 payments: then it is not a scan     */
#define SCAN_BACK_MS        172800000 /* what is open after two days is asked for
                                       one by one; a scan would read all since */
#define SCAN_GAP_MS         1000    /* one scan a second, however many callbacks  */
#define SCANS_BEFORE_LOOKUP 2       /* a row may show up late; one by one is dear  */
#define LOOKUP_PAGES_MAX    20      /* of one phone: 2000 payments in two days     */
#define LOOKUPS_MAX         6       /* complete looks for one payment, the waits
                                       doubled: ten minutes; then in doubt   */
#define SHORT_LOOK_MS          60000   /* groups wait for money: somebody pays it
                                          in within minutes, at best            */
#define SHORT_NEXT_MS          1000    /* no balance to ask for: one group is paid
                                          after the other                       */
#define WORK_LOOK_MS           250     /* other processes' work is seen this late */
#define CLAIM_BATCHES_MAX      16      /* small ones share the price of a commit;
                                          what is in the air waits meanwhile   */
#define CLAIM_ROWS_MAX         BATCH_ROWS_MAX  /* a whole one takes 50 ms      */
#define WORK_HEAP_BYTES        (64 * 1024 * 1024)  /* kept when free: bodies of a few
                                          megabytes come and go all the time   */
#define WORKERS_MAX            8       /* processes of one command: more than the
                                          cores such a machine has             */
#define WORKER_AGAIN_MS        5000    /* one that died is started again then  */
#define WORK_SLOTS_MS          60000   /* a planned time is a minute, too         */
#define WORK_CHORES_MS         2000    /* leases taken back, sign of life        */
#define WORK_PROGRESS_MS       200     /* a moving line, five times a second     */

#include "base/limits_desk.h"
#include "base/limits_outbox.h"

#endif
