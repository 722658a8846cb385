/*
 * peak OUT TIMES COMMAND ARG...: run the command TIMES times, one after the
 * other, and append one line to OUT:
 *
 *     mean wall time in us, mean CPU time in us, peak resident memory in KiB
 *
 * CPU and memory are those of the process itself and of children it waited
 * for.  Stops with the command's exit code when that is not 0.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct cost {
    int64_t wall_us, cpu_us, peak_kib;
};

static int64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t
us_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

/* The exit code, 128 and more for a signal, or 127: it could not be run. */
static int
run_once(char **argv, struct cost *sum)
{
    struct rusage used;
    int64_t from = now_us();
    int status = 0;
    pid_t pid = fork(), got;

    if (pid == 0) {
        execvp(argv[0], argv);
        fprintf(stderr, "peak: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    if (pid < 0)
        return 127;
    do
        got = wait4(pid, &status, 0, &used);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return 127;
    sum->wall_us += now_us() - from;
    sum->cpu_us += us_of(used.ru_utime) + us_of(used.ru_stime);
    if (used.ru_maxrss > sum->peak_kib)
        sum->peak_kib = used.ru_maxrss;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char **argv)
{
    struct cost sum = { 0, 0, 0 };
    long times = argc > 3 ? strtol(argv[2], NULL, 10) : 0;
    FILE *out;

    if (times < 1) {
        fputs("usage: peak OUT TIMES COMMAND ARG...\n", stderr);
        return 64;
    }
    for (long i = 0; i < times; i++) {
        int code = run_once(argv + 3, &sum);

        if (code != 0)
            return code;
    }
    if ((out = fopen(argv[1], "a")) == NULL) {
        perror(argv[1]);
        return 73;
    }
    fprintf(out, "%lld\t%lld\t%lld\n", (long long)(sum.wall_us / times),
            (long long)(sum.cpu_us / times), (long long)sum.peak_kib);
    return fclose(out) == 0 ? 0 : 74;
}
