/* A program of the operator's: its words as they stand, no shell; the text on
 * its stdin; an end to it after OUTBOX_HAND_MS, whatever it does. */
#include "outbox/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

#define ENV_BYTES 200
#define CANNOT    126           /* as shells say it: it could not be started */

struct child {
    pid_t   pid;
    int     fd;                 /* of the child, readable when it has ended   */
    int     in;                 /* its stdin                                  */
    int64_t until_ms;
};

static void
child_go(const struct channel *c, const struct event *ev, int in)
{
    static char id[ENV_BYTES], kind[ENV_BYTES], subject[ENV_BYTES];
    static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
                         "/usr/bin:/sbin:/bin";
    char *const env[] = { path, id, kind, subject, NULL };
    char *argv[OUTBOX_WORDS_MAX + 1] = { NULL };
    int null = open("/dev/null", O_WRONLY);

    snprintf(id, sizeof(id), "PAYRUN_EVENT_ID=%s", ev->event_id);
    snprintf(kind, sizeof(kind), "PAYRUN_EVENT_KIND=%s", ev->kind);
    snprintf(subject, sizeof(subject), "PAYRUN_EVENT_SUBJECT=%s", ev->subject);
    for (int i = 0; i < c->nwords; i++)
        argv[i] = (char *)(uintptr_t)c->words[i];
    for (int s = 1; s < NSIG; s++)
        (void)signal(s, SIG_DFL);
    /* its own group, so that what it starts ends with it */
    if (setsid() < 0 || null < 0 || dup2(in, 0) < 0 || dup2(null, 1) < 0
        || dup2(null, 2) < 0)
        _exit(CANNOT);
    (void)close_range(3, ~0U, 0);
    execve(argv[0], argv, env);
    _exit(CANNOT);
}

static int
child_start(struct child *k, const struct channel *c, const struct event *ev,
            struct err *e)
{
    int in[2] = { -1, -1 };

    if (pipe2(in, O_CLOEXEC) < 0)
        return err_set(e, ERR_TEMP, "no pipe: %s", strerror(errno));
    k->pid = fork();
    if (k->pid == 0)
        child_go(c, ev, in[0]);
    close(in[0]);
    k->in = in[1];
    if (k->pid < 0)
        return err_set(e, ERR_TEMP, "no process: %s", strerror(errno));
    (void)fcntl(k->in, F_SETFL, O_NONBLOCK);
    k->fd = (int)syscall(SYS_pidfd_open, k->pid, 0);
    return k->fd >= 0 ? 0 : err_set(e, ERR_TEMP, "the command cannot be "
                                    "watched: %s", strerror(errno));
}

/* Until ${fd} is ready; false: its time is over. */
static bool
child_wait(const struct child *k, int fd, short what)
{
    struct pollfd p = { .fd = fd, .events = what };
    int64_t left = k->until_ms - clock_mono_ms();
    int n = 0;

    do
        n = left > 0 ? poll(&p, 1, (int)left) : 0;
    while (n < 0 && errno == EINTR
           && (left = k->until_ms - clock_mono_ms()) > 0);
    return n > 0;
}

/* A program that does not read its stdin is content all the same. */
static void
child_feed(struct child *k, struct str s)
{
    while (s.len > 0 && child_wait(k, k->in, POLLOUT)) {
        ssize_t n = write(k->in, s.p, s.len);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            return;
        s.p += n;
        s.len -= (size_t)n;
    }
}

static int
child_end(struct child *k, const struct channel *c, struct err *e)
{
    int status = 0;
    bool ended = child_wait(k, k->fd, POLLIN);

    if (!ended) {
        (void)kill(-k->pid, SIGKILL);
        (void)kill(k->pid, SIGKILL);    /* not its own group yet */
    }
    while (waitpid(k->pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_set(e, ERR_TEMP, "%s: %s", c->words[0],
                           strerror(errno));
    if (!ended)
        return err_set(e, ERR_TEMP, "%s took longer than %d seconds and was "
                       "stopped", c->words[0], OUTBOX_HAND_MS / 1000);
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT)
        return err_set(e, ERR_CONFIG, "%s cannot be started", c->words[0]);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, ERR_TEMP, "%s ended with %s %d", c->words[0],
                       WIFEXITED(status) ? "status" : "signal",
                       WIFEXITED(status) ? WEXITSTATUS(status)
                                         : WTERMSIG(status));
    return 0;
}

int
channel_run(const struct channel *c, const struct event *ev, struct err *e)
{
    struct child k = { .pid = -1, .fd = -1, .in = -1,
                       .until_ms = clock_mono_ms() + OUTBOX_HAND_MS };
    struct buf text;
    int rc = -1;

    buf_init(&text, OUTBOX_TEXT_BYTES_MAX);
    buf_str(&text, buf_view(&ev->title));
    buf_text(&text, "\n\n");
    buf_str(&text, buf_view(&ev->detail));
    buf_text(&text, "\n");
    if (text.failed) {
        err_oom(e);
        goto out;
    }
    if ((rc = child_start(&k, c, ev, e)) < 0 && k.pid > 0)
        k.until_ms = 0;             /* unwatched: it is stopped at once */
    if (rc == 0)
        child_feed(&k, buf_view(&text));
    if (k.in >= 0)
        close(k.in);
    if (k.pid > 0 && (child_end(&k, c, rc == 0 ? e : NULL) < 0))
        rc = -1;
out:
    if (k.fd >= 0)
        close(k.fd);
    buf_release(&text);
    return rc;
}
