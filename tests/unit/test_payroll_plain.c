/*
 * Phones and amounts that are read the short way must read as they would the
 * long way: made-up ones by the thousand, both ways.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/payroll_priv.h"
#include "loaders/phone.h"

#define TRIES     200000
#define TEXT_MAX  20

static uint64_t dice = 1;

static size_t
throw_dice(size_t sides)
{
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (size_t)(dice >> 33) % sides;
}

/* A text of the characters in ${from}, often beginning as ${begins} does. */
static struct str
made_up(char *to, const char *begins, const char *from, size_t most)
{
    size_t n = 0, len = 1 + throw_dice(most);

    if (throw_dice(2) == 0)
        for (; begins[n] != '\0' && n < len; n++)
            to[n] = begins[n];
    while (n < len)
        to[n++] = from[throw_dice(strlen(from))];
    return (struct str){ to, len };
}

/* An invisible mark behind a number says nothing, and has it read the long
 * way. */
static void
test_phones(void **state)
{
    static const char mark[] = "\xE2\x81\xA0";
    static const char *const begins[] = { "254", "+254 7", "07", "01", "7" };
    char text[TEXT_MAX + sizeof(mark)], a[PHONE_BYTES], b[PHONE_BYTES];
    int fine = 0, na = 0, nb = 0;

    (void)state;
    for (int i = 0; i < TRIES; i++) {
        struct str s = made_up(text, begins[throw_dice(5)],
                               "00112233445566778899 -+.", TEXT_MAX);
        enum phone_flaw is = phone_read(s, a, &na), meant;

        memcpy(text + s.len, mark, sizeof(mark));
        meant = phone_read(str_of(text), b, &nb);
        /* ".0" is cut off only at the end, and the mark is no blank */
        if (memchr(s.p, '.', s.len) != NULL || na == 0)
            continue;
        if (is != meant || na != nb || strcmp(a, b) != 0)
            fail_msg("<%.*s> is %d (%d, %s), and %d (%d, %s) the long way",
                     STR_ARG(s), is, na, a, meant, nb, b);
        fine += is == PHONE_FINE;
    }
    assert_true(fine > 100);
}

static void
test_amounts(void **state)
{
    static const enum amount_format formats[] = {
        AMOUNT_UNDECIDED, AMOUNT_DOT, AMOUNT_COMMA
    };
    struct payroll *p = calloc(1, sizeof(*p));
    char text[TEXT_MAX];
    int fine = 0;

    (void)state;
    assert_non_null(p);
    for (int i = 0; i < TRIES; i++) {
        bool kes = throw_dice(2) == 0;
        struct str s = made_up(text, "45,000.00",
                               i % 2 == 0 ? "0123456789" : "0123456789,.", 14);
        enum amount_format format = formats[throw_dice(3)];
        struct amount_text a = { .minor = 0 };
        enum amount_flaw is, meant;
        int64_t minor = 0;

        p->opt.ccy = kes ? "KES" : "RWF";
        p->decimals = ccy_decimals(p->opt.ccy);
        p->facts.format = format;
        is = payroll_amount_read(p, s, &minor);
        meant = amount_read(&a, s, format, p->opt.ccy, p->decimals);
        if (is != meant || (is == AMOUNT_FINE && minor != a.minor))
            fail_msg("<%.*s> in %s is %d (%lld), and %d (%lld) the long way",
                     STR_ARG(s), p->opt.ccy, is, (long long)minor, meant,
                     (long long)a.minor);
        fine += is == AMOUNT_FINE;
    }
    assert_true(fine > 100);
    free(p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phones),
        cmocka_unit_test(test_amounts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
