#include "sandbox/sandbox.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "net/loop.h"
#include "sandbox/cash.h"
#include "sandbox/inside.h"

static int
order_check(const struct sandbox_order *o, struct err *e)
{
    if (o->listen == NULL || o->books_dir == NULL || o->secret_key == NULL
        || o->secret_key[0] == '\0')
        return err_set(e, ERR_USAGE, "The sandbox needs an address to listen "
                       "on, a folder for its books, and a secret key.");
    if (o->fail_per_mille < 0 || o->fail_per_mille > 1000)
        return err_set(e, ERR_USAGE, "The failure rate must be from 0 to 1000 "
                       "per mille, not %d.", o->fail_per_mille);
    if (o->latency_ms < 0 || o->speed_percent < 0 || o->balance_minor < 0
        || o->charge_minor < 0)
        return err_set(e, ERR_USAGE, "The sandbox's latency, speed, balance "
                       "and charge may not be negative.");
    return 0;
}

/* The parts know each other only through these pointers. */
static void
sandbox_configure(struct sandbox *s, const struct sandbox_order *o)
{
    s->play = (struct play){
        .seed = o->seed,
        .fail_per_mille = o->fail_per_mille,
        .latency_ms = o->latency_ms,
        .speed_percent = o->speed_percent > 0 ? o->speed_percent : 100,
    };
    rails_tariffs(s->play.tariffs, o->charge_minor);
    switches_begin(&s->switches);
    snprintf(s->public_key, sizeof(s->public_key), "%s",
             o->public_key != NULL ? o->public_key : FIGURE_PUBLIC_KEY);
    s->hooks.manner = &s->switches.manner;
    s->timeline.ledger = &s->ledger;
    s->timeline.hooks = &s->hooks;
    s->timeline.play = &s->play;
    s->hooks.faults = &s->faults;
    s->hooks.books = &s->ledger.books;
    s->hooks.speed_percent = s->play.speed_percent;
}

struct sandbox *
sandbox_new(struct net *net, const struct sandbox_order *o, struct err *e)
{
    struct sandbox *s = NULL;
    struct httpd_order listen = { .listen = o->listen,
                                  .handler = front_handle };

    if (order_check(o, e) < 0)
        return NULL;
    if (crypto_setup() < 0 || (s = calloc(1, sizeof(*s))) == NULL) {
        err_oom(e);
        return NULL;
    }
    s->net = s->hooks.net = net;
    s->ledger.journal.fd = -1;
    sandbox_configure(s, o);
    if (secret_set(&s->key, str_of(o->secret_key)) < 0
        || webhook_setup(&s->hooks, o->webhook_url, o->challenge) < 0) {
        err_oom(e);
        goto fail;
    }
    if (ledger_open(&s->ledger, o->books_dir, o->balance_minor,
                    clock_wall_us(), e) < 0)
        goto fail;
    /* Before listening: a status right after the start sees a file that goes
     * on, not one that stands still. */
    timeline_resume(&s->timeline);
    listen.owner = s;
    if ((s->httpd = httpd_new(net, &listen, e)) == NULL)
        goto fail;
    return s;
fail:
    sandbox_free(s);
    return NULL;
}

void
sandbox_free(struct sandbox *s)
{
    if (s == NULL)
        return;
    httpd_free(s->httpd);
    late_forget(&s->late);
    webhook_release(&s->hooks);
    timeline_release(&s->timeline);
    ledger_close(&s->ledger);
    secret_release(&s->key);
    free(s);
}

int
sandbox_port(const struct sandbox *s)
{
    return httpd_port(s->httpd);
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t
sandbox_turn(struct sandbox *s)
{
    int64_t now_us = clock_wall_us();
    int64_t next_us;

    if (s->ledger.broken)
        return -1;
    timeline_turn(&s->timeline, now_us);
    /* First the disk, then the world. */
    if (ledger_sync(&s->ledger) < 0)
        return -1;
    webhook_turn(&s->hooks, now_us);
    next_us = late_give(&s->late, now_us);
    next_us = earlier(next_us, timeline_next_us(&s->timeline));
    next_us = earlier(next_us, webhook_next_us(&s->hooks));
    if (next_us == INT64_MAX)
        return FIGURE_IDLE_MS;
    if (next_us <= (now_us = clock_wall_us()))
        return 0;
    /* Rounded up: a wait that ends early is only a turn for nothing. */
    return earlier((next_us - now_us + 999) / 1000, FIGURE_IDLE_MS);
}

/* Whole or not at all: a script waits for this file and reads it at once. */
static int
write_port(const char *path, int port, struct err *e)
{
    struct buf text = { 0 };
    int rc;

    buf_init(&text, 32);
    buf_i64(&text, port);
    buf_char(&text, '\n');
    rc = buf_write_file(&text, path, 0644, e);
    buf_release(&text);
    return rc;
}

/* Both stand-ins, in one loop.  -1: the books of one cannot be written. */
static int64_t
both_turn(struct sandbox *s, struct cash *cash)
{
    int64_t wait_ms = sandbox_turn(s);
    int64_t other_ms = cash != NULL ? cash_turn(cash) : wait_ms;

    return earlier(wait_ms, other_ms);
}

static int
run_until_stopped(struct net *net, struct sandbox *s, struct cash *cash,
                  const char *dir, struct err *e)
{
    int64_t wait_ms;

    while (!net_stopping()) {
        if ((wait_ms = both_turn(s, cash)) < 0) {
            err_set(e, ERR_IO, "The sandbox's books in %s cannot be written; "
                    "it has stopped.", dir);
            return err_fix(e, "Make room on that disk and start it again.");
        }
        if (net_turn(net, wait_ms, e) < 0)
            return -1;
    }
    return 0;
}

int
sandbox_run(const struct sandbox_order *o, const char *port_file,
            struct err *e)
{
    struct net *net = NULL;
    struct sandbox *s = NULL;
    struct cash *cash = NULL;
    int rc = -1;

    if ((net = net_new(e)) == NULL)
        goto out;
    net_stop_on_signals();
    if ((s = sandbox_new(net, o, e)) == NULL)
        goto out;
    if (o->sapama != NULL && (cash = cash_new(net, o->sapama, e)) == NULL)
        goto out;
    if (cash != NULL && o->sapama_port_file != NULL
        && write_port(o->sapama_port_file, cash_port(cash), e) < 0)
        goto out;
    if (port_file != NULL && write_port(port_file, sandbox_port(s), e) < 0)
        goto out;
    rc = run_until_stopped(net, s, cash, o->books_dir, e);
out:
    cash_free(cash);
    sandbox_free(s);
    net_free(net);
    return rc;
}
