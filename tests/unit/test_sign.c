/* Keys and signatures, against what RFC 8032 and RFC 8410 print. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/sign.h"
#include "tests/lib/pg.h"

static char dir[64], path[128];
static struct err e;

static int
opened(void **state)
{
    (void)state;
    test_dir(dir);
    snprintf(path, sizeof(path), "%s/evidence.key", dir);
    return crypto_setup();
}

static int
closed(void **state)
{
    (void)state;
    test_dir_remove(dir);
    return 0;
}

static void
put(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

/* RFC 8032, section 7.1, TEST 1: the empty message. */
static void
test_known(void **state)
{
    struct sign_key k;
    unsigned char sig[SIGN_BYTES];
    char hex[2 * SIGN_BYTES + 1];

    (void)state;
    put("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
        0600);
    assert_int_equal(sign_load(&k, path, false, &e), 0);
    hex_of(k.public_key, SIGN_PUBLIC_BYTES, hex);
    assert_string_equal(hex, "d75a980182b10ab7d54bfed3c964073a"
                             "0ee172f3daa62325af021a68f707511a");
    sign_bytes(&k, STR(""), sig);
    hex_of(sig, SIGN_BYTES, hex);
    assert_string_equal(hex, "e5564300c360ac729086e2cc806e828a"
                             "84877f1eb8e5d974d873e06522490155"
                             "5fb8821590a33bacc61e39701cf9b46b"
                             "d25bf5f0595bbe24655141438e7a100b");
    assert_true(sign_holds(k.public_key, STR(""), sig));
    assert_false(sign_holds(k.public_key, STR("x"), sig));
    sig[0] ^= 1;
    assert_false(sign_holds(k.public_key, STR(""), sig));
    sign_release(&k);
    unlink(path);
}

/* RFC 8410, section 10.1: the public key printed there. */
static void
test_pem(void **state)
{
    static const char printed[] =
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        "-----END PUBLIC KEY-----\n";
    unsigned char key[SIGN_PUBLIC_BYTES];
    char pem[SIGN_PEM_BYTES], hex[65];
    static const char *const wrong[] = {
        "", "-----BEGIN PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END",
        "-----BEGIN PUBLIC KEY-----\n"
        "MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
        "-----END PUBLIC KEY-----\n"
    };

    (void)state;
    assert_int_equal(sign_read_pem(key, str_of(printed)), 0);
    hex_of(key, sizeof(key), hex);
    assert_string_equal(hex, "19bf44096984cdfe8541bac167dc3b96"
                             "c85086aa30b6b6cb0c5c38ad703166e1");
    sign_pem(key, pem);
    assert_string_equal(pem, printed);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(sign_read_pem(key, str_of(wrong[i])), -1);
}

/* Made once, kept, for its owner only. */
static void
test_made(void **state)
{
    struct sign_key a, b;
    struct stat st;

    (void)state;
    assert_int_equal(sign_load(&a, path, false, &e), -1);
    assert_int_equal(e.kind, ERR_NOINPUT);
    assert_int_equal(sign_load(&a, path, true, &e), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(sign_load(&b, path, true, &e), 0);
    assert_memory_equal(a.public_key, b.public_key, SIGN_PUBLIC_BYTES);
    unlink(path);
    assert_int_equal(sign_load(&b, path, true, &e), 0);
    assert_memory_not_equal(a.public_key, b.public_key, SIGN_PUBLIC_BYTES);
}

/* What is no key is never replaced by a new one. */
static void
test_refused(void **state)
{
    static const char *const wrong[] = {
        "\n", "9d61\n",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7fXX\n",
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f6000\n"
    };
    struct sign_key k;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        put(wrong[i], 0600);
        assert_int_equal(sign_load(&k, path, true, &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
    }
    put("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
        0640);
    assert_int_equal(sign_load(&k, path, true, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_int_equal(sign_load(&k, "/nowhere/at/all.key", true, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known), cmocka_unit_test(test_pem),
        cmocka_unit_test(test_made), cmocka_unit_test(test_refused)
    };

    return cmocka_run_group_tests(tests, opened, closed);
}
