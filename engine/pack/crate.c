#include "pack/crate.h"

#include <errno.h>

/* --- the index ------------------------------------------------------------ */

static int
by_name(const void *a, const void *b)
{
    const struct crate_member *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int
hash_content(FILE *in, struct crate_member *m)
{
    char chunk[READ_CHUNK_BYTES];
    struct sha256 h;
    int64_t left = m->bytes;

    sha256_init(&h);
    while (left > 0) {
        size_t n = fread(chunk, 1, left < (int64_t)sizeof(chunk)
                         ? (size_t)left : sizeof(chunk), in);

        if (n == 0)
            return -1;
        sha256_add(&h, chunk, n);
        left -= (int64_t)n;
    }
    sha256_end(&h, m->sha256);
    return 0;
}

static struct crate_member *
more_room(struct crate *s)
{
    struct crate_member *p = s->list;
    size_t room = s->room > 0 ? 2 * s->room : 64;

    if (s->n < s->room)
        return &s->list[s->n];
    p = realloc(p, room * sizeof(*p));
    if (p == NULL)
        return NULL;
    s->list = p;
    s->room = room;
    return &s->list[s->n];
}

/* All members stand in one folder; its name is that of the first. */
static void
take_name(struct crate *s, struct crate_member *m, const char *name)
{
    const char *slash = strchr(name, '/');
    struct str folder = { name, slash != NULL ? (size_t)(slash - name) : 0 };

    if (s->n == 0)
        (void)str_copy(s->folder, sizeof(s->folder), folder);
    if (slash != NULL && str_eq(folder, str_of(s->folder)))
        (void)str_copy(m->name, sizeof(m->name), str_of(slash + 1));
    else {
        (void)str_copy(m->name, sizeof(m->name), str_of(name));
        m->odd = "it is not in the folder of the others";
    }
}

static int
take_all(struct crate *s, struct err *e)
{
    struct tar_member t;
    enum tar_next next;

    while ((next = tar_next(s->in, &t)) == TAR_MEMBER || next == TAR_ODD) {
        struct crate_member *m = more_room(s);

        if (m == NULL)
            return err_oom(e);
        *m = (struct crate_member){ .at = t.at, .bytes = t.bytes };
        take_name(s, m, t.name);
        if (next == TAR_ODD)
            m->odd = t.why;
        s->n++;
        if (hash_content(s->in, m) < 0) {
            s->odd = "it ends in the middle of a member";
            return 0;
        }
        if (tar_skip_pad(s->in, m->bytes) < 0)
            m->odd = "what stands behind it in the archive is not what payrun "
                     "writes";
    }
    if (next == TAR_BROKEN)
        s->odd = t.why;
    return 0;
}

int
crate_open(struct crate *s, const char *path, struct err *e)
{
    *s = (struct crate){ .in = fopen(path, "rbe") };
    if (s->in == NULL)
        return err_set(e, ERR_NOINPUT, "%s cannot be opened: %s", path,
                       strerror(errno));
    if (take_all(s, e) < 0)
        return -1;
    if (s->n == 0 || s->folder[0] == '\0') {
        err_set(e, ERR_DATA, "%s is not an evidence pack", path);
        return err_fix(e, "name the .tar that `payrun evidence RUN` wrote; "
                       "when it is packed (.gz, .zip), unpack it first");
    }
    qsort(s->list, s->n, sizeof(*s->list), by_name);
    return 0;
}

void
crate_release(struct crate *s)
{
    if (s->in != NULL)
        fclose(s->in);
    free(s->list);
    *s = (struct crate){ .in = NULL };
}

struct crate_member *
crate_find(struct crate *s, const char *name)
{
    struct crate_member key = { .at = 0 };

    if (s->n == 0 || str_copy(key.name, sizeof(key.name), str_of(name)) < 0)
        return NULL;
    return bsearch(&key, s->list, s->n, sizeof(*s->list), by_name);
}

/* --- content -------------------------------------------------------------- */

int
crate_read(struct crate *s, const struct crate_member *m, struct buf *b)
{
    char *to = m->bytes > (int64_t)b->max ? NULL
        : buf_room(b, (size_t)m->bytes);

    if (to == NULL || fseeko(s->in, m->at, SEEK_SET) < 0)
        return -1;
    if (fread(to, 1, (size_t)m->bytes, s->in) != (size_t)m->bytes)
        return -1;
    b->len += (size_t)m->bytes;
    return 0;
}

static int
one_line(struct str line, int (*row)(void *, const json_t *), void *owner)
{
    json_t *j = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);
    int rc = 1;

    if (json_is_object(j))
        rc = row(owner, j);
    json_decref(j);
    return rc;
}

int64_t
crate_lines(struct crate *s, const struct crate_member *m,
            int (*row)(void *, const json_t *), void *owner)
{
    int64_t left = m->bytes, nr = 0, rc = 0;
    char *line = malloc(PACK_LINE_BYTES_MAX);

    if (line == NULL || fseeko(s->in, m->at, SEEK_SET) < 0)
        rc = -1;
    while (left > 0 && rc == 0) {
        int64_t here = ftello(s->in);
        size_t n = fgets(line, PACK_LINE_BYTES_MAX, s->in) != NULL
            ? strlen(line) : 0;

        nr++;
        if (n == 0 || (int64_t)n > left || line[n - 1] != '\n') {
            rc = nr;            /* too long, a NUL, or the end of the file */
            break;
        }
        rc = one_line((struct str){ line, n }, row, owner);
        rc = rc > 0 ? nr : rc;
        left -= (int64_t)n;
        /* ${row} may have read another member meanwhile */
        if (here < 0 || fseeko(s->in, here + (int64_t)n, SEEK_SET) < 0)
            rc = -1;
    }
    free(line);
    return rc;
}

/* --- JSON ----------------------------------------------------------------- */

const char *
crate_text(const json_t *j, const char *name)
{
    const char *p = json_string_value(json_object_get(j, name));

    return p != NULL ? p : "";
}

struct str
crate_str(const json_t *j, const char *name)
{
    return str_of(crate_text(j, name));
}

int64_t
crate_i64(const json_t *j, const char *name)
{
    return (int64_t)json_integer_value(json_object_get(j, name));
}

bool
crate_bool(const json_t *j, const char *name)
{
    return json_is_true(json_object_get(j, name));
}

static int
nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
crate_hex(const char *text, unsigned char out[SHA256_BYTES])
{
    if (strlen(text) != 2 * SHA256_BYTES)
        return -1;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);

        if (high < 0 || low < 0)
            return -1;
        out[i] = (unsigned char)(high * 16 + low);
    }
    return 0;
}
