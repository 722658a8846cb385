#include "loaders/zipread.h"

#include <zip.h>

#include "base/limits.h"

struct zipread {
    zip_t *zip;
};

static struct zipread *
refuse(struct zipread *z, struct err *e, zip_error_t *why)
{
    err_set(e, ERR_DATA, "%s", zip_error_strerror(why));
    zip_error_fini(why);
    free(z);
    return NULL;
}

struct zipread *
zipread_open(struct str bytes, struct err *e)
{
    struct zipread *z = calloc(1, sizeof(*z));
    zip_source_t *from = NULL;
    zip_error_t why;

    if (z == NULL) {
        err_oom(e);
        return NULL;
    }
    zip_error_init(&why);
    if ((from = zip_source_buffer_create(bytes.p, bytes.len, 0, &why)) == NULL)
        return refuse(z, e, &why);
    if ((z->zip = zip_open_from_source(from, ZIP_RDONLY, &why)) == NULL) {
        zip_source_free(from);
        return refuse(z, e, &why);
    }
    zip_error_fini(&why);
    if (zip_get_num_entries(z->zip, 0) > ZIPREAD_PARTS_MAX) {
        err_set(e, ERR_DATA, "it has more than %d parts", ZIPREAD_PARTS_MAX);
        zipread_close(z);
        return NULL;
    }
    return z;
}

void
zipread_close(struct zipread *z)
{
    if (z == NULL)
        return;
    zip_discard(z->zip);
    free(z);
}

bool
zipread_has(const struct zipread *z, const char *name)
{
    return zip_name_locate(z->zip, name, ZIP_FL_NOCASE) >= 0;
}

static enum zipread_end
unpack(zip_file_t *f, int64_t packed,
       bool (*piece)(void *, const void *, size_t), void *owner)
{
    char chunk[READ_CHUNK_BYTES];
    int64_t total = 0;
    zip_int64_t n = 0;

    while ((n = zip_fread(f, chunk, sizeof(chunk))) > 0) {
        total += n;
        if (total > ZIPREAD_PART_BYTES_MAX
            || (total > ZIPREAD_FREE_BYTES
                && total / ZIPREAD_RATIO_MAX > packed))
            return ZIPREAD_BOMB;
        if (!piece(owner, chunk, (size_t)n))
            return ZIPREAD_STOPPED;
    }
    return n < 0 ? ZIPREAD_BROKEN : ZIPREAD_FINE;
}

enum zipread_end
zipread_part(const struct zipread *z, const char *name,
             bool (*piece)(void *, const void *, size_t), void *owner)
{
    zip_int64_t at = zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
    enum zipread_end end = ZIPREAD_BROKEN;
    zip_file_t *f = NULL;
    zip_stat_t st;

    if (at < 0)
        return ZIPREAD_MISSING;
    if (zip_stat_index(z->zip, (zip_uint64_t)at, 0, &st) < 0
        || (st.valid & ZIP_STAT_COMP_SIZE) == 0
        || (f = zip_fopen_index(z->zip, (zip_uint64_t)at, 0)) == NULL)
        return ZIPREAD_BROKEN;
    end = unpack(f, (int64_t)st.comp_size, piece, owner);
    zip_fclose(f);
    return end;
}
