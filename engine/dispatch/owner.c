#include "dispatch/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/str.h"

#define PART_BYTES 80
#define STAT_BYTES 1024             /* a line of /proc/PID/stat is under 400 */

enum owner_part { HOST, BOOT, PIDNS, PID, START, PARTS };

struct owner_name {
    char part[PARTS][PART_BYTES];
};

/* The first bytes of a small file, NUL-terminated.  Return 0 or -1. */
static int
slurp(const char *path, char *out, size_t bytes)
{
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    n = read(fd, out, bytes - 1);
    close(fd);
    if (n <= 0)
        return -1;
    out[n] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return 0;
}

/*
 * State and start time of ${pid}.  The second field of the line is the name
 * of the program in brackets and may hold anything, brackets too, so counting
 * starts behind the last one: there stands field 3, the state; the start time
 * is field 22.
 */
static int
stat_of(const char *pid, char *state, char start[PART_BYTES])
{
    char path[64], line[STAT_BYTES];
    const char *p = NULL;

    snprintf(path, sizeof(path), "/proc/%s/stat", pid);
    if (slurp(path, line, sizeof(line)) < 0)
        return -1;
    if ((p = strrchr(line, ')')) == NULL || p[1] != ' ')
        return -1;
    p += 2;
    *state = *p;
    for (int field = 3; field < 22; field++) {
        p += strcspn(p, " ");
        if (*p++ == '\0')
            return -1;
    }
    return str_copy(start, PART_BYTES,
                    (struct str){ p, strcspn(p, " ") });
}

/* Where a pid means something: this machine, this boot, this namespace. */
static int
place_of(struct owner_name *n)
{
    ssize_t len = -1;

    if (gethostname(n->part[HOST], PART_BYTES - 1) < 0)
        return -1;
    n->part[HOST][PART_BYTES - 1] = '\0';
    for (char *p = n->part[HOST]; *p != '\0'; p++)
        if (*p == '/')
            *p = '_';
    if (slurp("/proc/sys/kernel/random/boot_id", n->part[BOOT], PART_BYTES) < 0)
        return -1;
    /* "pid:[4026531836]": without it a pid inside a container and the same
     * pid outside would be taken for one. */
    len = readlink("/proc/self/ns/pid", n->part[PIDNS], PART_BYTES - 1);
    if (len <= 0)
        return -1;
    n->part[PIDNS][len] = '\0';
    return 0;
}

static int
name_read(struct owner_name *n, const char *owner)
{
    const char *p = owner;

    for (int i = 0; i < PARTS; i++) {
        size_t len = strcspn(p, "/");

        if (len == 0 || str_copy(n->part[i], PART_BYTES,
                                 (struct str){ p, len }) < 0)
            return -1;
        p += len;
        if (i < PARTS - 1 && *p++ != '/')
            return -1;
    }
    return *p == '\0' ? 0 : -1;
}

int
owner_make(char out[OWNER_BYTES], struct err *e)
{
    struct owner_name n = { 0 };
    char state = '\0';
    int len = 0;

    snprintf(n.part[PID], PART_BYTES, "%ld", (long)getpid());
    if (place_of(&n) < 0 || stat_of(n.part[PID], &state, n.part[START]) < 0) {
        err_set(e, ERR_UNAVAILABLE, "This process cannot tell who it is from "
                                    "/proc.");
        return err_fix(e, "Run payrun where /proc is mounted.");
    }
    len = snprintf(out, OWNER_BYTES, "%s/%s/%s/%s/%s", n.part[HOST],
                   n.part[BOOT], n.part[PIDNS], n.part[PID], n.part[START]);
    if (len >= OWNER_BYTES)
        return err_set(e, ERR_CONFIG, "The name of this machine is too long.");
    return 0;
}

bool
owner_is_dead(const char *owner)
{
    struct owner_name they = { 0 }, here = { 0 };
    char state = '\0', start[PART_BYTES];
    int64_t pid = 0;

    if (owner == NULL || name_read(&they, owner) < 0 || place_of(&here) < 0)
        return false;
    for (int i = HOST; i <= PIDNS; i++)
        if (strcmp(they.part[i], here.part[i]) != 0)
            return false;
    if (str_i64(&pid, str_of(they.part[PID])) < 0 || pid <= 0
        || pid > INT32_MAX)
        return false;
    /* kill() knows even where /proc hides the processes of others; EPERM
     * means that it is there. */
    if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
        return true;
    if (stat_of(they.part[PID], &state, start) < 0)
        return false;
    if (strcmp(start, they.part[START]) != 0)
        return true;
    /* A zombie runs no more code (payrun has no threads); in a container
     * whose first process reaps nobody it stays for ever. */
    return state == 'Z' || state == 'X';
}

void
owner_actor(const char *owner, char out[OWNER_BYTES])
{
    struct owner_name n = { 0 };

    if (name_read(&n, owner) < 0)
        snprintf(out, OWNER_BYTES, "worker");
    else
        snprintf(out, OWNER_BYTES, "worker %s/%s", n.part[HOST], n.part[PID]);
}
