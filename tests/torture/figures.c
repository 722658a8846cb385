#include "tests/torture/figures.h"

#include <inttypes.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define LEN_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Every count by its name; seed and round are not counts. */
static const struct {
    const char *name;
    size_t      at;
} counts[] = {
#define COUNT(m) { #m, offsetof(struct figures, m) }
    COUNT(kills), COUNT(workers), COUNT(listeners), COUNT(commands),
    COUNT(at_points), COUNT(caught), COUNT(rounds), COUNT(stops),
    COUNT(terms), COUNT(crashes), COUNT(runs), COUNT(payments),
    COUNT(paid), COUNT(failed), COUNT(cancelled), COUNT(in_doubt),
    COUNT(twice), COUNT(lost),
    COUNT(wrong), COUNT(ms),
#undef COUNT
};

static int64_t *
count_at(struct figures *f, size_t i)
{
    return (int64_t *)(void *)((char *)f + counts[i].at);
}

void
figures_add(struct figures *f, const struct figures *more)
{
    struct figures m = *more;

    for (size_t i = 0; i < LEN_OF(counts); i++)
        *count_at(f, i) += *count_at(&m, i);
}

/* --- the file ----------------------------------------------------------- */

/* "name=number" at the start of a line. */
static bool
find(const struct buf *b, const char *name, uint64_t *out)
{
    char key[32];
    const char *at = b->p;

    snprintf(key, sizeof(key), "%s=", name);
    while (at != NULL && strncmp(at, key, strlen(key)) != 0)
        if ((at = strchr(at, '\n')) != NULL)
            at++;
    if (at == NULL)
        return false;
    *out = strtoull(at + strlen(key), NULL, 10);
    return true;
}

int
figures_load(struct figures *f, const char *dir, struct err *e)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    uint64_t n = 0;
    int rc = -1;

    *f = (struct figures){ 0 };
    snprintf(path, sizeof(path), "%s/progress", dir);
    if (access(path, F_OK) < 0)
        return 0;
    buf_init(&b, 65536);
    if (buf_read_file(&b, path, e) < 0 || b.len == 0)
        goto out;
    if (!find(&b, "seed", &f->seed) || !find(&b, "round", &n)) {
        err_set(e, ERR_DATA, "%s has no seed or round: remove it", path);
        goto out;
    }
    f->round = (int64_t)n;
    f->wanted = find(&b, "wanted", &n) ? (int64_t)n : 0;
    for (size_t i = 0; i < LEN_OF(counts); i++)
        if (find(&b, counts[i].name, &n))
            *count_at(f, i) = (int64_t)n;
    rc = 1;
out:
    buf_release(&b);
    return rc;
}

int
figures_save(const struct figures *f, const char *dir, struct err *e)
{
    char path[PATH_BYTES_MAX];
    struct figures copy = *f;
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, 65536);
    buf_printf(&b, "seed=%" PRIu64 "\nround=%" PRId64 "\nwanted=%" PRId64
               "\n", f->seed, f->round, f->wanted);
    for (size_t i = 0; i < LEN_OF(counts); i++)
        buf_printf(&b, "%s=%" PRId64 "\n", counts[i].name,
                   *count_at(&copy, i));
    snprintf(path, sizeof(path), "%s/progress", dir);
    rc = buf_write_file(&b, path, 0644, e);
    buf_release(&b);
    return rc;
}

void
figures_print(const struct figures *f, FILE *out)
{
    int64_t s10 = f->ms / 100 > 0 ? f->ms / 100 : 1;

    fprintf(out, "killed: %" PRId64 " workers, %" PRId64 " callback listeners,"
            " %" PRId64 " commands; %" PRId64 " of them at a failpoint; "
            "%" PRId64 " batches were in a dead worker's hands\n", f->workers,
            f->listeners, f->commands, f->at_points, f->caught);
    fprintf(out, "besides: %" PRId64 " stopped and continued, %" PRId64
            " terminated, %" PRId64 " crashes of PostgreSQL; %" PRId64
            " rounds in %" PRId64 ".%" PRId64 " s, %" PRId64
            " kills a second\n", f->stops, f->terms, f->crashes, f->rounds,
            s10 / 10, s10 % 10, f->kills * 10 / s10);
    fprintf(out, "kills=%" PRId64 " runs=%" PRId64 " payments=%" PRId64
            " paid=%" PRId64 " failed=%" PRId64 " cancelled=%" PRId64
            " in_doubt=%" PRId64 " double=%" PRId64 " lost=%" PRId64
            " wrong=%" PRId64 " seed=%" PRIu64 "\n", f->kills, f->runs,
            f->payments, f->paid, f->failed, f->cancelled, f->in_doubt,
            f->twice, f->lost, f->wrong, f->seed);
}
