#include "sandbox/webhook.h"

#include "base/clock.h"
#include "net/http.h"
#include "sandbox/answers.h"
#include "sandbox/chargebacks.h"
#include "sandbox/collecting.h"

struct hook {
    struct hook     *next, *prev;       /* prev only while it flies       */
    struct webhooks *owner;             /* NULL: released, nobody cares   */
    /* What it is about: one of these. */
    struct payfile    *file;
    struct invoice    *invoice;
    struct chargeback *chargeback;
    struct view      view;              /* what it tells of a file        */
    struct buf       text;              /* and of the others, up to its
                                           challenge                      */
    bool             dashboard;         /* else the file's callback_url   */
    bool             forged;
    bool             held;              /* by "shuffle"                   */
    int              tries;
    int64_t          due_us;
    char             base[FIGURE_URL_MAX + 2];
    struct request   request;
    struct http_call *call;             /* while it flies                 */
};

int
webhook_setup(struct webhooks *w, const char *url, const char *challenge)
{
    if (url != NULL && (w->url = strdup(url)) == NULL)
        return -1;
    if (challenge != NULL && challenge[0] != '\0'
        && (w->challenge = strdup(challenge)) == NULL)
        return -1;
    return 0;
}

static void
hook_free(struct hook *h)
{
    request_release(&h->request);
    buf_release(&h->text);
    free(h);
}

/* One webhook of a thing is under way. */
static bool *
hook_busy(const struct hook *h)
{
    return h->file != NULL ? &h->file->hook_busy
        : h->invoice != NULL ? &h->invoice->hook_busy
        : &h->chargeback->hook_busy;
}

void
webhook_release(struct webhooks *w)
{
    struct hook *h;

    while ((h = w->first) != NULL) {
        w->first = h->next;
        hook_free(h);
    }
    /* Those under way belong to the net until it tells of their end. */
    for (h = w->flying; h != NULL; h = h->next) {
        h->owner = NULL;
        net_cancel(w->net, h->call);
    }
    free(w->url);
    free(w->challenge);
    *w = (struct webhooks){ 0 };
}

/* The queue. */

static void
queue_add(struct webhooks *w, struct hook *h)
{
    h->next = NULL;
    if (w->last != NULL)
        w->last->next = h;
    else
        w->first = h;
    w->last = h;
}

/* Take out what follows ${before}, or the first when that is NULL. */
static struct hook *
queue_cut(struct webhooks *w, struct hook *before)
{
    struct hook *h = before != NULL ? before->next : w->first;

    if (before != NULL)
        before->next = h->next;
    else
        w->first = h->next;
    if (w->last == h)
        w->last = before;
    h->next = NULL;
    return h;
}

/* Its last event is here: send the file's held ones, newest first. */
static void
queue_turn_round(struct webhooks *w, const struct payfile *f)
{
    struct hook *turned = NULL, *before = NULL, *h = w->first;

    while (h != NULL) {
        struct hook *next = h->next;

        if (h->held && h->file == f) {
            queue_cut(w, before);
            h->next = turned;
            turned = h;
        } else {
            before = h;
        }
        h = next;
    }
    while ((h = turned) != NULL) {
        turned = h->next;
        h->held = false;
        queue_add(w, h);
    }
}

/* A hook of its own, about nothing yet; NULL when out of memory. */
static struct hook *
hook_new(struct webhooks *w, const struct payfile *f, int64_t now_us)
{
    const struct fault *late = faults_hook(w->faults, HOOK_LATE, f);
    struct hook *h = calloc(1, sizeof(*h));

    if (h == NULL) {
        w->dropped++;
        return NULL;
    }
    h->owner = w;
    h->dashboard = true;
    h->due_us = now_us + (late != NULL ? late->delay_ms * 1000 : 0);
    h->forged = faults_hook(w->faults, HOOK_FORGE, f) != NULL;
    return h;
}

static void
hook_file(struct webhooks *w, struct payfile *f, bool dashboard, bool held,
          int64_t now_us)
{
    struct hook *h = hook_new(w, f, now_us);

    if (h == NULL)
        return;
    h->file = f;
    h->dashboard = dashboard;
    h->held = held;
    answers_view(&h->view, w->books, f);
    h->view.manner = *w->manner;
    h->view.manner.contradict =
        faults_hook(w->faults, HOOK_CONTRADICT, f) != NULL;
    /* Before a file's end only its own code has changed (results of items
     * make no event), so the items of then need not be kept. */
    h->view.fresh = !wording_file_final(f->code);
    queue_add(w, h);
}

/*
 * Only changes of a file's code are told; the provider's "every time the
 * status changes" was never seen for a single item.  A file's own URL and the
 * dashboard's are both told: whether the provider does that is unknown.
 */
void
webhook_note(struct webhooks *w, const struct payfile *about, int64_t now_us)
{
    struct payfile *f = w->books->files[about->n];
    const struct fault *repeat = faults_hook(w->faults, HOOK_REPEAT, f);
    bool shuffle = faults_hook(w->faults, HOOK_SHUFFLE, f) != NULL;
    int64_t copies = repeat != NULL ? repeat->times : 1;

    if (w->url == NULL && f->callback_url == 0)
        return;
    if (faults_hook(w->faults, HOOK_DROP, f) != NULL) {
        w->dropped++;
        return;
    }
    for (int64_t i = 0; i < copies; i++) {
        if (f->callback_url != 0)
            hook_file(w, f, false, shuffle, now_us);
        if (w->url != NULL)
            hook_file(w, f, true, shuffle, now_us);
    }
    if (shuffle && wording_file_final(f->code))
        queue_turn_round(w, f);
}

/* Money in and back: as many copies, and with the same faults. */
static void
hook_other(struct webhooks *w, struct invoice *v, struct chargeback *c,
           int64_t now_us)
{
    const struct fault *repeat = faults_hook(w->faults, HOOK_REPEAT, NULL);
    int64_t copies = repeat != NULL ? repeat->times : 1;

    if (w->url == NULL)
        return;
    if (faults_hook(w->faults, HOOK_DROP, NULL) != NULL) {
        w->dropped++;
        return;
    }
    for (int64_t i = 0; i < copies; i++) {
        struct hook *h = hook_new(w, NULL, now_us);

        if (h == NULL)
            return;
        h->invoice = v;
        h->chargeback = c;
        buf_init(&h->text, 8192);
        if (v != NULL)
            collecting_invoice(&h->text, NULL, v, false);
        else
            chargebacks_object(&h->text, w->books, c, NULL);
        queue_add(w, h);
    }
}

void
webhook_invoice(struct webhooks *w, const struct invoice *v, int64_t now_us)
{
    hook_other(w, w->books->invoices.list[v->n], NULL, now_us);
}

void
webhook_chargeback(struct webhooks *w, const struct chargeback *c,
                   int64_t now_us)
{
    hook_other(w, NULL, w->books->chargebacks.list[c->n], now_us);
}

/* Sending. */

static struct hook_switch *
hook_switch_of(struct webhooks *w, const struct hook *h)
{
    return h->dashboard ? &w->dashboard : &w->callback;
}

/* Five more tries, each later than the last (4.6).  After too many failures in
 * a row only a person switches it on again: POST /_rules. */
static void
hook_failed(struct webhooks *w, struct hook *h, int64_t now_us)
{
    struct hook_switch *sw = hook_switch_of(w, h);
    int64_t wait_ms = FIGURE_HOOK_RETRY_MS;

    w->failed++;
    if (++sw->failures > FIGURE_HOOK_OFF_AFTER)
        sw->off = true;
    if (h->tries > FIGURE_HOOK_RETRIES || sw->off) {
        w->dropped++;
        hook_free(h);
        return;
    }
    for (int i = 1; i < h->tries; i++)
        wait_ms *= FIGURE_HOOK_GROWTH;
    h->due_us = now_us + wait_ms * 1000 * 100 / w->speed_percent;
    queue_add(w, h);
}

static void
hook_landed(struct webhooks *w, struct hook *h)
{
    if (h->prev != NULL)
        h->prev->next = h->next;
    else
        w->flying = h->next;
    if (h->next != NULL)
        h->next->prev = h->prev;
    h->next = h->prev = NULL;
    w->flights--;
    *hook_busy(h) = false;
    request_release(&h->request);
}

/* The net's edge: its void pointer becomes a hook. */
static void
hook_done(void *cls, const struct reply *reply)
{
    struct hook *h = cls;
    struct webhooks *w = h->owner;

    if (w == NULL) {
        hook_free(h);
        return;
    }
    hook_landed(w, h);
    if (reply->wire == WIRE_ANSWERED && reply->http / 100 == 2) {
        hook_switch_of(w, h)->failures = 0;
        w->delivered++;
        hook_free(h);
        return;
    }
    hook_failed(w, h, clock_wall_us());
}

/* "http://host:1/a/b" is the base "http://host:1/" and the path "a/b". */
static int
hook_address(struct hook *h, const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
    size_t n = path != NULL ? (size_t)(path - url) : strlen(url);

    if (str_copy(h->base, sizeof(h->base) - 1, (struct str){ url, n }) < 0)
        return -1;
    h->base[n] = '/';
    h->base[n + 1] = '\0';
    return str_copy(h->request.path, sizeof(h->request.path),
                    str_of(path != NULL ? path + 1 : ""));
}

/* Files only now: five of these wait for a file, 3 MB each. */
static void
hook_write(const struct webhooks *w, struct hook *h)
{
    const char *challenge = h->forged ? "forged"
        : w->manner->no_challenge ? NULL : w->challenge;
    struct buf *out = &h->request.body;

    if (h->file != NULL) {
        h->view.challenge = challenge;
        answers_status(out, w->books, &h->view);
        return;
    }
    buf_add(out, h->text.p, h->text.len > 0 ? h->text.len - 1 : 0);
    if (challenge != NULL) {
        buf_text(out, ",\"challenge\":");
        buf_json(out, str_of(challenge));
    }
    buf_char(out, '}');
}

static int
hook_send(struct webhooks *w, struct hook *h)
{
    const char *url = h->dashboard ? w->url
                                   : payfile_of(h->file, h->file->callback_url);
    struct http_order o = {
        .base_url = h->base, .request = &h->request,
        .answer_ms = FIGURE_HOOK_ANSWER_MS, .done = hook_done, .owner = h,
    };

    h->tries++;
    h->request.method = "POST";
    h->request.content_type = "application/json";
    buf_init(&h->request.body, FIGURE_ANSWER_BYTES_MAX);
    hook_write(w, h);
    if (h->request.body.failed || hook_address(h, url) < 0
        || net_start(w->net, &o, &h->call, NULL) < 0)
        return -1;
    h->next = w->flying;
    if (w->flying != NULL)
        w->flying->prev = h;
    w->flying = h;
    w->flights++;
    *hook_busy(h) = true;
    return 0;
}

/* One at a time for a file: in order, unless one has to be repeated. */
static bool
hook_ready(const struct hook *h, int64_t now_us)
{
    return !h->held && h->due_us <= now_us && !*hook_busy(h);
}

void
webhook_turn(struct webhooks *w, int64_t now_us)
{
    struct hook *before = NULL, *h = w->first, *end = w->last;
    bool shuffle = faults_has(w->faults, HOOK_SHUFFLE), more = h != NULL;

    while (more && w->flights < FIGURE_HOOK_FLIGHTS_MAX) {
        struct hook *next = h->next;

        more = h != end;        /* what is put behind waits for next time */
        if (!shuffle)
            h->held = false;
        if (hook_switch_of(w, h)->off) {
            hook_free(queue_cut(w, before));
            w->dropped++;
        } else if (hook_ready(h, now_us)) {
            queue_cut(w, before);
            if (hook_send(w, h) < 0) {
                request_release(&h->request);
                hook_failed(w, h, now_us);
            }
        } else {
            before = h;
        }
        h = next;
    }
}

int64_t
webhook_next_us(const struct webhooks *w)
{
    int64_t next_us = INT64_MAX;

    if (w->flights == FIGURE_HOOK_FLIGHTS_MAX)
        return next_us;         /* an answer wakes the loop */
    for (const struct hook *h = w->first; h != NULL; h = h->next)
        if (!h->held && !*hook_busy(h) && h->due_us < next_us)
            next_us = h->due_us;
    return next_us;
}

void
webhook_switch(struct webhooks *w, bool on)
{
    w->dashboard = (struct hook_switch){ 0, !on };
    w->callback = (struct hook_switch){ 0, !on };
}
