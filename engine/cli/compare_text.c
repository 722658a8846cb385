#include "cli/compare_text.h"

#include "cli/app.h"
#include "cli/phrase.h"
#include "money/money.h"

static const char *const headings[COMPARE_SORTS] = {
    "new", "left", "other account", "gets more", "gets less"
};

#define SHOWN 5         /* of each kind; `payrun show --json` has more */

static void
plain(char out[MONEY_TEXT_BYTES], int64_t minor, const char *ccy)
{
    struct money m = { minor, { 0 } };

    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

static void
print_person(enum compare_sort sort, const struct compare_person *p,
             const char *ccy)
{
    char now[MONEY_TEXT_BYTES], before[MONEY_TEXT_BYTES];

    plain(now, p->minor, ccy);
    plain(before, p->minor_before, ccy);
    printf("      line %-6lld %-10s %-24s ", (long long)p->line, p->who,
           p->name);
    switch (sort) {
    case COMPARE_NEW:
        printf("%s\n", now);
        break;
    case COMPARE_LEFT:
        printf("had %s\n", before);
        break;
    case COMPARE_MOVED:
        printf("%s, before %s\n", p->account, p->account_before);
        break;
    case COMPARE_RISEN: case COMPARE_FALLEN:
        printf("%s, before %s\n", now, before);
        break;
    case COMPARE_SORTS:
        break;
    }
}

void
compare_print(const struct compare *c, const char *ccy)
{
    char now[MONEY_TEXT_BYTES], before[MONEY_TEXT_BYTES];
    char people[PHRASE_BYTES], people_before[MONEY_TEXT_BYTES];
    char count[MONEY_TEXT_BYTES];

    if (!c->found)
        return;
    plain(now, c->minor, ccy);
    plain(before, c->minor_before, ccy);
    money_count(c->people_before, people_before);
    phrase_count(c->people, "person", "people", people);
    printf("  beside %s: %s, before %s; total %s, before %s\n",
           c->before.ref, people, people_before, now, before);
    for (int s = 0; s < COMPARE_SORTS; s++) {
        if (c->count[s] == 0)
            continue;
        money_count(c->count[s], count);
        printf("    %s: %s\n", headings[s], count);
        for (int i = 0; i < c->named[s] && i < SHOWN; i++)
            print_person((enum compare_sort)s, &c->list[s][i], ccy);
    }
}

json_t *
compare_json(const struct compare *c, const char *ccy)
{
    json_t *root;

    if (!c->found)
        return json_null();
    root = json_pack("{s:s, s:I, s:I, s:o, s:o}", "before", c->before.ref,
                     "people", (json_int_t)c->people,
                     "people_before", (json_int_t)c->people_before,
                     "total", json_money(c->minor, ccy),
                     "total_before", json_money(c->minor_before, ccy));
    for (int s = 0; root != NULL && s < COMPARE_SORTS; s++) {
        json_t *list = json_array();

        for (int i = 0; i < c->named[s]; i++) {
            const struct compare_person *p = &c->list[s][i];

            json_array_append_new(list, json_pack(
                "{s:s, s:s, s:I, s:o, s:o, s:s, s:s}", "who", p->who,
                "name", p->name, "line", (json_int_t)p->line,
                "amount", json_money(p->minor, ccy),
                "amount_before", json_money(p->minor_before, ccy),
                "account", p->account, "account_before", p->account_before));
        }
        json_object_set_new(root, compare_sort_name((enum compare_sort)s),
                            json_pack("{s:I, s:o}", "count",
                                      (json_int_t)c->count[s], "first", list));
    }
    return root;
}
