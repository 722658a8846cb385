#include "pack/tar.h"

#include <errno.h>
#include <string.h>

#define BLOCK 512

/* Where the fields of a head stand; what is not named is zero. */
#define AT_MODE  100
#define AT_UID   108
#define AT_GID   116
#define AT_SIZE  124
#define AT_MTIME 136
#define AT_SUM   148
#define AT_TYPE  156
#define AT_MAGIC 257

static const char zeros[BLOCK];

static int
put(FILE *out, const char *p, size_t n, struct err *e)
{
    errno = 0;
    if (n == 0 || fwrite(p, 1, n, out) == n)
        return 0;
    err_set(e, ERR_IO, "the pack could not be written completely: %s",
            strerror(errno));
    return err_fix(e, "make room on that disk, then run the same command "
                   "again");
}

/* The head that ${name} and ${bytes} give, and no other does. */
static void
head_make(char h[BLOCK], const char *name, int64_t bytes)
{
    unsigned sum = 0;

    memset(h, 0, BLOCK);
    memcpy(h, name, strlen(name));
    memcpy(h + AT_MODE, "0000644", 7);
    memcpy(h + AT_UID, "0000000", 7);
    memcpy(h + AT_GID, "0000000", 7);
    snprintf(h + AT_SIZE, 12, "%011llo", (unsigned long long)bytes);
    memcpy(h + AT_MTIME, "00000000000", 11);
    memcpy(h + AT_SUM, "        ", 8);
    h[AT_TYPE] = '0';
    memcpy(h + AT_MAGIC, "ustar\00000", 8);
    for (int i = 0; i < BLOCK; i++)
        sum += (unsigned char)h[i];
    snprintf(h + AT_SUM, 8, "%06o", sum);
    h[AT_SUM + 7] = ' ';
}

int
tar_begin(FILE *out, const char *name, int64_t bytes, struct err *e)
{
    char h[BLOCK];

    if (strlen(name) > TAR_NAME_BYTES || bytes < 0 || bytes > TAR_SIZE_MAX)
        return err_set(e, ERR_BUG, "%.100s with %lld bytes does not fit into "
                       "an archive", name, (long long)bytes);
    head_make(h, name, bytes);
    return put(out, h, BLOCK, e);
}

static size_t
pad_of(int64_t bytes)
{
    return (size_t)((BLOCK - bytes % BLOCK) % BLOCK);
}

int
tar_pad(FILE *out, int64_t bytes, struct err *e)
{
    return put(out, zeros, pad_of(bytes), e);
}

int
tar_end(FILE *out, struct err *e)
{
    return put(out, zeros, BLOCK, e) < 0 ? -1 : put(out, zeros, BLOCK, e);
}

/* --- reading -------------------------------------------------------------- */

static enum tar_next
odd(struct tar_member *m, enum tar_next what, const char *why)
{
    m->why = why;
    return what;
}

static int64_t
size_of(const char *h)
{
    int64_t n = 0;

    for (int i = AT_SIZE; i < AT_SIZE + 11; i++) {
        if (h[i] < '0' || h[i] > '7')
            return -1;
        n = n * 8 + (h[i] - '0');
    }
    return n;
}

static enum tar_next
at_end(FILE *in, struct tar_member *m)
{
    char h[BLOCK];

    if (fread(h, 1, BLOCK, in) != BLOCK || memcmp(h, zeros, BLOCK) != 0)
        return odd(m, TAR_BROKEN, "it does not end as an archive does");
    if (getc(in) != EOF)
        return odd(m, TAR_BROKEN, "there is something behind its end");
    return TAR_END;
}

enum tar_next
tar_next(FILE *in, struct tar_member *m)
{
    char h[BLOCK], want[BLOCK];

    *m = (struct tar_member){ .bytes = -1 };
    if (fread(h, 1, BLOCK, in) != BLOCK)
        return odd(m, TAR_BROKEN, "it ends in the middle");
    if (memcmp(h, zeros, BLOCK) == 0)
        return at_end(in, m);
    memcpy(m->name, h, TAR_NAME_BYTES);
    m->bytes = size_of(h);
    m->at = ftello(in);
    if (m->bytes < 0 || m->name[0] == '\0' || m->at < 0)
        return odd(m, TAR_BROKEN, "what stands before a member is damaged");
    head_make(want, m->name, m->bytes);
    if (memcmp(h, want, BLOCK) != 0)
        return odd(m, TAR_ODD, "what stands before it in the archive is not "
                   "what payrun writes");
    return TAR_MEMBER;
}

int
tar_skip_pad(FILE *in, int64_t bytes)
{
    char rest[BLOCK];
    size_t n = pad_of(bytes);

    if (fread(rest, 1, n, in) != n)
        return -1;
    return memcmp(rest, zeros, n) == 0 ? 0 : -1;
}
