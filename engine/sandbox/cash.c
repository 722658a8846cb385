#include "sandbox/cash.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "sandbox/cash_inside.h"

static int
order_check(const struct cash_order *o, struct err *e)
{
    if (o->listen == NULL || o->books_dir == NULL || o->api_key == NULL
        || o->api_key[0] == '\0' || o->api_secret == NULL
        || o->api_secret[0] == '\0')
        return err_set(e, ERR_USAGE, "The Sapama sandbox needs an address to "
                       "listen on, a folder for its books, a key and a "
                       "secret.");
    if (o->fail_per_mille < 0 || o->fail_per_mille > 1000 || o->latency_ms < 0
        || o->latency_ms > CASH_DELAY_MS_MAX || o->balance_minor < 0
        || o->charge_minor < 0 || o->speed_percent < 0)
        return err_set(e, ERR_USAGE, "The Sapama sandbox's failure rate is "
                       "from 0 to 1000; its latency, speed, balance and "
                       "charge may not be negative.");
    return 0;
}

struct cash *
cash_new(struct net *net, const struct cash_order *o, struct err *e)
{
    struct cash *s = NULL;
    struct httpd_order listen = { .listen = o->listen,
                                  .body_bytes_max = CASH_FORM_BYTES_MAX,
                                  .handler = cash_front_handle };

    if (order_check(o, e) < 0)
        return NULL;
    if (crypto_setup() < 0 || (s = calloc(1, sizeof(*s))) == NULL) {
        err_oom(e);
        return NULL;
    }
    s->net = net;
    s->ledger.journal.fd = -1;
    s->play.seed = o->seed;
    s->play.speed_percent = o->speed_percent > 0 ? o->speed_percent : 100;
    cash_rules_init(&s->rules);
    s->rules.is[RULE_LATENCY_MS] = o->latency_ms;
    s->rules.is[RULE_CHARGE_MINOR] = o->charge_minor;
    s->rules.is[RULE_FAIL_PER_MILLE] = o->fail_per_mille;
    if (secret_set(&s->key, str_of(o->api_key)) < 0
        || secret_set(&s->secret, str_of(o->api_secret)) < 0) {
        err_oom(e);
        goto fail;
    }
    if (cash_ledger_open(&s->ledger, o->books_dir, o->balance_minor,
                         clock_wall_us(), e) < 0)
        goto fail;
    /* Before listening: whoever asks at once sees payouts that go on. */
    cash_life_resume(s);
    listen.owner = s;
    if ((s->httpd = httpd_new(net, &listen, e)) == NULL)
        goto fail;
    return s;
fail:
    cash_free(s);
    return NULL;
}

void
cash_free(struct cash *s)
{
    if (s == NULL)
        return;
    httpd_free(s->httpd);
    late_forget(&s->late);
    cash_callback_release(s);
    cash_due_release(&s->life);
    cash_ledger_close(&s->ledger);
    secret_release(&s->key);
    secret_release(&s->secret);
    free(s);
}

int
cash_port(const struct cash *s)
{
    return httpd_port(s->httpd);
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t
cash_turn(struct cash *s)
{
    int64_t now_us = clock_wall_us(), next_us;

    if (s->ledger.broken)
        return -1;
    cash_life_turn(s, now_us);
    /* First the disk, then the world. */
    if (cash_ledger_sync(&s->ledger) < 0)
        return -1;
    cash_callback_turn(s, now_us);
    next_us = late_give(&s->late, now_us);
    next_us = earlier(next_us, cash_due_next_us(&s->life));
    next_us = earlier(next_us, cash_callback_next_us(&s->callbacks));
    if (next_us == INT64_MAX)
        return CASH_IDLE_MS;
    if (next_us <= (now_us = clock_wall_us()))
        return 0;
    return earlier((next_us - now_us + 999) / 1000, CASH_IDLE_MS);
}
