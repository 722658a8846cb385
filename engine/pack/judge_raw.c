/*
 * Raw bytes have a list that says what they are: each entry has its bytes, with
 * the SHA-256 the book had of them, and no bytes are there without an entry.
 */
#include "pack/judge.h"
#include "pack/members.h"

static void
hold(struct judge *g, const char *list, const char *name, const char *sha256)
{
    struct crate_member *m = NULL;
    char hex[SHA256_HEX];

    if (name[0] == '\0')
        return;                     /* said in words only */
    if ((m = crate_find(&g->crate, name)) == NULL) {
        judge_say(g, list, "%s, which it lists, is missing", name);
        return;
    }
    m->cited = true;
    hex_of(m->sha256, SHA256_BYTES, hex);
    if (strcmp(hex, sha256) != 0)
        judge_say(g, name, "it is not what the book had: the SHA-256 in %s is "
                  "another one", list);
}

static int
answer_row(void *owner, const json_t *j)
{
    hold(owner, PACK_ANSWERS, crate_text(j, "member"), crate_text(j, "sha256"));
    return 0;
}

static int
callback_row(void *owner, const json_t *j)
{
    hold(owner, PACK_CALLBACKS, crate_text(j, "member"),
         crate_text(j, "sha256"));
    return 0;
}

static int
evidence_row(void *owner, const json_t *j)
{
    hold(owner, PACK_EVIDENCE, crate_text(j, "member"),
         crate_text(j, "file_sha256"));
    return 0;
}

static int
explained_row(void *owner, const json_t *j)
{
    hold(owner, PACK_EXPLAINED, crate_text(j, "member"),
         crate_text(j, "file_sha256"));
    return 0;
}

static int
stray_row(void *owner, const json_t *j)
{
    judge_say(owner, PACK_STRAYS, "there is an answer about row %lld of batch "
              "%lld, which nobody asked for",
              (long long)crate_i64(j, "seq"),
              (long long)crate_i64(j, "batch_id") % RUN_BATCHES_MAX);
    return 0;
}

void
judge_raw(struct judge *g)
{
    judge_list(g, PACK_ANSWERS, answer_row);
    judge_list(g, PACK_CALLBACKS, callback_row);
    judge_list(g, PACK_EVIDENCE, evidence_row);
    judge_list(g, PACK_EXPLAINED, explained_row);
    judge_list(g, PACK_STRAYS, stray_row);
    for (size_t i = 0; i < g->crate.n; i++) {
        const struct crate_member *m = &g->crate.list[i];

        if (strchr(m->name, '/') != NULL && m->odd == NULL && m->listed
            && !m->cited)
            judge_say(g, m->name, "no list says what it is");
    }
}
