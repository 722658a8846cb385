#include "pack/judge.h"
#include "pack/members.h"

/* The chain as far as it was read. */
struct chain {
    struct judge *g;
    int64_t nr;                     /* of the entry before; 0: none           */
    char    hash[SHA256_HEX];
    bool    approved;               /* the approval is told in it             */
};

static void
add_field(struct sha256 *h, const char *text)
{
    char size[24];
    int n = snprintf(size, sizeof(size), "%zu:", strlen(text));

    sha256_add(h, size, (size_t)n);
    sha256_add(h, text, strlen(text));
}

/* As schema/queries/audit_add.sql makes it. */
static void
hash_again(const json_t *j, char out[SHA256_HEX])
{
    unsigned char before[SHA256_BYTES] = { 0 }, now[SHA256_BYTES];
    struct sha256 h;
    char nr[24];

    sha256_init(&h);
    (void)crate_hex(crate_text(j, "prev_hash"), before);
    sha256_add(&h, before, sizeof(before));
    snprintf(nr, sizeof(nr), "%lld", (long long)crate_i64(j, "nr"));
    add_field(&h, nr);
    add_field(&h, crate_text(j, "at"));
    add_field(&h, crate_text(j, "actor"));
    add_field(&h, crate_text(j, "action"));
    add_field(&h, crate_text(j, "subject"));
    add_field(&h, crate_text(j, "detail"));
    sha256_end(&h, now);
    hex_of(now, sizeof(now), out);
}

/* Is it the entry that tells the approval? */
static bool
tells_approval(const struct judge *g, const json_t *j)
{
    return strcmp(crate_text(j, "action"), "approve") == 0
        && strcmp(crate_text(j, "subject"), g->out->run) == 0
        && strcmp(crate_text(j, "actor"), g->out->approver) == 0
        && strstr(crate_text(j, "detail"), g->out->digest) != NULL;
}

static int
link_row(void *owner, const json_t *j)
{
    struct chain *c = owner;
    long long nr = (long long)crate_i64(j, "nr");
    char now[SHA256_HEX];

    hash_again(j, now);
    if (strcmp(now, crate_text(j, "hash")) != 0)
        judge_say(c->g, PACK_AUDIT, "entry %lld was changed", nr);
    else if (c->nr > 0 && nr != c->nr + 1)
        judge_say(c->g, PACK_AUDIT, "entry %lld is missing",
                  (long long)c->nr + 1);
    else if (c->nr > 0 && strcmp(crate_text(j, "prev_hash"), c->hash) != 0)
        judge_say(c->g, PACK_AUDIT, "entry %lld does not follow from the one "
                  "before it", nr);
    if (tells_approval(c->g, j))
        c->approved = true;
    c->nr = nr;
    (void)str_copy(c->hash, sizeof(c->hash), crate_str(j, "hash"));
    return 0;
}

void
judge_audit(struct judge *g)
{
    const struct crate_member *m = crate_find(&g->crate, PACK_AUDIT);
    struct chain c = { .g = g };
    int64_t rc = 0;

    if (m == NULL)
        return;
    rc = crate_lines(&g->crate, m, link_row, &c);
    if (rc != 0)
        judge_say(g, PACK_AUDIT, "line %lld of it cannot be read",
                  (long long)rc);
    if (c.nr != g->out->audit_nr || strcmp(c.hash, g->out->audit_hash) != 0)
        judge_say(g, PACK_AUDIT, "it does not end where the manifest says it "
                  "ends, at entry %lld", (long long)g->out->audit_nr);
    if (g->out->approver[0] != '\0' && !c.approved)
        judge_say(g, PACK_AUDIT, "no entry tells that %s approved this digest",
                  g->out->approver);
}
