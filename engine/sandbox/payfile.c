#include "sandbox/payfile.h"

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
