#include "cli/cmds.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "cli/books.h"
#include "cli/self.h"
#include "cli/sample.h"
#include "net/loop.h"
#include "report/report.h"

const struct opt demo_opts[] = {
    { "rows", "N", "how many people are paid; default 12000", false },
    { "seed", "N", "which made-up people", false },
    { "keep", NULL, "leave everything in --dir to be looked at", false },
    { NULL, NULL, NULL, false }
};

#define DEMO_ROWS        12000
#define DEMO_LATENCY_MS  "6000"     /* long enough to watch, short enough   */
#define DEMO_FAIL        "5"        /* of 1000 payments fail                */

struct demo {
    struct app *app;
    bool    keep, talk;
    int64_t rows, began_ms;
    uint32_t seed;
    char    dir[PATH_BYTES_MAX - 64];   /* room for a file name behind it   */
    char    period[16], run[RUN_REF_BYTES];
    char    total[MONEY_TEXT_BYTES];
    int     sandbox_port, serve_port;
    pid_t   sandbox, serve;
    struct arena paths;
};

/* A path inside the demo's folder; it lives as long as the demo. */
static const char *
at(struct demo *d, const char *name)
{
    char path[PATH_BYTES_MAX];

    snprintf(path, sizeof(path), "%s/%s", d->dir, name);
    return arena_str(&d->paths, str_of(path)).p;
}

static void
title(const struct demo *d, const char *text)
{
    if (d->talk)
        printf(d->app->color ? "\n\x1b[1m== %s\x1b[0m\n" : "\n== %s\n", text);
}

/* step(d, want, also, e, words...): show the command as a person would type
 * it, run it; its exit code must be ${want} or ${also}. */
static int
step(struct demo *d, int want, int also, struct err *e, ...)
{
    const char *words[SELF_WORDS_MAX];
    const char *word;
    int n = 0, code = 0;
    va_list args;

    va_start(args, e);
    while ((word = va_arg(args, const char *)) != NULL &&
           n < SELF_WORDS_MAX - 3)
        words[n++] = word;
    va_end(args);
    if (d->talk) {
        fputs("$ payrun", stdout);
        for (int i = 0; i < n; i++)
            printf(strchr(words[i], ' ') != NULL ? " \"%s\"" : " %s",
                   words[i]);
        puts("");
    }
    words[n++] = "--dir";
    words[n++] = d->dir;
    words[n] = NULL;
    if (self_run(words, !d->talk, &code, e) < 0)
        return -1;
    if (code == want || code == also)
        return 0;
    return err_set(e, ERR_BUG, "`payrun %s` ended with %d", words[0], code);
}

static int
make_dir(struct demo *d, struct err *e)
{
    bool named = args_has(&d->app->args, "dir");

    if (!named)
        snprintf(d->app->dir, sizeof(d->app->dir), "/tmp/payrun-demo.XXXXXX");
    if (str_copy(d->dir, sizeof(d->dir), str_of(d->app->dir)) < 0)
        return err_set(e, ERR_USAGE, "the path of --dir is too long");
    if (!named && mkdtemp(d->dir) == NULL)
        return err_set(e, ERR_CANTCREATE, "no folder under /tmp: %s",
                       strerror(errno));
    if (named && mkdir(d->dir, 0755) < 0 && errno == EEXIST &&
        rmdir(d->dir) < 0) {
        err_set(e, ERR_GUARD, "%s is there already and not empty", d->dir);
        return err_fix(e, "name a folder that is not there yet");
    }
    if (named && mkdir(d->dir, 0755) < 0 && errno != EEXIST)
        return err_set(e, ERR_CANTCREATE, "%s: %s", d->dir, strerror(errno));
    return chmod(d->dir, 0755) < 0 ? err_set(e, ERR_CANTCREATE, "%s: %s",
                                             d->dir, strerror(errno)) : 0;
}

static int
write_text(struct demo *d, const char *name, unsigned mode,
           struct err *e, const char *fmt, ...)
{
    char text[2048];
    struct buf b;
    va_list args;
    int rc;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    buf_init(&b, sizeof(text));
    buf_text(&b, text);
    rc = buf_write_file(&b, at(d, name), mode, e);
    buf_release(&b);
    return rc;
}

static int
write_sample(struct demo *d, const char *name, bool mistakes,
             struct sample_facts *facts, struct err *e)
{
    struct sample s = { d->rows, d->seed, mistakes };
    FILE *out = fopen(at(d, name), "we");
    int rc;

    if (out == NULL)
        return err_set(e, ERR_CANTCREATE, "%s: %s", at(d, name),
                       strerror(errno));
    rc = sample_write(&s, out, facts);
    if (fclose(out) != 0 || rc < 0)
        return err_set(e, ERR_IO, "%s could not be written", at(d, name));
    return 0;
}

static int
read_port(struct demo *d, const char *name, int *port, struct err *e)
{
    struct buf b;
    int64_t n = 0;
    int rc = -1;

    buf_init(&b, 64);
    if (buf_read_file(&b, at(d, name), e) == 0)
        rc = str_i64(&n, str_trim(buf_view(&b))) == 0 ? 0 :
             err_set(e, ERR_BUG, "%s holds no port", name);
    *port = (int)n;
    buf_release(&b);
    return rc;
}

/* The stand-in, the listener for its callbacks, and a configuration that
 * names both. */
static int
start_helpers(struct demo *d, struct err *e)
{
    char seed[16];
    const char *const sandbox[] = {
        "sandbox", "--listen", "127.0.0.1:0", "--books", at(d, "books"),
        "--port-file", at(d, "sandbox.port"), "--latency-ms", DEMO_LATENCY_MS,
        "--fail-per-mille", DEMO_FAIL, "--seed", seed, "--speed", "100",
        "--challenge-file", at(d, "challenge"), NULL
    };
    const char *const serve[] = {
        "serve", "--listen", "127.0.0.1:0", "--port-file",
        at(d, "serve.port"), "--dir", d->dir, NULL
    };
    static const char config[] =
        "# Made by payrun demo.\naccounts:\n  - name: salaries\n"
        "    provider: intasend\n    base_url: http://127.0.0.1:%d/api/v1/\n"
        "    key: file:%s\n    challenge: file:%s\n"
        "    poll_first_ms: 500\n    poll_cap_ms: 1500\n%s%s\n";
    char callback[128];

    snprintf(seed, sizeof(seed), "%u", d->seed);
    if (write_text(d, "challenge", 0600, e, "demo-challenge-%08x",
                   crypto_dice()) < 0 ||
        write_text(d, "key", 0600, e, "%s", CONFIG_SANDBOX_KEY) < 0)
        return -1;
    if (self_start(sandbox, at(d, "sandbox.log"), sandbox[6], &d->sandbox,
                    e) < 0 ||
        read_port(d, "sandbox.port", &d->sandbox_port, e) < 0 ||
        write_text(d, "payrun.yaml", 0644, e, config, d->sandbox_port,
                   at(d, "key"), at(d, "challenge"), "", "") < 0)
        return -1;
    if (self_start(serve, at(d, "serve.log"), at(d, "serve.port"), &d->serve,
                    e) < 0 ||
        read_port(d, "serve.port", &d->serve_port, e) < 0)
        return -1;
    snprintf(callback, sizeof(callback),
             "http://127.0.0.1:%d/callback/salaries/", d->serve_port);
    return write_text(d, "payrun.yaml", 0644, e, config, d->sandbox_port,
                      at(d, "key"), at(d, "challenge"), "    callback_url: ",
                      callback);
}

static int
check_both(struct demo *d, struct err *e)
{
    struct sample_facts facts;

    title(d, "A payroll arrives, with the mistakes people make");
    if (write_sample(d, "payroll.csv", true, &facts, e) < 0 ||
        step(d, ERR_DATA, ERR_DATA, e, "check", at(d, "payroll.csv"),
             NULL) < 0)
        return -1;
    title(d, "The same file, corrected");
    if (write_sample(d, "payroll-corrected.csv", false, &facts, e) < 0)
        return -1;
    return step(d, 0, 0, e, "check", at(d, "payroll-corrected.csv"), NULL);
}

static int
pay(struct demo *d, struct err *e)
{
    title(d, "Two people: amina uploads, brian approves");
    if (step(d, 0, 0, e, "user", "add", "amina", "--role", "maker", NULL) < 0 ||
        step(d, 0, 0, e, "user", "add", "brian", "--role", "checker",
             NULL) < 0 ||
        step(d, 0, 0, e, "upload", at(d, "payroll-corrected.csv"), "--period",
             d->period, "--as", "amina", NULL) < 0 ||
        step(d, 0, 0, e, "submit", d->run, "--as", "amina", NULL) < 0)
        return -1;
    title(d, "The maker cannot approve; the checker types the total");
    if (step(d, ERR_NOPERM, ERR_NOPERM, e, "approve", d->run,
             "--confirm-total", d->total, "--as", "amina", NULL) < 0 ||
        step(d, 0, 0, e, "approve", d->run, "--confirm-total", d->total,
             "--as", "brian", NULL) < 0)
        return -1;
    title(d, "Paid in batches, over HTTP, followed to the end");
    return step(d, 0, 1, e, "send", d->run, "--wait", "--as", "amina", NULL);
}

static int
reports(struct demo *d, struct err *e)
{
    title(d, "The report");
    if (step(d, 0, 0, e, "report", d->run, NULL) < 0)
        return -1;
    title(d, "The same, to keep and to send on");
    if (step(d, 0, 0, e, "report", d->run, "--format", "html", "--output",
             at(d, "report.html"), NULL) < 0 ||
        step(d, 0, 0, e, "report", d->run, "--format", "csv", "--output",
             at(d, "report.csv"), NULL) < 0)
        return -1;
    return step(d, 0, 0, e, "report", d->run, "--format", "json", "--output",
                at(d, "report.json"), NULL);
}

/* Our sums, and the books of the other side: the proof of the whole thing. */
static int
prove(struct demo *d, struct err *e)
{
    struct books theirs = { 0 };
    struct run_sums ours = { 0 };
    struct money m = { 0 };
    struct run run;
    char here[MONEY_TEXT_BYTES], there[MONEY_TEXT_BYTES];
    bool same;

    if (app_db(d->app, e) < 0 || run_find(d->app->db, d->run, &run, e) < 0 ||
        run_sums(d->app->db, run.run_id, &ours, e) < 0 ||
        books_ask(d->sandbox_port, &theirs, e) < 0)
        return -1;
    memcpy(m.ccy, run.ccy, sizeof(m.ccy));
    m.minor = ours.paid_minor;
    money_text(m, here);
    m.minor = theirs.minor;
    money_text(m, there);
    same = theirs.minor == ours.paid_minor && theirs.doubles == 0 &&
           theirs.payments == ours.paid_rows && run_sums_tie(&ours);
    if (d->app->json)
        return app_json(d->app, json_pack(
            "{s:s, s:s, s:I, s:s, s:I, s:s, s:I, s:b, s:b, s:I, s:s}",
            "run", run.ref, "state", run_state_name(run.state),
            "paid", (json_int_t)ours.paid_rows, "paid_amount", here,
            "books_payments", (json_int_t)theirs.payments,
            "books_amount", there, "books_twice", (json_int_t)theirs.doubles,
            "sums_tie", run_sums_tie(&ours), "same", same,
            "took_ms", (json_int_t)(clock_mono_ms() - d->began_ms),
            "dir", d->keep ? d->dir : ""), e) < 0 ? -1 : same ? 0 : 5;
    title(d, "Does it tie?");
    report_proof(stdout, &ours, run.ccy, d->app->color);
    printf("\npayrun's book:       %9lld paid  %s\n"
           "the sandbox's books: %9lld paid  %s, %lld twice\n"
           "%s\n", (long long)ours.paid_rows, here,
           (long long)theirs.payments, there, (long long)theirs.doubles,
           same ? "THE SAME: nobody twice, nobody lost." :
                  "NOT THE SAME.");
    return same ? 0 : err_set(e, ERR_BUG, "the books differ");
}

static int
forget(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st; (void)kind; (void)walk;
    return remove(path);
}

static void
tell_places(const struct demo *d)
{
    printf("\n%lld seconds.\n", (long long)((clock_mono_ms() - d->began_ms)
                                            / 1000));
    if (!d->keep) {
        puts("Everything was thrown away again; to look around, run\n"
             "  payrun demo --dir /tmp/payrun --keep");
        return;
    }
    printf("Left in %s:\n"
           "  payroll.csv, payroll-corrected.csv, payroll.rejects.csv\n"
           "  report.html, report.csv, report.json\n"
           "  postgres/, books/, payrun.yaml, *.log\n"
           "Look at it:   payrun show %s --dir %s\n"
           "Stop its database: payrun db down --dir %s\n",
           d->dir, d->run, d->dir, d->dir);
}

static void
clean_up(struct demo *d)
{
    struct err ignored = { 0 };

    self_stop(d->serve);
    self_stop(d->sandbox);
    db_close(d->app->db);
    d->app->db = NULL;
    if (d->app->private_db)
        cluster_down(&d->app->cluster, &ignored);
    if (!d->keep && d->dir[0] != '\0')
        nftw(d->dir, forget, 16, FTW_DEPTH | FTW_PHYS);
    arena_release(&d->paths);
}

static int
read_flags(struct demo *d, struct err *e)
{
    const struct args *a = &d->app->args;
    time_t now = time(NULL);
    struct tm tm;
    int64_t seed;

    if (args_i64(a, "rows", DEMO_ROWS, 1, 1000000, &d->rows, e) < 0 ||
        args_i64(a, "seed", 1, 0, UINT32_MAX, &seed, e) < 0)
        return -1;
    d->seed = (uint32_t)seed;
    d->keep = args_has(a, "keep") || args_has(a, "dir");
    if (args_has(a, "db") || args_has(a, "config") || d->app->live)
        return err_set(e, ERR_USAGE, "the demo makes its own database and "
                       "configuration; it takes no --db, --config or --live");
    localtime_r(&now, &tm);
    strftime(d->period, sizeof(d->period), "%Y-%m", &tm);
    snprintf(d->run, sizeof(d->run), "R-%s-A", d->period);
    return 0;
}

int
cmd_demo(struct app *app, struct err *e)
{
    struct demo d = { .app = app, .talk = !app->json,
                      .began_ms = clock_mono_ms() };
    struct sample_facts facts = { 0 };
    struct money total = { 0, "KES" };
    int rc = -1;

    arena_init(&d.paths, (size_t)1 << 20);
    if (read_flags(&d, e) < 0 || make_dir(&d, e) < 0)
        goto out;
    memcpy(app->dir, d.dir, strlen(d.dir) + 1);
    app->dir_named = true;
    if (write_sample(&d, "payroll-corrected.csv", false, &facts, e) < 0)
        goto out;
    total.minor = facts.minor;
    money_plain(total, d.total);
    if (check_both(&d, e) < 0)
        goto out;
    title(&d, "A private database, and a stand-in for IntaSend");
    if (step(&d, 0, 0, e, "db", "up", NULL) < 0 ||
        start_helpers(&d, e) < 0 || pay(&d, e) < 0 || reports(&d, e) < 0)
        goto out;
    rc = prove(&d, e);
    if (rc == 0 && d.talk)
        tell_places(&d);
out:
    clean_up(&d);
    return rc;
}
