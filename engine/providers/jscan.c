#include "providers/jscan.h"

#include <endian.h>

/* What may stand next. */
enum {
    WANT_VALUE,
    WANT_FIRST_KEY,             /* behind '{': a key or '}'                   */
    WANT_FIRST_ITEM,            /* behind '[': a value or ']'                 */
    WANT_MORE,                  /* behind a value: ',' or the closing bracket */
    WANT_NOTHING,               /* the outermost value is complete            */
    WANT_BROKEN
};

static enum jscan_kind
broken(struct jscan *js, const char *why)
{
    js->want = WANT_BROKEN;
    js->why = why;
    js->value = (struct jscan_value){ 0 };
    return JSCAN_BROKEN;
}

void
jscan_start(struct jscan *js, struct str body, size_t at)
{
    static const char nothing[1];

    *js = (struct jscan){ 0 };
    js->from = body.p != NULL ? body.p : nothing;
    js->end = js->from + (body.p != NULL ? body.len : 0);
    js->at = at < body.len ? js->from + at : js->end;
    js->want = WANT_VALUE;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Machines put no blanks between the pieces: most calls end at the first
 * comparison. */
static inline void
skip_blanks(struct jscan *js)
{
    if (js->at < js->end && (unsigned char)*js->at > ' ')
        return;
    while (js->at < js->end && is_blank(*js->at))
        js->at++;
}

bool
jscan_in_array(const struct jscan *js)
{
    return js->depth > 0 && (js->objects >> (js->depth - 1) & 1) == 0;
}

/* Sixteen bytes at a time, because most of a body of 5000 items is text. */
typedef signed char sixteen __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

/* Behind what needs no second look: up to a quote, a backslash, a control
 * character or what is not ASCII, which as signed char is below zero. */
static inline const char *
skip_plain(const char *p, const char *end)
{
    for (; end - p >= 16; p += 16) {
        sixteen b;
        halves special;

        memcpy(&b, p, sizeof(b));
        special = (halves)((b < 0x20) | (b == '"') | (b == '\\'));
        if (special[0] != 0)
            return p + __builtin_ctzll(le64toh(special[0])) / 8;
        if (special[1] != 0)
            return p + 8 + __builtin_ctzll(le64toh(special[1])) / 8;
    }
    while (p < end && (signed char)*p >= 0x20 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* A string that has more than plain ASCII, which goes up to ${p}.  On its own,
 * or every other string would pay for its registers and stack guard. */
__attribute__((noinline)) static int
scan_rest(struct jscan *js, const char *p)
{
    const char *from = js->at;
    bool escaped = false;
    int32_t c = 0;

    while (p < js->end && *p != '"') {
        size_t n = jscan_char(p, js->end, &c);

        if (n == 0) {
            js->at = p;
            broken(js, "bad character or escape in a text");
            return -1;
        }
        escaped = escaped || *p == '\\';
        p = skip_plain(p + n, js->end);
    }
    js->at = p;
    if (p == js->end) {
        broken(js, "a text that does not end");
        return -1;
    }
    js->at++;
    js->value = (struct jscan_value){
        JSCAN_STRING, escaped, { from, (size_t)(p - from) }
    };
    return 0;
}

/* ${js}->at is behind the opening quote; afterwards behind the closing one. */
static int
scan_string(struct jscan *js)
{
    const char *from = js->at, *p = skip_plain(from, js->end);

    if (p == js->end || *p != '"')
        return scan_rest(js, p);
    js->at = p + 1;
    js->value = (struct jscan_value){
        JSCAN_STRING, false, { from, (size_t)(p - from) }
    };
    return 0;
}

static const char *
skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* Behind the number at ${p}, or NULL when it is not one. */
static const char *
number_end(const char *p, const char *end)
{
    const char *digits = NULL;

    if (p < end && *p == '-')
        p++;
    digits = p;
    p = skip_digits(p, end);
    if (p == digits || (*digits == '0' && p - digits > 1))
        return NULL;                /* no digit, or a leading zero */
    if (p < end && *p == '.') {
        digits = ++p;
        if ((p = skip_digits(p, end)) == digits)
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        digits = p;
        if ((p = skip_digits(p, end)) == digits)
            return NULL;
    }
    return p;
}

static void
after_value(struct jscan *js)
{
    js->want = js->depth > 0 ? WANT_MORE : WANT_NOTHING;
}

static enum jscan_kind
scan_number(struct jscan *js)
{
    const char *end = number_end(js->at, js->end);

    if (end == NULL)
        return broken(js, "not a value");
    js->value = (struct jscan_value){
        JSCAN_NUMBER, false, { js->at, (size_t)(end - js->at) }
    };
    js->at = end;
    after_value(js);
    return JSCAN_NUMBER;
}

static inline enum jscan_kind
scan_word(struct jscan *js, struct str word, enum jscan_kind kind)
{
    if ((size_t)(js->end - js->at) < word.len
        || memcmp(js->at, word.p, word.len) != 0)
        return broken(js, "not a value");
    js->value = (struct jscan_value){ kind, false, { js->at, word.len } };
    js->at += word.len;
    after_value(js);
    return kind;
}

static enum jscan_kind
open_level(struct jscan *js, enum jscan_kind kind)
{
    uint64_t bit = 0;

    if (js->depth == JSCAN_DEPTH_MAX)
        return broken(js, "nested too deeply");
    bit = UINT64_C(1) << js->depth++;
    js->objects = kind == JSCAN_OBJECT ? js->objects | bit : js->objects & ~bit;
    js->want = kind == JSCAN_OBJECT ? WANT_FIRST_KEY : WANT_FIRST_ITEM;
    js->at++;
    return kind;
}

static enum jscan_kind
close_level(struct jscan *js)
{
    js->depth--;
    js->at++;
    after_value(js);
    return JSCAN_CLOSE;
}

static enum jscan_kind
scan_value(struct jscan *js)
{
    if (js->at == js->end)
        return broken(js, "it ends too early");
    switch (*js->at) {
    case '"':
        js->at++;
        if (scan_string(js) < 0)
            return JSCAN_BROKEN;
        after_value(js);
        return JSCAN_STRING;
    case '{':
        return open_level(js, JSCAN_OBJECT);
    case '[':
        return open_level(js, JSCAN_ARRAY);
    case 't':
        return scan_word(js, STR("true"), JSCAN_TRUE);
    case 'f':
        return scan_word(js, STR("false"), JSCAN_FALSE);
    case 'n':
        return scan_word(js, STR("null"), JSCAN_NULL);
    default:
        return scan_number(js);
    }
}

/* A key and the ':' behind it. */
static enum jscan_kind
scan_key(struct jscan *js)
{
    if (js->at == js->end || *js->at != '"')
        return broken(js, "a member without a name");
    js->at++;
    if (scan_string(js) < 0)
        return JSCAN_BROKEN;
    skip_blanks(js);
    if (js->at == js->end || *js->at != ':')
        return broken(js, "a name without ':'");
    js->at++;
    js->value.kind = JSCAN_KEY;
    js->want = WANT_VALUE;
    return JSCAN_KEY;
}

/* What follows in an open object or array: its end, or one more. */
static enum jscan_kind
scan_inside(struct jscan *js)
{
    bool array = jscan_in_array(js);

    if (*js->at == (array ? ']' : '}'))
        return close_level(js);
    if (js->want == WANT_MORE) {
        if (*js->at != ',')
            return broken(js, "',' or a closing bracket is missing");
        js->at++;
        skip_blanks(js);
    }
    return array ? scan_value(js) : scan_key(js);
}

enum jscan_kind
jscan_next(struct jscan *js)
{
    if (js->want == WANT_BROKEN)
        return JSCAN_BROKEN;
    if (js->want == WANT_NOTHING)
        return JSCAN_END;
    skip_blanks(js);
    if (js->at == js->end)
        return broken(js, "it ends too early");
    return js->want == WANT_VALUE ? scan_value(js) : scan_inside(js);
}

enum jscan_kind
jscan_skip(struct jscan *js, struct jscan_value *v)
{
    int depth = js->depth;
    enum jscan_kind kind = jscan_next(js), k = kind;

    if (kind == JSCAN_OBJECT || kind == JSCAN_ARRAY) {
        const char *from = js->at - 1;      /* its bracket */

        while (js->depth > depth && k != JSCAN_BROKEN)
            k = jscan_next(js);
        if (k != JSCAN_BROKEN)
            js->value = (struct jscan_value){
                kind, false, { from, (size_t)(js->at - from) }
            };
    }
    *v = js->value;
    return k == JSCAN_BROKEN ? JSCAN_BROKEN : kind;
}

bool
jscan_ended(struct jscan *js)
{
    if (js->want != WANT_NOTHING)
        return false;
    skip_blanks(js);
    if (js->at < js->end)
        broken(js, "something stands behind the end");
    return js->at == js->end;
}

/* Which of ${names} ${key} is, or -1. */
static int
name_of(struct str key, const struct str *names, int count)
{
    for (int i = 0; i < count; i++)
        if (names[i].len == key.len && names[i].p[0] == key.p[0]
            && memcmp(names[i].p, key.p, key.len) == 0)
            return i;
    return -1;
}

/* "am\u006funt" is "amount" to every other reader as well. */
static int
escaped_name_of(const struct jscan *js, const struct str *names, int count)
{
    char room[64];                  /* no name we know is as long */
    struct str key = { NULL, 0 };

    if (jscan_text(&js->value, room, sizeof(room), &key) < 0)
        return -1;
    return name_of(key, names, count);
}

/* A bit for the length of a name: most strangers differ in it already. */
static uint64_t
length_bit(size_t len)
{
    return UINT64_C(1) << (len & 63);
}

int
jscan_object(struct jscan *js, const struct str *names, int count,
             struct jscan_value *values)
{
    enum jscan_kind kind = jscan_next(js);
    struct jscan_value unused;
    uint64_t lengths = 0;

    for (int i = 0; i < count; i++) {
        values[i] = (struct jscan_value){ 0 };
        lengths |= length_bit(names[i].len);
    }
    if (kind != JSCAN_OBJECT) {
        broken(js, "not an object");
        return -1;
    }
    while ((kind = jscan_next(js)) == JSCAN_KEY) {
        int at = -1;

        if (js->value.escaped)
            at = escaped_name_of(js, names, count);
        else if ((lengths & length_bit(js->value.text.len)) != 0)
            at = name_of(js->value.text, names, count);
        if (at >= 0 && values[at].kind != JSCAN_NONE) {
            broken(js, "a member stands there twice");
            return -1;
        }
        if (jscan_skip(js, at >= 0 ? &values[at] : &unused) == JSCAN_BROKEN)
            return -1;
    }
    return kind == JSCAN_CLOSE ? 0 : -1;
}

int
jscan_item(struct jscan *js, struct str body, size_t *at)
{
    jscan_start(js, body, *at);
    if (*at == 0 || *at >= body.len)
        return -1;
    skip_blanks(js);
    if (js->at < js->end && *js->at == ']') {
        *at = (size_t)(js->at - js->from);
        return 0;
    }
    /* an offset that is not of an array must not read as an item */
    return body.p[*at - 1] == '[' || body.p[*at - 1] == ',' ? 1 : -1;
}

int
jscan_item_done(struct jscan *js, size_t *at)
{
    size_t behind = 0;

    if (js->want != WANT_NOTHING)
        return -1;
    skip_blanks(js);
    if (js->at == js->end || (*js->at != ',' && *js->at != ']'))
        return -1;
    behind = (size_t)(js->at - js->from);
    if (*js->at == ',') {
        behind++;
        js->at++;
        skip_blanks(js);
        if (js->at == js->end || *js->at == ']')
            return -1;              /* "[1,]" */
    }
    *at = behind;
    return 0;
}
