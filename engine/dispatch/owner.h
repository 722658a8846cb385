#ifndef DISPATCH_OWNER_H
#define DISPATCH_OWNER_H

#include <stdbool.h>

#include "base/err.h"

/*
 * The name under which a process holds leases:
 *     "host/boot_id/pidns/pid/starttime"
 * host, boot id and pid namespace say where a pid means something; the start
 * time says which process of that pid.
 */
#define OWNER_BYTES 192

/* owner_make(out, e): the name of this process.  Return 0 or -1. */
int owner_make(char out[OWNER_BYTES], struct err *);

/**
 * owner_is_dead(owner):
 * true only when host, boot id and pid namespace are this process's and that
 * pid is gone, waits to be reaped, or has another start time: then its leases
 * may be taken at once.  Whatever cannot be known is false: the lease must run
 * out.
 */
bool owner_is_dead(const char *);

/* owner_actor(owner, out): "worker HOST/PID", for the history and the audit. */
void owner_actor(const char *, char out[OWNER_BYTES]);

#endif
