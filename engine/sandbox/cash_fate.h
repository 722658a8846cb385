#ifndef SANDBOX_CASH_FATE_H
#define SANDBOX_CASH_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "sandbox/cash_figures.h"
#include "sandbox/cash_rules.h"

/*
 * What becomes of a payout or a checkout: a script of one to four steps,
 * chosen when it is taken and written into the books with it.  Decided by
 * seed, phone, amount and the reserved numbers of README.md alone, so that a
 * story told again ends the same way.
 */
enum cash_script {
    SCRIPT_NONE,                /* nothing happens to it by itself          */
    SCRIPT_PAID, SCRIPT_FAILED, SCRIPT_FAILED_RECEIPT, SCRIPT_FAILED_MUTE,
    SCRIPT_REFUSED, SCRIPT_CACHED, SCRIPT_UNCLEAR_PAID, SCRIPT_SLOW,
    SCRIPT_SILENT_PAID, SCRIPT_SILENT, SCRIPT_TIMEOUT_PAID,
    SCRIPT_TIMEOUT_SILENT_PAID, SCRIPT_TIMEOUT, SCRIPT_PAID_UNTOLD,
    SCRIPT_FAILED_UNTOLD, SCRIPT_REVERSED, SCRIPT_FAILED_THEN_PAID,
    SCRIPT_PAID_THEN_FAILED, SCRIPT_HIDDEN_PAID, SCRIPT_HIDDEN,
    SCRIPT_COLLECTED, SCRIPT_DECLINED, SCRIPT_IGNORED,
    SCRIPT_COUNT
};

enum cash_act {
    ACT_SEND,                   /* acknowledged by the gateway, money held   */
    ACT_SEND_REFUSED,           /* refused there and then                    */
    ACT_RESULT,                 /* the gateway's result                      */
    ACT_SILENT,                 /* money moves, nobody hears of it           */
    ACT_TIMEOUT,                /* its queue gave up waiting                 */
    ACT_REVERSE,                /* the money comes back                      */
    ACT_TELL,                   /* nothing happens; a callback says it did   */
    ACT_COLLECT, ACT_DECLINE    /* a checkout's end                          */
};

enum cash_tell { TELL_NOTHING, TELL_PAID, TELL_FAILED, TELL_PENDING,
                 TELL_REVERSED };

struct cash_step {
    enum cash_act  act;
    const char    *code;        /* the gateway's; NULL: the row's            */
    bool           pays;        /* money moves                               */
    enum cash_tell tell;
    int            percent;     /* of a latency, until it happens            */
};

struct cash_fate {
    enum cash_script script;
    char code[CASH_CODE_BYTES];
};

/* How the stand-in plays; fixed for the life of a process. */
struct cash_play {
    uint32_t seed;
    int      speed_percent;
};

/* cash_fate_us(play, ms): a delay of ${ms} in microseconds at this speed. */
int64_t cash_fate_us(const struct cash_play *, int64_t ms);

/* cash_fate_payout(out, play, rules, phone, minor, mpesa) */
void cash_fate_payout(struct cash_fate *, const struct cash_play *,
                      const struct cash_rules *, struct str phone,
                      int64_t minor, bool mpesa);
void cash_fate_checkout(struct cash_fate *, struct str phone);

/* cash_fate_refused(phone): a reserved number that is refused in the answer. */
bool cash_fate_refused(struct str);

/* cash_fate_step(script, n): its ${n}th step from 0, or NULL after the last. */
const struct cash_step *cash_fate_step(enum cash_script, int n);

/* cash_fate_hidden(script): its row is never listed. */
bool cash_fate_hidden(enum cash_script);

const char *cash_fate_name(enum cash_script);
int cash_fate_read(enum cash_script *, struct str);

/* cash_fate_text(code): what M-Pesa says with it; never NULL. */
const char *cash_fate_text(const char *code);

#endif
