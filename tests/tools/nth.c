/*
 * LD_PRELOAD: the n-th call of a kind fails, in this process and in none that
 * it starts.  Steered by the environment:
 *
 *   NTH_CALL=KIND:N[:ERROR][:on]   alloc | open | connect | send | recv | read |
 *                             write | fsync | rename; N from 1; ERROR such as
 *                             ENOSPC (each kind has its usual one); "on": all
 *                             after the n-th fail as well
 *   NTH_LOG=FILE              what was failed, one line; without it nothing was
 *   NTH_COUNT=FILE         how many calls of that kind there were
 *   NTH_TRACE=1               and from where, on stderr
 *
 * Only calls that go through the dynamic linker: what stdio does inside libc
 * (write) is not seen, its fopen, fflush and fclose are.  Not part of payrun.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

void nth_arm(const char *);
long nth_seen(void);

enum kind { ALLOC, OPEN, CONNECT, SEND, RECV, READ, WRITE, FSYNC, RENAME,
            KINDS };

static const struct {
    const char *name;
    int         error;
} kinds[KINDS] = {
    [ALLOC]   = { "alloc", ENOMEM },       [OPEN]  = { "open", EMFILE },
    [CONNECT] = { "connect", ECONNREFUSED }, [SEND] = { "send", ECONNRESET },
    [RECV]    = { "recv", ECONNRESET },    [READ]  = { "read", EIO },
    [WRITE]   = { "write", ENOSPC },       [FSYNC] = { "fsync", EIO },
    [RENAME]  = { "rename", ENOSPC },
};

static const struct {
    const char *name;
    int         error;
} errors[] = {
    { "EAGAIN", EAGAIN }, { "EACCES", EACCES }, { "ECONNRESET", ECONNRESET },
    { "EIO", EIO }, { "EMFILE", EMFILE }, { "ENFILE", ENFILE },
    { "ENOMEM", ENOMEM }, { "ENOSPC", ENOSPC }, { "EPIPE", EPIPE },
    { "ETIMEDOUT", ETIMEDOUT }, { "EDQUOT", EDQUOT },
};

static enum kind chosen = KINDS;        /* none */
static long nth;
static int error_of;
static bool goes_on, traces, ready;
static char log_path[256];
static atomic_long seen;
static _Thread_local bool inside;       /* our own calls are not counted */

static void
tell(void)
{
    char line[128];
    void *at[24];
    int n = snprintf(line, sizeof(line), "%s %ld\n", kinds[chosen].name, nth);
    int fd;

    inside = true;
    fd = (int)syscall(SYS_openat, AT_FDCWD, log_path,
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, (size_t)n);
        (void)syscall(SYS_close, fd);
    }
    if (traces)
        backtrace_symbols_fd(at, backtrace(at, 24), STDERR_FILENO);
    inside = false;
}

/* Does this call of ${k} fail?  errno is set then. */
static bool
fails(enum kind k)
{
    long now;

    if (!ready || inside || k != chosen)
        return false;
    now = atomic_fetch_add(&seen, 1) + 1;
    if (now != nth && !(goes_on && now > nth))
        return false;
    if (now == nth)
        tell();
    errno = error_of;
    return true;
}

static void
choose(char *text)
{
    char *save = NULL, *word = strtok_r(text, ":", &save);

    for (int k = 0; word != NULL && k < KINDS; k++)
        if (strcmp(kinds[k].name, word) == 0)
            chosen = (enum kind)k;
    if (chosen == KINDS || (word = strtok_r(NULL, ":", &save)) == NULL)
        _exit(99);                      /* a test that tests nothing */
    nth = strtol(word, NULL, 10);
    error_of = kinds[chosen].error;
    while ((word = strtok_r(NULL, ":", &save)) != NULL) {
        bool known = strcmp(word, "on") == 0;

        goes_on = goes_on || known;
        for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
            if (strcmp(errors[i].name, word) == 0) {
                error_of = errors[i].error;
                known = true;
            }
        if (!known)
            _exit(99);
    }
}

/* Of a process that ends by itself. */
__attribute__((destructor)) static void
end(void)
{
    const char *path = getenv("NTH_COUNT");
    char line[32];
    int fd, n;

    inside = true;
    if (!ready || path == NULL)
        return;
    n = snprintf(line, sizeof(line), "%ld\n", atomic_load(&seen));
    fd = (int)syscall(SYS_openat, AT_FDCWD, path,
                      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, (size_t)n);
        (void)syscall(SYS_close, fd);
    }
}

__attribute__((constructor)) static void
begin(void)
{
    const char *order = getenv("NTH_CALL"), *path = getenv("NTH_LOG");
    char text[128];
    void *at[4];

    unsetenv("LD_PRELOAD");             /* children are left alone */
    if (order == NULL)
        return;
    traces = getenv("NTH_TRACE") != NULL;
    (void)backtrace(at, 4);             /* loads its library now */
    snprintf(text, sizeof(text), "%s", order);
    snprintf(log_path, sizeof(log_path), "%s", path != NULL ? path
                                                            : "/dev/null");
    choose(text);
    ready = true;
}

/* For a test that has us preloaded: from here on; NULL: no more. */
EXPORT void
nth_arm(const char *order)
{
    char text[128];

    ready = false;
    chosen = KINDS;
    goes_on = false;
    atomic_store(&seen, 0);
    if (order == NULL)
        return;
    snprintf(text, sizeof(text), "%s", order);
    choose(text);
    ready = true;
}

/* nth_seen(): how many calls of that kind there were since. */
EXPORT long
nth_seen(void)
{
    return atomic_load(&seen);
}

/* --- memory ----------------------------------------------------------------
 * dlsym() itself allocates: until it has answered, a little room of our own. */

static char spare[65536];
static size_t spared;
static bool looking;

static void *
from_spare(size_t bytes)
{
    void *p = spare + spared;

    spared += (bytes + 15) & ~(size_t)15;
    if (spared > sizeof(spare))
        abort();
    return p;
}

static bool
is_spare(const void *p)
{
    return (const char *)p >= spare
        && (const char *)p < spare + sizeof(spare);
}

static void *
next(const char *name)
{
    void *f;

    looking = true;
    f = dlsym(RTLD_NEXT, name);
    looking = false;
    if (f == NULL)
        abort();
    return f;
}

/* POSIX makes these casts good, ISO C does not. */
#define NEXT(f, name) \
    do { \
        if ((f) == NULL) { \
            void *found = next(name); \
            memcpy(&(f), &found, sizeof(f)); \
        } \
    } while (0)

EXPORT void *
malloc(size_t bytes)
{
    static void *(*real)(size_t);

    if (real == NULL && looking)
        return from_spare(bytes);
    NEXT(real, "malloc");
    return fails(ALLOC) ? NULL : real(bytes);
}

EXPORT void *
calloc(size_t n, size_t bytes)
{
    static void *(*real)(size_t, size_t);

    if (real == NULL && looking)
        return from_spare(n * bytes);   /* it is static: zeroes */
    NEXT(real, "calloc");
    return fails(ALLOC) ? NULL : real(n, bytes);
}

EXPORT void *
realloc(void *p, size_t bytes)
{
    static void *(*real)(void *, size_t);
    void *moved;

    NEXT(real, "realloc");
    if (is_spare(p)) {
        if ((moved = malloc(bytes)) != NULL)
            memcpy(moved, p, bytes);
        return moved;
    }
    return fails(ALLOC) ? NULL : real(p, bytes);
}

EXPORT void
free(void *p)
{
    static void (*real)(void *);

    if (is_spare(p) || (real == NULL && looking))
        return;
    NEXT(real, "free");
    real(p);
}

/* --- files and sockets ----------------------------------------------------- */

#define WRAP(type, name, kind, bad, params, args) \
    EXPORT type \
    name params \
    { \
        static type (*real) params; \
\
        NEXT(real, #name); \
        return fails(kind) ? (bad) : real args; \
    }

WRAP(int, connect, CONNECT, -1,
     (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))
/* A connection that failed is dead: libpq would wait for its end for ever. */
static bool
cuts(enum kind k, int fd)
{
    int error;

    if (!fails(k))
        return false;
    error = errno;
    (void)shutdown(fd, SHUT_RDWR);
    errno = error;
    return true;
}

#define WRAP_NET(name, kind, params, args) \
    EXPORT ssize_t \
    name params \
    { \
        static ssize_t (*real) params; \
\
        NEXT(real, #name); \
        return cuts(kind, fd) ? -1 : real args; \
    }

WRAP_NET(send, SEND,
         (int fd, const void *p, size_t n, int flags),
     (fd, p, n, flags))
WRAP_NET(sendto, SEND,
         (int fd, const void *p, size_t n, int flags, const struct sockaddr *a,
      socklen_t len), (fd, p, n, flags, a, len))
WRAP_NET(sendmsg, SEND,
         (int fd, const struct msghdr *m, int flags),
     (fd, m, flags))
WRAP_NET(recv, RECV,
         (int fd, void *p, size_t n, int flags),
     (fd, p, n, flags))
WRAP_NET(recvfrom, RECV,
         (int fd, void *p, size_t n, int flags, struct sockaddr *a,
      socklen_t *len), (fd, p, n, flags, a, len))
WRAP_NET(recvmsg, RECV,
         (int fd, struct msghdr *m, int flags),
     (fd, m, flags))
WRAP(ssize_t, read, READ, -1, (int fd, void *p, size_t n), (fd, p, n))
WRAP(ssize_t, write, WRITE, -1, (int fd, const void *p, size_t n),
     (fd, p, n))
WRAP(ssize_t, writev, WRITE, -1, (int fd, const struct iovec *v, int n),
     (fd, v, n))
WRAP(int, fflush, WRITE, EOF, (FILE *f), (f))
WRAP(int, fsync, FSYNC, -1, (int fd), (fd))
WRAP(int, fdatasync, FSYNC, -1, (int fd), (fd))
WRAP(int, rename, RENAME, -1, (const char *from, const char *to), (from, to))
WRAP(int, renameat2, RENAME, -1,
     (int from, const char *a, int to, const char *b, unsigned flags),
     (from, a, to, b, flags))
WRAP(FILE *, fopen, OPEN, NULL, (const char *path, const char *how),
     (path, how))
WRAP(FILE *, fopen64, OPEN, NULL, (const char *path, const char *how),
     (path, how))
WRAP(FILE *, fdopen, OPEN, NULL, (int fd, const char *how), (fd, how))
WRAP(int, socket, OPEN, -1, (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(int, accept4, OPEN, -1,
     (int fd, struct sockaddr *a, socklen_t *n, int flags),
     (fd, a, n, flags))
WRAP(int, mkostemp, OPEN, -1, (char *path, int flags), (path, flags))
WRAP(int, mkostemp64, OPEN, -1, (char *path, int flags), (path, flags))

/* The stream is closed all the same, as the real one does. */
EXPORT int
fclose(FILE *f)
{
    static int (*real)(FILE *);
    bool bad = fails(WRITE);
    int error = errno, rc;

    NEXT(real, "fclose");
    rc = real(f);
    if (!bad)
        return rc;
    errno = error;
    return EOF;
}

#define WRAP_OPEN(name) \
    EXPORT int \
    name(const char *path, int flags, ...) \
    { \
        static int (*real)(const char *, int, ...); \
        va_list more; \
        mode_t mode; \
\
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
        NEXT(real, #name); \
        return fails(OPEN) ? -1 : real(path, flags, mode); \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)
