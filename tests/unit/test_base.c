/* Errors, arenas and hashes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdalign.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
errors(void **state)
{
    struct err e = { 0 };

    (void)state;
    assert_int_equal(err_set(&e, ERR_DATA, "line %d", 3), -1);
    assert_int_equal(e.kind, ERR_DATA);
    assert_string_equal(e.text, "line 3");
    assert_int_equal(err_fix(&e, "mend %s", "it"), -1);
    assert_string_equal(e.fix, "mend it");
    /* an error may be wrapped with its own words */
    assert_int_equal(err_set(&e, ERR_IO, "file: %s (%s)", e.text, e.fix), -1);
    assert_string_equal(e.text, "file: line 3 (mend it)");
    assert_string_equal(e.fix, "");
    assert_int_equal(err_oom(&e), -1);
    assert_int_equal(e.kind, ERR_TEMP);
    assert_true(e.text[0] != '\0');
    assert_int_equal(err_set(NULL, ERR_BUG, "x"), -1);
    assert_int_equal(err_fix(NULL, "x"), -1);
    assert_int_equal(err_oom(NULL), -1);
}

/* What does not fit ends in dots, between characters. */
static void
errors_are_cut(void **state)
{
    char longer[2 * ERR_TEXT_BYTES];
    struct err e = { 0 };

    (void)state;
    memset(longer, 'x', sizeof(longer));
    longer[ERR_TEXT_BYTES - 1] = '\0';
    err_set(&e, ERR_DATA, "%s", longer);
    assert_string_equal(e.text, longer);        /* just fits */

    for (size_t shift = 0; shift < 2; shift++) {
        for (size_t i = 0; i < sizeof(longer) / 2; i++)
            memcpy(longer + 2 * i, "\xC3\xA9", 2);
        memset(longer, 'x', shift);
        longer[shift] = 'y';
        longer[shift + 1] = 'y';
        longer[sizeof(longer) - 2] = '\0';
        err_set(&e, ERR_DATA, "%s", longer + (1 - shift));
        assert_true(strlen(e.text) >= ERR_TEXT_BYTES - 2);
        assert_string_equal(e.text + strlen(e.text) - 3, "...");
        assert_int_equal((unsigned char)e.text[strlen(e.text) - 4], 0xA9);
    }
}

static void
error_names(void **state)
{
    static const struct row {
        enum err_kind kind;
        int code;
        const char *name;
    } rows[] = {
        { ERR_NONE, 0, "none" }, { ERR_GUARD, 4, "guard" },
        { ERR_USAGE, 64, "usage" }, { ERR_DATA, 65, "data" },
        { ERR_NOINPUT, 66, "noinput" },
        { ERR_UNAVAILABLE, 69, "unavailable" }, { ERR_BUG, 70, "bug" },
        { ERR_CANTCREATE, 73, "cantcreate" }, { ERR_IO, 74, "io" },
        { ERR_TEMP, 75, "temp" }, { ERR_NOPERM, 77, "noperm" },
        { ERR_CONFIG, 78, "config" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if ((int)rows[i].kind != rows[i].code
            || strcmp(err_kind_name(rows[i].kind), rows[i].name) != 0)
            fail_msg("%s", rows[i].name);
    assert_non_null(err_kind_name((enum err_kind)12345));
}

static void
arena_gives_and_takes(void **state)
{
    struct arena a = { 0 };

    (void)state;
    arena_release(&a);
    assert_null(arena_alloc(&a, 1));            /* maximum 0 */
    arena_init(&a, 1000000);
    for (int unit = 0; unit < 50; unit++) {
        for (size_t n = 0; n < 300; n++) {
            unsigned char *p = arena_alloc(&a, n);

            assert_non_null(p);
            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(p[i], 0);      /* also when used before */
            memset(p, 0xEE, n);
        }
        assert_true(a.bytes >= 300 * 299 / 2);
        arena_reset(&a);
        assert_int_equal(a.bytes, 0);
    }
    arena_release(&a);
    arena_release(&a);
}

static void
arena_maximum(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 64 * 1024);
    assert_null(arena_alloc(&a, 64 * 1024 + 1));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    assert_non_null(arena_alloc(&a, 64 * 1024));
    assert_null(arena_alloc(&a, 1));
    arena_reset(&a);
    for (int i = 0; i < 64; i++)
        assert_non_null(arena_alloc(&a, 1024));
    assert_null(arena_alloc(&a, 1));
    arena_release(&a);
}

/* Units of ever larger pieces must not pile up the blocks of all of them. */
static void
arena_blocks_do_not_pile_up(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, (size_t)1 << 20);
    for (size_t bytes = 20000; bytes < 1000000; bytes += 20000) {
        assert_non_null(arena_alloc(&a, bytes));
        arena_reset(&a);
    }
    assert_non_null(a.first);
    assert_non_null(arena_alloc(&a, 900000));
    assert_ptr_equal(a.now, a.first);           /* one block is left, used */
    arena_release(&a);
}

static void
arena_text(void **state)
{
    struct arena a;
    struct str s;

    (void)state;
    arena_init(&a, 32);
    s = arena_str(&a, (struct str){ "Jane W", 4 });
    assert_int_equal(s.len, 4);
    assert_string_equal(s.p, "Jane");
    s = arena_str(&a, (struct str){ NULL, 0 });
    assert_int_equal(s.len, 0);
    assert_string_equal(s.p, "");
    s = arena_str(&a, STR("no room for that much"));
    assert_null(s.p);
    assert_int_equal(s.len, 0);
    arena_release(&a);
}

static void
sha256(void **state)
{
    static const struct row {
        const char *in, *hex;
    } rows[] = {                                /* FIPS 180-2 */
        { "", "e3b0c44298fc1c149afbf4c8996fb924"
              "27ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223"
                 "b00361a396177a9cb410ff61f20015ad" }
    };
    struct sha256 h;
    unsigned char out[SHA256_BYTES], parts[SHA256_BYTES];
    char hex[SHA256_HEX];

    (void)state;
    assert_int_equal(crypto_setup(), 0);
    assert_int_equal(crypto_setup(), 0);
    for (size_t i = 0; i < LEN(rows); i++) {
        sha256_of(str_of(rows[i].in), out);
        hex_of(out, sizeof(out), hex);
        assert_string_equal(hex, rows[i].hex);
    }
    sha256_of((struct str){ NULL, 0 }, parts);
    hex_of(parts, sizeof(parts), hex);
    assert_string_equal(hex, rows[0].hex);
    sha256_init(&h);
    sha256_add(&h, "a", 1);
    sha256_add(&h, NULL, 0);
    sha256_add(&h, "bc", 2);
    sha256_end(&h, parts);
    assert_memory_equal(parts, out, sizeof(out));
}

/* Stored values depend on these: a change here is a change of the format. */
static void
hashes_never_change(void **state)
{
    unsigned char out[16];
    char hex[33];

    (void)state;
    assert_int_equal(hash64(STR("")), UINT64_C(0x99a6079e853b2033));
    assert_int_equal(hash64((struct str){ NULL, 0 }), hash64(STR("")));
    assert_int_equal(hash64(STR("254712345678")), UINT64_C(0x7778cdc11f25295f));
    hash128(STR("254712345678"), out);
    hex_of(out, sizeof(out), hex);
    assert_string_equal(hex, "48ed746a0ff14d4efb6e1b1f0a62e4ac");
}

static void
same_and_random(void **state)
{
    unsigned char a[32] = { 0 }, b[32] = { 0 };
    uint32_t dice = crypto_dice();
    bool moved = false;

    (void)state;
    assert_true(crypto_same(STR("abc"), STR("abc")));
    assert_false(crypto_same(STR("abc"), STR("abd")));
    assert_false(crypto_same(STR("abc"), STR("ab")));
    assert_false(crypto_same(STR(""), STR("a")));
    assert_true(crypto_same(STR(""), (struct str){ NULL, 0 }));
    crypto_random(a, sizeof(a));
    crypto_random(b, sizeof(b));
    assert_memory_not_equal(a, b, sizeof(a));
    for (int i = 0; i < 8; i++)
        moved = moved || crypto_dice() != dice;
    assert_true(moved);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors),
        cmocka_unit_test(errors_are_cut),
        cmocka_unit_test(error_names),
        cmocka_unit_test(arena_gives_and_takes),
        cmocka_unit_test(arena_maximum),
        cmocka_unit_test(arena_blocks_do_not_pile_up),
        cmocka_unit_test(arena_text),
        cmocka_unit_test(sha256),
        cmocka_unit_test(hashes_never_change),
        cmocka_unit_test(same_and_random)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
