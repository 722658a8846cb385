#include "intake/reject_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define OUT_BYTES_MAX (8 * CSV_LINE_BYTES_MAX)  /* header and one row, quoted */

void
reject_file_init(struct reject_file *r, const char *path)
{
    *r = (struct reject_file){ .path = path };
    buf_init(&r->out, OUT_BYTES_MAX);
}

void
reject_file_header(struct reject_file *r, const struct csv_record *rec,
                   char delimiter)
{
    if (r->path != NULL)
        rejects_begin(&r->rejects, &r->out, delimiter, rec);
}

static void
fail(struct reject_file *r)
{
    if (r->why == 0)
        r->why = errno != 0 ? errno : EIO;
}

static void
begin(struct reject_file *r)
{
    size_t bytes = strlen(r->path) + sizeof(".XXXXXX");
    int fd = -1;

    errno = 0;
    if ((r->tmp = malloc(bytes)) == NULL) {
        fail(r);
        return;
    }
    snprintf(r->tmp, bytes, "%s.XXXXXX", r->path);
    /* mkostemp makes it readable by its owner only: it holds names, numbers */
    if ((fd = mkostemp(r->tmp, O_CLOEXEC)) < 0) {
        fail(r);
        free(r->tmp);
        r->tmp = NULL;
        return;
    }
    if ((r->f = fdopen(fd, "wb")) == NULL) {
        fail(r);
        close(fd);
    }
}

void
reject_file_row(struct reject_file *r, const struct csv_record *rec,
                const struct problem *first, const struct problems *ps)
{
    if (r->path == NULL || r->why != 0)
        return;
    if (r->f == NULL)
        begin(r);
    if (r->why != 0)
        return;
    rejects_row(&r->rejects, rec, first, ps);
    errno = r->out.failed ? ENOMEM : 0;
    if (r->out.failed
        || fwrite(r->out.p, 1, r->out.len, r->f) != r->out.len)
        fail(r);
    buf_clear(&r->out);
}

int
reject_file_keep(struct reject_file *r, struct err *e)
{
    if (r->path == NULL || (r->f == NULL && r->why == 0))
        return 0;
    if (r->why == 0
        && (fflush(r->f) != 0 || fsync(fileno(r->f)) != 0
            || rename(r->tmp, r->path) != 0))
        fail(r);
    if (r->why != 0) {
        err_set(e, ERR_CANTCREATE, "The rejected rows cannot be written to "
                "%s: %s.", r->path, strerror(r->why));
        return err_fix(e, "Make room or name another place for them.");
    }
    free(r->tmp);
    r->tmp = NULL;
    return 0;
}

void
reject_file_release(struct reject_file *r)
{
    if (r->f != NULL)
        fclose(r->f);
    if (r->tmp != NULL)
        unlink(r->tmp);
    free(r->tmp);
    buf_release(&r->out);
    *r = (struct reject_file){ 0 };
}
