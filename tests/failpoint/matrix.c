#include "tests/failpoint/matrix.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "tests/lib/pg.h"

/*
 * All failpoints of a small run: what happens to nobody comes first and tells
 * which there are; then each of them, with each thing that may happen there.
 */
const struct scene_plan scenes[SCENES] = {
    [SCENE_TWO_PHASE] = { "two-phase", "wallet", true },
    [SCENE_ONE_PHASE] = { "one-phase", "till", false },
    [SCENE_DIFFERS]   = { "two-phase, answer differs", "wallet", true },
    [SCENE_LATE]      = { "one-phase, listed late", "late", false }
};

/* FAILPOINTS=few, and under the sanitizers: one case in ${FEW_OF}. */
#ifdef __SANITIZE_ADDRESS__
#define FEW_OF 12
#define FEW    (!house.all)
#else
#define FEW_OF 8
#define FEW    (!house.all && str_eq(str_of(getenv("FAILPOINTS")), STR("few")))
#endif

struct points {
    struct point list[POINTS_MAX];
    int n;
};

/* Shared with the slots' processes. */
struct board {
    struct fp_case cases[CASES_MAX];
    int  n;
    int  next;                          /* to be taken by a slot */
    char slot_why[SLOTS_MAX][256];
};

static struct points points[SCENES];
static struct board *board;
static struct house house;
static struct slot slots[SLOTS_MAX];
static int tests, failures;

__attribute__((format(printf, 3, 4)))
static void
tap(bool good, const char *why, const char *fmt, ...)
{
    va_list args;

    tests++;
    failures += !good;
    printf("%sok %d - ", good ? "" : "not ", tests);
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    printf("\n");
    if (!good)
        printf("# %s\n", why);
    fflush(stdout);
}

/* --- chance, the same for the same seed ---------------------------------- */

static uint64_t
draw(uint64_t a, const char *b, uint64_t c)
{
    uint64_t x = house.seed ^ (a * 0x9e3779b97f4a7c15u) ^ (c << 32);

    for (; *b != '\0'; b++)
        x = (x ^ (unsigned char)*b) * 0x100000001b3u;
    x ^= x >> 31;
    x *= 0xbf58476d1ce4e5b9u;
    return x ^ (x >> 29);
}

/* --- which there are ----------------------------------------------------- */

static void
point_add(struct points *p, const char *name)
{
    int i = 0;

    while (i < p->n && strcmp(p->list[i].name, name) != 0)
        i++;
    if (i == POINTS_MAX)
        return;
    if (i == p->n) {
        snprintf(p->list[i].name, sizeof(p->list[i].name), "%s", name);
        p->n++;
    }
    p->list[i].hits++;
}

static void
points_read(struct points *p, const char *path)
{
    char line[POINT_BYTES + 2];
    FILE *f = fopen(path, "rb");

    while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        point_add(p, line);
    }
    if (f != NULL)
        (void)fclose(f);
}

static void
log_empty(const struct slot *s)
{
    if (truncate(s->log, 0) < 0 && errno != ENOENT)
        tap(false, strerror(errno), "the log of hits can be emptied");
}

static bool
is_plain(const char *name)
{
    for (int s = SCENE_TWO_PHASE; s <= SCENE_ONE_PHASE; s++)
        for (int i = 0; i < points[s].n; i++)
            if (strcmp(points[s].list[i].name, name) == 0)
                return true;
    return false;
}

/* One run of each scene to which nothing happens. */
static void
calibrate(void)
{
    for (enum scene s = 0; s < SCENES; s++) {
        struct fp_case c = { .scene = s, .number = (int)s + 1 };

        log_empty(&slots[0]);
        slot_case(&slots[0], &c);
        points_read(&points[s], slots[0].log);
        tap(c.why[0] == '\0' && c.paid == ROWS, c.why,
            "%s: nothing happens, all are paid, past %d failpoints",
            scenes[s].name, points[s].n);
    }
    log_empty(&slots[0]);
}

/* --- what is tried ------------------------------------------------------- */

static bool
can_be_hard(const char *name)
{
    return strncmp(name, "commit", 6) == 0 || strncmp(name, "writ", 4) == 0;
}

static bool
is_wanted(enum scene s, const struct point *p, enum fp_action a)
{
    const char *only = getenv("FAILPOINT_ONLY");

    if (only != NULL && strcmp(only, p->name) != 0)
        return false;
    if (a == DO_HARD && !can_be_hard(p->name))
        return false;
    if (s > SCENE_ONE_PHASE && is_plain(p->name))
        return false;
    /* Under the sanitizers everything takes several times as long, and the
     * order of things is what is looked at elsewhere. */
    if (FEW)
        return draw((uint64_t)a, p->name, (uint64_t)s) % FEW_OF == 0;
    if (house.all || a == DO_KILL || a == DO_ERROR)
        return true;
    return draw((uint64_t)a, p->name, (uint64_t)s) % 3 == 0;
}

static void
plan(void)
{
    for (enum scene s = 0; s < SCENES; s++)
        for (int i = 0; i < points[s].n; i++)
            for (enum fp_action a = DO_KILL; a <= DO_DELAY; a++) {
                const struct point *p = &points[s].list[i];
                int n = p->hits < 3 ? p->hits : 3;

                if (!is_wanted(s, p, a) || board->n == CASES_MAX)
                    continue;
                board->cases[board->n] = (struct fp_case){
                    .scene = s, .action = a, .point = p,
                    .nth = 1 + (int)(draw((uint64_t)a + 7, p->name,
                                          (uint64_t)s) % (uint64_t)n),
                    .number = board->n + SCENES + 1
                };
                board->n++;
            }
}

/* --- doing it ------------------------------------------------------------ */

/* A slot's process takes one case after the other; where a point was not come
 * past (the order of things is the kernel's), once more with the first hit. */
static void
work(struct slot *s)
{
    for (;;) {
        int i = __atomic_fetch_add(&board->next, 1, __ATOMIC_SEQ_CST);
        struct fp_case *c = &board->cases[i];

        if (i >= board->n)
            break;
        slot_case(s, c);
    }
    (void)slot_end(s, board->slot_why[s->number]);
}

static void
slots_run(int n)
{
    for (int i = 0; i < n; i++) {
        pid_t pid = 0;

        fflush(stdout);
        if ((pid = fork()) == 0) {
            if (i > 0)
                slot_open(&slots[i], &house, i, slots[i].url);
            else
                slots[i].db = test_pg_open(slots[i].url);
            work(&slots[i]);
            fflush(stdout);
            _exit(0);
        }
        if (pid < 0)
            tap(false, strerror(errno), "a process for each slot");
    }
    for (int i = 0; i < n; i++) {
        int status = 0;

        if (wait(&status) < 0 || !WIFEXITED(status)
            || WEXITSTATUS(status) != 0)
            tap(false, "it died", "each slot ends by itself");
    }
}

/* --- what came of it ----------------------------------------------------- */

static uint8_t moved[CASES_MAX + 8][ROWS];

static void
on_moved(void *owner, const char *phone)
{
    char part[8];
    long number = 0, row = 0;

    (void)owner;
    snprintf(part, sizeof(part), "%.4s", phone + 6);
    number = strtol(part, NULL, 10);
    row = strtol(phone + 10, NULL, 10);
    if (number < CASES_MAX + 8 && row < ROWS)
        moved[number][row]++;
}

static void
judge(struct fp_case *c)
{
    int paid = 0, twice = 0;

    for (int i = 0; i < ROWS; i++) {
        paid += moved[c->number][i] > 0;
        twice += moved[c->number][i] > 1;
    }
    if (c->why[0] != '\0')
        return;
    if (!c->over)
        snprintf(c->why, sizeof(c->why), "it was not run to its end");
    else if (twice > 0)
        snprintf(c->why, sizeof(c->why), "%d PAID TWICE", twice);
    else if (paid < c->paid || paid > c->paid + c->doubt)
        snprintf(c->why, sizeof(c->why), "the stand-in paid %d, we say %d, "
                 "and %d in doubt", paid, c->paid, c->doubt);
}

static void
tell(int64_t ms)
{
    int by[DO_DELAY + 1] = { 0 }, doubt = 0, missed = 0;

    for (int i = 0; i < board->n; i++) {
        struct fp_case *c = &board->cases[i];

        judge(c);
        by[c->action]++;
        doubt += c->doubt;
        missed += !c->reached;
        tap(c->why[0] == '\0', c->why, "%s: %s at %s, hit %d%s%s",
            scenes[c->scene].name, action_name(c->action), c->point->name,
            c->nth, c->doubt > 0 ? "; in doubt, as it may have left" : "",
            c->reached ? "" : "; not come past this time");
    }
    /* The order of things is the kernel's: a few are not there every time. */
    tap(missed * 8 <= board->n, "too many", "%d of %d cases came past their "
        "failpoint", board->n - missed, board->n);
    tap(stand_doubles(&house) == 0, "see /_books/double",
        "the stand-ins' own books: nobody was paid twice");
    printf("# %s: %d cases (kill %d, stop %d, error %d, error for good %d, "
           "delay %d) in %lld s; %d not come past; %d payments in doubt; "
           "seed %llu\n",
           house.all ? "FAILPOINTS=all" : FEW ? "a part (FAILPOINTS=few, or sanitizers)"
           : "all with kill and error, a third of the rest (FAILPOINTS=all: "
           "everything)", board->n, by[DO_KILL],
           by[DO_STOP], by[DO_ERROR], by[DO_HARD], by[DO_DELAY],
           (long long)(ms / 1000), missed, doubt,
           (unsigned long long)house.seed);
}

/* --- all of it ----------------------------------------------------------- */

static void
house_open(void)
{
    const char *payrun = getenv("PAYRUN"), *check = getenv("PAYRUN_CHECK");
    const char *all = getenv("FAILPOINTS"), *seed = getenv("FAILPOINT_SEED");

    if (payrun == NULL || check == NULL || crypto_setup() < 0) {
        printf("Bail out! run me through make check\n");
        exit(255);
    }
    snprintf(house.payrun, sizeof(house.payrun), "%s", payrun);
    snprintf(house.check, sizeof(house.check), "%s", check);
    house.all = all != NULL && strcmp(all, "all") == 0;
    house.seed = seed != NULL ? strtoull(seed, NULL, 10) : 1;
    test_dir(house.dir);
    board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        printf("Bail out! no memory\n");
        exit(255);
    }
}

/* Every hit of every process, for who asks whether all names are reached. */
static void
log_all(int n)
{
    const char *to = getenv("FAILPOINT_REACHED");
    static struct points all;
    FILE *f = to != NULL ? fopen(to, "ab") : NULL;

    if (f == NULL || FEW || getenv("FAILPOINT_ONLY") != NULL) {
        if (f != NULL)
            (void)fclose(f);
        return;
    }
    for (enum scene s = 0; s < SCENES; s++)
        for (int i = 0; i < points[s].n; i++)
            point_add(&all, points[s].list[i].name);
    for (int i = 0; i < n; i++)
        points_read(&all, slots[i].log);
    for (int i = 0; i < all.n; i++)
        fprintf(f, "%s\n", all.list[i].name);
    (void)fclose(f);
}

int
main(void)
{
    const char *side = getenv("FAILPOINT_SLOTS");
    int n = side != NULL ? (int)strtol(side, NULL, 10) : 6;
    int64_t start = clock_mono_ms();

    n = n < 1 ? 1 : n > SLOTS_MAX ? SLOTS_MAX : n;
    house_open();
    for (int i = 0; i < n; i++)
        db_close(test_pg_migrated(&slots[i].url));
    stand_begin(&house);
    slot_open(&slots[0], &house, 0, slots[0].url);
    calibrate();
    plan();
    for (int i = 1; i < n; i++)
        snprintf(slots[i].log, sizeof(slots[i].log), "%s/slot%d/hits",
                 house.dir, i);
    db_close(slots[0].db);
    slots_run(n);
    if (stand_moved(&house, on_moved, NULL) < 0)
        tap(false, "no books", "the stand-ins' books can be read");
    tell(clock_mono_ms() - start);
    for (int i = 0; i < n; i++)
        tap(board->slot_why[i][0] == '\0', board->slot_why[i],
            "slot %d: payrun audit verify", i);
    log_all(n);
    stand_end();
    if (getenv("KEEP") == NULL)
        test_dir_remove(house.dir);
    else
        printf("# kept: %s\n", house.dir);
    printf("1..%d\n", tests);
    return failures > 0;
}
