#ifndef SANDBOX_CASH_RULES_H
#define SANDBOX_CASH_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"

/*
 * One switch for each reading of the contract that another client could hold
 * (its sections 8, 12, 13); GET and POST /_rules.  Each has one whole number:
 * 0 or 1, a figure, or the place of a word in its list.  What each means
 * stands in the README of this folder.
 */
enum cash_rule {
    /* what the answers look like */
    RULE_SNAKE, RULE_NUMBERS_TEXT, RULE_PHONE_LOCAL, RULE_ERROR_HTML,
    RULE_FORMAT_REDIRECT, RULE_PAGE_CLAMP, RULE_PER_PAGE_CAP, RULE_TRANS_TIME,
    RULE_DATE_BLANK, RULE_DATE_ZERO, RULE_BAD_KEY, RULE_KNOWN_ID,
    RULE_TRANSFER_PATH, RULE_TRANSFER_MESSAGE,
    /* what is accepted */
    RULE_HASH_ARRAYS, RULE_REFERENCE_KEY, RULE_REFERENCE_ECHO, RULE_PARTIAL,
    RULE_REFUSED_SHAPE, RULE_INPUT_VARS_MAX, RULE_DUPLICATES, RULE_CENTS,
    RULE_BENEFICIARIES_MAX, RULE_ANSWERS_LOST, RULE_ANSWER_DELAY_MS,
    /* rows */
    RULE_ROW_DELAY_MS, RULE_ROWS_LISTED, RULE_ROW_TRANS_ID,
    RULE_ROW_REFERENCE, RULE_ROW_CALLBACK_URL, RULE_ANY_WITH_PHONE,
    RULE_SKEW_S,
    /* the list as a statement */
    RULE_LINE_CHARGES, RULE_LINE_REVERSALS, RULE_LINE_OMIT, RULE_LINE_AMOUNT,
    RULE_LINE_AGAIN, RULE_LINE_PAYEE, RULE_LINE_CHARGE, RULE_LINE_UNKNOWN,
    RULE_LINE_LATE_S,
    /* callbacks */
    RULE_CALLBACK_COPIES, RULE_CALLBACK_DELAY_MS, RULE_CALLBACK_SHUFFLE_MS,
    RULE_CALLBACK_CONTRADICT, RULE_CALLBACK_FORGE, RULE_CALLBACK_TRANS_ID,
    RULE_CALLBACK_SHAPE, RULE_CALLBACK_METHOD, RULE_CALLBACK_STATUS,
    RULE_CALLBACK_PENDING, RULE_CALLBACK_MARKS, RULE_CALLBACK_RETRIES,
    RULE_GET_SPACE, RULE_POST_SPACE, RULE_URL_WINS,
    /* money and time */
    RULE_SANDBOX_PAYS, RULE_MIN_MINOR, RULE_MAX_MINOR, RULE_CHARGE_MINOR,
    RULE_LATENCY_MS, RULE_FAIL_PER_MILLE,
    RULE_COUNT
};

/* The words of those that have some, in the order of their values. */
enum { TIME_DOCUMENTED, TIME_DASHES, TIME_DIGITS, TIME_COLONS };
enum { BAD_KEY_API_KEY, BAD_KEY_HASH, BAD_KEY_TOKEN };
enum { UNKNOWN_EMPTY, UNKNOWN_404 };
enum { PATH_DOCUMENTED, PATH_CORRECTED, PATH_BOTH };
enum { MESSAGE_DOCUMENTED, MESSAGE_CORRECTED };
enum { ARRAYS_EXCLUDED, ARRAYS_WORD };
enum { KEY_EITHER, KEY_TRANS_ID, KEY_TRANS_REFERENCE };
enum { ECHO_TRANS_ID, ECHO_TRANS_REFERENCE };
enum { REFUSED_ERROR, REFUSED_NULL, REFUSED_ZERO, REFUSED_ABSENT };
enum { DUPLICATES_PAID, DUPLICATES_REFUSED };
enum { ROW_ID_SWITCHES, ROW_ID_RECEIPT, ROW_ID_REFERENCE };
enum { ROW_REFERENCE_NUMBER, ROW_REFERENCE_NONE };
enum { CALLBACK_REFERENCE, CALLBACK_RECEIPT };
enum { SHAPE_FULL, SHAPE_BARE };
enum { METHOD_ASKED, METHOD_GET, METHOD_POST };
enum { STATUS_SUCCESS, STATUS_RECEIVED, STATUS_NUMBER };
enum { SPACE_PERCENT, SPACE_PLUS };

struct cash_rules {
    int64_t is[RULE_COUNT];
};

/* cash_rules_init(r): what the contract's readings suggest. */
void cash_rules_init(struct cash_rules *);

/**
 * cash_rules_set(r, changes, why):
 * Take a JSON object of switches; unknown names and values are refused as a
 * whole.  Return 0, or -1 with the reason in ${why}.
 */
int cash_rules_set(struct cash_rules *, const json_t *, struct buf *why);

/* cash_rules_json(out, r): all of them. */
void cash_rules_json(struct buf *, const struct cash_rules *);

#endif
