#ifndef SANDBOX_FIGURES_H
#define SANDBOX_FIGURES_H

/*
 * What the stand-in holds to: figures of the provider where they are known
 * (contract sections 2, 4, 6), choices of its own where they are not.
 */

/* sizes of the provider's fields, in characters */
#define FIGURE_ALIAS_BYTES       8        /* "YP3I6V4" and the NUL */
#define FIGURE_UUID_BYTES        37
#define FIGURE_NONCE_BYTES       7        /* six hexadecimal digits */
#define FIGURE_RECEIPT_BYTES     11       /* "TJRHC8IET4" */
#define FIGURE_ACCOUNT_MAX       24
#define FIGURE_NAME_MAX          240
#define FIGURE_ID_NUMBER_MAX     20
#define FIGURE_REFERENCE_MAX     20
#define FIGURE_BATCH_REF_MAX     70
#define FIGURE_URL_MAX           400
#define FIGURE_KEY_MAX           128      /* unknown there; generous */
#define FIGURE_LABEL_MAX         40
#define FIGURE_TEXT_MAX          120      /* names, mail, references */
#define FIGURE_REASON_MAX        240      /* of a refund, and of a transfer */
#define FIGURE_PHONE_DIGITS      12       /* 254 and nine more */
#define FIGURE_PUBLIC_KEY        "ISPubKey_test_payrun_sandbox"

/* delays at 100 percent speed, milliseconds; recorded in section 2.9 */
#define FIGURE_CHECK_MS          170      /* BP104 to BP109 */
#define FIGURE_SEND_MS           160      /* BP109 to BP110 */
#define FIGURE_LONG_TIMES        10       /* "pending long" is ten latencies */
#define FIGURE_TICK_US           20000    /* results are grouped: 50 syncs a
                                             second, however many payees */

#define FIGURE_LATE_TIMES        100      /* a payment is taken back so many
                                             latencies after its file's end */
#define FIGURE_RAILS             5
#define FIGURE_BANDS_MAX         16       /* of one rail's charges */

/* lists; the provider's page size is unknown */
#define FIGURE_PAGE_ROWS         100
#define FIGURE_PAGE_ROWS_MAX     5000

/* money; the tariff is not the provider's, which is unknown */
#define FIGURE_BANK_CHARGE_MINOR 10000    /* PESALINK: KES 100 */
#define FIGURE_B2C_MIN_MINOR     1000
#define FIGURE_B2C_MAX_MINOR     25000000
#define FIGURE_BANK_MIN_MINOR    10000
#define FIGURE_BANK_MAX_MINOR    99999900
#define FIGURE_TRANSFER_MAX_MINOR 99999900

/* webhooks, section 4.6 */
#define FIGURE_HOOK_RETRIES      5
#define FIGURE_HOOK_RETRY_MS     300000   /* 5 minutes, then 20, 80, ... */
#define FIGURE_HOOK_GROWTH       4
#define FIGURE_HOOK_OFF_AFTER    20       /* more failures in a row than this */
#define FIGURE_HOOK_FLIGHTS_MAX  8        /* a body can be 3 MB */
#define FIGURE_HOOK_ANSWER_MS    10000
#define FIGURE_HOOK_COPIES_MAX   100

/* its own tools */
#define FIGURE_FAULTS_MAX        128
#define FIGURE_DIARY_MAX         1000     /* requests remembered one by one */
#define FIGURE_ANSWER_BYTES_MAX  ((size_t)1 << 30) /* every payment as CSV */
#define FIGURE_IDLE_MS           60000    /* nothing due: look again then */

#endif
