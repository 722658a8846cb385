#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "dispatch/send.h"
#include "dispatch/token.h"
#include "providers/reference.h"

static const unsigned char key[TOKEN_KEY_BYTES] = "a key of sixteen";

/* RFC 4231, cases 1 and 2. */
static void
hmac_vectors(void **state)
{
    static const struct {
        const char *name, *key, *text, *hex;
    } t[] = {
        { "case 1", "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
          "\x0b\x0b\x0b\x0b\x0b\x0b", "Hi There",
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { "case 2", "Jefe", "what do ya want for nothing?",
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        unsigned char out[SHA256_BYTES];
        char hex[SHA256_HEX];

        hmac256_of(t[i].key, strlen(t[i].key), str_of(t[i].text), out);
        hex_of(out, sizeof(out), hex);
        if (strcmp(hex, t[i].hex) != 0)
            fail_msg("%s: %s", t[i].name, hex);
    }
}

static void
a_token_is_what_it_says(void **state)
{
    char token[TOKEN_BYTES], reference[REFERENCE_BYTES];
    int64_t batch_id = 0;
    int seq = 0;

    (void)state;
    token_write(key, 700012, 4999, token);
    reference_write(700012, 4999, reference);
    assert_memory_equal(token, reference, strlen(reference));
    assert_int_equal(strlen(token), strlen(reference) + 33);
    assert_int_equal(token_read(str_of(token), &batch_id, &seq), 0);
    assert_int_equal(batch_id, 700012);
    assert_int_equal(seq, 4999);
    assert_true(token_is(key, 700012, 4999, str_of(token)));
}

static void
nothing_else_is_it(void **state)
{
    unsigned char other[TOKEN_KEY_BYTES] = "a key of sixteeN";
    char token[TOKEN_BYTES], now[TOKEN_BYTES];

    (void)state;
    token_write(key, 700012, 7, token);
    assert_false(token_is(other, 700012, 7, str_of(token)));
    assert_false(token_is(key, 700012, 8, str_of(token)));
    assert_false(token_is(key, 700013, 7, str_of(token)));
    assert_false(token_is(key, 700012, 7, STR("")));
    for (size_t i = 0; token[i] != '\0'; i++) {
        memcpy(now, token, sizeof(now));
        now[i] ^= 1;
        if (token_is(key, 700012, 7, str_of(now)))
            fail_msg("changed at %zu, and still it", i);
        if (token_is(key, 700012, 7, str_cut(str_of(token), i)))
            fail_msg("cut at %zu, and still it", i);
    }
}

static void
what_is_no_token(void **state)
{
    static const char *const t[] = {
        "", "-", "0123456789abcdef0123456789abcdef",
        "-0123456789abcdef0123456789abcdef", "ABC-0123456789abcdef",
        "hello-0123456789abcdef0123456789abcdef",
        "0123456789012345678901234567890123456789012345678901234567890123"
    };
    int64_t batch_id = 0;
    int seq = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        if (token_read(str_of(t[i]), &batch_id, &seq) == 0)
            fail_msg("\"%s\" reads as a token", t[i]);
}

static void
phones(void **state)
{
    static const struct {
        const char *theirs, *ours;
        bool same;
    } t[] = {
        { "254722906830", "254722906830", true },
        { "0722906830", "254722906830", true },
        { " 0722906830 ", "254722906830", true },
        { "+254722906830", "254722906830", true },
        { "722906830", "254722906830", true },
        { "0722906831", "254722906830", false },
        { "254722906831", "254722906830", false },
        { "25472290683", "254722906830", false },
        { "", "254722906830", false },
        { "1234567", "1234567", true },
        { "01234567", "1234567", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        if (send_same_payee(str_of(t[i].theirs), str_of(t[i].ours))
            != t[i].same)
            fail_msg("\"%s\" and \"%s\"", t[i].theirs, t[i].ours);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_vectors),
        cmocka_unit_test(a_token_is_what_it_says),
        cmocka_unit_test(nothing_else_is_it),
        cmocka_unit_test(what_is_no_token),
        cmocka_unit_test(phones),
    };

    return crypto_setup() < 0
        || cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
