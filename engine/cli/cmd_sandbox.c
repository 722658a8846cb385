#include "cli/cmds.h"

#include "base/buf.h"
#include "base/secret.h"
#include "sandbox/cash.h"
#include "sandbox/sandbox.h"

const struct opt sandbox_opts[] = {
    { "listen", "ADDRESS:PORT", "default " CONFIG_SANDBOX_LISTEN
      "; port 0 takes a free one", false },
    { "books", "DIR", "where its books are kept (required)", false },
    { "port-file", "FILE", "write the port here when it is ready", false },
    { "balance", "AMOUNT", "opening balance of a new wallet", false },
    { "fail-per-mille", "N", "how many of 1000 payments fail", false },
    { "latency-ms", "MS", "until a payment has its result", false },
    { "charge", "AMOUNT", "charge of one payment", false },
    { "speed", "PERCENT", "100: delays as they are; 1000: ten times faster",
      false },
    { "seed", "N", "which payments fail", false },
    { "webhook-url", "URL", "where every change of a file is told", false },
    { "key-file", "FILE", "the secret key it accepts", false },
    { "challenge-file", "FILE", "the challenge its webhooks carry", false },
    { "public-key", "KEY", "the publishable key of public calls", false },
    { "sapama", "ADDRESS:PORT", "play Sapama Cash there as well; its books are "
      "sapama.jsonl in the same folder", false },
    { "sapama-port-file", "FILE", "write its port here", false },
    { "sapama-key-file", "FILE", "the api_key it accepts", false },
    { "sapama-secret-file", "FILE", "the api_secret of the hashes", false },
    { NULL, NULL, NULL, false }
};

/* A secret named by a flag, or a fallback that is none. */
static int
load(struct secret *s, const struct args *a, const char *flag,
     const char *fallback, struct err *e)
{
    const char *path = args_value(a, flag);
    char source[PATH_BYTES_MAX + 8];

    if (path == NULL)
        return secret_set(s, str_of(fallback)) < 0 ? err_oom(e) : 0;
    snprintf(source, sizeof(source), "file:%s", path);
    return secret_load(s, source, e);
}

static int
amount(const struct args *a, const char *flag, const char *fallback,
       int64_t *minor, struct err *e)
{
    const char *text = args_value(a, flag);

    if (minor_parse(minor, str_of(text != NULL ? text : fallback), 2) == 0)
        return 0;
    return err_set(e, ERR_USAGE, "--%s takes an amount such as 1500000.00, not "
                   "\"%s\"", flag, text);
}

static int
numbers(const struct args *a, struct sandbox_order *o, struct err *e)
{
    int64_t fail, speed, seed;

    if (args_i64(a, "fail-per-mille", 0, 0, 1000, &fail, e) < 0 ||
        args_i64(a, "latency-ms", 2000, 0, 3600000, &o->latency_ms, e) < 0 ||
        args_i64(a, "speed", 100, 1, 100000, &speed, e) < 0 ||
        args_i64(a, "seed", 1, 0, UINT32_MAX, &seed, e) < 0 ||
        amount(a, "balance", "1000000000000.00", &o->balance_minor, e) < 0 ||
        amount(a, "charge", "10.00", &o->charge_minor, e) < 0)
        return -1;
    o->fail_per_mille = (int)fail;
    o->speed_percent = (int)speed;
    o->seed = (uint32_t)seed;
    return 0;
}

static int
check_listen(const char *flag, const char *listen, const char *usual,
             struct err *e)
{
    const char *colon = strrchr(listen, ':');
    int64_t port = -1;

    if (colon != NULL && colon != listen &&
        str_i64(&port, str_of(colon + 1)) == 0 && port >= 0 && port <= 65535)
        return 0;
    err_set(e, ERR_USAGE, "--%s takes ADDRESS:PORT, not \"%s\"", flag, listen);
    return err_fix(e, "--%s %s; port 0 takes a free one", flag, usual);
}

/* Sapama Cash plays at the same pace, with a wallet of its own. */
static int
sapama(struct cash_order *o, const struct sandbox_order *with,
       const struct args *a, struct secret *key, struct secret *secret,
       struct err *e)
{
    *o = (struct cash_order){
        .listen = args_value(a, "sapama"),
        .books_dir = with->books_dir,
        .balance_minor = with->balance_minor,
        .fail_per_mille = with->fail_per_mille,
        .latency_ms = with->latency_ms,
        .charge_minor = with->charge_minor,
        .seed = with->seed,
        .speed_percent = with->speed_percent,
    };
    if (o->listen == NULL)
        return 0;
    if (check_listen("sapama", o->listen, CONFIG_SAPAMA_LISTEN, e) < 0 ||
        load(key, a, "sapama-key-file", CONFIG_SAPAMA_KEY, e) < 0 ||
        load(secret, a, "sapama-secret-file", CONFIG_SAPAMA_SECRET, e) < 0)
        return -1;
    o->api_key = key->p;
    o->api_secret = secret->p;
    return 0;
}

int
cmd_sandbox(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    struct secret key = { 0 }, challenge = { 0 };
    struct secret api_key = { 0 }, api_secret = { 0 };
    struct sandbox_order o = { 0 };
    struct cash_order cash;
    int rc = -1;

    o.listen = args_value(a, "listen");
    o.books_dir = args_value(a, "books");
    o.webhook_url = args_value(a, "webhook-url");
    o.public_key = args_value(a, "public-key");
    if (o.listen == NULL)
        o.listen = CONFIG_SANDBOX_LISTEN;
    if (o.books_dir == NULL) {
        err_set(e, ERR_USAGE, "the sandbox needs a place for its books");
        return err_fix(e, "payrun sandbox --books DIR");
    }
    if (check_listen("listen", o.listen, CONFIG_SANDBOX_LISTEN, e) < 0 ||
        numbers(a, &o, e) < 0 ||
        load(&key, a, "key-file", CONFIG_SANDBOX_KEY, e) < 0 ||
        load(&challenge, a, "challenge-file", "", e) < 0)
        goto out;
    if (sapama(&cash, &o, a, &api_key, &api_secret, e) < 0)
        goto out;
    if (cash.listen != NULL)
        o.sapama = &cash;
    o.sapama_port_file = args_value(a, "sapama-port-file");
    o.secret_key = key.p;
    o.challenge = challenge.p != NULL ? challenge.p : "";
    app_say(app, "sandbox: starting on %s, books in %s; stop with Ctrl-C\n",
            o.listen, o.books_dir);
    if (cash.listen != NULL)
        app_say(app, "sandbox: Sapama Cash on %s\n", cash.listen);
    rc = sandbox_run(&o, args_value(a, "port-file"), e);
    if (rc < 0 && e->kind == ERR_CONFIG)
        e->kind = ERR_USAGE;        /* all of it was said by flags */
out:
    secret_release(&key);
    secret_release(&challenge);
    secret_release(&api_key);
    secret_release(&api_secret);
    return rc;
}
