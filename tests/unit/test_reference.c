#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/reference.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#define BATCH_MAX (INT64_MAX >> 13)
#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Ids of every width, and seqs at their ends. */
static const int64_t batches[] = {
    1, 2, 100001, 100005, 200001, 4100009, 4194303, 4194304, 99900042,
    134217727, 134217728, INT64_C(123456789012), BATCH_MAX - 1, BATCH_MAX
};
static const int seqs[] = { 1, 2, 31, 32, 33, 1023, 1024, 4999, 5000 };

static int
reads(const char *text, int64_t *batch, int *seq)
{
    return reference_read(str_of(text), batch, seq);
}

static void
test_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(batches); i++)
        for (size_t k = 0; k < LEN(seqs); k++) {
            char text[REFERENCE_BYTES];
            int64_t batch = 0;
            int seq = 0;

            reference_write(batches[i], seqs[k], text);
            assert_true(strlen(text) >= 8);
            assert_true(strlen(text) < REFERENCE_BYTES);
            assert_int_equal(strspn(text, alphabet), strlen(text));
            if (reads(text, &batch, &seq) < 0)
                fail_msg("%s does not read", text);
            assert_int_equal(batch, batches[i]);
            assert_int_equal(seq, seqs[k]);
        }
}

static void
test_all_of_a_batch_differ(void **state)
{
    (void)state;
    for (int n = 1; n <= BATCH_ROWS_MAX; n++) {
        char text[REFERENCE_BYTES];
        int64_t batch = 0;
        int seq = 0;

        reference_write(100001, n, text);
        assert_int_equal(strlen(text), 8);
        assert_int_equal(reads(text, &batch, &seq), 0);
        assert_int_equal(batch, 100001);
        assert_int_equal(seq, n);
    }
}

/* The text must not depend on the version: answers come back months later. */
static void
test_written_form_is_fixed(void **state)
{
    char text[REFERENCE_BYTES];

    (void)state;
    reference_write(100001, 1, text);
    assert_string_equal(text, "0RD8801B");
    reference_write(100001, 5000, text);
    assert_string_equal(text, "0RD8CW83");
    reference_write(BATCH_MAX, 5000, text);
    assert_string_equal(text, "7ZZZZZZZZZWW8S");
}

/* A wrong character is always noticed, whichever and wherever it is. */
static void
test_single_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(batches); i++)
        for (size_t k = 0; k < LEN(seqs); k++) {
            char text[REFERENCE_BYTES], wrong[REFERENCE_BYTES];
            int64_t batch = 0;
            int seq = 0;

            reference_write(batches[i], seqs[k], text);
            for (size_t at = 0; at < strlen(text); at++)
                for (const char *c = alphabet; *c != '\0'; c++) {
                    memcpy(wrong, text, sizeof(text));
                    wrong[at] = *c;
                    if (*c != text[at]
                        && reads(wrong, &batch, &seq) == 0)
                        fail_msg("%s read as %s", wrong, text);
                }
        }
}

/* So are two swapped ones, neighbours or not. */
static void
test_swaps(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(batches); i++)
        for (size_t k = 0; k < LEN(seqs); k++) {
            char text[REFERENCE_BYTES], wrong[REFERENCE_BYTES];
            int64_t batch = 0;
            int seq = 0;

            reference_write(batches[i], seqs[k], text);
            for (size_t a = 0; a < strlen(text); a++)
                for (size_t b = a + 1; b < strlen(text); b++) {
                    memcpy(wrong, text, sizeof(text));
                    wrong[a] = text[b];
                    wrong[b] = text[a];
                    if (text[a] != text[b]
                        && reads(wrong, &batch, &seq) == 0)
                        fail_msg("%s read as %s", wrong, text);
                }
        }
}

static void
test_people_type_it(void **state)
{
    char text[REFERENCE_BYTES], typed[REFERENCE_BYTES];
    int64_t batch = 0;
    int seq = 0, ones = 0;

    (void)state;
    for (int n = 1; n <= 200; n++) {
        reference_write(100001, n, text);
        for (size_t i = 0; i <= strlen(text); i++) {
            char c = text[i];

            if (c >= 'A' && c <= 'Z')
                c = (char)(c + ('a' - 'A'));
            if (c == '0')
                c = n % 2 == 0 ? 'O' : 'o';
            if (c == '1') {
                c = "IilL"[n % 4];
                ones++;
            }
            typed[i] = c;
        }
        if (reads(typed, &batch, &seq) < 0)
            fail_msg("%s for %s", typed, text);
        assert_int_equal(batch, 100001);
        assert_int_equal(seq, n);
    }
    assert_true(ones > 0);
}

/* Digits that pass the check but stand for no instruction. */
static void
with_check(const char *digits, char out[32])
{
    size_t n = strlen(digits);

    for (const char *c = alphabet; *c != '\0'; c++) {
        unsigned sum = 0;

        for (size_t i = 0; i < n; i++) {
            sum ^= (unsigned)(strchr(alphabet, digits[i]) - alphabet);
            sum = sum & 0x10 ? (sum << 1 ^ 0x25) : sum << 1;
        }
        if (sum == (unsigned)(c - alphabet))
            snprintf(out, 32, "%s%c", digits, *c);
    }
}

static void
test_refused(void **state)
{
    static const struct { const char *name, *digits; } checked[] = {
        { "seq 0", "0RD8800" },
        { "seq 5001", "0RD8CW9" },
        { "seq 8191", "0RD8FZZ" },
        { "batch 0", "0000001" },
        { "nothing", "0000000" },
        { "a zero in front", "00RD8801" },
        { "64 bits", "8ZZZZZZZZZCW8" },
        { "14 digits", "10000000000001" }
    };
    static const struct { const char *name, *text; } texts[] = {
        { "empty", "" }, { "short", "0RD8801" }, { "blank", "0RD8 01B" },
        { "U", "URD8801B" }, { "hyphen", "0RD8-801B" },
        { "blank in front", " 0RD8801B" }, { "long", "0RD8801B0RD8801B" },
        { "not ASCII", "0RD88\xC3\x9C" "1" }
    };
    char text[32], good[REFERENCE_BYTES];
    int64_t batch = 7;
    int seq = 7;

    (void)state;
    /* the check used here is the check of the code */
    reference_write(100001, 1, good);
    with_check("0RD8801", text);
    assert_string_equal(text, good);
    for (size_t i = 0; i < LEN(checked); i++) {
        with_check(checked[i].digits, text);
        if (reads(text, &batch, &seq) == 0)
            fail_msg("%s: %s was read", checked[i].name, text);
    }
    for (size_t i = 0; i < LEN(texts); i++)
        if (reads(texts[i].text, &batch, &seq) == 0)
            fail_msg("%s was read", texts[i].name);
    assert_int_equal(reference_read((struct str){ NULL, 0 }, &batch, &seq),
                     -1);
    assert_int_equal(batch, 7);
    assert_int_equal(seq, 7);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_all_of_a_batch_differ),
        cmocka_unit_test(test_written_form_is_fixed),
        cmocka_unit_test(test_single_errors),
        cmocka_unit_test(test_swaps),
        cmocka_unit_test(test_people_type_it),
        cmocka_unit_test(test_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
