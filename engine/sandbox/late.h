#ifndef SANDBOX_LATE_H
#define SANDBOX_LATE_H

#include "base/buf.h"
#include "net/httpd.h"

/* Answers that are held back: a list of them, NULL when there are none. */
struct late;

/* late_add(list, r, http, body, due_us): give ${r} this answer then; what is
 * in ${body} is taken out of it. */
void late_add(struct late **, struct httpd_request *, int http,
              struct buf *body, int64_t due_us);

/* late_give(list, now_us): give those that are due.  Returns when the next one
 * is, or INT64_MAX.  late_forget(list): all are gone, unanswered. */
int64_t late_give(struct late **, int64_t now_us);
void late_forget(struct late **);

#endif
