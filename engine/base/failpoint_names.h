#ifndef BASE_FAILPOINT_NAMES_H
#define BASE_FAILPOINT_NAMES_H

#include <stdbool.h>

/* Every failpoint, and what it stands for. */
#define FAILPOINT_BYTES 96      /* of a name                                  */

/* failpoint_known(name): there is one; or several, when it ends in '*'. */
bool failpoint_known(const char *);

/* failpoint_list(): all of them on stdout: name, who gets there, meaning. */
void failpoint_list(void);

#endif
