#include "base/clock.h"
#include "net/httpd_request.h"

/*
 * Slow answers.  A reader that has nothing to give yet suspends its
 * connection, because a plain "nothing yet" would make libmicrohttpd ask again
 * at once, for ever; the loop resumes it when its time has come.
 */
struct drip {
    struct httpd_request *request;
    size_t  len, each;
    int64_t pause_ms, due_ms;
    bool    waits;
    char    bytes[];
};

static ssize_t
on_drip(void *cls, uint64_t at, char *to, size_t max)
{
    struct drip *drip = cls;
    int64_t now_ms = clock_mono_ms();
    size_t n = drip->each < max ? drip->each : max;

    if (now_ms < drip->due_ms) {
        drip->waits = true;
        drip->request->server->drips++;
        MHD_suspend_connection(drip->request->conn);
        return 0;
    }
    if (at >= drip->len)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n > drip->len - (size_t)at)
        n = drip->len - (size_t)at;
    memcpy(to, drip->bytes + at, n);
    drip->due_ms = now_ms + drip->pause_ms;
    return (ssize_t)n;
}

void
httpd_answer_drip(struct httpd_request *r, int status, const char *type,
                  struct str body, size_t bytes_each, int64_t pause_ms)
{
    struct drip *drip = malloc(sizeof(*drip) + body.len);
    struct MHD_Response *response = NULL;

    if (drip != NULL) {
        *drip = (struct drip){ .request = r, .len = body.len,
                               .each = bytes_each > 0 ? bytes_each : 1,
                               .pause_ms = pause_ms };
        if (body.len > 0)
            memcpy(drip->bytes, body.p, body.len);
        response = MHD_create_response_from_callback(
            body.len, READ_CHUNK_BYTES, on_drip, drip, free);
        if (response == NULL)
            free(drip);
        else
            r->drip = drip;
    }
    httpd_request_answer(r, response, status, type);
}

int64_t
httpd_drip_wait_ms(const struct httpd *h, int64_t wait_ms)
{
    int64_t now_ms = h->drips > 0 ? clock_mono_ms() : 0;

    if (h->drips == 0)
        return wait_ms;
    for (const struct httpd_request *r = h->first; r != NULL; r = r->next) {
        int64_t left_ms;

        if (r->drip == NULL || !r->drip->waits)
            continue;
        left_ms = r->drip->due_ms - now_ms;
        if (left_ms < wait_ms)
            wait_ms = left_ms > 0 ? left_ms : 0;
    }
    return wait_ms;
}

void
httpd_drip_run(struct httpd *h, bool all)
{
    int64_t now_ms = h->drips > 0 ? clock_mono_ms() : 0;

    if (h->drips == 0)
        return;
    for (struct httpd_request *r = h->first; r != NULL; r = r->next) {
        if (r->drip == NULL || !r->drip->waits
            || (!all && r->drip->due_ms > now_ms))
            continue;
        r->drip->waits = false;
        h->drips--;
        MHD_resume_connection(r->conn);
    }
}
