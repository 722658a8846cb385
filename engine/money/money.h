#ifndef MONEY_MONEY_H
#define MONEY_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * Money is a count of minor units and an ISO 4217 currency: 10.50 KES is
 * { 1050, "KES" }.  An amount is never floating point.  |minor| is at most
 * MONEY_MINOR_MAX.
 */
struct money {
    int64_t minor;
    char    ccy[4];
};

enum money_status { MONEY_OK, MONEY_OVERFLOW, MONEY_CCY_DIFFERS };

/* ccy_decimals(ccy): decimals of a currency we know (KES 2, UGX 0), or -1. */
int ccy_decimals(const char *);

/* money_add / money_sub(out, a, b): ${out} is untouched unless MONEY_OK. */
enum money_status money_add(struct money *, struct money, struct money);
enum money_status money_sub(struct money *, struct money, struct money);

/* minor_add(sum, minor): add to a bare sum of one currency.  0 or -1. */
int minor_add(int64_t *, int64_t);

/**
 * money_parse(out, text, ccy):
 * Read a machine-written decimal amount such as "1250.5" as ${ccy}: digits,
 * at most one '.', at most the decimals of ${ccy} (trailing zeros beyond are
 * fine), no sign, exponent, blank or separator, at most MONEY_MINOR_MAX.
 * Return 0, or -1 with ${out} untouched.
 */
int money_parse(struct money *, struct str, const char *);

/**
 * minor_parse(out, text, decimals):
 * The same for a bare amount; a leading '-' is accepted here (balances).
 */
int minor_parse(int64_t *, struct str, int decimals);

/**
 * Amounts as a person typed them.  One file uses one format; the caller looks
 * at every amount first or settles on the first that decides.
 */
enum amount_format {
    AMOUNT_UNDECIDED,       /* "1500": any format                     */
    AMOUNT_DOT,             /* 1,500.00  or  1500.00  or 1 500.00     */
    AMOUNT_COMMA            /* 1.500,00  or  1500,00                  */
};

enum amount_flaw {
    AMOUNT_FINE,
    AMOUNT_EMPTY,
    AMOUNT_NOT_A_NUMBER,    /* letters, another currency, ".5", "5."  */
    AMOUNT_EXPONENT,        /* 1.25E+05: a spreadsheet changed it     */
    AMOUNT_NEGATIVE,        /* -5, (5), 5-                            */
    AMOUNT_TOO_PRECISE,     /* more decimals than allowed, not zeros  */
    AMOUNT_AMBIGUOUS,       /* "1,500", "1.500" with no format set: a
                               lone mark with three or more digits
                               behind it is never guessed             */
    AMOUNT_BAD_GROUPS,      /* 1,50,000 or 12,34.00 or 1, 500         */
    AMOUNT_OTHER_FORMAT,    /* the file uses the other format         */
    AMOUNT_TOO_LARGE,
    AMOUNT_ZERO
};

struct amount_text {
    int64_t            minor;   /* valid when the flaw is AMOUNT_FINE or ZERO */
    enum amount_format format;  /* what this text decides, or UNDECIDED       */
};

/**
 * amount_read(out, text, format, ccy, decimals):
 * Read a typed amount with ${decimals} decimals at most (0..decimals of
 * ${ccy}; "150.00" is fine for 0), in ${format}.  A currency word before or
 * after ("KES 1,500", "Ksh. 1500", "1500/=") is skipped when it is ${ccy} or
 * a usual spelling of it.  With AMOUNT_UNDECIDED "1,500" and "1.500"
 * are AMBIGUOUS and "1,500.00" decides.  Where the format makes a lone mark the
 * decimal one, three digits behind it ("1.500" with AMOUNT_DOT, "1,500" with
 * AMOUNT_COMMA) are AMBIGUOUS as well: they are no amount of a currency that
 * has two decimals, and more likely thousands of the other format.  Thousands
 * may be apart by commas or dots, by blanks (plain, no-break, thin, figure) or
 * by apostrophes.  ${out}->minor counts minor units of ${ccy} whatever
 * ${decimals} is.  Return the flaw.
 */
enum amount_flaw amount_read(struct amount_text *, struct str,
                             enum amount_format, const char *ccy,
                             int decimals);

/**
 * money_text(m, out): for people: "KES 1,234,567.50"; negative "KES -1.00".
 * money_plain(m, out): for machines and for typing: "1234567.50".
 */
void money_text(struct money, char out[MONEY_TEXT_BYTES]);
void money_plain(struct money, char out[MONEY_TEXT_BYTES]);

/* buf_minor(b, minor, decimals): append "1234567.50" (plain). */
void buf_minor(struct buf *, int64_t, int decimals);

/* money_count(n, out): "4,812": a number of payments for people. */
void money_count(int64_t, char out[MONEY_TEXT_BYTES]);

#endif
