#include "outbox/channel.h"

#include "base/crypto.h"
#include "net/http.h"
#include "net/loop.h"

#define TIME_BYTES 24

int
channel_sign(struct str key, const char *id, int64_t time_s, struct str body,
             char out[CHANNEL_SIGN_BYTES])
{
    const struct str mark = STR("whsec_");
    unsigned char raw[SECRET_BYTES_MAX], mac[SHA256_BYTES];
    struct buf text;
    int rc = -1;

    buf_init(&text, OUTBOX_TEXT_BYTES_MAX + 256);
    buf_printf(&text, "%s.%lld.", id, (long long)time_s);
    buf_str(&text, body);
    if (key.len > mark.len && str_eq(str_cut(key, mark.len), mark)) {
        key.len -= mark.len;
        key.p += mark.len;
        if (base64_read(key, raw, sizeof(raw), &key.len) < 0)
            goto out;
        key.p = (const char *)raw;
    }
    if (text.failed)
        goto out;
    hmac256_of(key.p, key.len, buf_view(&text), mac);
    memcpy(out, "v1,", 4);
    base64_of(mac, sizeof(mac), out + 3, CHANNEL_SIGN_BYTES - 3);
    rc = 0;
out:
    explicit_bzero(raw, sizeof(raw));
    buf_release(&text);
    return rc;
}

struct post {
    bool       done;
    int        http;
    enum wire  wire;
    char       why[NET_WHY_BYTES];
};

static void
post_done(void *owner, const struct reply *r)
{
    struct post *p = owner;

    p->done = true;
    p->http = r->http;
    p->wire = r->wire;
    snprintf(p->why, sizeof(p->why), "%s", r->why);
}

/* Any 2xx is a yes; its body is nobody's business. */
static int
post_judge(const struct channel *c, const struct post *p, struct err *e)
{
    if (p->wire == WIRE_ANSWERED && p->http >= 200 && p->http < 300)
        return 0;
    if (p->wire == WIRE_ANSWERED)
        return err_set(e, ERR_UNAVAILABLE, "%s answered HTTP %d", c->place,
                       p->http);
    return err_set(e, ERR_UNAVAILABLE, "%s: %s", c->place,
                   p->why[0] != '\0' ? p->why : "no answer");
}

static int
post_run(const struct channel *c, struct net *net, struct http_order *o,
         struct err *e)
{
    struct post p = { .done = false };
    struct http_call *call = NULL;

    o->done = post_done;
    o->owner = &p;
    if (net_start(net, o, &call, e) < 0)
        return -1;
    while (!p.done) {
        if (net_stopping() != 0)
            net_cancel(net, call);
        if (net_turn(net, OUTBOX_TURN_MS, e) < 0 && !p.done) {
            net_cancel(net, call);
            (void)net_turn(net, 0, NULL);   /* it is told before we go */
            return -1;
        }
    }
    return post_judge(c, &p, e);
}

/* The address as it stands: with its query, without a slash of ours. */
static void
hook_split(const char *url, char base[PATH_BYTES_MAX], struct request *q)
{
    const char *host = strstr(url, "://");
    size_t n = host != NULL ? (size_t)(host - url) + 3 : 0;

    n += strcspn(url + n, "/");
    snprintf(base, PATH_BYTES_MAX, "%.*s", (int)n, url);
    snprintf(q->path, sizeof(q->path), "%s", url[n] != '\0' ? url + n + 1 : "");
}

int
channel_post(const struct channel *c, struct net *net, const struct event *ev,
             int64_t now_s, struct err *e)
{
    char sign[CHANNEL_SIGN_BYTES], at[TIME_BYTES];
    char base[PATH_BYTES_MAX];
    const struct http_header headers[] = {
        { "Webhook-Id", ev->event_id }, { "Webhook-Timestamp", at },
        { "Webhook-Signature", sign }, { NULL, NULL }
    };
    struct request q = {
        .method = "POST", .content_type = "application/json",
        .body = ev->body, .changes = true
    };
    struct http_order o = {
        .base_url = base, .request = &q, .headers = headers,
        .connect_ms = OUTBOX_CONNECT_MS, .answer_ms = OUTBOX_HAND_MS
    };

    hook_split(c->place, base, &q);
    snprintf(at, sizeof(at), "%lld", (long long)now_s);
    if (channel_sign(secret_view(&c->secret), ev->event_id, now_s,
                     buf_view(&ev->body), sign) < 0)
        return err_set(e, ERR_CONFIG, "the secret of channel %s begins with "
                       "whsec_, but the rest is no base64", c->name);
    return post_run(c, net, &o, e);
}
