#include "tests/lib/slices.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/pg.h"

#define SLICES_MAX 16
#define NUMBER "PAYRUN_TEST_SLICE"

int
slices_this(void)
{
    const char *number = getenv(NUMBER);

    return number != NULL ? (int)strtol(number, NULL, 10) : -1;
}

static pid_t
start(int slice, const char *out)
{
    char number[16];
    pid_t pid;
    int fd;

    snprintf(number, sizeof(number), "%d", slice);
    fflush(NULL);
    if ((pid = fork()) != 0)
        return pid;
    fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    setenv(NUMBER, number, 1);
    (void)close_range(3, ~0U, 0);
    execl("/proc/self/exe", "slice", (char *)NULL);
    _exit(127);
}

static void
tell(int slice, const char *out)
{
    char line[512];
    FILE *f = fopen(out, "r");

    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        fprintf(stderr, "# slice %d: %s", slice, line);
    if (f != NULL)
        fclose(f);
}

int
slices_run(int n)
{
    char out[SLICES_MAX][64];
    pid_t pids[SLICES_MAX];
    int bad = 0, status = 0;

    setenv("PAYRUN_TEST_URL", test_pg_url(), 1);
    for (int i = 0; i < n && i < SLICES_MAX; i++) {
        snprintf(out[i], sizeof(out[i]), "/tmp/payrun-slice-%d-%d",
                 (int)getpid(), i);
        pids[i] = start(i, out[i]);
    }
    for (int i = 0; i < n && i < SLICES_MAX; i++) {
        if (pids[i] < 0 || waitpid(pids[i], &status, 0) < 0 || status != 0) {
            bad++;
            tell(i, out[i]);
        }
        unlink(out[i]);
    }
    unsetenv("PAYRUN_TEST_URL");
    return bad;
}
