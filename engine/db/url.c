#include "db/inside.h"

/* One "key='value'" with what libpq needs escaped. */
static void
put_pair(struct buf *out, const char *key, const char *value)
{
    buf_printf(out, "%s%s='", out->len > 0 ? " " : "", key);
    for (; *value != '\0'; value++) {
        if (*value == '\'' || *value == '\\')
            buf_char(out, '\\');
        buf_char(out, *value);
    }
    buf_char(out, '\'');
}

static bool
is_secret(const char *key)
{
    return strcmp(key, "password") == 0 || strcmp(key, "sslpassword") == 0;
}

int
db_public_url(const char *url, char *out, size_t bytes, bool *had_password)
{
    struct buf b;
    PQconninfoOption *all = NULL;
    int rc = -1;

    *had_password = false;
    out[0] = '\0';
    /* libpq takes such a word for the name of a database */
    if (strchr(url, '=') == NULL && strstr(url, "://") == NULL)
        return str_copy(out, bytes, str_of(url));
    if ((all = PQconninfoParse(url, NULL)) == NULL)
        return -1;
    buf_init(&b, bytes);
    for (const PQconninfoOption *o = all; o->keyword != NULL; o++) {
        if (o->val == NULL)
            continue;
        if (is_secret(o->keyword))
            *had_password = true;
        else
            put_pair(&b, o->keyword, o->val);
    }
    if (!b.failed)
        rc = *had_password ? str_copy(out, bytes, buf_view(&b))
                           : str_copy(out, bytes, str_of(url));
    buf_release(&b);
    PQconninfoFree(all);
    return rc;
}
