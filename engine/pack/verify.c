#include "pack/verify.h"

#include <stdarg.h>

#include "pack/judge.h"
#include "pack/members.h"

#define FINDING_BYTES 400

/* --- shared --------------------------------------------------------------- */

void
judge_say(struct judge *g, const char *member, const char *fmt, ...)
{
    char text[FINDING_BYTES];
    va_list args;

    if (++g->out->findings > PACK_FINDINGS_MAX)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    g->found(g->owner, member, text);
}

void
judge_list(struct judge *g, const char *name,
           int (*row)(void *, const json_t *))
{
    const struct crate_member *m = crate_find(&g->crate, name);
    int64_t rc = 0;

    if (m == NULL)
        return;                     /* the manifest has said so */
    rc = crate_lines(&g->crate, m, row, g);
    if (rc > 0)
        judge_say(g, name, "line %lld of it cannot be read", (long long)rc);
    else if (rc < 0 && !g->oom)
        judge_say(g, name, "it cannot be read");
}

void *
judge_grow(struct judge *g, void *list, size_t n, size_t *room, size_t bytes)
{
    size_t more = *room > 0 ? 2 * *room : 64;
    void *p = list;

    if (n < *room)
        return list;
    if ((p = realloc(list, more * bytes)) == NULL) {
        g->oom = true;
        return NULL;
    }
    *room = more;
    return p;
}

/* --- the archive ---------------------------------------------------------- */

static void
judge_archive(struct judge *g)
{
    struct crate *s = &g->crate;

    g->out->members = (int64_t)s->n;
    if (s->odd != NULL)
        judge_say(g, "", "the archive is damaged: %s", s->odd);
    for (size_t i = 0; i < s->n; i++) {
        if (s->list[i].odd != NULL)
            judge_say(g, s->list[i].name, "%s", s->list[i].odd);
        if (i > 0 && strcmp(s->list[i].name, s->list[i - 1].name) == 0)
            judge_say(g, s->list[i].name, "it is in the archive twice");
    }
}

/* --- what was signed ------------------------------------------------------ */

/* A small member as text; "" when it is not there, and that is said. */
static void
small(struct judge *g, const char *name, struct buf *b)
{
    const struct crate_member *m = crate_find(&g->crate, name);

    buf_clear(b);
    if (m == NULL)
        judge_say(g, name, "it is missing");
    else if (crate_read(&g->crate, m, b) < 0)
        judge_say(g, name, "it cannot be read");
}

/* The value of a line "NAME VALUE" of what was signed. */
static void
signed_value(const struct buf *b, const char *name, char *out, size_t bytes)
{
    const char *p = b->p, *end = NULL;
    size_t n = strlen(name);

    out[0] = '\0';
    for (; p != NULL && *p != '\0'; p = *end != '\0' ? end + 1 : NULL) {
        end = strchr(p, '\n');
        if (end == NULL)
            return;
        if (strncmp(p, name, n) == 0 && p[n] == ' ') {
            (void)str_copy(out, bytes,
                           (struct str){ p + n + 1,
                                         (size_t)(end - p) - n - 1 });
            return;
        }
    }
}

static void
seal_manifest(struct judge *g, const struct buf *text)
{
    const struct crate_member *m = crate_find(&g->crate, PACK_MANIFEST);
    char hex[SHA256_HEX] = "", folder[64] = "";

    signed_value(text, "manifest-sha256", g->out->digest, sizeof(hex));
    signed_value(text, "signed-at", g->out->signed_at,
                 sizeof(g->out->signed_at));
    signed_value(text, "run", g->out->run, sizeof(g->out->run));
    if (m != NULL)
        hex_of(m->sha256, SHA256_BYTES, hex);
    if (m != NULL && strcmp(hex, g->out->digest) != 0)
        judge_say(g, PACK_MANIFEST, "it is not the one that was signed");
    g->out->digest[0] = '\0';
    snprintf(folder, sizeof(folder), "evidence-%s", g->out->run);
    if (strcmp(folder, g->crate.folder) != 0)
        judge_say(g, PACK_SIGNED, "it is of the run \"%s\", and the folder of "
                  "the pack is \"%s\"", g->out->run, g->crate.folder);
}

void
judge_seal(struct judge *g, const char *fingerprint)
{
    unsigned char public_key[SIGN_PUBLIC_BYTES];
    struct buf text, sig, pem;

    buf_init(&text, READ_CHUNK_BYTES);
    buf_init(&sig, READ_CHUNK_BYTES);
    buf_init(&pem, READ_CHUNK_BYTES);
    small(g, PACK_SIGNED, &text);
    small(g, PACK_SIGNATURE, &sig);
    small(g, PACK_KEY, &pem);
    if (sign_read_pem(public_key, buf_view(&pem)) < 0) {
        if (pem.len > 0)
            judge_say(g, PACK_KEY, "it is not a public key");
        if (sig.len != SIGN_BYTES && sig.len > 0)
            judge_say(g, PACK_SIGNATURE, "it is not a signature");
    } else {
        char canon[SIGN_PEM_BYTES];

        sign_pem(public_key, canon);
        if (!str_eq(buf_view(&pem), str_of(canon)))
            judge_say(g, PACK_KEY, "it is not as payrun writes it");
        sign_print(public_key, g->out->fingerprint);
        if (sig.len != SIGN_BYTES
            || !sign_holds(public_key, buf_view(&text),
                           (const unsigned char *)sig.p))
            judge_say(g, PACK_SIGNATURE, "the signature does not hold: SIGNED, "
                      "SIGNATURE or KEY.pem was changed");
    }
    if (fingerprint != NULL && strcmp(fingerprint, g->out->fingerprint) != 0)
        judge_say(g, PACK_KEY, "it was signed with another key (%s) than the "
                  "one asked for (%s)", g->out->fingerprint[0] != '\0'
                  ? g->out->fingerprint : "none", fingerprint);
    else
        g->out->expected = fingerprint != NULL;
    seal_manifest(g, &text);
    buf_release(&text);
    buf_release(&sig);
    buf_release(&pem);
}

/* --- the manifest --------------------------------------------------------- */

static bool
sealed(const char *name)
{
    return strcmp(name, PACK_MANIFEST) == 0 || strcmp(name, PACK_SIGNED) == 0
        || strcmp(name, PACK_SIGNATURE) == 0 || strcmp(name, PACK_KEY) == 0;
}

static void
hold_member(struct judge *g, const json_t *entry)
{
    const char *name = crate_text(entry, "name");
    struct crate_member *m = crate_find(&g->crate, name);
    char hex[SHA256_HEX];

    if (m == NULL) {
        judge_say(g, name, "it is missing");
        return;
    }
    if (m->listed)
        judge_say(g, name, "the manifest lists it twice");
    m->listed = true;
    hex_of(m->sha256, SHA256_BYTES, hex);
    if (m->bytes != crate_i64(entry, "bytes")
        || strcmp(hex, crate_text(entry, "sha256")) != 0)
        judge_say(g, name, "it is not what was signed: its bytes were changed "
                  "or exchanged");
}

static void
hold_head(struct judge *g, const json_t *root)
{
    struct pack_verdict *v = g->out;
    const json_t *audit = json_object_get(root, "audit");

    if (crate_i64(root, "payrun_evidence") != 1)
        judge_say(g, PACK_MANIFEST, "it is of a version that this payrun does "
                  "not know");
    if (strcmp(crate_text(root, "run"), v->run) != 0)
        judge_say(g, PACK_MANIFEST, "it is of another run than the one that "
                  "was signed");
    (void)str_copy(v->program, sizeof(v->program), crate_str(root, "program"));
    (void)str_copy(v->ccy, sizeof(v->ccy), crate_str(root, "ccy"));
    (void)str_copy(v->digest, sizeof(v->digest), crate_str(root, "digest"));
    (void)str_copy(v->audit_hash, sizeof(v->audit_hash),
                   crate_str(audit, "hash"));
    v->audit_nr = crate_i64(audit, "nr");
    v->live = crate_bool(root, "live");
    v->rows = crate_i64(root, "rows");
    v->minor = crate_i64(root, "minor");
}

void
judge_manifest(struct judge *g)
{
    const struct crate_member *m = crate_find(&g->crate, PACK_MANIFEST);
    json_t *root = NULL, *entry = NULL;
    struct buf b;
    size_t i = 0;

    buf_init(&b, PACK_MANIFEST_BYTES_MAX);
    if (m == NULL)
        judge_say(g, PACK_MANIFEST, "it is missing");
    else if (crate_read(&g->crate, m, &b) == 0)
        root = json_loadb(b.p, b.len, JSON_REJECT_DUPLICATES, NULL);
    if (m != NULL && !json_is_object(root))
        judge_say(g, PACK_MANIFEST, "it cannot be read");
    if (json_is_object(root)) {
        hold_head(g, root);
        json_array_foreach(json_object_get(root, "members"), i, entry)
            hold_member(g, entry);
        for (i = 0; i < g->crate.n; i++)
            if (!g->crate.list[i].listed && !sealed(g->crate.list[i].name))
                judge_say(g, g->crate.list[i].name, "it was added: the "
                          "manifest does not know it");
    }
    json_decref(root);
    buf_release(&b);
}

/* --- all of it ------------------------------------------------------------ */

int
pack_verify(const char *path, const char *fingerprint, pack_found *found,
            void *owner, struct pack_verdict *out, struct err *e)
{
    struct judge g = { .found = found, .owner = owner, .out = out };
    int rc = -1;

    *out = (struct pack_verdict){ 0 };
    if (crate_open(&g.crate, path, e) < 0)
        goto out;
    judge_archive(&g);
    judge_seal(&g, fingerprint);
    judge_manifest(&g);
    judge_raw(&g);
    judge_words(&g);
    judge_book(&g);
    judge_people(&g);
    judge_audit(&g);
    rc = g.oom ? err_oom(e) : 0;
out:
    json_decref(g.run);
    free(g.batches);
    free(g.words);
    crate_release(&g.crate);
    return rc;
}
