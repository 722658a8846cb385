#include "cli/doctor.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/sign.h"
#include "pack/pack.h"

/* --- disk ----------------------------------------------------------------- */

/* The folder itself, or the nearest above it that is there. */
static int
space_below(const char *dir, int64_t *mb)
{
    char path[PATH_BYTES_MAX];
    struct statvfs vfs;
    char *slash = NULL;

    if (str_copy(path, sizeof(path), str_of(dir)) < 0)
        return -1;
    while (statvfs(path, &vfs) < 0) {
        slash = strrchr(path, '/');
        if (errno != ENOENT || slash == NULL || slash == path)
            return -1;
        *slash = '\0';
    }
    *mb = (int64_t)(vfs.f_bavail * (vfs.f_frsize / 1024) / 1024);
    return 0;
}

static void
check_disk(struct doctor *d)
{
    const char *dir = d->app->dir;
    int64_t mb = 0;

    if (space_below(dir, &mb) < 0)
        doctor_warn(d, "disk space", "", "look whether the folder is there "
                    "and may be entered", "%s: %s", dir, strerror(errno));
    else if (mb < DOCTOR_DISK_FAIL_MB)
        doctor_fail(d, ERR_CONFIG, "disk space", "", "free some, or move the "
                    "folder with --dir", "%lld MB are free in %s; a full disk "
                    "stops the database", (long long)mb, dir);
    else if (mb < DOCTOR_DISK_WARN_MB)
        doctor_warn(d, "disk space", "", "a payroll of a million payments "
                    "takes about 2 GB", "%lld MB are free in %s",
                    (long long)mb, dir);
    else
        doctor_ok(d, "disk space", "", "%lld GB are free in %s",
                  (long long)(mb / 1024), dir);
}

/* --- the process ---------------------------------------------------------- */

static void
check_files(struct doctor *d)
{
    struct rlimit lim;
    const long need = NET_INFLIGHT_MAX + DOCTOR_FILES_SPARE;

    if (getrlimit(RLIMIT_NOFILE, &lim) < 0)
        return;
    if (lim.rlim_cur == RLIM_INFINITY || lim.rlim_cur >= (rlim_t)need)
        doctor_ok(d, "open files", "", "%lld may be open at a time",
                  lim.rlim_cur == RLIM_INFINITY ? -1LL
                                                : (long long)lim.rlim_cur);
    else
        doctor_fail(d, ERR_CONFIG, "open files", "", "ulimit -n 1024, or "
                    "LimitNOFILE=1024 in the systemd unit",
                    "only %lld may be open at a time; %ld requests can be "
                    "under way", (long long)lim.rlim_cur, need);
}

/* The folder may hold the database: nobody else may put things there. */
static void
check_folder(struct doctor *d)
{
    const char *dir = d->app->dir;
    struct stat st;

    if (stat(dir, &st) < 0) {
        if (errno != ENOENT)
            doctor_fail(d, ERR_CONFIG, "state folder", "", "look at its "
                        "permissions", "%s: %s", dir, strerror(errno));
        return;
    }
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        doctor_fail(d, ERR_CONFIG, "state folder", "", "chmod go-w on it",
                    "other users may write into %s (mode %04o)", dir,
                    (unsigned)st.st_mode & 07777);
    else if (st.st_uid != 0 && st.st_uid != geteuid())
        doctor_warn(d, "state folder", "", "run payrun as its owner",
                    "%s belongs to user %u", dir, (unsigned)st.st_uid);
    else
        doctor_ok(d, "state folder", "", "%s (mode %04o)", dir,
                  (unsigned)st.st_mode & 07777);
}

static void
check_core(struct doctor *d)
{
    struct rlimit lim;

    if (getrlimit(RLIMIT_CORE, &lim) == 0 && lim.rlim_max == 0)
        doctor_ok(d, "core dumps", "", "none are written: they would hold "
                  "keys");
    else
        doctor_warn(d, "core dumps", "", "ulimit -c 0",
                    "this process could leave one, with keys in it");
}

/* Whoever gets an evidence pack asks for this, on another way. */
static void
check_signing(struct doctor *d)
{
    char path[PATH_BYTES_MAX], print[SIGN_PRINT_BYTES];
    struct sign_key key;
    struct err e = { 0 };

    if (pack_key_path(d->app->dir, path) < 0)
        return;
    if (sign_load(&key, path, false, &e) == 0) {
        sign_print(key.public_key, print);
        sign_release(&key);
        doctor_ok(d, "evidence key", "", "fingerprint %s", print);
    } else if (e.kind == ERR_NOINPUT) {
        doctor_ok(d, "evidence key", "", "made with the first pack: payrun "
                  "evidence key");
    } else {
        doctor_err(d, "evidence key", "", &e);
    }
}

void
doctor_host(struct doctor *d)
{
    check_folder(d);
    check_disk(d);
    check_files(d);
    check_core(d);
    check_signing(d);
}
