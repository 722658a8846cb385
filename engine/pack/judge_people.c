#include "pack/judge.h"
#include "pack/members.h"

static int
approval_row(void *owner, const json_t *j)
{
    struct judge *g = owner;
    struct pack_verdict *v = g->out;
    const char *who = crate_text(j, "approver");

    if (strcmp(crate_text(j, "digest"), v->digest) != 0)
        judge_say(g, PACK_APPROVALS, "%s approved another content: the digest "
                  "is not the run's", who);
    if (crate_i64(j, "minor") != v->minor)
        judge_say(g, PACK_APPROVALS, "%s approved another total", who);
    if (who[0] == '\0' || strcmp(who, crate_text(j, "made_by")) == 0
        || strcmp(who, v->made_by) == 0)
        judge_say(g, PACK_APPROVALS, "the maker approved it: \"%s\"", who);
    if (strcmp(crate_text(j, "role"), "checker") != 0)
        judge_say(g, PACK_APPROVALS, "%s is no checker", who);
    if (g->first_left[0] != '\0'
        && strcmp(crate_text(j, "at"), g->first_left) > 0)
        judge_say(g, PACK_APPROVALS, "%s approved it after money left, at %s",
                  who, g->first_left);
    (void)str_copy(v->approver, sizeof(v->approver), str_of(who));
    (void)str_copy(v->approved_at, sizeof(v->approved_at), crate_str(j, "at"));
    return 0;
}

void
judge_people(struct judge *g)
{
    judge_list(g, PACK_APPROVALS, approval_row);
    if (g->first_left[0] != '\0' && g->out->approver[0] == '\0')
        judge_say(g, PACK_APPROVALS, "nobody approved it, and money left at %s",
                  g->first_left);
}
