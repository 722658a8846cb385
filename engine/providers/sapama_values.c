#include "providers/sapama.h"

#include "providers/plain.h"

#define SYSTEM_GOOD 700

/* Section 1.1; the second spelling is of one documented error. */
enum {
    ENV_HTTP, ENV_HTTP_SNAKE, ENV_SYSTEM, ENV_SYSTEM_SNAKE, ENV_MESSAGE,
    ENV_DATA, ENV_MEMBERS
};
static const struct str env_names[ENV_MEMBERS] = {
    [ENV_HTTP]         = JSCAN_NAME("httpStatusCode"),
    [ENV_HTTP_SNAKE]   = JSCAN_NAME("http_status_code"),
    [ENV_SYSTEM]       = JSCAN_NAME("systemCode"),
    [ENV_SYSTEM_SNAKE] = JSCAN_NAME("system_code"),
    [ENV_MESSAGE]      = JSCAN_NAME("message"),
    [ENV_DATA]         = JSCAN_NAME("data")
};

bool
sapama_empty(const struct jscan_value *v)
{
    return v->kind == JSCAN_NONE || v->kind == JSCAN_NULL
           || (v->kind == JSCAN_STRING && str_trim(v->text).len == 0);
}

bool
sapama_is_digits(struct str s, size_t max)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0 && s.len <= max;
}

int64_t
sapama_amount(const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str text = { NULL, 0 };
    int64_t minor = -1;

    if (jscan_text(v, room, sizeof(room), &text) < 0
        || minor_parse(&minor, str_trim(text), SAPAMA_DECIMALS) < 0
        || minor < 0)
        return -1;
    return minor;
}

int
sapama_count(const struct jscan_value *v)
{
    char room[MONEY_TEXT_BYTES];
    struct str text = { NULL, 0 };
    int64_t n = -1;

    if (jscan_text(v, room, sizeof(room), &text) < 0
        || str_i64(&n, str_trim(text)) < 0 || n > INT32_MAX)
        return -1;
    return (int)n;
}

/* Visible ASCII, so that it is safe in a log, a page and a request. */
void
sapama_id(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[128];
    struct str text = { NULL, 0 };

    to[0] = '\0';
    if (jscan_text(v, room, sizeof(room), &text) < 0)
        return;
    text = str_trim(text);
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~' || text.p[i] == '"'
            || text.p[i] == '\\')
            return;
    if (text.len < bytes)
        str_copy(to, bytes, text);
}

void
sapama_words(char *to, size_t bytes, const struct jscan_value *v)
{
    char room[1024];

    plain_copy(to, bytes, v->kind == JSCAN_STRING && !v->escaped
               ? v->text : jscan_text_start(v, room, sizeof(room)));
}

int
sapama_wrong_shape(struct err *e, const char *why)
{
    err_set(e, ERR_UNAVAILABLE, "Sapama's answer cannot be read: %s", why);
    return err_fix(e, "payrun asks again by itself; if it goes on, send the "
                   "stored answer to Sapama's support.");
}

/* One code in two spellings: -1 when absent, -2 when it is no code at all or
 * the two differ. */
static int
code_of(const struct jscan_value *camel, const struct jscan_value *snake)
{
    int a = sapama_count(camel), b = sapama_count(snake);

    if ((camel->kind != JSCAN_NONE && a < 0)
        || (snake->kind != JSCAN_NONE && b < 0))
        return -2;
    if (a >= 0 && b >= 0 && a != b)
        return -2;
    return a >= 0 ? a : b;
}

int
sapama_envelope(struct sapama_envelope *env, struct str body, struct err *e)
{
    struct jscan_value v[ENV_MEMBERS];
    struct jscan js;

    *env = (struct sapama_envelope){ .http = -1, .system = -1 };
    jscan_start(&js, body, 0);
    if (jscan_object(&js, env_names, ENV_MEMBERS, v) < 0 || !jscan_ended(&js))
        return sapama_wrong_shape(e, js.why != NULL ? js.why
                                                    : "it is not complete");
    env->http = code_of(&v[ENV_HTTP], &v[ENV_HTTP_SNAKE]);
    env->system = code_of(&v[ENV_SYSTEM], &v[ENV_SYSTEM_SNAKE]);
    if (env->http < 0 || env->system < -1)
        return sapama_wrong_shape(e, "it has no status code, or two");
    env->message = v[ENV_MESSAGE];
    env->data = v[ENV_DATA];
    return 0;
}

bool
sapama_envelope_good(const struct sapama_envelope *env)
{
    return env->http >= 200 && env->http <= 299
           && (env->system == -1 || env->system == SYSTEM_GOOD);
}
