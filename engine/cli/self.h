#ifndef CLI_SELF_H
#define CLI_SELF_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

/* This program as a child process: what demo shows is what a person types. */
#define SELF_WORDS_MAX 24

/**
 * self_run(words, silent, code, e):
 * Run `payrun WORDS...` (ending with NULL) and wait for it; ${silent}: without
 * its output.  ${code} gets its exit code, or 128 + signal.  Return 0 or -1.
 */
int self_run(const char *const *, bool silent, int *code, struct err *);

/* self_fork(words, silent, pid, e): start `payrun WORDS...` without its stdout,
 * ${silent}: nor its stderr, and do not wait.  It gets SIGTERM when we die.  0
 * or -1. */
int self_fork(const char *const *, bool silent, pid_t *, struct err *);

/**
 * self_start(words, log, ready, pid, e):
 * Start `payrun WORDS...` in the background, its output appended to ${log},
 * and wait until the file ${ready} is there (at most 20 s).  It gets SIGTERM
 * when we die.  Return 0 or -1.
 */
int self_start(const char *const *, const char *log, const char *ready,
                pid_t *, struct err *);

/* self_stop(pid): SIGTERM, and wait.  0 is fine. */
void self_stop(pid_t);

#endif
