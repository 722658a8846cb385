#ifndef SANDBOX_CASH_FIGURES_H
#define SANDBOX_CASH_FIGURES_H

/*
 * What the stand-in for Sapama Cash holds to: figures of the provider where
 * they are published (contract sections 1, 4, 7), choices of its own else.
 */

/* the numbers of the provider's own samples, so that ours look like them */
#define CASH_ROW_FIRST          305528  /* rows, invoices, payouts: one count */
#define CASH_SMS_FIRST          12376
#define CASH_TRANSFER_FIRST     14
#define CASH_ORGANIZATION       "255"
#define CASH_CUSTOMER           "173846"
#define CASH_USER               "173186"
#define CASH_TILL               2       /* the till of the key ... */
#define CASH_TILL_CODE          830830
#define CASH_TILL_OTHER         245     /* ... and one to transfer to */
#define CASH_TILL_OTHER_CODE    830245
#define CASH_TILLS              2

/* sizes */
#define CASH_CODE_BYTES         12      /* "SFC_IC0003" and the NUL */
#define CASH_RECEIPT_BYTES      11      /* "TJRHC8IET4" */
#define CASH_UUID_BYTES         24      /* "trans_5f1077b2e5e68" */
#define CASH_STAMP_BYTES        24
#define CASH_TEXT_MAX           60000   /* of one row; a field is under 1000 */
#define CASH_FORM_BYTES_MAX     ((size_t)32 << 20)
#define CASH_ANSWER_BYTES_MAX   ((size_t)1 << 30)

/* M-Pesa's limits (mpesa.md section 4), KES */
#define CASH_AMOUNT_MIN_MINOR   1000
#define CASH_AMOUNT_MAX_MINOR   25000000

/* figures with a switch */
#define CASH_PER_PAGE           50      /* documented */
#define CASH_PER_PAGE_CAP       100     /* its author's framework */
#define CASH_INPUT_VARS_MAX     1000    /* PHP since 5.3.9 */
#define CASH_SKEW_S             120     /* its clock behind M-Pesa's */

/* its own machinery */
#define CASH_FAULTS_MAX         64
#define CASH_COPIES_MAX         100
#define CASH_DIARY_MAX          1000
#define CASH_FLIGHTS_MAX        32      /* callbacks at a time */
#define CASH_CALLBACK_MS        10000   /* then it gives up */
#define CASH_DELAY_MS_MAX       (60 * 60 * 1000)
/* results in groups: 50 syncs a second, however many payees */
#define CASH_TICK_US            20000
#define CASH_LONG_TIMES         10      /* a slow one takes ten latencies */
#define CASH_IDLE_MS            60000

#endif
