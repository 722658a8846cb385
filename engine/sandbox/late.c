#include "sandbox/late.h"

struct late {
    struct late          *next;
    struct httpd_request *request;
    int                   http;
    struct buf            body;
    int64_t               due_us;
};

void
late_add(struct late **list, struct httpd_request *r, int http,
         struct buf *body, int64_t due_us)
{
    struct late *late = calloc(1, sizeof(*late));

    if (late == NULL) {
        httpd_drop(r);
        return;
    }
    *late = (struct late){ *list, r, http, *body, due_us };
    *list = late;
    *body = (struct buf){ 0 };
}

int64_t
late_give(struct late **list, int64_t now_us)
{
    struct late **at = list;
    int64_t next_us = INT64_MAX;

    while (*at != NULL) {
        struct late *late = *at;

        if (late->due_us > now_us) {
            if (late->due_us < next_us)
                next_us = late->due_us;
            at = &late->next;
            continue;
        }
        *at = late->next;
        httpd_answer(late->request, late->http, "application/json",
                     buf_view(&late->body));
        buf_release(&late->body);
        free(late);
    }
    return next_us;
}

void
late_forget(struct late **list)
{
    struct late *late;

    while ((late = *list) != NULL) {
        *list = late->next;
        buf_release(&late->body);
        free(late);
    }
}
