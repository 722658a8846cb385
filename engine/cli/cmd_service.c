#include "cli/cmds.h"

#include "base/buf.h"
#include "base/clock.h"
#include "cli/jsontree.h"
#include "cli/service.h"
#include "report/when.h"

const struct opt sms_opts[] = {
    { "to", "PHONE", "who gets it", false },
    { "message", "TEXT", "what it says", false },
    SERVICE_OPT_ACCOUNT, SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};
const struct opt mark_opts[] = {
    { "state", "no|success|error|unreconciled", "what our books made of it",
      false },
    SERVICE_OPT_ACCOUNT, { NULL, NULL, NULL, false }
};
const struct opt post_opts[] = {
    SERVICE_OPT_ACCOUNT, SERVICE_OPT_AGAIN, { NULL, NULL, NULL, false }
};
const struct opt errands_opts[] = {
    { "account", "NAME", "only of this funding account", false },
    { NULL, NULL, NULL, false }
};

static const struct column said_columns[] = {
    { "id", CELL_ID, -10, false }, { "state", CELL_STATE, -12, false },
    { "account", CELL_ACCOUNT, -13, false },
    { "reference", CELL_REFERENCE, -16, false },
    { "text", CELL_TEXT, 0, false }, { NULL, CELL_ID, 0, false }
};

/* The errand as it stands in ${s}, and how it ended. */
static int
run(struct asking *s, struct err *e)
{
    struct rows r = { .n = 0 };
    struct errand_end end;
    int rc = rows_init(&r, s->app, said_columns, s->account->ccy, e);

    if (rc == 0)
        rc = service_do(s, &r, &end, e);
    if (rc == 0)
        rc = service_told(s, &r, &end, e);
    rows_release(&r);
    return rc;
}

int
cmd_sms(struct app *app, struct err *e)
{
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_SMS, e);

    if (rc == 0) {
        s.errand.ask.narrative = args_value(&app->args, "message");
        rc = service_phone(&s, "to", e);
    }
    if (rc == 0)
        rc = run(&s, e);
    service_close(&s);
    return rc;
}

int
cmd_mark(struct app *app, struct err *e)
{
    struct asking s;
    int rc = service_open(&s, app, NULL, SERVICE_MARK, e);

    if (rc == 0) {
        s.errand.ask.id = app->args.plain[0];
        s.errand.ask.state = args_value(&app->args, "state");
        rc = run(&s, e);
    }
    service_close(&s);
    return rc;
}

/* --- transactions the provider does not know ------------------------------ */

/* A JSON array of objects; it goes out as it stands, because a number read and
 * written again could become another one. */
static int
check_list(const char *path, struct str text, struct err *e)
{
    struct err why = { 0 };
    json_t *list = jsontree_read(text, &why), *item = NULL;
    size_t i = 0;
    int rc = 0;

    if (list == NULL)
        return err_set(e, ERR_DATA, "%s:%s (this is not JSON)", path,
                       why.text);
    if (!json_is_array(list) || json_array_size(list) == 0)
        rc = err_set(e, ERR_DATA, "%s: this is not a list of transactions, or "
                     "an empty one: [ { \"trans_id\": ... }, ... ]", path);
    json_array_foreach(list, i, item)
        if (rc == 0 && !json_is_string(json_object_get(item, "trans_id")))
            rc = err_set(e, ERR_DATA, "%s: transaction %zu has no \"trans_id\""
                         " (a text of yours, another one in each)", path,
                         i + 1);
    json_decref(list);
    return rc;
}

int
cmd_post(struct app *app, struct err *e)
{
    const char *path = app->args.plain[0];
    struct buf text;
    struct asking s = { .app = app };
    int rc;

    buf_init(&text, ERRAND_POST_BYTES_MAX);
    rc = buf_read_file(&text, path, e);
    if (rc == 0)
        rc = check_list(path, str_trim(buf_view(&text)), e);
    if (rc == 0)
        rc = service_open(&s, app, NULL, SERVICE_POST, e);
    if (rc == 0) {
        s.errand.ask.list = str_trim(buf_view(&text));
        rc = run(&s, e);
    }
    service_close(&s);
    buf_release(&text);
    return rc;
}

/* --- what was asked for --------------------------------------------------- */

struct listing {
    json_t *list;
    bool    json;
    int     n, doubts;
};

#define ASK_SHOWN 160           /* a posted list can be long; --json has all */

/* {"phone":"2547..","name":"A"} to "phone 2547.., name A". */
static void
ask_words(struct str ask, char out[ASK_SHOWN])
{
    struct err why = { 0 };
    json_t *o = jsontree_read(ask, &why), *value = NULL;
    const char *key = NULL;
    size_t n = 0;

    out[0] = '\0';
    json_object_foreach(o, key, value)
        if (json_is_string(value) && n < ASK_SHOWN)
            n += (size_t)snprintf(out + n, ASK_SHOWN - n, "%s%s %s",
                                  n > 0 ? ", " : "", key,
                                  json_string_value(value));
        else if (n < ASK_SHOWN)
            n += (size_t)snprintf(out + n, ASK_SHOWN - n, "%s%s ...",
                                  n > 0 ? ", " : "", key);
    json_decref(o);
}

/* "taken: PENDING" to "PENDING": that it was taken stands above. */
static struct str
answer_words(const struct errand_line *n)
{
    size_t len = strlen(n->state);

    if (n->detail.len < len || memcmp(n->detail.p, n->state, len) != 0)
        return n->detail;
    if (n->detail.len == len)
        return (struct str){ NULL, 0 };
    if (n->detail.len > len + 2 && n->detail.p[len] == ':')
        return (struct str){ n->detail.p + len + 2, n->detail.len - len - 2 };
    return n->detail;
}

/* As the command is called. */
static const char *
service_command(const char *service)
{
    return strcmp(service, "wallet_create") == 0 ? "wallets create" : service;
}

static const char *
state_words(const char *state)
{
    static const struct { const char *state, *words; } all[] = {
        { "taken", "taken" }, { "refused", "refused" },
        { "not_now", "not done" }, { "barred", "not done (key)" },
        { "in_doubt", "IN DOUBT" }, { "waiting", "under way" },
        { "not_sent", "never left" }
    };

    for (size_t i = 0; i < LEN(all); i++)
        if (strcmp(all[i].state, state) == 0)
            return all[i].words;
    return state;
}

static int
note_json(struct listing *l, const struct errand_line *n, const char *at)
{
    struct err why = { 0 };
    json_t *ask = jsontree_read(n->ask, &why);

    return json_array_append_new(l->list, json_pack(
        "{s:I, s:s, s:b, s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:s%, s:s, s:s%}",
        "errand", (json_int_t)n->errand_id, "account", n->account,
        "live", n->live, "service", n->service, "asked_by", n->asked_by,
        "ask", ask != NULL ? ask : json_object(),
        "amount", json_money(n->minor, n->ccy), "currency", n->ccy,
        "at", at, "state", n->state,
        "detail", n->detail.p != NULL ? n->detail.p : "", n->detail.len,
        "provider_id", n->provider_id,
        "again_why", n->again_why.p != NULL ? n->again_why.p : "",
        n->again_why.len));
}

static int
note_errand(void *owner, const struct errand_line *n)
{
    struct listing *l = owner;
    char at[CLOCK_ISO_BYTES], amount[MONEY_TEXT_BYTES] = "";
    char ask[ASK_SHOWN], when[WHEN_BYTES];
    struct str answer;

    clock_iso(n->made_us, at);
    when_text(n->made_us, when);
    answer = answer_words(n);
    ask_words(n->ask, ask);
    l->n++;
    l->doubts += strcmp(n->state, "in_doubt") == 0;
    if (l->json)
        return note_json(l, n, at);
    if (n->minor > 0)
        rows_money(n->minor, n->ccy, amount);
    printf("%6lld  %s  %-14s %-12s %-14s %-16s  by %s\n",
           (long long)n->errand_id, when, service_command(n->service),
           n->account, state_words(n->state), amount, n->asked_by);
    if (ask[0] != '\0')
        printf("        asked: %s\n", ask);
    if (answer.len > 0)
        printf("        answer: %.*s\n", STR_ARG(answer));
    if (n->again_why.len > 0)
        printf("        asked for again because: %.*s\n",
               STR_ARG(n->again_why));
    return 0;
}

int
cmd_errands(struct app *app, struct err *e)
{
    const char *name = args_value(&app->args, "account");
    struct listing l = { .json = app->json };
    const struct account *a = NULL;
    int rc;

    if (app_db(app, e) < 0
        || (name != NULL && (a = app_account(app, name, e)) == NULL))
        return -1;
    l.list = json_array();
    rc = errand_each(app->db, a != NULL ? a->account_id : 0, note_errand, &l,
                     e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O, s:i}", "errands", l.list,
                                     "in_doubt", l.doubts), e);
    else if (rc == 0 && l.n == 0)
        puts("nobody asked for anything yet");
    else if (rc == 0 && l.doubts > 0)
        printf("\n%d IN DOUBT: it may or may not have been done; the "
               "provider's own pages, payrun statement and payrun balance "
               "tell\n", l.doubts);
    json_decref(l.list);
    return rc;
}
