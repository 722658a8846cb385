#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/phrase.h"
#include "net/loop.h"
#include "outbox/outbox.h"

const struct opt events_list_opts[] = {
    { "kind", "KIND", "only these: lane.closed ..., or alert, run, report",
      false },
    { "undelivered", NULL, "only what a channel has not taken", false },
    { "number", "N", "only this one, with all it says", false },
    { NULL, NULL, NULL, false }
};
const struct opt events_resend_opts[] = {
    { "undelivered", NULL, "all that a channel has not taken", false },
    { "channel", "NAME", "only on this channel", false },
    { NULL, NULL, NULL, false }
};
const struct opt events_deliver_opts[] = {
    { "until-idle", NULL, "stop when all is told that can be told now", false },
    { NULL, NULL, NULL, false }
};

/* --- list ----------------------------------------------------------------- */

struct listing {
    json_t *list;               /* NULL: text                                 */
    bool    whole;
    int64_t n;
};

static json_t *
text_of(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static int
list_row(void *owner, const struct outbox_row *r)
{
    struct listing *l = owner;
    char at[CLOCK_ISO_BYTES];

    l->n++;
    clock_iso(r->at_us, at);
    if (l->list != NULL)
        return json_array_append_new(l->list, json_pack(
            "{s:I, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o}",
            "number", (json_int_t)r->outbox_id, "id", r->event_id, "kind",
            r->kind, "class", r->class, "at", at, "subject",
            text_of(r->subject), "title", text_of(r->title), "text",
            text_of(r->detail), "waiting", text_of(r->waiting), "delivered",
            text_of(r->delivered), "given_up", text_of(r->given_up), "tries",
            r->tries, "said", text_of(r->said)));
    printf("%6lld  %.19s  %-22s %.*s\n", (long long)r->outbox_id, at, r->kind,
           STR_ARG(r->title));
    if (r->waiting.len > 0)
        printf("        still to tell: %.*s (%d tries)\n", STR_ARG(r->waiting),
               r->tries);
    if (r->given_up.len > 0)
        printf("        given up: %.*s; payrun events resend %lld\n",
               STR_ARG(r->given_up), (long long)r->outbox_id);
    if (r->said.len > 0)
        printf("        %.*s\n", STR_ARG(r->said));
    if (l->whole)
        printf("\n%.*s\n\n%.*s\n", STR_ARG(r->detail), STR_ARG(r->body));
    return 0;
}

int
cmd_events_list(struct app *app, struct err *e)
{
    const char *kind = args_value(&app->args, "kind");
    struct listing l = { .whole = args_has(&app->args, "number") };
    int64_t number = 0;

    if (args_i64(&app->args, "number", 0, 1, INT64_MAX, &number, e) < 0
        || app_db(app, e) < 0)
        return -1;
    if (app->json)
        l.list = json_array();
    if (outbox_each(app->db, kind != NULL ? kind : "",
                    args_has(&app->args, "undelivered"), number, list_row, &l,
                    e) < 0) {
        json_decref(l.list);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:o}", "events", l.list), e);
    if (l.n == 0)
        puts("there are none");
    return 0;
}

/* --- resend --------------------------------------------------------------- */

int
cmd_events_resend(struct app *app, struct err *e)
{
    const char *channel = args_value(&app->args, "channel");
    bool all = args_has(&app->args, "undelivered");
    int64_t number = 0, n = 0;
    char count[PHRASE_BYTES];

    if (all == (app->args.nplain == 1)
        || (!all && (str_i64(&number, str_of(app->args.plain[0])) < 0
                     || number == 0))) {
        err_set(e, ERR_USAGE, "say which event, or --undelivered");
        return err_fix(e, "payrun events list shows their numbers");
    }
    if (app_me(app, e) < 0
        || outbox_resend(app->db, number, channel != NULL ? channel : "", &n,
                         e) < 0)
        return -1;
    if (n == 0 && !all) {
        err_set(e, ERR_USAGE, "event %lld went to no %s", (long long)number,
                channel != NULL ? "such channel" : "channel");
        return err_fix(e, "payrun events list shows what there is; channels: "
                       "in the configuration says who is told");
    }
    if (app->json)
        return app_json(app, json_pack("{s:I}", "again", (json_int_t)n), e);
    phrase_count(n, "message", "messages", count);
    printf("%s will be told again, by payrun events deliver\n", count);
    return 0;
}

/* --- deliver -------------------------------------------------------------- */

static int
need_channels(struct app *app, struct err *e)
{
    if (app_config(app, e) < 0)
        return -1;
    if (app->config.nchannels > 0)
        return config_channel_secrets(&app->config, e);
    err_set(e, ERR_CONFIG, "the configuration names nobody to tell");
    return err_fix(e, "add channels: to payrun.yaml (README: Alerts)");
}

static int
deliver_end(struct app *app, const struct deliver_order *o,
            const struct deliver_left *left, struct err *e)
{
    int code = net_stopping() != 0 ? 128 + net_stopping() : 0;
    char told[PHRASE_BYTES];

    if (app->json)
        return app_json(app, json_pack(
            "{s:i, s:i, s:I, s:I}", "delivered", o->delivered, "failed",
            o->failed, "later", (json_int_t)(left->due + left->later),
            "given_up", (json_int_t)left->given_up), e) < 0 ? -1 : code;
    phrase_count(o->delivered, "message", "messages", told);
    app_say(app, "%s told", told);
    if (left->due + left->later > 0)
        app_say(app, ", %lld to be tried again",
                (long long)(left->due + left->later));
    if (left->given_up > 0)
        app_say(app, ", %lld given up: payrun events list --undelivered",
                (long long)left->given_up);
    app_say(app, "\n");
    return code;
}

int
cmd_events_deliver(struct app *app, struct err *e)
{
    struct deliver_order o = { .channels = app->config.channels };
    struct deliver_left left = { 0 };
    int rc = -1;

    if (need_channels(app, e) < 0 || app_as(app, DB_AS_WORKER, e) < 0
        || app_db(app, e) < 0 || (o.net = net_new(e)) == NULL)
        return -1;
    net_stop_on_signals();
    o.db = app->db;
    o.nchannels = app->config.nchannels;
    o.until_idle = args_has(&app->args, "until-idle");
    if (!o.until_idle)
        app_say(app, "telling who is to be told; stop with Ctrl-C\n");
    if (deliver_run(&o, e) == 0
        && deliver_left(app->db, o.channels, o.nchannels, &left, e) == 0)
        rc = deliver_end(app, &o, &left, e);
    net_free(o.net);
    return rc;
}

/* --- a service failed ----------------------------------------------------- */

/* Without the database there is no outbox: then it is said at once, to those
 * who want alerts. */
static int
say_directly(struct app *app, const struct told *t, struct err *e)
{
    struct event ev = { .event_id = "evt_failed", .kind = "service.failed" };
    const struct config *c = &app->config;
    struct net *net = net_new(e);
    int told = 0;

    net_stop_on_signals();              /* SIGPIPE of a program that ends */
    buf_init(&ev.title, ERR_TEXT_BYTES);
    buf_init(&ev.detail, ERR_TEXT_BYTES);
    buf_init(&ev.body, ERR_TEXT_BYTES);
    buf_text(&ev.title, t->title);
    buf_str(&ev.detail, t->detail);
    buf_text(&ev.body, "{\"kind\":\"service.failed\",\"title\":");
    buf_json(&ev.body, str_of(t->title));
    buf_char(&ev.body, '}');
    for (int i = 0; net != NULL && i < c->nchannels; i++)
        for (int k = 0; k < c->channels[i].nwants; k++)
            if (strcmp(c->channels[i].wants[k], "alert") == 0
                && channel_hand(&c->channels[i], net, &ev,
                                clock_wall_us() / 1000000, e) == 0)
                told++;
    buf_release(&ev.title);
    buf_release(&ev.detail);
    buf_release(&ev.body);
    net_free(net);
    return told > 0 ? 0 : -1;
}

int
cmd_events_failed(struct app *app, struct err *e)
{
    char title[ERR_TEXT_BYTES];
    struct told t = {
        .class = "alert", .kind = "service.failed",
        .subject = app->args.plain[0], .title = title,
        .detail = STR("The system's log says why: journalctl -u UNIT. What "
                      "was committed is safe; starting it again is safe.")
    };
    struct err why = { 0 };
    int64_t id = 0;

    snprintf(title, sizeof(title), "The service %.200s failed",
             app->args.plain[0]);
    if (need_channels(app, e) < 0)
        return -1;
    if (app_as(app, DB_AS_WORKER, &why) == 0 && app_db(app, &why) == 0
        && outbox_tell(app->db, &t, &id) == DB_OK)
        return 0;
    return say_directly(app, &t, e);
}

/* --- test ----------------------------------------------------------------- */

int
cmd_events_test(struct app *app, struct err *e)
{
    const struct told t = {
        .class = "test", .kind = "test.asked", .subject = "payrun",
        .title = "A test: payrun can reach you",
        .detail = STR("Somebody asked for this with payrun events test. "
                      "Nothing has happened.")
    };
    int64_t id = 0;

    if (need_channels(app, e) < 0 || app_as(app, DB_AS_WORKER, e) < 0
        || app_db(app, e) < 0)
        return -1;
    if (outbox_tell(app->db, &t, &id) != DB_OK)
        return db_fail(app->db, e, "making a test event");
    if (app->json)
        return app_json(app, json_pack("{s:I}", "number", (json_int_t)id), e);
    printf("event %lld; payrun events deliver tells it to every channel\n",
           (long long)id);
    return 0;
}
