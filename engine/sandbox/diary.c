#include "sandbox/diary.h"

#include "sandbox/ids.h"

/* A ring: a long run may ask for a status a million times. */
void
diary_add(struct diary *d, const struct note *note)
{
    d->list[d->n++ % FIGURE_DIARY_MAX] = *note;
    d->counts[note->on]++;
}

static void
diary_note(struct buf *out, const struct note *note)
{
    char stamp[IDS_STAMP_BYTES];

    ids_stamp(note->at_us, stamp);
    buf_printf(out, "{\"at\":\"%s\",\"endpoint\":\"%s\",\"http\":%d,"
               "\"fault\":", stamp, faults_endpoint_name(note->on),
               note->http);
    if (note->fault != NULL)
        buf_json(out, str_of(note->fault));
    else
        buf_text(out, "null");
    buf_text(out, ",\"file_id\":");
    if (note->file_id[0] != '\0')
        buf_json(out, str_of(note->file_id));
    else
        buf_text(out, "null");
    buf_char(out, '}');
}

void
diary_json(struct buf *out, const struct diary *d, int64_t last)
{
    int64_t kept = d->n < FIGURE_DIARY_MAX ? d->n : FIGURE_DIARY_MAX;

    if (last > kept)
        last = kept;
    buf_char(out, '[');
    for (int64_t i = 0; i < last; i++) {
        if (i > 0)
            buf_char(out, ',');
        diary_note(out, &d->list[(d->n - 1 - i) % FIGURE_DIARY_MAX]);
    }
    buf_char(out, ']');
}
