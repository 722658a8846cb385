#ifndef CLI_VERSION_H
#define CLI_VERSION_H

/* What `payrun --version` says, and what a pack says it was written by. */
#ifndef PAYRUN_VERSION
#define PAYRUN_VERSION "0.1"
#endif

#endif
