#include "providers/provider.h"

#include <strings.h>

const struct provider *const providers[] = {
    &provider_intasend, &provider_sapama, NULL
};

const char *
answer_name(enum answer a)
{
    switch (a) {
    case ANSWER_TAKEN:
        return "taken";
    case ANSWER_REFUSED:
        return "refused";
    case ANSWER_NOT_NOW:
        return "not_now";
    case ANSWER_BARRED:
        return "barred";
    case ANSWER_IN_DOUBT:
        return "in_doubt";
    }
    return "in_doubt";              /* a number that is none of ours */
}

const struct provider *
provider_named(const char *name)
{
    for (size_t i = 0; name != NULL && providers[i] != NULL; i++)
        if (strcasecmp(providers[i]->name, name) == 0)
            return providers[i];
    return NULL;
}

static const struct code_row *
row_of(const struct code_row *rows, const char *code)
{
    for (; code != NULL && rows->code != NULL; rows++)
        if (strcmp(rows->code, code) == 0)
            return rows;
    return NULL;
}

const struct code_row *
provider_item_code(const struct provider *p, const char *code)
{
    return row_of(p->item_codes, code);
}

const struct code_row *
provider_file_code(const struct provider *p, const char *code)
{
    return row_of(p->file_codes, code);
}
