#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"

/* No message in this file may hold what was read, only where it was read. */

void
secret_release(struct secret *s)
{
    if (s->p != NULL)
        sodium_memzero(s->p, s->len);
    free(s->p);
    *s = (struct secret){ 0 };
}

int
secret_set(struct secret *s, struct str value)
{
    char *p = malloc(value.len + 1);

    if (p == NULL)
        return -1;
    if (value.len > 0)
        memcpy(p, value.p, value.len);
    p[value.len] = '\0';
    secret_release(s);      /* last: ${value} may be a view of the old one */
    *s = (struct secret){ p, value.len };
    return 0;
}

struct str
secret_view(const struct secret *s)
{
    return (struct str){ s->p, s->len };
}

static struct str
without_newline(struct str s)
{
    if (s.len > 0 && s.p[s.len - 1] == '\n')
        s.len--;
    if (s.len > 0 && s.p[s.len - 1] == '\r')
        s.len--;
    return s;
}

/*
 * Keep ${value} unless it cannot be a credential.  A line break or another
 * control character inside would end the HTTP header it is written to.
 */
static int
keep(struct secret *s, struct str value, const char *source, struct err *e)
{
    value = without_newline(value);
    if (value.len == 0)
        return err_set(e, ERR_CONFIG, "the secret %s is empty", source);
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7F) {
            err_set(e, ERR_CONFIG, "the secret %s has a line break or another "
                    "control character in it", source);
            return err_fix(e, "store the secret alone, on one line");
        }
    return secret_set(s, value) < 0 ? err_oom(e) : 0;
}

/* Only a regular file, and (${private}) only one nobody else can look into. */
static int
check_file(int fd, const char *path, const char *source, bool private,
           struct err *e)
{
    struct stat st;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return err_set(e, ERR_CONFIG, "the secret %s is not a regular file",
                       source);
    if (private && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        err_set(e, ERR_CONFIG, "the secret %s is open to other users "
                "(mode %04o)", source, (unsigned)st.st_mode & 07777);
        return err_fix(e, "run: chmod 600 '%s'", path);
    }
    return 0;
}

/* Read up to ${bytes} of ${fd}; return how many, or -1. */
static ssize_t
read_upto(int fd, char *to, size_t bytes)
{
    size_t have = 0;

    while (have < bytes) {
        ssize_t n = read(fd, to + have, bytes - have);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}

static int
load_file(struct secret *s, const char *path, const char *source, bool private,
          struct err *e)
{
    char text[SECRET_BYTES_MAX + 1];    /* one more tells "too long" */
    ssize_t n = -1;
    int fd = -1, rc = -1;

    /* O_NONBLOCK: opening a FIFO must not wait for somebody to write */
    if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
        err_set(e, ERR_CONFIG, "the secret %s cannot be opened: %s", source,
                strerror(errno));
        goto out;
    }
    if (check_file(fd, path, source, private, e) < 0)
        goto out;
    n = read_upto(fd, text, sizeof(text));
    if (n < 0)
        err_set(e, ERR_CONFIG, "the secret %s cannot be read: %s", source,
                strerror(errno));
    else if (n > SECRET_BYTES_MAX)
        err_set(e, ERR_CONFIG, "the secret %s is longer than %d bytes", source,
                SECRET_BYTES_MAX);
    else
        rc = keep(s, (struct str){ text, (size_t)n }, source, e);
out:
    sodium_memzero(text, sizeof(text));
    if (fd >= 0)
        close(fd);
    return rc;
}

/* systemd makes the folder private to the service; the file's own bits may
 * show an ACL mask there, so only the kind of file is checked. */
static int
load_cred(struct secret *s, const char *name, const char *source,
          struct err *e)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[PATH_BYTES_MAX];
    int n = 0;

    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
        return err_set(e, ERR_CONFIG, "the secret %s is not the plain name of "
                       "a credential", source);
    if (folder == NULL || folder[0] != '/') {
        err_set(e, ERR_CONFIG, "the secret %s is not there: "
                "CREDENTIALS_DIRECTORY is not set", source);
        return err_fix(e, "start payrun as a systemd service that has "
                          "LoadCredential=%s:PATH", name);
    }
    n = snprintf(path, sizeof(path), "%s/%s", folder, name);
    if (n < 0 || n >= (int)sizeof(path))
        return err_set(e, ERR_CONFIG, "the secret %s has too long a path",
                       source);
    return load_file(s, path, source, false, e);
}

static int
load_env(struct secret *s, const char *name, const char *source, struct err *e)
{
    /* unsetenv() could not remove a name with an equals sign in it */
    bool named = name[0] != '\0' && strchr(name, '=') == NULL;
    char *value = named ? getenv(name) : NULL;
    int rc = -1;

    if (value == NULL)
        return err_set(e, ERR_CONFIG, "the secret %s is not set in the "
                       "environment", source);
    if (strlen(value) > SECRET_BYTES_MAX)
        err_set(e, ERR_CONFIG, "the secret %s is longer than %d bytes", source,
                SECRET_BYTES_MAX);
    else
        rc = keep(s, str_of(value), source, e);
    /* overwritten too: unsetenv() only forgets where it is, and
     * /proc/PID/environ goes on showing the bytes */
    sodium_memzero(value, strlen(value));
    unsetenv(name);
    return rc;
}

/* What follows ${scheme} in ${source}, or NULL. */
static const char *
behind(const char *source, const char *scheme)
{
    size_t n = strlen(scheme);

    return strncmp(source, scheme, n) == 0 ? source + n : NULL;
}

int
secret_load(struct secret *s, const char *source, struct err *e)
{
    const char *rest = NULL;

    if ((rest = behind(source, "file:")) != NULL)
        return load_file(s, rest, source, true, e);
    if ((rest = behind(source, "cred:")) != NULL)
        return load_cred(s, rest, source, e);
    if ((rest = behind(source, "env:")) != NULL)
        return load_env(s, rest, source, e);
    /* Not repeated here: who writes no scheme probably pasted the secret. */
    err_set(e, ERR_CONFIG, "a secret is given as a value instead of the place "
            "where it is kept (the value is not shown here)");
    return err_fix(e, "write file:PATH, cred:NAME or env:NAME");
}

void
secret_blot(struct buf *text, const struct secret *s)
{
    char *at = text->p;

    if (s->p == NULL || s->len < SECRET_BLOT_BYTES_MIN)
        return;
    while (at != NULL
           && (at = memmem(at, text->len - (size_t)(at - text->p), s->p,
                           s->len)) != NULL) {
        memset(at, '*', s->len);
        at += s->len;
    }
}

void
secret_guard(void)
{
    const struct rlimit none = { 0, 0 };

    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__    /* its leak check looks into its own memory */
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
}
