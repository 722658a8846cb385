#include "cli/doctor.h"

#include <inttypes.h>

#include "base/clock.h"
#include "dispatch/exchange.h"
#include "money/money.h"
#include "net/loop.h"

/* Ask on behalf of ${a}; a person waits, so not as long as a payment may. */
static void
ask(struct net *net, struct account *a, const struct request *q,
    struct exchange *x)
{
    if (a->answer_ms > DOCTOR_ANSWER_MS)
        a->answer_ms = DOCTOR_ANSWER_MS;
    *x = (struct exchange){ .net = net, .account = a, .request = q };
    exchange_run(x);
}

static void
not_reached(struct doctor *d, const char *check, const struct account *a,
            const struct exchange *x)
{
    bool stand_in = strncmp(a->base_url, "http://127.", 11) == 0;

    doctor_fail(d, ERR_UNAVAILABLE, check, a->name, stand_in
                ? "payrun sandbox starts the stand-in, if it is that"
                : "look at the address, the firewall and the provider's status "
                  "page", "%s: %s", a->base_url, x->reply.why);
}

/* --- the key -------------------------------------------------------------- */

static void
check_far_clock(struct doctor *d, const struct account *a, int64_t date_s)
{
    int64_t off = clock_wall_us() / 1000 - date_s * 1000;
    const char *fix = "let this machine keep time: systemctl enable --now "
        "systemd-timesyncd, or chrony";

    if (date_s == 0)
        return;
    off = off < 0 ? -off : off;
    if (off > DOCTOR_FAR_CLOCK_FAIL_MS)
        doctor_fail(d, ERR_CONFIG, "provider clock", a->name, fix, "%" PRId64
                    " seconds from the provider's", off / 1000);
    else if (off > DOCTOR_FAR_CLOCK_WARN_MS)
        doctor_warn(d, "provider clock", a->name, fix, "%" PRId64 " seconds "
                    "from the provider's", off / 1000);
    else
        doctor_ok(d, "provider clock", a->name, "%" PRId64 " s from the "
                  "provider's, which counts whole seconds", off / 1000);
}

/* What the harmless question was answered with.  true: the key works. */
static bool
judge_key(struct doctor *d, const struct account *a, const struct exchange *x)
{
    struct fault_answer f = { 0 };

    if (x->reply.wire != WIRE_ANSWERED) {
        not_reached(d, "key", a, x);
        return false;
    }
    switch (exchange_judge(x, &f)) {
    case ANSWER_TAKEN:
        doctor_ok(d, "key", a->name, "%s takes it (%" PRId64 " ms)",
                  a->provider->name, x->reply.took_ms);
        return true;
    case ANSWER_BARRED:
        doctor_fail(d, ERR_CONFIG, "key", a->name, "copy it again from the "
                    "provider's page; look whether it was replaced or is the "
                    "other environment's", "%s refuses it (HTTP %d%s%s)",
                    a->provider->name, x->reply.http,
                    f.text[0] != '\0' ? ": " : "", f.text);
        return false;
    case ANSWER_NOT_NOW:
        doctor_warn(d, "key", a->name, "ask again in a minute", "%s is too "
                    "busy to say (HTTP %d)", a->provider->name,
                    x->reply.http);
        return false;
    case ANSWER_REFUSED: case ANSWER_IN_DOUBT:
        doctor_fail(d, x->reply.http >= 500 ? ERR_UNAVAILABLE : ERR_CONFIG,
                    "key", a->name, "look at base_url and at the provider's "
                    "status page", "%s answered HTTP %d%s%s",
                    a->provider->name, x->reply.http,
                    f.text[0] != '\0' ? ": " : "", f.text);
        return false;
    }
    return false;
}

static void
tell_balance(struct doctor *d, const struct account *a,
             const struct wallet_answer *w)
{
    struct money m = { w->available_minor, { 0 } };
    char text[MONEY_TEXT_BYTES];

    memcpy(m.ccy, a->ccy, sizeof(m.ccy));
    money_text(m, text);
    if (strcmp(w->ccy, a->ccy) != 0)
        doctor_fail(d, ERR_CONFIG, "balance", a->name, "set currency: to the "
                    "wallet's, or wallet_id: to another wallet", "the wallet "
                    "is in %s, the account in %s", w->ccy, a->ccy);
    else if (w->available_minor <= 0)
        doctor_warn(d, "balance", a->name, "fund it before payday", "%s",
                    text);
    else
        doctor_ok(d, "balance", a->name, "%s available", text);
}

static void
check_balance(struct doctor *d, const struct account *a, struct str body)
{
    struct wallet_answer w;
    struct err e = { 0 };

    memset(&w, 0, sizeof(w));
    if (a->provider->write_wallets == NULL)
        doctor_ok(d, "balance", a->name, "%s cannot be asked; look at its page "
                  "before payday", a->provider->name);
    else if (a->provider->read_wallet(&w, body, a->wallet_id, &e) < 0)
        doctor_fail(d, ERR_CONFIG, "balance", a->name, "look at wallet_id: in "
                    "the configuration", "%s", e.text);
    else
        tell_balance(d, a, &w);
}

/* A list of wallets, or of one payment: nothing changes there. */
static void
check_key(struct doctor *d, struct net *net, struct account *a)
{
    const struct list_query one = { .page = 1, .per_page = 1 };
    const struct payer payer = account_payer(a);
    struct request q = { 0 };
    struct exchange x;
    struct err e = { 0 };
    int rc = a->provider->write_wallets != NULL
        ? a->provider->write_wallets(&q, a->wallet_id, &e)
        : a->provider->write_list(&q, &payer, &one, &e);

    if (rc < 0) {
        doctor_err(d, "key", a->name, &e);
        return;
    }
    ask(net, a, &q, &x);
    if (judge_key(d, a, &x))
        check_balance(d, a, buf_view(&x.reply.body));
    if (x.reply.wire == WIRE_ANSWERED)
        check_far_clock(d, a, x.reply.date_s);
    exchange_release(&x);
    request_release(&q);
}

/* --- callbacks ------------------------------------------------------------ */

#define OUR_HEALTH "{\"ok\":"

static void
judge_callback(struct doctor *d, const struct account *a,
               const struct exchange *x)
{
    struct str body = buf_view(&x->reply.body);
    bool ours = body.len >= sizeof(OUR_HEALTH) - 1
        && memcmp(body.p, OUR_HEALTH, sizeof(OUR_HEALTH) - 1) == 0;
    const char *fix = "start payrun serve, and let the address lead to it; "
        "the provider must reach it from outside";

    if (x->reply.wire != WIRE_ANSWERED)
        doctor_fail(d, ERR_UNAVAILABLE, "callback", a->name, fix, "%s cannot "
                    "be reached from here: %s", a->callback_url,
                    x->reply.why);
    else if (!ours)
        doctor_fail(d, ERR_CONFIG, "callback", a->name, fix, "%s leads to "
                    "something else (HTTP %d)", a->callback_url,
                    x->reply.http);
    else if (x->reply.http != 200)
        doctor_fail(d, ERR_UNAVAILABLE, "callback", a->name, "look at the log "
                    "of payrun serve", "payrun serve answers, but its database "
                    "does not (HTTP %d)", x->reply.http);
    else
        doctor_ok(d, "callback", a->name, "%s leads to payrun serve",
                  a->callback_url);
}

/* Whether this account's callbacks could come home: our own page of health,
 * asked for by the way they would come. */
static void
check_callback(struct doctor *d, struct net *net, const struct account *a)
{
    const char *at = strstr(a->callback_url, "/callback/");
    struct request q = { .method = "GET", .path = "health" };
    struct account home = *a;               /* only to have an address */
    struct exchange x;
    struct str word = { NULL, 0 };

    if (a->callback_url[0] == '\0') {
        doctor_warn(d, "callback", a->name, "set callback_url: to an address "
                    "that leads to payrun serve", "none: the end of payments "
                    "is only found by asking, which is slower");
        return;
    }
    if (at != NULL) {
        at += strlen("/callback/");
        word = (struct str){ at, strcspn(at, "/?#") };
    }
    if (at == NULL || !str_eq(word, str_of(a->name)) ||
        str_copy(home.base_url, sizeof(home.base_url), (struct str){
                 a->callback_url, (size_t)(at - strlen("callback/")
                                           - a->callback_url) }) < 0) {
        doctor_fail(d, ERR_CONFIG, "callback", a->name, "write it as "
                    "https://HOST/callback/ and the account's name",
                    "%s does not end in /callback/%s", a->callback_url,
                    a->name);
        return;
    }
    home.key = home.secret = home.challenge = (struct secret){ 0 };
    home.public_key = (struct secret){ 0 };
    ask(net, &home, &q, &x);
    judge_callback(d, a, &x);
    exchange_release(&x);
    request_release(&q);
}

void
doctor_providers(struct doctor *d)
{
    struct err e = { 0 };
    struct net *net = net_new(&e);

    if (net == NULL) {
        doctor_err(d, "network", "", &e);
        return;
    }
    net_stop_on_signals();
    for (int i = 0; i < d->app->config.naccounts && net_stopping() == 0; i++) {
        struct account *a = &d->app->config.accounts[i];

        if (!doctor_wants(d, i))
            continue;
        if (net_check_url(a->base_url, &e) < 0)
            doctor_err(d, "key", a->name, &e);
        else if (d->has_key[i])
            check_key(d, net, a);
        check_callback(d, net, a);
    }
    net_free(net);
}
