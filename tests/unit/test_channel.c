/* What is signed, and the letter: against what others have published. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>

#include "base/crypto.h"
#include "net/mail.h"
#include "outbox/channel.h"

/* The example of the Standard Webhooks libraries. */
static void
test_signature(void **state)
{
    char out[CHANNEL_SIGN_BYTES] = "";

    (void)state;
    assert_int_equal(channel_sign(
        STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
        STR("{\"test\": 2432232314}"), out), 0);
    assert_string_equal(out,
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void
test_signature_covers(void **state)
{
    const struct { const char *key, *id; int64_t at; struct str body; } t[] = {
        { "key", "a", 1, STR_INIT("{}") }, { "kez", "a", 1, STR_INIT("{}") },
        { "key", "b", 1, STR_INIT("{}") }, { "key", "a", 2, STR_INIT("{}") },
        { "key", "a", 1, STR_INIT("{ }") },
        { "whsec_a2V6", "a", 2, STR_INIT("{}") }
    };
    char out[6][CHANNEL_SIGN_BYTES];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(channel_sign(str_of(t[i].key), t[i].id, t[i].at,
                                      t[i].body, out[i]), 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(out[i], out[k]);
    }
    assert_int_equal(channel_sign(STR("whsec_$$$"), "a", 1, STR("{}"),
                                  out[0]), -1);
}

static void
test_letter(void **state)
{
    static const char *const to[] = { "a@example.org", "b@example.org", NULL };
    struct mail m = {
        .from = "payrun@example.org", .to = to, .id = "evt_1", .at_s = 0,
        .subject = STR("Run R\r\nBcc: x@example.org \xC3\xA9"),
        .text = STR("one\ntwo\r\n.three")
    };
    struct buf out;

    (void)state;
    buf_init(&out, 4096);
    mail_write(&m, &out);
    assert_string_equal(out.p,
        "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
        "From: payrun@example.org\r\nTo: a@example.org\r\n"
        "Cc: b@example.org\r\nSubject: Run R??Bcc: x@example.org ??\r\n"
        "Message-ID: <evt_1@payrun>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n"
        "Auto-Submitted: auto-generated\r\n\r\n"
        "one\r\ntwo\r\n.three\r\n");
    buf_release(&out);
}

static void
test_relay(void **state)
{
    static const struct { const char *url; int rc; } t[] = {
        { "smtp://relay.example.org:25", 0 },
        { "smtps://relay.example.org:465", 0 },
        { "http://relay.example.org", -1 }, { "relay", -1 },
        { "smtp://user:word@relay.example.org", -1 }
    };
    struct err e = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
        assert_int_equal(mail_check(t[i].url, &e), t[i].rc);
}

/* A program that fails, one that cannot be started, one that takes all. */
static void
test_command(void **state)
{
    struct channel c = { .name = "x", .way = CHANNEL_COMMAND, .nwords = 1 };
    struct event ev = { .event_id = "evt_1", .kind = "test.asked" };
    struct err e = { 0 };

    (void)state;
    buf_init(&ev.title, 1 << 20);
    buf_init(&ev.detail, 1 << 20);
    for (int i = 0; i < 40000; i++)     /* more than a pipe holds */
        buf_text(&ev.detail, "0123456789");
    memcpy(c.words[0], "/bin/true", 10);
    assert_int_equal(channel_run(&c, &ev, &e), 0);
    memcpy(c.words[0], "/bin/false", 11);
    assert_int_equal(channel_run(&c, &ev, &e), -1);
    assert_string_equal(e.text, "/bin/false ended with status 1");
    memcpy(c.words[0], "/bin/no-such", 13);
    assert_int_equal(channel_run(&c, &ev, &e), -1);
    assert_string_equal(e.text, "/bin/no-such cannot be started");
    memcpy(c.words[0], "/usr/bin/wc", 12);
    assert_int_equal(channel_run(&c, &ev, &e), 0);
    buf_release(&ev.title);
    buf_release(&ev.detail);
}

static void
test_base64(void **state)
{
    unsigned char back[8];
    char out[16];
    size_t n = 0;

    (void)state;
    base64_of((const unsigned char *)"foobar", 6, out, sizeof(out));
    assert_string_equal(out, "Zm9vYmFy");
    assert_int_equal(base64_read(STR("Zm9vYg=="), back, sizeof(back), &n), 0);
    assert_int_equal(n, 4);
    assert_memory_equal(back, "foob", 4);
    assert_int_equal(base64_read(STR("Zm9v!"), back, sizeof(back), &n), -1);
    assert_int_equal(base64_read(STR("Zm9vYmFyZm9vYmFy"), back, sizeof(back),
                                 &n), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signature),
        cmocka_unit_test(test_signature_covers),
        cmocka_unit_test(test_letter),
        cmocka_unit_test(test_relay),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_base64),
    };

    signal(SIGPIPE, SIG_IGN);
    return crypto_setup() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
