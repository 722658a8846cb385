#include "providers/intasend.h"
#include "providers/plain.h"
#include "providers/services_parts.h"

#define ERR_SHAPE ERR_UNAVAILABLE   /* they answered, but not what we know */

/* Nothing here is asked again by itself, so a person has to look. */
int
service_fix(struct err *e)
{
    return err_fix(e, "Look at the account in the provider's own console; if "
                   "this goes on, send the stored answer to their support.");
}

int
service_wrong(struct err *e, const char *who, const char *why)
{
    err_set(e, ERR_SHAPE, "the answer of %s cannot be read: %s", who, why);
    return service_fix(e);
}

int
service_members(const struct jscan_value *v, const struct str *names,
                int count, struct jscan_value *values)
{
    struct jscan js;

    memset(values, 0, (size_t)count * sizeof(*values));
    if (v->kind != JSCAN_OBJECT)
        return -1;
    jscan_start(&js, v->text, 0);
    return jscan_object(&js, names, count, values);
}

size_t
service_inside(const struct jscan_value *v, struct str body)
{
    return (size_t)(v->text.p - body.p) + 1;
}

bool
service_is_empty(const struct jscan_value *v)
{
    return v->kind == JSCAN_NONE || v->kind == JSCAN_NULL
           || (v->kind == JSCAN_STRING && v->text.len == 0);
}

/* Half an id is another one's: whole, or not at all. */
void
service_take_id(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[sizeof((struct service_row){ 0 }.link)];
    struct str text = { NULL, 0 };

    to[0] = '\0';
    if (jscan_text(v, room, sizeof(room), &text) == 0
        && intasend_is_id(text, bytes - 1))
        str_copy(to, bytes, text);
}

void
service_take_words(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[1024];

    to[0] = '\0';
    if (v->kind == JSCAN_STRING || v->kind == JSCAN_NUMBER)
        plain_copy(to, bytes, jscan_text_start(v, room, sizeof(room)));
}

bool
service_is_word(const struct jscan_value *v, const char *word)
{
    char room[64];
    struct str text = { NULL, 0 };

    return v->kind == JSCAN_STRING
           && jscan_text(v, room, sizeof(room), &text) == 0
           && str_ieq(text, str_of(word));
}

int
service_number(const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str text = { NULL, 0 };
    int64_t n = -1;

    if (jscan_text(v, room, sizeof(room), &text) < 0 || str_i64(&n, text) < 0
        || n > INT32_MAX)
        return -1;
    return (int)n;
}
