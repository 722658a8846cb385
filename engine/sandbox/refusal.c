#include "sandbox/refusal.h"

int
refusal_request(struct refusal *r, const char *fmt, ...)
{
    va_list ap;

    *r = (struct refusal){ .http = 400, .type = "client_error",
                           .code = "invalid_request_data" };
    va_start(ap, fmt);
    vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
    va_end(ap);
    return -1;
}

int
refusal_field(struct refusal *r, const char *attr, const char *fmt, ...)
{
    va_list ap;

    *r = (struct refusal){ .http = 400, .type = "validation_error",
                           .code = "invalid" };
    snprintf(r->attr, sizeof(r->attr), "%s", attr);
    va_start(ap, fmt);
    vsnprintf(r->detail, sizeof(r->detail), fmt, ap);
    va_end(ap);
    return -1;
}

int
refusal_flat(struct refusal *r, int http, const char *detail)
{
    *r = (struct refusal){ .http = http, .flat = true };
    snprintf(r->detail, sizeof(r->detail), "%s", detail);
    return -1;
}

/* What a fault of kind "status" says: the recorded body where there is one. */
static const struct words {
    int http;
    bool flat;
    const char *type, *code, *detail;
} known[] = {
    { 400, false, "client_error", "invalid_request_data", "Invalid request" },
    { 401, true, NULL, NULL,
      "Authentication credentials were not provided." },
    { 403, false, "client_error", "authentication_failed",
      "Invalid api token" },
    { 404, true, NULL, NULL, "Not found." },
    { 429, false, "client_error", "throttled", "Request was throttled." },
    { 500, false, "server_error", "error", "A server error occurred." },
    { 503, false, "server_error", "service_unavailable",
      "Service temporarily unavailable, try again later." },
};

void
refusal_http(struct refusal *r, int http)
{
    *r = (struct refusal){ .http = http, .flat = true };
    snprintf(r->detail, sizeof(r->detail), "HTTP %d", http);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].http != http)
            continue;
        r->flat = known[i].flat;
        r->type = known[i].type;
        r->code = known[i].code;
        snprintf(r->detail, sizeof(r->detail), "%s", known[i].detail);
    }
}

static void
refusal_envelope(struct buf *out, const struct refusal *r)
{
    buf_printf(out, "{\"type\":\"%s\",\"errors\":[{\"code\":\"%s\","
               "\"detail\":", r->type, r->code);
    buf_json(out, str_of(r->detail));
    buf_text(out, ",\"attr\":");
    if (r->attr[0] != '\0')
        buf_json(out, str_of(r->attr));
    else
        buf_text(out, "null");
    buf_text(out, "}]}");
}

static void
refusal_member(struct buf *out, const char *key, const char *text, bool list)
{
    buf_char(out, '{');
    buf_json(out, str_of(key));
    buf_text(out, list ? ":[" : ":");
    buf_json(out, str_of(text));
    buf_text(out, list ? "]}" : "}");
}

void
refusal_json(struct buf *out, const struct refusal *r,
             enum refusal_shape shape)
{
    if (r->flat && shape != REFUSAL_TEXT)
        shape = REFUSAL_DETAIL;
    switch (shape) {
    case REFUSAL_ENVELOPE:
        refusal_envelope(out, r);
        break;
    case REFUSAL_DETAIL:
        refusal_member(out, "detail", r->detail, false);
        break;
    case REFUSAL_DETAILS:
        refusal_member(out, "details", r->detail, false);
        break;
    case REFUSAL_FIELDS:
        refusal_member(out, r->attr[0] != '\0' ? r->attr
                       : "non_field_errors", r->detail, true);
        break;
    case REFUSAL_TEXT:
        buf_text(out, r->detail);
        break;
    }
}
