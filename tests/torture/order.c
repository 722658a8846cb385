#include "tests/torture/order.h"

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/torture/place.h"

/* --- the words ---------------------------------------------------------- */

static int
number(const char *name, const char *text, int64_t lo, int64_t *out,
       struct err *e)
{
    if (str_i64(out, str_of(text)) == 0 && *out >= lo)
        return 0;
    return err_set(e, ERR_USAGE, "--%s must be a number from %" PRId64, name,
                   lo);
}

/* "2,4,8" */
static int
workers_read(struct order *o, const char *text, struct err *e)
{
    struct plan_key *k = &o->key;
    int64_t n = 0;

    k->nworkers = 0;
    snprintf(o->workers, sizeof(o->workers), "%s", text);
    for (const char *at = text; *at != '\0';) {
        struct str word = { at, strcspn(at, ",") };

        if (str_i64(&n, word) < 0 || n < 1 || n > 16
            || k->nworkers == (int)(sizeof(k->workers) / sizeof(int)))
            return err_set(e, ERR_USAGE, "--workers must be like 2,4,8");
        k->workers[k->nworkers++] = (int)n;
        at += word.len;
        at += *at == ',';
    }
    return k->nworkers > 0 ? 0
        : err_set(e, ERR_USAGE, "--workers must be like 2,4,8");
}

enum word { W_KILLS = 1, W_SEED, W_ROUND, W_WORKERS, W_STATE, W_PAYRUN,
            W_CHECK, W_PLANT };

static const struct option words[] = {
    { "kills", required_argument, NULL, W_KILLS },
    { "seed", required_argument, NULL, W_SEED },
    { "round", required_argument, NULL, W_ROUND },
    { "workers", required_argument, NULL, W_WORKERS },
    { "state", required_argument, NULL, W_STATE },
    { "payrun", required_argument, NULL, W_PAYRUN },
    { "check", required_argument, NULL, W_CHECK },
    { "plant", required_argument, NULL, W_PLANT },
    { NULL, 0, NULL, 0 }
};

static int
word_read(struct order *o, int word, const char *text, struct err *e)
{
    int64_t n = 0;

    switch (word) {
    case W_KILLS:
        return number("kills", text, 1, &o->kills, e);
    case W_SEED:
        o->seeded = true;
        if (number("seed", text, 0, &n, e) < 0)
            return -1;
        o->key.seed = (uint64_t)n;
        return 0;
    case W_ROUND:
        o->one_round = true;
        return number("round", text, 0, &o->key.round, e);
    case W_WORKERS:
        return workers_read(o, text, e);
    case W_STATE:
        o->state = text;
        return 0;
    case W_PAYRUN:
        o->payrun = text;
        return 0;
    case W_CHECK:
        o->check = text;
        return 0;
    case W_PLANT:
        o->plant = strcmp(text, "double") == 0 ? PLANT_DOUBLE
            : strcmp(text, "lost") == 0 ? PLANT_LOST : PLANT_NOTHING;
        return o->plant != PLANT_NOTHING ? 0
            : err_set(e, ERR_USAGE, "--plant must be double or lost");
    }
    return err_set(e, ERR_USAGE, "usage: torture --payrun FILE [--check FILE] "
                   "[--kills N] [--seed N [--round N]] [--workers 2,4,8] "
                   "[--state DIR] [--plant double|lost]");
}

int
order_read(struct order *o, int argc, char **argv, struct err *e)
{
    int word = 0;

    *o = (struct order){ .kills = 500, .state = "build/torture" };
    if (workers_read(o, "2,4,8", e) < 0)
        return -1;
    while ((word = getopt_long(argc, argv, "", words, NULL)) != -1)
        if (word_read(o, word, optarg, e) < 0)
            return -1;
    if (optind < argc || o->payrun == NULL)
        return word_read(o, 0, NULL, e);
    if (access(o->payrun, X_OK) < 0)
        return err_set(e, ERR_USAGE, "%s cannot be run", o->payrun);
    if (o->check != NULL && access(o->check, X_OK) < 0)
        o->check = NULL;
    if (o->one_round && !o->seeded)
        return err_set(e, ERR_USAGE, "--round needs --seed");
    o->key.failpoints = o->check != NULL;
    return 0;
}

/* --- the state ---------------------------------------------------------- */

/* One at a time in a folder; the lock goes with the process. */
static int
lock(const struct order *o, struct err *e)
{
    const char *const argv[] = { "mkdir", "-p", o->state, NULL };
    char path[PATH_BYTES_MAX];
    int fd = -1;

    snprintf(path, sizeof(path), "%s/lock", o->state);
    if (place_run("/dev/null", argv) == 0)
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return err_set(e, ERR_CANTCREATE, "%s cannot be written", path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return err_set(e, ERR_TEMP, "another one runs with %s", o->state);
    return 0;
}

int
order_begin(struct order *o, struct figures *f, struct err *e)
{
    uint32_t fresh = 0;
    int found = 0;

    if (lock(o, e) < 0)
        return -1;
    if (!o->one_round && (found = figures_load(f, o->state, e)) < 0)
        return -1;
    if (found > 0 && f->kills < o->kills
        && (!o->seeded || f->seed == o->key.seed)) {
        o->key.seed = f->seed;
        return 0;
    }
    if (!o->seeded && getrandom(&fresh, sizeof(fresh), 0) < 0)
        return err_set(e, ERR_TEMP, "no random numbers");
    if (!o->seeded)
        o->key.seed = fresh;
    *f = (struct figures){ .seed = o->key.seed, .wanted = o->kills };
    f->round = o->one_round ? o->key.round : 0;
    return 0;
}
