#include "sandbox/payfile.h"

static const char *const plots[PLOT_COUNT] = {
    [PLOT_CHANCE] = "chance",           [PLOT_TOO_SMALL] = "too_small",
    [PLOT_TOO_LARGE] = "too_large",     [PLOT_PAID] = "paid",
    [PLOT_FAIL] = "fail",               [PLOT_TF103] = "tf103",
    [PLOT_SLOW] = "slow",               [PLOT_TF105_PAID] = "tf105_paid",
    [PLOT_TF105_UNPAID] = "tf105_unpaid", [PLOT_TH107] = "th107",
    [PLOT_TF104] = "tf104",             [PLOT_TP104] = "tp104",
    [PLOT_TR109] = "tr109",             [PLOT_LATE_RECEIPT] = "late_receipt",
    [PLOT_FLIP] = "flip",               [PLOT_REVERSE] = "reverse",
    [PLOT_NO_FUNDS] = "no_funds",       [PLOT_NEVER] = "never",
    [PLOT_UNLISTED] = "unlisted",
};

const char *
plot_name(enum plot p)
{
    return plots[p];
}

int
plot_read(enum plot *out, struct str name)
{
    for (int i = 0; i < PLOT_COUNT; i++)
        if (str_eq(str_of(plots[i]), name)) {
            *out = (enum plot)i;
            return 0;
        }
    return -1;
}

struct payfile *
payfile_new(int items)
{
    struct payfile *f = calloc(1, sizeof(*f));

    if (f == NULL)
        return NULL;
    buf_init(&f->text, (size_t)UINT32_MAX);
    buf_char(&f->text, '\0');           /* place 0 stands for null */
    f->items = calloc((size_t)items + 1, sizeof(*f->items));
    if (f->items == NULL || f->text.failed) {
        payfile_free(f);
        return NULL;
    }
    f->nitems = items;
    return f;
}

void
payfile_free(struct payfile *f)
{
    if (f == NULL)
        return;
    buf_release(&f->text);
    free(f->items);
    free(f);
}

file_text
payfile_keep(struct payfile *f, struct str s)
{
    file_text at = (file_text)f->text.len;

    buf_str(&f->text, s);
    buf_char(&f->text, '\0');
    return at;
}

const char *
payfile_of(const struct payfile *f, file_text at)
{
    return at != 0 ? f->text.p + at : NULL;
}

bool
payfile_pays(const struct payfile *f, struct str account)
{
    for (int i = 0; i < f->nitems; i++)
        if (str_eq(str_of(payfile_of(f, f->items[i].account)), account))
            return true;
    return false;
}
