#include "sandbox/cash_form.h"

/* Decoded text never moves: fields point into it. */
struct cash_text {
    struct cash_text *next;
    char bytes[];
};

void
cash_form_release(struct cash_form *f)
{
    struct cash_text *t;

    while ((t = f->texts) != NULL) {
        f->texts = t->next;
        free(t);
    }
    free(f->fields);
    free(f->entries);
    *f = (struct cash_form){ 0 };
}

static char *
text_room(struct cash_form *f, size_t n)
{
    struct cash_text *t = malloc(sizeof(*t) + n + 1);

    if (t == NULL) {
        f->failed = true;
        return NULL;
    }
    t->next = f->texts;
    f->texts = t;
    return t->bytes;
}

static int
hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* As PHP's urldecode(): what is no escape stays as it is. */
static struct str
decode(char **to, struct str s)
{
    struct str out = { *to, 0 };
    char *at = *to;

    for (size_t i = 0; i < s.len; i++) {
        int high, low;

        if (s.p[i] == '%' && i + 2 < s.len && (high = hex(s.p[i + 1])) >= 0
            && (low = hex(s.p[i + 2])) >= 0) {
            *at++ = (char)(high * 16 + low);
            i += 2;
        } else {
            *at++ = s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    out.len = (size_t)(at - *to);
    *to = at;
    return out;
}

/* Where ${c} is in ${s} from ${from} on, or s.len. */
static size_t
find(struct str s, size_t from, char c)
{
    const char *at = from < s.len ? memchr(s.p + from, c, s.len - from) : NULL;

    return at != NULL ? (size_t)(at - s.p) : s.len;
}

/* "a[0][b]" is an entry's variable, "a" a plain one; "a[b" and deeper nesting
 * have no meaning here and count as plain. */
static void
split(struct cash_field *out, struct str name)
{
    size_t open = find(name, 0, '['), shut = find(name, open, ']');
    size_t end;

    out->base = name;
    if (open == 0 || shut == name.len)
        return;
    out->base = str_cut(name, open);
    out->index = (struct str){ name.p + open + 1, shut - open - 1 };
    out->key = STR("");
    if (shut + 1 < name.len && name.p[shut + 1] == '[') {
        end = find(name, shut + 1, ']');
        out->key = (struct str){ name.p + shut + 2, end - shut - 2 };
    }
}

static void *
grown(void *list, int n, int *cap, size_t each)
{
    int wide = *cap == 0 ? 64 : *cap * 2;
    void *p;

    if (n < *cap)
        return list;
    if ((p = reallocarray(list, (size_t)wide, each)) != NULL)
        *cap = wide;
    return p;
}

/* The entry of ${base}[${index}]; "a[]" opens a new one.  The latest first:
 * clients write one entry after the other. */
static int
entry_of(struct cash_form *f, struct str base, struct str index)
{
    struct cash_entry *wide;

    for (int i = f->nentries - 1; i >= 0 && index.len > 0; i--)
        if (str_eq(f->entries[i].index, index)
            && str_eq(f->entries[i].base, base))
            return i;
    wide = grown(f->entries, f->nentries, &f->entries_cap, sizeof(*wide));
    if (wide == NULL)
        return -1;
    f->entries = wide;
    wide[f->nentries] = (struct cash_entry){ base, index, -1, -1 };
    f->mixed = f->mixed || !str_eq(wide[0].base, base);
    return f->nentries++;
}

static void
keep(struct cash_form *f, struct cash_field field)
{
    struct cash_field *wide;
    struct cash_entry *e;
    int at = -1;

    wide = grown(f->fields, f->n, &f->cap, sizeof(*wide));
    if (wide != NULL)
        f->fields = wide;
    if (wide == NULL
        || (field.index.p != NULL
            && (at = entry_of(f, field.base, field.index)) < 0)) {
        f->failed = true;
        return;
    }
    field.next = -1;
    if (at >= 0) {
        e = &f->entries[at];
        if (e->first < 0)
            e->first = f->n;
        else
            f->fields[e->last].next = f->n;
        e->last = f->n;
    }
    f->fields[f->n++] = field;
}

void
cash_form_add(struct cash_form *f, struct str name, struct str value)
{
    struct cash_field field = { 0 };
    char *to = text_room(f, name.len + value.len);

    if (to == NULL)
        return;
    if (name.len > 0)
        memcpy(to, name.p, name.len);
    if (value.len > 0)
        memcpy(to + name.len, value.p, value.len);
    field.value = (struct str){ to + name.len, value.len };
    split(&field, (struct str){ to, name.len });
    keep(f, field);
}

void
cash_form_read(struct cash_form *f, struct str body, int64_t vars_max)
{
    char *to = text_room(f, body.len);
    int64_t vars = 0;

    for (size_t at = 0; to != NULL && at < body.len;) {
        size_t end = find(body, at, '&');
        struct str pair = { body.p + at, end - at };
        size_t eq = find(pair, 0, '=');
        struct cash_field field = { 0 };

        at = end + 1;
        if (eq == 0)
            continue;           /* "&&", "=x" and a trailing "&" */
        if (vars_max > 0 && ++vars > vars_max) {
            f->dropped++;
            continue;
        }
        split(&field, decode(&to, str_cut(pair, eq)));
        field.value = STR("");
        if (eq < pair.len)
            field.value = decode(&to, (struct str){ pair.p + eq + 1,
                                                    pair.len - eq - 1 });
        keep(f, field);
    }
}

struct str
cash_form_get(const struct cash_form *f, const char *name)
{
    for (int i = f->n - 1; i >= 0; i--)
        if (f->fields[i].index.p == NULL
            && str_eq(f->fields[i].base, str_of(name)))
            return f->fields[i].value;
    return (struct str){ NULL, 0 };
}

const struct cash_entry *
cash_form_entry(const struct cash_form *f, const char *base, int i)
{
    int all = 0;

    if (!f->mixed)
        return i < f->nentries && str_eq(f->entries[i].base, str_of(base))
            ? &f->entries[i] : NULL;
    for (int at = 0; at < f->nentries; at++)
        if (str_eq(f->entries[at].base, str_of(base)) && all++ == i)
            return &f->entries[at];
    return NULL;
}

struct str
cash_form_in(const struct cash_form *f, const struct cash_entry *e,
             const char *key)
{
    struct str value = { NULL, 0 };

    for (int i = e->first; i >= 0; i = f->fields[i].next)
        if (str_eq(f->fields[i].key, str_of(key)))
            value = f->fields[i].value;
    return value;
}

/* The hash. */

struct pair {
    struct str name, value;
    int        place;           /* a later one of the same name wins */
};

static int
by_name(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int c = n > 0 ? memcmp(x->name.p, y->name.p, n) : 0;

    if (c == 0 && x->name.len != y->name.len)
        c = x->name.len < y->name.len ? -1 : 1;
    return c != 0 ? c : x->place - y->place;
}

/* What takes part; ${list} has room for every variable and the secret. */
static int
hash_pairs(const struct cash_form *f, struct str secret, bool arrays,
           struct pair *list)
{
    int n = 0;

    for (int i = 0; i < f->n; i++) {
        const struct cash_field *v = &f->fields[i];

        if (str_eq(v->base, STR("hash"))
            || str_eq(v->base, STR("api_secret")))
            continue;
        if (v->index.p == NULL)
            list[n++] = (struct pair){ v->base, v->value, i };
        else if (arrays)
            list[n++] = (struct pair){ v->base, STR("Array"), i };
    }
    list[n++] = (struct pair){ STR("api_secret"), secret, f->n };
    qsort(list, (size_t)n, sizeof(list[0]), by_name);
    return n;
}

int
cash_form_hash(const struct cash_form *f, struct str secret, bool arrays,
               char out[SHA256_HEX])
{
    unsigned char sum[SHA256_BYTES];
    struct pair *list = calloc((size_t)f->n + 1, sizeof(*list));
    struct sha256 h;
    bool first = true;
    int n;

    if (list == NULL)
        return -1;
    n = hash_pairs(f, secret, arrays, list);
    sha256_init(&h);
    for (int i = 0; i < n; i++) {
        if (i + 1 < n && str_eq(list[i].name, list[i + 1].name))
            continue;
        if (!first)
            sha256_add(&h, ".", 1);
        first = false;
        if (list[i].value.len > 0)
            sha256_add(&h, list[i].value.p, list[i].value.len);
    }
    sha256_end(&h, sum);
    hex_of(sum, sizeof(sum), out);
    free(list);
    return 0;
}
