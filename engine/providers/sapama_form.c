#include "providers/sapama_form.h"

#include <assert.h>

#include "base/limits.h"

#define FIELD_BYTES 64      /* a name, '=', '&', and for the hash's value */

void
sapama_form_put(struct sapama_form *f, const char *name, struct str value)
{
    assert(f->n < SAPAMA_FIELDS_MAX);
    f->fields[f->n++] = (struct sapama_field){ name, value };
}

void
sapama_form_start(struct sapama_form *f, const struct payer *payer)
{
    *f = (struct sapama_form){ .n = 0 };
    sapama_form_put(f, "format", STR("json"));
    sapama_form_put(f, "api_key", payer->key);
}

/* Insertion sort: they are few, and nearly in order as they come. */
static void
sort_fields(const struct sapama_field **sorted, int n)
{
    for (int i = 1; i < n; i++) {
        const struct sapama_field *one = sorted[i];
        int at = i;

        for (; at > 0 && strcmp(one->name, sorted[at - 1]->name) < 0; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = one;
    }
}

/*
 * The values go into the hash one by one: joined in a buffer first, the secret
 * would stay behind in its memory.
 */
void
sapama_form_hash(const struct sapama_form *f, struct str secret,
                 char out[SHA256_HEX])
{
    const struct sapama_field *sorted[SAPAMA_FIELDS_MAX + 1];
    const struct sapama_field own = { "api_secret", secret };
    unsigned char digest[SHA256_BYTES];
    struct sha256 h;
    int n = 0;

    for (; n < f->n; n++)
        sorted[n] = &f->fields[n];
    if (secret.p != NULL)
        sorted[n++] = &own;
    sort_fields(sorted, n);
    sha256_init(&h);
    for (int i = 0; i < n; i++) {
        if (i > 0)
            sha256_add(&h, ".", 1);
        if (sorted[i]->value.len > 0)
            sha256_add(&h, sorted[i]->value.p, sorted[i]->value.len);
    }
    sha256_end(&h, digest);
    explicit_bzero(&h, sizeof(h));
    hex_of(digest, sizeof(digest), out);
}

static bool
is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'
           || c == '~';
}

/* A blank is %20 and never '+': that reads the same in a body and a query. */
void
sapama_form_escape(struct buf *b, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (is_bare(s.p[i]))
            continue;
        buf_add(b, s.p + from, i - from);
        buf_add(b, (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
        from = i + 1;
    }
    if (from < s.len)
        buf_add(b, s.p + from, s.len - from);
}

static int
check_keys(const struct payer *payer, struct err *e)
{
    if (payer->key.len > 0 && payer->secret.len > 0)
        return 0;
    err_set(e, ERR_CONFIG, "the account at Sapama has no %s",
            payer->key.len == 0 ? "key" : "secret");
    return err_fix(e, "Give both its API key and its API secret in the "
                   "configuration; Sapama's console shows them.");
}

/* Room for all fields at once: a buffer that grows after the key is in it
 * leaves a copy of it behind in freed memory. */
static void
make_room(struct buf *b, const struct sapama_form *f)
{
    size_t bytes = 2 * FIELD_BYTES + f->more_bytes;

    for (int i = 0; i < f->n; i++)
        bytes += FIELD_BYTES + 3 * f->fields[i].value.len;
    buf_room(b, bytes);
}

/* All fields in their order, and the hash behind them. */
static void
write_fields(struct buf *b, const struct sapama_form *f,
             const struct payer *payer)
{
    char hash[SHA256_HEX];

    for (int i = 0; i < f->n; i++) {
        buf_text(b, f->fields[i].name);
        buf_char(b, '=');
        sapama_form_escape(b, f->fields[i].value);
        buf_char(b, '&');
    }
    sapama_form_hash(f, payer->secret, hash);
    buf_text(b, "hash=");
    buf_text(b, hash);
}

int
sapama_form_post(struct request *r, const char *path,
                 const struct sapama_form *f, const struct payer *payer,
                 bool changes, struct err *e)
{
    *r = (struct request){
        .method = "POST", .auth = AUTH_NONE, .changes = changes,
        .content_type = "application/x-www-form-urlencoded"
    };
    if (check_keys(payer, e) < 0)
        return -1;
    str_copy(r->path, sizeof(r->path), str_of(path));
    buf_init(&r->body, NET_REPLY_BYTES_MAX);
    make_room(&r->body, f);
    write_fields(&r->body, f, payer);
    if (!r->body.failed)
        return 0;
    request_release(r);
    return err_oom(e);
}

int
sapama_form_get(struct request *r, const char *path,
                const struct sapama_form *f, const struct payer *payer,
                struct err *e)
{
    struct buf query;
    int rc = -1;

    *r = (struct request){ .method = "GET", .auth = AUTH_NONE };
    if (check_keys(payer, e) < 0)
        return -1;
    buf_init(&query, sizeof(r->path) - 1);
    buf_room(&query, sizeof(r->path) - 1);
    buf_text(&query, path);
    buf_char(&query, '?');
    write_fields(&query, f, payer);
    if (query.p == NULL)
        err_oom(e);
    else if (query.failed)
        err_set(e, ERR_CONFIG, "a question to Sapama is longer than %zu "
                "characters", sizeof(r->path) - 1);
    else
        rc = str_copy(r->path, sizeof(r->path), buf_view(&query));
    if (query.p != NULL)
        explicit_bzero(query.p, query.cap);
    buf_release(&query);
    return rc;
}

void
sapama_form_more(struct request *r, const char *list, int index,
                 const char *key, struct str value)
{
    struct buf *b = &r->body;

    buf_char(b, '&');
    buf_text(b, list);
    buf_text(b, "%5B");
    buf_i64(b, index);
    buf_text(b, "%5D%5B");
    buf_text(b, key);
    buf_text(b, "%5D=");
    sapama_form_escape(b, value);
}
