#include "providers/jscan.h"

#include <assert.h>
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

#define TWICE "a member stands there twice"

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
typedef char bytes16 __attribute__((vector_size(16)));  /* as GCC takes them */

/* The first of sixteen that is marked (-1), or 16. */
static inline int
first_marked(sixteen marks)
{
#ifdef __SSE2__
    return __builtin_ctz((unsigned)__builtin_ia32_pmovmskb128((bytes16)marks)
                         | 1u << 16);
#else
    uint64_t half[2];

    memcpy(half, &marks, sizeof(half));
    return half[0] != 0 ? __builtin_ctzll(le64toh(half[0])) / 8
        : half[1] != 0 ? 8 + __builtin_ctzll(le64toh(half[1])) / 8 : 16;
#endif
}

/* Behind what needs no second look: up to a quote, a backslash, a control
 * character or what is not ASCII, which as signed char is below zero. */
static inline const char *
skip_plain(const char *p, const char *end)
{
    for (; end - p >= 16; p += 16) {
        sixteen b;
        int n = 0;

        memcpy(&b, p, sizeof(b));
        n = first_marked((b < 0x20) | (b == '"') | (b == '\\'));
        if (n < 16)
            return p + n;
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

/* --- members as machines write them --------------------------------------- */

static inline const char *
plain_word(const char *p, const char *end, struct str word,
           enum jscan_kind kind, struct jscan_value *v)
{
    if ((size_t)(end - p) < word.len || memcmp(p, word.p, word.len) != 0)
        return NULL;
    *v = (struct jscan_value){ kind, false, { p, word.len } };
    return p + word.len;
}

/* The scalar at ${p} < ${end}, when it needs no second look: behind it, or
 * NULL. */
static inline const char *
plain_scalar(const char *p, const char *end, struct jscan_value *v)
{
    const char *from = p;

    if (*p == '"') {
        p = skip_plain(++from, end);
        *v = (struct jscan_value){ JSCAN_STRING, false,
                                   { from, (size_t)(p - from) } };
        return p < end && *p == '"' ? p + 1 : NULL;
    }
    if (*p == '-' || (*p >= '0' && *p <= '9')) {
        if ((p = number_end(from, end)) != NULL)
            *v = (struct jscan_value){ JSCAN_NUMBER, false,
                                       { from, (size_t)(p - from) } };
        return p;
    }
    return *p == 'n' ? plain_word(p, end, STR("null"), JSCAN_NULL, v)
        : *p == 't' ? plain_word(p, end, STR("true"), JSCAN_TRUE, v)
        : *p == 'f' ? plain_word(p, end, STR("false"), JSCAN_FALSE, v) : NULL;
}

/*
 * In an open object: one more member that is a plain name and a scalar, with no
 * blank anywhere and more behind it.  Most are, and read in one go they cost
 * half.  False, and nothing was read: piece by piece, then.
 */
static inline bool
plain_member(struct jscan *js, struct str *name, struct jscan_value *v)
{
    const char *p = js->at, *end = js->end, *from = NULL;

    if (js->want == WANT_MORE && p < end && *p == ',')
        p++;
    else if (js->want != WANT_FIRST_KEY)
        return false;
    if (p == end || *p != '"')
        return false;
    from = ++p;
    p = skip_plain(p, end);
    if (end - p < 3 || p[0] != '"' || p[1] != ':')
        return false;
    *name = (struct str){ from, (size_t)(p - from) };
    p = plain_scalar(p + 2, end, v);
    if (p == NULL || p == end || (*p != ',' && *p != '}'))
        return false;
    js->at = p;
    js->want = WANT_MORE;
    return true;
}

/* To the end of the object or array that was just opened. */
static enum jscan_kind
skip_level(struct jscan *js, int depth)
{
    enum jscan_kind k = JSCAN_OBJECT;
    struct jscan_value unused;
    struct str name;

    while (js->depth > depth && k != JSCAN_BROKEN) {
        if (!jscan_in_array(js))
            while (plain_member(js, &name, &unused))
                continue;
        k = jscan_next(js);
    }
    return k;
}

enum jscan_kind
jscan_skip(struct jscan *js, struct jscan_value *v)
{
    int depth = js->depth;
    enum jscan_kind kind = jscan_next(js), k = kind;

    if (kind == JSCAN_OBJECT || kind == JSCAN_ARRAY) {
        const char *from = js->at - 1;      /* its bracket */

        if ((k = skip_level(js, depth)) != JSCAN_BROKEN)
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

/* What the members of an object are held against.  Names of one length are a
 * chain: most strangers differ in it already. */
#define LENGTHS 64              /* a power of two; longer ones share a chain  */

struct wanted {
    const struct str *names;
    struct jscan_value *values;
    unsigned char first[LENGTHS];           /* of a length, from 1; 0: none   */
    unsigned char next[JSCAN_NAMES_MAX];    /* behind each, likewise          */
};

static void
wanted_init(struct wanted *w, const struct str *names, int count,
            struct jscan_value *values)
{
    assert(count <= JSCAN_NAMES_MAX);
    memset(w->first, 0, sizeof(w->first));
    w->names = names;
    w->values = values;
    for (int i = count; i-- > 0;) {
        unsigned char *first = &w->first[names[i].len & (LENGTHS - 1)];

        values[i] = (struct jscan_value){ 0 };
        w->next[i] = *first;
        *first = (unsigned char)(i + 1);
    }
}

/* Where the value of ${key} belongs, or -1: nobody asked for it. */
static inline int
place_of(const struct wanted *w, struct str key)
{
    int i = w->first[key.len & (LENGTHS - 1)];

    while (i > 0) {
        struct str name = w->names[i - 1];

        if (name.len == key.len && name.p[0] == key.p[0]
            && memcmp(name.p, key.p, key.len) == 0)
            return i - 1;
        i = w->next[i - 1];
    }
    return -1;
}

/* "am\u006funt" is "amount" to every other reader as well. */
static int
escaped_place_of(const struct wanted *w, const struct jscan_value *key)
{
    char room[64];                  /* no name we know is as long */
    struct str text = { NULL, 0 };

    if (jscan_text(key, room, sizeof(room), &text) < 0)
        return -1;
    return place_of(w, text);
}

/* A member that is not plain, or the end of the object: JSCAN_KEY to go on. */
static enum jscan_kind
read_member(struct jscan *js, const struct wanted *w)
{
    enum jscan_kind kind = jscan_next(js);
    struct jscan_value unused;
    int at = -1;

    if (kind != JSCAN_KEY)
        return kind;
    at = js->value.escaped ? escaped_place_of(w, &js->value)
                           : place_of(w, js->value.text);
    if (at >= 0 && w->values[at].kind != JSCAN_NONE)
        return broken(js, TWICE);
    if (jscan_skip(js, at >= 0 ? &w->values[at] : &unused) == JSCAN_BROKEN)
        return JSCAN_BROKEN;
    return JSCAN_KEY;
}

/* All members that are plain, up to one that is not: 0, or -1 when broken. */
static int
read_plain_members(struct jscan *js, const struct wanted *w)
{
    struct jscan_value v;
    struct str name;

    while (plain_member(js, &name, &v)) {
        int at = place_of(w, name);

        if (at < 0)
            continue;
        if (w->values[at].kind != JSCAN_NONE) {
            broken(js, TWICE);
            return -1;
        }
        w->values[at] = v;
    }
    return 0;
}

int
jscan_object(struct jscan *js, const struct str *names, int count,
             struct jscan_value *values)
{
    struct wanted w;
    enum jscan_kind kind = jscan_next(js);

    wanted_init(&w, names, count, values);
    if (kind != JSCAN_OBJECT) {
        broken(js, "not an object");
        return -1;
    }
    do {
        if (read_plain_members(js, &w) < 0)
            return -1;
    } while ((kind = read_member(js, &w)) == JSCAN_KEY);
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
