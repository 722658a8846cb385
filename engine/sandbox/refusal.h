#ifndef SANDBOX_REFUSAL_H
#define SANDBOX_REFUSAL_H

#include <stdbool.h>

#include "base/buf.h"

/* An answer that says no (contract 1.4); ${http} 0 while there is none. */
struct refusal {
    int         http;
    bool        flat;           /* {"detail": ...} instead of the envelope */
    const char *type;           /* "client_error", "validation_error"      */
    const char *code;           /* "invalid_request_data"                  */
    char        attr[64];       /* the field; "" is null                   */
    char        detail[256];
};

/* What the provider says to an approve or cancel that comes too late. */
#define REFUSAL_STATE "Payment file must be in PREVIEW-AND-APPROVE state to " \
                      "perform this action"

/* refusal_request: 400, invalid_request_data.  Return -1 always. */
int refusal_request(struct refusal *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* refusal_field: 400, validation_error about ${attr}.  Return -1 always. */
int refusal_field(struct refusal *, const char *attr, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* refusal_flat: {"detail": ...} with any status.  Return -1 always. */
int refusal_flat(struct refusal *, int http, const char *detail);

/* refusal_http(r, http): what the provider, or something in front of it, says
 * with that status when nothing is wrong with the request itself. */
void refusal_http(struct refusal *, int http);

/* The shapes that a refusal was seen in, or may have (contract 1.4). */
enum refusal_shape {
    REFUSAL_ENVELOPE,           /* {"type": ..., "errors": [...]}        */
    REFUSAL_DETAIL,             /* {"detail": ...}                       */
    REFUSAL_DETAILS,            /* {"details": ...}                      */
    REFUSAL_FIELDS,             /* {"amount": ["..."]}                   */
    REFUSAL_TEXT                /* no JSON at all                        */
};

/* refusal_json(out, r, shape): a flat one is flat in every shape but TEXT. */
void refusal_json(struct buf *, const struct refusal *, enum refusal_shape);

#endif
