#ifndef CLI_GROUPS_H
#define CLI_GROUPS_H

#include "book/short.h"
#include "cli/app.h"

/* What was approved with a run for the case that money is short, and how its
 * groups stand; large. */
struct run_groups {
    struct run_short as;            /* policy "": whole or not at all         */
    int n;
    struct short_group list[RUN_GROUPS_MAX];
};

/* groups_read(app, run_id, out, e): 0 or -1. */
int groups_read(struct app *, int64_t, struct run_groups *, struct err *);

/* groups_policy(g, out): "whole groups by department, each that is covered". */
void groups_policy(const struct run_groups *, char *, size_t);

/* groups_print(g, ccy): the policy and a line for each group; nothing for a run
 * that is paid whole or not at all.  groups_json: null then. */
void groups_print(const struct run_groups *, const char *ccy);
json_t *groups_json(const struct run_groups *, const char *ccy);

#endif
