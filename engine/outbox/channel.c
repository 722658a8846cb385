#include "outbox/channel.h"

#include "base/clock.h"
#include "net/mail.h"

const char *
channel_way_name(enum channel_way way)
{
    switch (way) {
    case CHANNEL_COMMAND: return "command";
    case CHANNEL_MAIL:    return "mail";
    case CHANNEL_FOLDER:  return "folder";
    case CHANNEL_HOOK:    return "webhook";
    }
    return "";
}

/* A file an event, named by when and what; the same again replaces itself. */
static int
keep_file(const struct channel *c, const struct event *ev, struct err *e)
{
    char path[PATH_BYTES_MAX];

    if (snprintf(path, sizeof(path), "%s/%010lld-%s.json", c->place,
                 (long long)ev->outbox_id, ev->kind) >= (int)sizeof(path))
        return err_set(e, ERR_CONFIG, "the folder's path is too long");
    return buf_write_file(&ev->body, path, 0640, e);
}

static int
send_mail(const struct channel *c, const struct event *ev, struct err *e)
{
    const char *to[OUTBOX_WORDS_MAX + 1] = { NULL };
    struct mail m = {
        .relay = c->place, .from = c->from, .to = to, .user = c->user,
        .password = &c->secret, .id = ev->event_id,
        .subject = buf_view(&ev->title), .text = buf_view(&ev->detail),
        .at_s = clock_wall_us() / 1000000, .answer_ms = OUTBOX_HAND_MS,
        .connect_ms = OUTBOX_CONNECT_MS
    };

    for (int i = 0; i < c->nwords; i++)
        to[i] = c->words[i];
    return mail_send(&m, e);
}

int
channel_hand(const struct channel *c, struct net *net, const struct event *ev,
             int64_t now_s, struct err *e)
{
    switch (c->way) {
    case CHANNEL_COMMAND: return channel_run(c, ev, e);
    case CHANNEL_MAIL:    return send_mail(c, ev, e);
    case CHANNEL_FOLDER:  return keep_file(c, ev, e);
    case CHANNEL_HOOK:    return channel_post(c, net, ev, now_s, e);
    }
    return err_set(e, ERR_BUG, "a channel of no kind");
}
